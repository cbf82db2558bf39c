"""What the group's records answer is never asked (检查评比管理措施落实)."""

from datetime import date, timedelta

import pytest

from communities.models import LabourDay, Meeting, Reply, Topic
from gongjian.lib.checklists import load_checklist
from inspections.services.answers import answers_from_records
from inspections.services.self_checks import save_self_check, submit_self_check
from tests.inspections.factories import CODES, V1, V2, make_checklist, make_self_check

RULES = load_checklist(V2)
BEFORE_THE_END, AFTER_THE_END = date(2026, 12, 20), date(2027, 1, 2)


def states(cast, month, on) -> dict:
    mark = answers_from_records(cast.community, month, rules=RULES, on=on)["L5"]
    return {source["record"]: source["state"] for source in mark["sources"]} | {
        "result": mark["result"]
    }


def keep_records(cast):
    """A meeting, a labour day and an open answer in November, October and November handed in."""
    given = {
        "community": cast.community,
        "quarter": "2026Q4",
        "called_by": cast.lead_officer,
        "called_at": cast.now,
    }
    Meeting.objects.create(
        **given, starts_at=cast.now, place="会议室", status="held", minutes="纪要"
    )
    LabourDay.objects.create(
        **given, held_on=cast.today, place="广场", work="清扫", status="held", outcome="干净"
    )
    raised = {"raised_by": cast.lead_officer, "raised_at": cast.now}
    topic = Topic.objects.create(community=cast.community, title="路灯", text="不亮", **raised)
    Reply.objects.create(
        topic=topic, text="已修", is_answer=True, by=cast.lead_officer, at=cast.now
    )
    for month in ("2026-10", "2026-11"):
        make_self_check(cast, month=month, status="accepted")


@pytest.mark.parametrize(
    ("month", "on", "once_a_quarter", "self_check"),
    [
        ("2026-10", AFTER_THE_END, "not_due", "done"),
        ("2026-12", BEFORE_THE_END, "not_due", "missing"),
        ("2026-12", AFTER_THE_END, "missing", "missing"),
    ],
)
def test_what_is_not_due_is_no_gap(cast, month, on, once_a_quarter, self_check):
    found = states(cast, month, on)
    assert {found[name] for name in ("meeting", "labour_day", "publicity")} == {once_a_quarter}
    assert (found["self_check"], found["result"]) == (
        self_check,
        "fail" if self_check == "missing" else "pass",
    )


def test_records_answer_with_where_they_stand(cast):
    keep_records(cast)
    mark = answers_from_records(cast.community, "2026-12", rules=RULES, on=AFTER_THE_END)["L5"]
    assert (mark["result"], {source["state"] for source in mark["sources"]}) == ("pass", {"done"})
    links = {source["record"]: source["link"] for source in mark["sources"]}
    assert links["meeting"] == Meeting.objects.get().get_absolute_url()


def test_a_later_record_says_nothing_of_an_earlier_month(cast):
    keep_records(cast)
    assert states(cast, "2026-10", AFTER_THE_END)["meeting"] == "not_due"


def test_a_checklist_without_such_items_asks_nothing(cast, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert (
            answers_from_records(
                cast.community, "2026-12", rules=load_checklist(V1), on=AFTER_THE_END
            )
            == {}
        )


def test_handing_in_freezes_what_the_records_say_and_makes_no_finding_of_it(cast):
    check = make_self_check(
        cast, month="2026-11", marks={}, checklist=make_checklist(version="v2", content=V2)
    )
    marks = {code: {"result": "pass"} for code in CODES} | {"L5": {"result": "pass"}}
    later = cast.now + timedelta(days=1)
    check = save_self_check(check, marks=marks, by=cast.lead_officer, at=cast.now)
    submit_self_check(check, by=cast.lead_officer, at=later)
    check.refresh_from_db()
    assert check.marks["L5"]["result"] == "fail"
    assert check.marks["L5"]["note"] == "缺月自查记录"
    assert (str(check.total_points), check.findings.count()) == ("98.00", 0)
