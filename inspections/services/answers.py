"""Items that the group's own records answer (检查评比管理措施落实): nothing is asked twice.

What is not due yet is no gap: a meeting may be held on any day of the quarter (policy 四).
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from communities.models import Community, LabourDay, Meeting, Reply, Topic
from communities.models.labour_days import LabourStatus
from communities.models.meetings import MeetingStatus
from gongjian.lib.checklists import RECORDS
from gongjian.lib.checklists import Checklist as Rules
from gongjian.lib.quarters import day_start, month_end, quarter_of_month
from inspections.models import SelfCheck
from inspections.models.self_checks import due_on

DONE, MISSING, NOT_DUE = "done", "missing", "not_due"


@dataclass(frozen=True)
class Answer:
    """What one record says. `link` leads to the row it stands on; empty where there is none."""

    record: str
    state: str
    words: str
    link: str = ""


def answers_from_records(
    community: Community, month: str, *, rules: Rules, on: date
) -> dict[str, dict[str, Any]]:
    """Return by item code the mark that the records give for a month, as of the day `on`.

    A mark as of a self-check, with `sources`: what each record says and where it stands. Empty
    where the checklist leaves nothing to the records. One query a record.
    """
    answers: dict[str, Answer] = {}
    marks = {}
    for item in rules.items:
        for record in item.answered_by:
            if record not in answers:
                answer_of = ANSWER_OF[record]
                answers[record] = answer_of(community, month, on)
        if item.answered_by:
            answers_of_item = [answers[record] for record in item.answered_by]
            marks[item.code] = mark_of(answers_of_item)
    return marks


def mark_of(answers: Sequence[Answer]) -> dict[str, Any]:
    """Return the mark of an item that these answers decide: it fails where one is missing."""
    missing = []
    for answer in answers:
        if answer.state == MISSING:
            missing.append(RECORDS[answer.record])
    mark: dict[str, Any] = {"result": "pass", "instances": len(missing), "note": ""}
    if missing:
        names = "、".join(missing)
        mark |= {"result": "fail", "note": f"缺{names}记录"}
    mark["sources"] = [asdict(answer) for answer in answers]
    return mark


def answer_of_self_checks(community: Community, month: str, on: date) -> Answer:
    """Answer by the quarter's months before this one; this month is being handed in."""
    earlier = [other for other in quarter_of_month(month).months if other < month]
    if not earlier:
        return Answer("self_check", DONE, "本月自查就是这一份")
    checks = SelfCheck.objects.filter(community=community, month__in=earlier)
    submitted = checks.exclude(submitted_at=None).order_by("month")
    handed_in = list(submitted.values_list("month", flat=True))
    not_handed_in = [other for other in earlier if other not in handed_in]
    missing = [other for other in not_handed_in if on > due_on(other)]
    if missing:
        return Answer("self_check", MISSING, f"{'、'.join(missing)} 自查没有报送")
    if not handed_in:
        return Answer("self_check", NOT_DUE, "还没有到期")
    return Answer("self_check", DONE, f"{'、'.join(handed_in)} 自查已报送")


def answer_of_meeting(community: Community, month: str, on: date) -> Answer:
    """Answer by the quarter's first meeting that was held."""
    quarter = str(quarter_of_month(month))
    meetings = Meeting.objects.filter(community=community, quarter=quarter)
    meetings = meetings.filter(status=MeetingStatus.HELD, starts_at__lt=day_start(month_end(month)))
    return quarterly_answer("meeting", meetings.order_by("starts_at").first(), month, on)


def answer_of_labour_day(community: Community, month: str, on: date) -> Answer:
    """Answer by the quarter's first labour day that was held."""
    quarter = str(quarter_of_month(month))
    days = LabourDay.objects.filter(community=community, quarter=quarter)
    days = days.filter(status=LabourStatus.HELD, held_on__lt=month_end(month))
    return quarterly_answer("labour_day", days.order_by("held_on").first(), month, on)


def answer_of_publicity(community: Community, month: str, on: date) -> Answer:
    """Answer by the quarter's first topic of the forum (社区发展论坛) with an answer."""
    start, _ = quarter_of_month(month).span()
    end = day_start(month_end(month))
    replies = Reply.objects.filter(topic__community=community, is_answer=True)
    replies = replies.filter(at__gte=start, at__lt=end)
    first = replies.select_related("topic").order_by("at").first()
    return quarterly_answer("publicity", first.topic if first else None, month, on)


def quarterly_answer(
    record: str, row: Meeting | LabourDay | Topic | None, month: str, on: date
) -> Answer:
    """Return the answer of a record due once a quarter: `row`, or missing after the last day."""
    name = RECORDS[record]
    if row is not None:
        return Answer(record, DONE, f"{name}已有记录：{row}", row.get_absolute_url())
    quarter = quarter_of_month(month)
    is_last_month = month == quarter.months[-1]
    if is_last_month and on >= quarter.end:
        return Answer(record, MISSING, f"本季度{name}没有记录")
    return Answer(record, NOT_DUE, f"本季度{name}还没有到期")


ANSWER_OF: dict[str, Callable[[Community, str, date], Answer]] = {
    "self_check": answer_of_self_checks,
    "meeting": answer_of_meeting,
    "labour_day": answer_of_labour_day,
    "publicity": answer_of_publicity,
}
