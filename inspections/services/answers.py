"""Items that the group's own records answer (检查评比管理措施落实): nothing is asked twice.

What is not due yet is no gap: a meeting may be held on any day of the quarter (policy 四).
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date

from communities.models import Community, LabourDay, Meeting, Reply
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
) -> dict[str, dict]:
    """By item code, the mark that the records give for a month as they stand on the day `on`.

    A mark as of a self-check, with `sources`: what each record says and where it stands. Empty where the checklist
    leaves nothing to the records. One query a record.
    """
    wanted = {record for item in rules.items for record in item.answered_by}
    found = {record: _READERS[record](community, month, on) for record in sorted(wanted)}
    return {
        item.code: _mark([found[record] for record in item.answered_by])
        for item in rules.items
        if item.answered_by
    }


def _mark(answers: list[Answer]) -> dict:
    missing = [RECORDS[answer.record] for answer in answers if answer.state == MISSING]
    return {
        "result": "fail" if missing else "pass",
        "instances": len(missing),
        "note": f"缺{'、'.join(missing)}记录" if missing else "",
        "sources": [asdict(answer) for answer in answers],
    }


def _self_checks(community: Community, month: str, on: date) -> Answer:
    """The months of the quarter before this one; this month is the one being handed in."""
    months = [one for one in quarter_of_month(month).months if one < month]
    own = SelfCheck.objects.filter(community=community, month__in=months).exclude(submitted_at=None)
    handed_in = set(own.values_list("month", flat=True))
    missing = [one for one in months if one not in handed_in and on > due_on(one)]
    if missing:
        return Answer("self_check", MISSING, f"{'、'.join(missing)} 自查没有报送")
    if not handed_in:
        return Answer(
            "self_check",
            NOT_DUE if months else DONE,
            "本月自查就是这一份" if not months else "还没有到期",
        )
    return Answer("self_check", DONE, f"{'、'.join(sorted(handed_in))} 自查已报送")


def _meeting(community: Community, month: str, on: date) -> Answer:
    quarter, end = str(quarter_of_month(month)), day_start(month_end(month))
    held = Meeting.objects.filter(
        community=community, quarter=quarter, status=MeetingStatus.HELD, starts_at__lt=end
    )
    return _in_quarter("meeting", held.order_by("starts_at").first(), month, on)


def _labour_day(community: Community, month: str, on: date) -> Answer:
    quarter, end = str(quarter_of_month(month)), month_end(month)
    held = LabourDay.objects.filter(
        community=community, quarter=quarter, status=LabourStatus.HELD, held_on__lt=end
    )
    return _in_quarter("labour_day", held.order_by("held_on").first(), month, on)


def _publicity(community: Community, month: str, on: date) -> Answer:
    """Something was answered in the open (社区发展论坛) this quarter."""
    start, _ = quarter_of_month(month).span()
    answers = Reply.objects.filter(
        topic__community=community,
        is_answer=True,
        at__gte=start,
        at__lt=day_start(month_end(month)),
    )
    first = answers.select_related("topic").order_by("at").first()
    return _in_quarter("publicity", first and first.topic, month, on)


def _in_quarter(record: str, row, month: str, on: date) -> Answer:
    """Once a quarter: there, or due with the quarter's last day."""
    quarter, name = quarter_of_month(month), RECORDS[record]
    if row is not None:
        return Answer(record, DONE, f"{name}已有记录：{row}", row.get_absolute_url())
    is_due = month == quarter.months[-1] and on >= quarter.end
    return Answer(
        record,
        MISSING if is_due else NOT_DUE,
        f"本季度{name}{'没有记录' if is_due else '还没有到期'}",
    )


_READERS: dict[str, Callable[[Community, str, date], Answer]] = {
    "self_check": _self_checks,
    "meeting": _meeting,
    "labour_day": _labour_day,
    "publicity": _publicity,
}
