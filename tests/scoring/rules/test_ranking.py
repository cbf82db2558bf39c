from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubrics.parts import TieBreaker
from scoring.rules.scores.ranking import RankingEntry, rank
from tests.scoring.rules.made import RUBRIC

COMPETITION = RUBRIC.ranking
DENSE = replace(COMPETITION, style="dense")
BROKEN = replace(
    COMPETITION,
    tie_breakers=(
        TieBreaker("rectification", "按期整改率", True),
        TieBreaker("repeats", "重复问题", False),
    ),
)
ENTRIES = st.lists(
    st.builds(
        RankingEntry,
        code=st.text("0123456789", min_size=1, max_size=4),
        points=st.integers(0, 12).map(Decimal),
        class_name=st.sampled_from(["城区", "乡镇"]),
    ),
    unique_by=lambda entry: entry.code,
    max_size=20,
)


def entries(**points):
    return [RankingEntry(code, Decimal(value)) for code, value in points.items()]


def places(ranked):
    return {place.code: place.place for place in ranked}


def test_equals_share_a_place_and_the_next_one_is_skipped():
    assert places(rank(entries(a="95", b="90", c="90.00", d="80"), COMPETITION)) == {
        "a": 1,
        "b": 2,
        "c": 2,
        "d": 4,
    }


def test_dense_ranking_skips_no_place():
    assert places(rank(entries(a="95", b="90", c="90", d="80"), DENSE)) == {
        "a": 1,
        "b": 2,
        "c": 2,
        "d": 3,
    }


def test_each_class_has_its_own_places():
    ranked = rank(
        [
            RankingEntry("a", Decimal(95), "城区"),
            RankingEntry("b", Decimal(90), "乡镇"),
            RankingEntry("c", Decimal(80), "乡镇"),
        ],
        DENSE,
    )
    assert [(place.code, place.place, place.class_place) for place in ranked] == [
        ("a", 1, 1),
        ("b", 2, 1),
        ("c", 3, 2),
    ]


def test_tie_breakers_part_equals_in_their_order():
    def tied(code, rectification, repeats):
        return RankingEntry(
            code,
            Decimal(90),
            "",
            {"rectification": Decimal(rectification), "repeats": Decimal(repeats)},
        )

    ranked = rank([tied("a", 80, 0), tied("b", 90, 3), tied("c", 90, 1), tied("d", 90, 1)], BROKEN)
    assert places(ranked) == {"c": 1, "d": 1, "b": 3, "a": 4}


def test_a_tie_breaker_that_is_not_there_is_missing():
    with pytest.raises(Missing, match="a：没有用于区分并列名次的“重复问题”"):
        rank([RankingEntry("a", Decimal(90), "", {"rectification": Decimal(1)})], BROKEN)


def test_nobody_is_ranked_twice():
    with pytest.raises(Refused, match="排名对象重复：a"):
        rank([*entries(a="90"), *entries(a="80")], COMPETITION)


@given(ENTRIES, st.sampled_from([COMPETITION, DENSE]), st.randoms(use_true_random=False))
def test_the_order_of_entries_never_matters(listed, rules, chance):
    assert rank(chance.sample(listed, len(listed)), rules) == rank(listed, rules)


@given(ENTRIES)
def test_a_place_is_one_more_than_those_who_did_better(listed):
    for place in rank(listed, COMPETITION):
        assert place.place == 1 + sum(other.points > place.points for other in listed)
        same_class = [other for other in listed if other.class_name == place.class_name]
        assert place.class_place == 1 + sum(other.points > place.points for other in same_class)


@given(ENTRIES)
def test_a_dense_place_is_one_more_than_the_better_figures(listed):
    for place in rank(listed, DENSE):
        assert place.place == 1 + len(
            {other.points for other in listed if other.points > place.points}
        )
