"""红黑榜: proposed by the rules of the star scheme, decided by the office, shown until it ends or is repaired."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from gongjian.audit.services import record, record_many
from gongjian.lib.quarters import Quarter
from gongjian.lib.stars import StarScheme
from gongjian.workflow import WrongState, advance, require
from inspections import states
from inspections.models import FrontageCheck, FrontageStanding, ListEntry
from inspections.models.honours import EntryKind, EntryStatus
from inspections.models.stars import OccupantKind
from inspections.permissions import may_keep_lists
from inspections.services.stars import ratings_on, scheme_in_force


def propose_entries(quarter: str, *, by, at: datetime) -> int:
    """Propose who goes on the honour and the warning list of a quarter; returns how many are new.

    Safe to run twice: who was proposed or decided in the quarter is left alone. A query for each quarter looked at.
    """
    require(may_keep_lists(by), "只有共建办可以提出红黑榜名单")
    on = timezone.localdate(at)
    span, scheme = Quarter.parse(str(quarter)), scheme_in_force(on)
    grounds = dict(_grounds(span, scheme, on))
    known = set(ListEntry.objects.filter(quarter=str(span)).values_list("frontage", "kind"))
    new = [key for key in grounds if key not in known]
    kinds = dict(FrontageStanding.objects.values_list("frontage", "occupant_kind"))
    shown = {
        EntryKind.HONOUR: scheme.honour.shown_days,
        EntryKind.WARNING: scheme.warning.shown_days,
    }
    rows = [
        ListEntry(
            frontage_id=pk,
            kind=kind,
            quarter=str(span),
            occupant_kind=kinds.get(pk, OccupantKind.PRIVATE_SHOP),
            grounds=grounds[pk, kind],
            shown_days=shown[kind],
            proposed_at=at,
        )
        for pk, kind in new
    ]
    with transaction.atomic():
        made = ListEntry.objects.bulk_create(rows, batch_size=500)
        chosen = ListEntry.objects.filter(pk__in=[one.pk for one in made]).select_related(
            "frontage"
        )
        record_many(chosen, "inspections.listentry.propose", by=by, at=at)
    return len(made)


def _grounds(span: Quarter, scheme: StarScheme, on: date) -> Iterator[tuple[tuple[int, str], str]]:
    """(frontage, list) and why."""
    for pk in _steady(span, scheme, on):
        yield (
            (pk, EntryKind.HONOUR),
            f"连续 {scheme.honour.quarters} 个季度达到 {scheme.honour.stars} 星",
        )
    failing = FrontageCheck.objects.filter(quarter=str(span), passed=False).order_by()
    counts = (
        failing.values("frontage")
        .annotate(times=Count("pk"))
        .filter(times__gte=scheme.warning.failed_checks)
    )
    for pk, times in counts.values_list("frontage", "times"):
        yield (pk, EntryKind.WARNING), f"{span.title}抽查 {times} 次不合格"


def _steady(span: Quarter, scheme: StarScheme, on: date) -> set[int]:
    """Who had enough stars at the end of each of the last quarters; the present one is taken as it stands today."""
    found: list[set[int]] = []
    for _ in range(scheme.honour.quarters):
        last = min(span.end - timedelta(days=1), on)
        held = ratings_on(last).items()
        found.append(
            {pk for pk, rating in held if rating.stars and rating.stars >= scheme.honour.stars}
        )
        span = span.previous()
    return set.intersection(*found)


def publish_entry(entry: ListEntry, *, decision: str, by, at: datetime) -> ListEntry:
    """列入并公布, for as long as the rules say. Raises WrongState while a private shop's legal review is missing."""
    require(may_keep_lists(by), "只有共建办可以决定红黑榜")
    on = timezone.localdate(at)
    ends = {"published_on": on, "expires_on": on + timedelta(days=entry.shown_days)}
    with transaction.atomic():
        held = ListEntry.objects.select_for_update().select_related("frontage").get(pk=entry.pk)
        if held.needs_review:
            raise WrongState("个体商户和企业列入黑榜前，须先登记法制审核：何人、何日、凭什么文书")
        return advance(
            held, states.PUBLISH_ENTRY, by=by, at=at, decision=decision, decided_by=by, **ends
        )


def drop_entry(entry: ListEntry, *, decision: str, by, at: datetime) -> ListEntry:
    """不列入, with the reason."""
    return advance(entry, states.DROP_ENTRY, by=by, at=at, decision=decision, decided_by=by)


def remove_entry(entry: ListEntry, *, removal: str, by, at: datetime) -> ListEntry:
    """提前移出: what was repaired (信用修复) and how that was seen."""
    return advance(
        entry, states.REMOVE_ENTRY, by=by, at=at, removal=removal, removed_on=timezone.localdate(at)
    )


def note_review(
    entry: ListEntry, *, reviewed_on: date, review_document: str, by, at: datetime
) -> ListEntry:
    """登记法制审核: without it no private shop's warning is shown. Raises ValidationError for a day to come."""
    require(may_keep_lists(by), "只有共建办可以登记法制审核")
    if reviewed_on > timezone.localdate(at):
        raise ValidationError({"reviewed_on": "审核日期还没有到，请填文书上的日期"})
    given = {"reviewed_on": reviewed_on, "review_document": review_document}
    return _change(
        entry,
        "inspections.listentry.review",
        {**given, "reviewed_by": by},
        told=given,
        by=by,
        at=at,
    )


def set_occupant(entry: ListEntry, *, occupant_kind: str, by, at: datetime) -> ListEntry:
    """更正责任人性质, here and for the frontage's later entries."""
    require(may_keep_lists(by), "只有共建办可以更正责任人性质")
    given = {"occupant_kind": occupant_kind}
    with transaction.atomic():
        FrontageStanding.objects.update_or_create(frontage_id=entry.frontage_id, defaults=given)
        return _change(entry, "inspections.listentry.occupant", given, told=given, by=by, at=at)


def _change(
    entry: ListEntry, event: str, values: dict, *, told: dict, by, at: datetime
) -> ListEntry:
    """Change what an undecided entry says; once decided it stays."""
    with transaction.atomic():
        if not ListEntry.objects.filter(pk=entry.pk, status=EntryStatus.PROPOSED).update(**values):
            raise WrongState("这一条已经决定，不能再改")
        for name, value in values.items():
            setattr(entry, name, value)
        record(entry, event, by=by, at=at, after=told)
    return entry
