"""The printed rubrics of other cities (assessment 3.2, and the ways of 3.1), as files, and what is found."""

from decimal import Decimal
from pathlib import Path

from scoring.rules.rubrics.items import NOT_APPLICABLE, Reading
from scoring.rules.rubrics.yaml_files import read_rubric
from tests.scoring.rules.made import make_inputs

FILES = Path(__file__).parent / "rubrics"
NAMES = sorted(path.stem for path in FILES.glob("*.yaml"))
MONTH = ("2026-05",)
ABSENT = NOT_APPLICABLE


def written(name):
    return (FILES / f"{name}.yaml").read_text(encoding="utf-8")


def city(name):
    return read_rubric(written(name))


def value(figure):
    return Reading(value=Decimal(figure))


def rate(done, due):
    return Reading(done=done, due=due)


def cases(**counts):
    return Reading(cases=counts)


def bare(code="a", **given):
    """A community of which nothing is known but what is given."""
    nothing = {"passes": {}, "self_checks": {}, "rectification": None}
    return make_inputs(code, **nothing | given)
