"""The quarter at a glance: the cycle with its dates, and the matrix of communities x duties."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from gongjian.lib.quarters import Quarter
from gongjian.office.dashboards.progress import cycle, known_quarters, last_scores, matrix
from tests.cast import NOW
from tests.communities.factories import make_assignment, make_labour_day, make_meeting, make_plan
from tests.inspections.factories import make_finding, make_self_check
from tests.scoring.factories import make_round, make_score

Q3, Q4 = Quarter.parse("2026Q3"), Quarter.parse("2026Q4")
MID_NOVEMBER = date(2026, 11, 16)


def states(cast, on=MID_NOVEMBER) -> dict[str, str]:
    return {step["label"]: step["state"] for step in cycle(Q4, cast.office_staff, on)}


def notes(cast, on=MID_NOVEMBER) -> dict[str, str]:
    return {step["label"]: step["note"] for step in cycle(Q4, cast.office_staff, on)}


def test_before_a_plan_is_issued_the_cycle_stands_at_its_first_step(cast):
    make_plan(cast)
    labels = ["下达任务", "月度自查", "全市考评", "公示复核", "报批", "通报"]
    assert states(cast) == dict(zip(labels, ["now", "", "", "", "", ""], strict=True))
    assert notes(cast)["下达任务"] == "季初由共建办下达"


def test_an_issued_plan_says_how_many_have_acknowledged(cast):
    make_assignment(cast, acknowledged_at=NOW, acknowledged_by=cast.lead_officer)
    make_assignment(cast, community=cast.other_community)
    assert notes(cast)["下达任务"] == "11月16日 · 1/2 已签收"
    assert (states(cast)["下达任务"], states(cast)["月度自查"]) == ("done", "now")


@pytest.mark.parametrize(
    ("on", "note", "month"),
    [
        (date(2026, 9, 30), "三个月自查", "2026-10"),
        (date(2026, 10, 1), "10 月自查进行中", "2026-10"),
        (date(2026, 12, 31), "12 月自查进行中", "2026-12"),
        (date(2027, 1, 1), "三个月自查", "2026-12"),
    ],
)
def test_the_self_check_of_the_running_month_is_named(on, note, month, cast):
    step = cycle(Q4, cast.office_staff, on)[1]
    assert (step["label"], step["note"]) == ("月度自查", note)
    assert step["url"] == f"{reverse('inspections:self_checks')}?month={month}"
    assert step["done"] is (on >= date(2027, 1, 1))


ROUND_STEPS = ["全市考评", "公示复核", "报批", "通报"]


@pytest.mark.parametrize(
    ("status", "done"),
    [
        ("planned", 0),
        ("assessing", 0),
        ("gathered", 1),
        ("on_notice", 1),
        ("frozen", 2),
        ("reported", 2),
        ("published", 4),
    ],
)
def test_the_round_takes_its_steps_with_its_state(status, done, cast):
    round = make_round(cast, status=status)
    steps = {step["label"]: step for step in cycle(Q4, cast.office_staff, date(2027, 1, 20))}
    assert [steps[label]["done"] for label in ROUND_STEPS] == [True] * done + [False] * (4 - done)
    assert {steps[label]["url"] for label in ROUND_STEPS} == {round.get_absolute_url()}


def test_the_round_says_its_days(cast):
    assert [notes(cast)[label] for label in ("全市考评", "公示复核", "通报")] == [
        "季末进行",
        "五个工作日",
        "次月上旬",
    ]
    make_round(cast, status="published", published_at=NOW)
    assert [notes(cast)[label] for label in ("全市考评", "公示复核", "通报")] == [
        "11月2日至12月31日",
        "至11月19日",
        "11月16日印发",
    ]


def row_of(cast, community=None, on=MID_NOVEMBER, quarter=Q4):
    rows = {row.community: row for row in matrix(quarter, cast.office_staff, on)}
    return rows[community or cast.community]


def test_a_community_without_a_plan_owes_nothing_but_its_self_checks(cast):
    row = row_of(cast)
    assert (row.assignment_url, row.acknowledged, row.meeting, row.labour_day) == (
        "",
        "none",
        "none",
        "none",
    )
    assert row.months == ("late", "due", "none")


def test_what_was_issued_is_waited_for_and_then_late(cast):
    assignment = make_assignment(cast)
    first_weeks = row_of(cast, on=date(2026, 10, 22))
    assert first_weeks.assignment_url == assignment.get_absolute_url()
    assert (first_weeks.acknowledged, first_weeks.meeting) == ("due", "due")
    assert row_of(cast, on=date(2026, 10, 23)).acknowledged == "late"
    after_the_quarter = row_of(cast, on=date(2027, 1, 1))
    assert (after_the_quarter.meeting, after_the_quarter.labour_day) == ("late", "late")
    assert after_the_quarter.months == ("late", "late", "due")


def test_what_was_done_is_marked_done(cast):
    make_assignment(
        cast, status="acknowledged", acknowledged_at=NOW, acknowledged_by=cast.lead_officer
    )
    make_meeting(cast, status="held", minutes="议定", minutes_at=NOW)
    make_labour_day(cast, status="held", reported_at=NOW)
    make_self_check(cast, month="2026-10", status="accepted")
    make_self_check(cast, month="2026-11")
    row = row_of(cast)
    assert (row.acknowledged, row.meeting, row.labour_day) == ("done", "done", "done")
    assert row.months == ("done", "due", "none")
    assert row.behind == 10


def test_the_furthest_behind_stands_first(cast):
    make_finding(cast, community=cast.other_community)
    make_self_check(cast, month="2026-10", community=cast.community, status="submitted")
    rows = matrix(Q4, cast.office_staff, MID_NOVEMBER)
    assert [row.community for row in rows] == [
        cast.other_community,
        cast.third_community,
        cast.community,
    ]
    assert [row.open_findings for row in rows] == [1, 0, 0]
    assert [row.behind for row in rows] == [111, 110, 10]


def test_last_quarters_published_score_stands_in_the_row(cast):
    round = make_round(cast, quarter="2026Q3", status="published", published_at=NOW)
    score = make_score(round, cast.community, points="91.25")
    assert row_of(cast).score == score
    assert row_of(cast, cast.other_community).score is None
    assert last_scores(cast.office_staff, Q3) == {}


def test_the_quarters_with_a_plan_or_a_round_can_be_chosen_newest_first(cast, sign_in):
    make_plan(cast, status="issued", issued_at=NOW)
    make_round(cast, quarter="2026Q2", status="published", published_at=NOW)
    assert known_quarters(cast.office_staff) == [Q4, Quarter.parse("2026Q2")]
    page = sign_in(cast.office_staff).get(reverse("workbench"), {"quarter": "2026Q2"})
    assert page.context["quarter"] == Quarter.parse("2026Q2")
    assert "2026 年第二季度" in page.content.decode()


def test_the_office_may_look_at_those_behind_alone_and_remind_them(cast, sign_in):
    make_assignment(cast)
    make_self_check(cast, month="2026-10", community=cast.third_community, status="submitted")
    client = sign_in(cast.office_staff)
    behind = client.get(reverse("workbench"), {"behind": "1"})
    assert [row.community for row in behind.context["rows"]] == [
        cast.community,
        cast.other_community,
    ]
    assert "催办 2 个落后社区" in behind.content.decode()
    assert "看全部" in behind.content.decode()
    whole = client.get(reverse("workbench"))
    assert len(whole.context["rows"]) == 3
    assert "只看落后 2 个" in whole.content.decode()


def test_nobody_but_the_office_is_offered_to_remind(cast, sign_in):
    page = sign_in(cast.lead_officer).get(reverse("workbench")).content.decode()
    assert "催办" not in page


def test_the_present_quarter_is_the_one_of_today(cast, sign_in):
    page = sign_in(cast.office_staff).get(reverse("workbench"))
    assert page.context["quarter"] == Quarter.of(timezone.localdate(NOW))
