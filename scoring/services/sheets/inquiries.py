"""评分差异: whose locked sheet stands far from the others' of the same community, and what he says to it when asked."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Max, Min, Q

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
    """A locked sheet that stands apart; `others` is the mean of the others' of its community and pass, in points."""

    sheet: Sheet
    others: Decimal

    @property
    def inquiry(self) -> SheetInquiry | None:
        return getattr(self.sheet, "inquiry", None)


def sheets_apart(round: Round, sheets) -> list[Apart]:
    """Those of `sheets` that stand apart, by community; only where all of a community's pass have locked.

    `sheets` is what the reader may see: whoever still assesses in the round sees none. Two queries.
    """
    totals, rules = defaultdict(list), unusual_by(round)
    rows = list(_of_wide_groups(round, sheets.filter(round=round), rules))
    for sheet in rows:
        totals[sheet.community_id, sheet.on_pass].append(sheet.total_points)
    found = []
    for sheet in rows:
        group = totals[sheet.community_id, sheet.on_pass]
        if is_apart(sheet.total_points, group, rules):
            others = round_half_up(mean_of_others(sheet.total_points, group))
            found.append(Apart(sheet, others))
    return found


def _of_wide_groups(round: Round, sheets, rules: UnusualRules):
    """The sheets of groups that are all locked and so wide that one may stand apart."""
    unlocked = Count("pk", filter=Q(status=SheetStatus.OPEN))
    width = Max("total_points") - Min("total_points")
    groups = round.sheets.values_list("community", "on_pass").annotate(
        unlocked=unlocked,
        width=width,
    )
    wide = defaultdict(list)
    for community, on_pass, *_ in groups.filter(unlocked=0, width__gt=rules.apart):
        wide[on_pass].append(community)
    either = Q(pk__in=[])
    for on_pass, communities in wide.items():
        either |= Q(on_pass=on_pass, community__in=communities)
    related = sheets.filter(either).select_related("community", "assessor", "inquiry")
    return related.order_by("community__code", "on_pass", "pk")


def ask_for_reasons(round: Round, *, by, at: datetime) -> int:
    """Ask the assessors of sheets that stand apart, each sheet once; returns how many were asked now.

    They are told neither the others' figures nor on which side they stand.
    """
    require(may_run_round(by, round), "只有共建办可以请考评员说明")
    new = []
    sheets = Sheet.objects.visible_to(by)
    for one in sheets_apart(round, sheets):
        if one.inquiry is None:
            new.append(one.sheet)
    if not new:
        raise WrongState("没有需要说明的打分表，或都已请考评员说明，请刷新后再看")
    most = unusual_by(round).apart
    rows = [SheetInquiry(sheet=sheet, asked_by=by, asked_at=at) for sheet in new]
    with transaction.atomic():
        SheetInquiry.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE, ignore_conflicts=True)
        record(round, "scoring.round.inquire", by=by, at=at, remark=f"{len(new)} 张打分表")
        for sheet in new:
            _tell(sheet, most, at)
    return len(new)


def _tell(sheet: Sheet, most: Decimal, at: datetime) -> None:
    body = f"您的评分与同一社区其他考评员的相差超过 {most} 分，请打开打分表写明打分依据。分数不因此改变。"
    subject = f"请说明{sheet.community}的打分依据"
    notify([sheet.assessor], key=f"scoring.inquiry.{sheet.pk}", subject=subject, body=body, at=at,
           link=sheet.get_absolute_url())  # fmt: skip


def answer_inquiry(sheet: Sheet, *, answer: str, by, at: datetime) -> SheetInquiry:
    """Keep what the assessor says, once. Raises ValidationError without words, WrongState when nothing was asked."""
    require(sheet.assessor_id == by.pk, "只有打分的考评员本人可以说明")
    if not answer.strip():
        raise ValidationError({"answer": "请写明打分依据：看到了什么、按哪一条扣的"})
    waiting = SheetInquiry.objects.filter(sheet=sheet, answered_at=None)
    with transaction.atomic():
        if not waiting.update(answer=answer.strip(), answered_at=at):
            raise WrongState("这张打分表没有要说明的，或已经说明过，请刷新后再看")
        record(sheet, "scoring.sheet.answer", by=by, at=at, remark=answer.strip())
    return SheetInquiry.objects.get(sheet=sheet)
