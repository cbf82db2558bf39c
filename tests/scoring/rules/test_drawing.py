import pytest

from scoring.rules.refusals import Missing
from scoring.rules.rounds.drawing import draw

ALL = ["a", "b", "c", "d"]


def test_the_order_in_which_things_are_given_never_matters():
    one = {"1": ALL, "2": ALL, "3": ALL}
    other = {"3": ALL[::-1], "1": ALL[::-1], "2": ALL}
    assert draw("seed", one, 2) == draw("seed", other, 2)


def test_the_draw_of_a_seed_never_changes():
    assert draw("富春-2026Q4", {"1": ALL, "2": ALL}, 2) == {"2": ["b", "c"], "1": ["a", "d"]}


def test_too_few_are_refused_by_code():
    with pytest.raises(Missing) as missing:
        draw("seed", {"1": ALL, "2": ["a"]}, 2)
    assert missing.value.what == ("2：可抽的考评员只有 1 名，需要 2 名",)
