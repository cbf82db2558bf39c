"""The printed rubrics of other cities (assessment 3.2, the ways of 3.1) as files, with readings."""

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


R1 = {
    "sweeping": value("18"),
    "cleaning": cases(problem=12),
    "collection": cases(point=3),
    "sorting": cases(problem=5),
    "handling": rate(45, 50),
    "other": value("8.5"),
}
R2 = {
    "daily": rate(95, 100),
    "on_time": rate(180, 200),
    "rework": rate(6, 120),
    "overdue": rate(4, 80),
    "extension": rate(3, 60),
}
R3 = {
    "volume": Reading(
        value=Decimal(84), sizes={"area": Decimal("2.8"), "population": Decimal(30000)}
    ),
    "satisfaction": rate(27, 30),
    "cycle": value("1.4"),
    "repeats": cases(repeat=3),
    "overdue": value("1"),
}
R6 = {
    **{
        code: cases()
        for code in ("belt", "posters", "fields", "posts", "yards", "piles", "fowl", "publicity")
    },
    "litter": cases(problem=3),
    "bins": cases(problem=8),
    "toilets": cases(dirty=2, pit=1),
    "water": ABSENT,
    "facilities": cases(problem=4),
    "sorting": value("30"),
    "rest": value("8"),
}
RECORDS = {
    "response": rate(19, 20),
    "shops": Reading(cases={"late": 3}, picked={"stall": (Decimal("2.5"), Decimal(1))}),
    "team": value("3"),
    "patrol": rate(2, 3),
}
