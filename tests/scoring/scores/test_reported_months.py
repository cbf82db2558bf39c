"""What a community hands in, late, returned or not at all, is what its quarter is scored by:
missing is never full.
"""

from datetime import date, datetime

from gongjian.lib.points import round_half_up
from gongjian.lib.quarters import SHANGHAI
from inspections.services.progress import self_checks_in
from inspections.services.self_checks import return_self_check, start_self_check, submit_self_check
from scoring.rules.rubrics.rubric import load_rubric
from scoring.rules.scores.components import self_check_points
from scoring.services.scores.inputs import inputs_of
from tests.inspections.factories import passed_marks
from tests.scoring.factories import AFTER_QUARTER, make_round


def hand_in(cast, month, on):
    by, at = (
        cast.community_worker.on(on),
        datetime(on.year, on.month, on.day, 9, 0, tzinfo=SHANGHAI),
    )
    check = start_self_check(community=cast.community, month=month, by=by, at=at)
    check.marks = passed_marks()
    check.save()
    return submit_self_check(check, by=by, at=at)


def test_late_is_60_returned_and_never_begun_are_0(cast):
    round = make_round(cast)
    hand_in(cast, "2026-10", date(2026, 11, 6))
    returned = hand_in(cast, "2026-11", date(2026, 12, 1))
    return_self_check(returned, remark="Q2 漏查", by=cast.office_staff, at=cast.now)
    given = {one.name: one.self_checks for one in inputs_of(round, at=AFTER_QUARTER)}
    assert given["虎山社区"] == {"2026-10": "late", "2026-11": "missing", "2026-12": "missing"}
    assert set(given["后周社区"].values()) == {"missing"}
    shown = self_checks_in("2026Q4", [cast.community], on=AFTER_QUARTER.date())
    assert shown[cast.community.pk] == given["虎山社区"]
    rubric = load_rubric(round.rubric.content)
    points = [
        self_check_points(given[name], round.span.months, rubric)
        for name in ("虎山社区", "后周社区")
    ]
    assert [str(round_half_up(one)) for one in points] == ["20.00", "0.00"]

    submit_self_check(returned, by=cast.lead_officer, at=AFTER_QUARTER)
    again = {one.name: one.self_checks for one in inputs_of(round, at=AFTER_QUARTER)}
    assert again["虎山社区"]["2026-11"] == "on_time"  # it was on time when it was first handed in
