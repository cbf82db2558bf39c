"""A stored version of the rubric is parsed once a process."""

import pytest

from scoring.models import Round
from scoring.rules.rubrics import rubric as rubrics
from tests.scoring.factories import make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def parsed(monkeypatch):
    """The names of the rubrics that are parsed during the test."""
    names = []
    parse = rubrics.load_rubric

    def counted(content):
        rubric = parse(content)
        names.append(rubric.name)
        return rubric

    monkeypatch.setattr(rubrics, "load_rubric", counted)
    rubrics._parsed.cache_clear()
    return names


def test_a_version_is_parsed_once_for_all_who_read_it(cast, parsed):
    make_round(cast)
    first, second = Round.objects.get(), Round.objects.get()
    assert first.rubric.rules is second.rubric.rules
    assert len(parsed) == 1


def test_another_content_is_parsed_anew(cast, parsed):
    rubric = make_round(cast).rubric
    before = rubric.rules
    rubric.content = rubric.content | {"name": "别的细则"}
    assert (before.name, rubric.rules.name) == tuple(parsed)
    assert rubric.rules.name == "别的细则"
