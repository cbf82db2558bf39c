from dataclasses import replace
from decimal import Decimal

import pytest

from scoring.rules.appeals.tracing import traced, with_change
from scoring.rules.refusals import Refused
from scoring.rules.scores.components import Rectification
from tests.scoring.rules.cities import ABSENT, RECORDS, bare, city
from tests.scoring.rules.made import MONTHS, RUBRIC, day, make_inputs


def test_one_changed_sheet_is_followed_to_the_place():
    # 0.85 x 90 + 10 + 5 = 91.5; with sheets of 90 and 96: 0.85 x 93 + 15 = 94.05,
    # past the other's 92.35.
    city = [make_inputs("a", passes=day("90.00", "90.00")), make_inputs("b", passes=day("91.00"))]
    before, after = traced(city, replace(city[0], passes=day("90.00", "96.00")), MONTHS, RUBRIC)
    assert (before.assessment, before.points, before.place, before.class_place) == (
        Decimal(90),
        Decimal("91.50"),
        2,
        2,
    )
    assert (after.assessment, after.points, after.place, after.class_place) == (
        Decimal(93),
        Decimal("94.05"),
        1,
        1,
    )


def test_nothing_is_said_of_places_while_somebody_cannot_be_scored():
    city = [make_inputs("a"), make_inputs("b", passes={})]
    assert traced(city, replace(city[0], passes=day("95.00")), MONTHS, RUBRIC) is None


TAKEN = {
    "self_checks": {**dict.fromkeys(MONTHS, "on_time"), "2026-08": "missing"},
    "rectification": Rectification(4, 3),
    "maluses": {"false_rectification": 2},
    "vetoes": ("fraud",),
}

# 0.85 x 90 + 0.1 x 200/3 + 0.05 x 75 - 4 = 82.9166…, held down to 不合格 by the veto
CHANGES = (
    ("self_check", "2026-08", "on_time", "self_check", ("66.67", "100.00"), "86.25"),
    ("rectification", "", "4/4", "rectification", ("75.00", "100.00"), "84.17"),
    ("malus", "false_rectification", "0", "malus", ("4.00", "0.00"), "86.92"),
    ("own_bonus", "1", "1.50 现场会", "bonus", ("0.00", "1.50"), "84.42"),
)


def test_every_kind_of_input_is_followed_to_its_part_and_the_figure():
    city = [make_inputs("a", **TAKEN), make_inputs("b")]
    for kind, key, new, part, moved, points in CHANGES:
        before, after = traced(city, with_change(city[0], kind, key, new), MONTHS, RUBRIC)
        assert (before.points, after.points) == (Decimal("82.92"), Decimal(points)), kind
        assert (f"{before.parts[part]}", f"{after.parts[part]}") == moved
    before, after = traced(city, with_change(city[0], "veto", "fraud", "0"), MONTHS, RUBRIC)
    assert (before.points, before.grade, after.grade) == (after.points, "不合格", "良好")
    assert city[0] == make_inputs("a", **TAKEN)  # nothing was written into


@pytest.mark.parametrize(
    ("kind", "key", "new", "why"),
    [
        ("self_check", "2026-08", "missing", "没有改动"),
        ("rectification", "", "5/4", "多于到期"),
        ("malus", "x", "多", "件数"),
    ],
)
def test_a_change_that_cannot_be_or_changes_nothing_is_refused(kind, key, new, why):
    with pytest.raises(Refused, match=why):
        with_change(make_inputs("a", **TAKEN), kind, key, new)


def patterns(code, **records):
    given = {"passes": day("90"), "class_name": "城区", "readings": {"records": RECORDS | records}}
    return bare(code, **given)


def test_a_changed_reading_is_followed_to_its_part():
    # patrol 3 points: two of three become three of three, 1 of 30 points, 3.33 of 100, 0.3 of it
    city_of_two = [patterns("a"), patterns("b")]
    changed = with_change(city_of_two[0], "reading", "records/patrol", '{"done":3,"due":3}')
    before, after = traced(city_of_two, changed, MONTHS, city("patterns"))
    assert after.parts["reading/records"] - before.parts["reading/records"] == Decimal("3.33")
    assert after.points - before.points == 1
    assert (before.place, after.place) == (1, 1)


def test_a_reading_on_which_the_mean_of_others_rests_cannot_be_taken_away():
    city_of_two = [patterns("a"), patterns("b", response=ABSENT)]
    absent = '{"not_applicable":true,"reason":"没有投诉"}'
    changed = with_change(city_of_two[0], "reading", "records/response", absent)
    with pytest.raises(Refused, match="投诉办结率”不涉及，应取其他社区的平均分，但没有一个社区"):
        traced(city_of_two, changed, MONTHS, city("patterns"))


def test_one_that_was_not_there_is_not_counted_beside_the_changed_one():
    gone = bare("z", class_name="城区", absent="整体拆迁")
    city_of_two = [patterns("a"), gone]
    changed = with_change(city_of_two[0], "malus", "unrectified", "1")
    before, after = traced(city_of_two, changed, MONTHS, city("patterns"))
    assert (before.points - after.points, after.place) == (1, 1)
    assert traced(city_of_two, gone, MONTHS, city("patterns")) is None
