from decimal import Decimal

import pytest

from scoring.rules.honours.proposing import Candidate, criticised, praised, within_quota
from scoring.rules.rubrics.parts import CriticismRule, PraiseRule

PRAISE = PraiseRule(Decimal("0.10"), Decimal(90))
CRITICISM = CriticismRule(Decimal(75), 3, Decimal(85))


def candidates(*points):
    return [Candidate(key, Decimal(figure)) for key, figure in enumerate(points)]


@pytest.mark.parametrize(
    ("points", "keys"),
    [
        ([95, 94, 93], [0]),  # a tenth of three is nobody, so one place
        ([89], []),
        ([95, 95, 80], [0, 1]),  # equals share the place
        ([99 - n for n in range(20)], [0, 1]),
        ([99, *[89] * 19], [0]),
        ([], []),
    ],
)
def test_the_best_share_is_praised_from_the_threshold_on(points, keys):
    assert [found.key for found in praised(candidates(*points), PRAISE)] == keys


def test_a_share_of_nothing_praises_nobody():
    assert praised(candidates(100), PraiseRule(Decimal(0), Decimal(90))) == []


@pytest.mark.parametrize(
    ("points", "keys"),
    [
        ([95, 90, 86], []),  # last, but spared
        ([95, 84, 83, 82, 81], [2, 3, 4]),
        ([84, 80, 79], [1, 2]),  # the first of three is not one of the last three
        ([84], []),
        ([74, 70, 60, 50, 40], [0, 1, 2, 3, 4]),  # all below the line
        ([95, 80, 80, 80, 80], [1, 2, 3, 4]),  # equals share the last places
    ],
)
def test_those_below_the_line_and_the_last_are_criticised(points, keys):
    assert [found.key for found in criticised(candidates(*points), CRITICISM)] == keys


@pytest.mark.parametrize(
    ("figures", "most", "kept", "tied", "open_places"),
    [
        ([95, 94, 93], None, [0, 1, 2], [], 0),
        ([95, 94, 93], 3, [0, 1, 2], [], 0),
        ([93, 95, 94], 2, [1, 2], [], 0),
        ([95, 94, 94, 90], 2, [0], [1, 2], 1),
        ([95, 95, 95], 2, [], [0, 1, 2], 2),
        ([95, 94], 0, [], [], 0),
    ],
)
def test_a_quota_keeps_the_best_and_names_equals_at_its_edge(
    figures, most, kept, tied, open_places
):
    cut = within_quota(candidates(*figures), most)
    assert [one.key for one in cut.certain] == kept
    assert ([one.key for one in cut.tied], cut.open_places) == (tied, open_places)


def test_a_quota_of_criticism_begins_with_the_weakest():
    cut = within_quota(candidates(60, 50, 50, 40), 2, lowest_first=True)
    assert [one.key for one in cut.certain] == [3]
    assert sorted(one.key for one in cut.named) == [1, 2, 3]
