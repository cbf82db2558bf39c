"""评分差异: whose locked sheet stands far from the others', and what he says to it when asked."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Max, Min, Q, QuerySet

from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.lib.points import round_half_up
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState, require
from scoring.models import Round, Sheet, SheetInquiry
from scoring.models.rounds import SheetStatus
from scoring.permissions import may_run_round
from scoring.rules.rubrics.parts import UnusualRules
from scoring.rules.sheets.outliers import is_apart, mean_of_others
from scoring.services.sheets.lists import unusual_by

ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class Apart:
    """A locked sheet that stands apart.

    `others` is the mean of the others' of its community and pass, in points.
    """

    sheet: Sheet
    others: Decimal

    @property
    def inquiry(self) -> SheetInquiry | None:
        return getattr(self.sheet, "inquiry", None)


def sheets_apart(round: Round, sheets: QuerySet[Sheet]) -> list[Apart]:
    """Return those of `sheets` that stand apart, by community.

    Only where all of a community's pass have locked. `sheets` is what the reader may see: whoever
    still assesses in the round sees none. Two queries.
    """
    rules = unusual_by(round)
    rows = list(in_wide_groups(round, sheets.filter(round=round), rules))
    totals: dict[tuple[int, str], list[Decimal]] = defaultdict(list)
    for sheet in rows:
        totals[sheet.community_id, sheet.on_pass].append(sheet.locked_points)
    apart = []
    for sheet in rows:
        group = totals[sheet.community_id, sheet.on_pass]
        others = mean_of_others(sheet.locked_points, group)
        if others is not None and is_apart(sheet.locked_points, group, rules):
            apart.append(Apart(sheet, round_half_up(others)))
    return apart


def in_wide_groups(round: Round, sheets: QuerySet[Sheet], rules: UnusualRules) -> QuerySet[Sheet]:
    """Return the sheets of groups that are all locked and so wide that one may stand apart."""
    unlocked = Count("pk", filter=Q(status=SheetStatus.OPEN))
    width = Max("total_points") - Min("total_points")
    groups = round.sheets.values_list("community", "on_pass").annotate(
        unlocked=unlocked,
        width=width,
    )
    communities_by_pass: dict[str, list[int]] = defaultdict(list)
    for community, on_pass, *_ in groups.filter(unlocked=0, width__gt=rules.apart):
        communities_by_pass[on_pass].append(community)
    in_wide_group = Q(pk__in=[])
    for on_pass, communities in communities_by_pass.items():
        in_wide_group |= Q(on_pass=on_pass, community__in=communities)
    wide = sheets.filter(in_wide_group).select_related("community", "assessor", "inquiry")
    return wide.order_by("community__code", "on_pass", "pk")


def ask_for_reasons(round: Round, *, by: User, at: datetime) -> int:
    """Ask the assessors of sheets that stand apart, each sheet once; return how many now.

    They are told neither the others' figures nor on which side they stand.
    """
    require(may_run_round(by, round), "只有共建办可以请考评员说明")
    apart = sheets_apart(round, Sheet.objects.visible_to(by))
    sheets = []
    for row in apart:
        if row.inquiry is None:
            sheets.append(row.sheet)
    if not sheets:
        raise WrongState("没有需要说明的打分表，或都已请考评员说明，请刷新后再看")
    inquiries = []
    for sheet in sheets:
        sheet_inquiry = SheetInquiry(sheet=sheet, asked_by=by, asked_at=at)
        inquiries.append(sheet_inquiry)
    with transaction.atomic():
        SheetInquiry.objects.bulk_create(inquiries, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)
        remark = f"{len(sheets)} 张打分表"
        record(round, "scoring.round.inquire", by=by, at=at, remark=remark)
        notify_asked(sheets, unusual_by(round).apart, at)
    return len(sheets)


def notify_asked(sheets: Sequence[Sheet], most_apart: Decimal, at: datetime) -> None:
    """Notify the assessor of each sheet that the office asks for his reasons."""
    difference = f"您的评分与同一社区其他考评员的相差超过 {most_apart} 分"
    for sheet in sheets:
        notify(
            [sheet.assessor],
            key=f"scoring.inquiry.{sheet.pk}",
            subject=f"请说明{sheet.community}的打分依据",
            body=f"{difference}，请打开打分表写明打分依据。分数不因此改变。",
            link=sheet.get_absolute_url(),
            at=at,
        )


def answer_inquiry(sheet: Sheet, *, answer: str, by: User, at: datetime) -> SheetInquiry:
    """Record what the assessor says, once.

    Raises ValidationError without words, WrongState when nothing was asked.
    """
    require(sheet.assessor_id == by.pk, "只有打分的考评员本人可以说明")
    answer = answer.strip()
    if not answer:
        raise ValidationError({"answer": "请写明打分依据：看到了什么、按哪一条扣的"})
    unanswered = SheetInquiry.objects.filter(sheet=sheet, answered_at=None)
    with transaction.atomic():
        if not unanswered.update(answer=answer, answered_at=at):
            raise WrongState("这张打分表没有要说明的，或已经说明过，请刷新后再看")
        record(sheet, "scoring.sheet.answer", by=by, at=at, remark=answer)
    return SheetInquiry.objects.get(sheet=sheet)
