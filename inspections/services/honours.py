"""红黑榜: proposed by the star scheme, decided by the office, shown until expired or repaired."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from gongjian.accounts.models import User
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


def propose_entries(quarter: str, *, by: User, at: datetime) -> int:
    """Propose who goes on the honour and the warning list of a quarter; return how many are new.

    Safe to run twice: who was proposed or decided in the quarter is left alone. A query for each
    quarter looked at.
    """
    require(may_keep_lists(by), "只有共建办可以提出红黑榜名单")
    on = timezone.localdate(at)
    scheme = scheme_in_force(on)
    span = Quarter.parse(str(quarter))
    grounds_by_entry = grounds_in(span, scheme, on)
    entries_of_quarter = ListEntry.objects.filter(quarter=str(span))
    listed = set(entries_of_quarter.values_list("frontage", "kind"))
    occupant_kinds = dict(FrontageStanding.objects.values_list("frontage", "occupant_kind"))
    entries = []
    for (frontage, kind), grounds in grounds_by_entry.items():
        if (frontage, kind) in listed:
            continue
        entry = ListEntry(frontage_id=frontage, kind=kind, quarter=str(span), grounds=grounds)
        entry.occupant_kind = occupant_kinds.get(frontage, OccupantKind.PRIVATE_SHOP)
        rules = scheme.honour if kind == EntryKind.HONOUR else scheme.warning
        entry.shown_days = rules.shown_days
        entry.proposed_at = at
        entries.append(entry)
    with transaction.atomic():
        ListEntry.objects.bulk_create(entries, batch_size=500)
        proposed = ListEntry.objects.filter(pk__in=[entry.pk for entry in entries])
        proposed = proposed.select_related("frontage")
        record_many(proposed, "inspections.listentry.propose", by=by, at=at)
    return len(entries)


def grounds_in(quarter: Quarter, scheme: StarScheme, on: date) -> dict[tuple[int, str], str]:
    """Return the grounds of a quarter's entries, by frontage and list."""
    grounds: dict[tuple[int, str], str] = {}
    honour, warning = scheme.honour, scheme.warning
    for frontage in steadily_rated(quarter, scheme, on):
        words = f"连续 {honour.quarters} 个季度达到 {honour.stars} 星"
        grounds[frontage, EntryKind.HONOUR] = words
    checks = FrontageCheck.objects.filter(quarter=str(quarter), passed=False).order_by()
    counts = checks.values("frontage").annotate(times=Count("pk"))
    counts = counts.filter(times__gte=warning.failed_checks)
    for frontage, times in counts.values_list("frontage", "times"):
        words = f"{quarter.title}抽查 {times} 次不合格"
        grounds[frontage, EntryKind.WARNING] = words
    return grounds


def steadily_rated(quarter: Quarter, scheme: StarScheme, on: date) -> set[int]:
    """Return who had enough stars at the end of each of the last quarters.

    The present quarter is taken as it stands on the day `on`.
    """
    steady: set[int] | None = None
    for _ in range(scheme.honour.quarters):
        last_day = quarter.end - timedelta(days=1)
        rated = set()
        for frontage, rating in ratings_on(min(last_day, on)).items():
            if rating.stars and rating.stars >= scheme.honour.stars:
                rated.add(frontage)
        steady = rated if steady is None else steady & rated
        quarter = quarter.previous()
    return steady or set()


def publish_entry(entry: ListEntry, *, decision: str, by: User, at: datetime) -> ListEntry:
    """Publish it (列入并公布) for as long as the scheme says.

    Raises WrongState while a private shop's legal review is missing.
    """
    require(may_keep_lists(by), "只有共建办可以决定红黑榜")
    on = timezone.localdate(at)
    fields: dict[str, Any] = {"decision": decision, "decided_by": by, "published_on": on}
    fields["expires_on"] = on + timedelta(days=entry.shown_days)
    with transaction.atomic():
        rows = ListEntry.objects.select_for_update().select_related("frontage")
        locked_row = rows.get(pk=entry.pk)
        if locked_row.needs_review:
            raise WrongState("个体商户和企业列入黑榜前，须先登记法制审核：何人、何日、凭什么文书")
        return advance(locked_row, states.PUBLISH_ENTRY, by=by, at=at, **fields)


def drop_entry(entry: ListEntry, *, decision: str, by: User, at: datetime) -> ListEntry:
    """Do not list it (不列入), with the reason."""
    fields: dict[str, Any] = {"decision": decision, "decided_by": by}
    return advance(entry, states.DROP_ENTRY, by=by, at=at, **fields)


def remove_entry(entry: ListEntry, *, removal: str, by: User, at: datetime) -> ListEntry:
    """Take it off early (提前移出): what was repaired (信用修复) and how that was seen."""
    fields: dict[str, Any] = {"removal": removal, "removed_on": timezone.localdate(at)}
    return advance(entry, states.REMOVE_ENTRY, by=by, at=at, **fields)


def note_review(
    entry: ListEntry, *, reviewed_on: date, review_document: str, by: User, at: datetime
) -> ListEntry:
    """Record the legal review (登记法制审核): without it no private shop's warning is shown.

    Raises ValidationError for a day to come.
    """
    require(may_keep_lists(by), "只有共建办可以登记法制审核")
    if reviewed_on > timezone.localdate(at):
        raise ValidationError({"reviewed_on": "审核日期还没有到，请填文书上的日期"})
    review = {"reviewed_on": reviewed_on, "review_document": review_document}
    with transaction.atomic():
        _change_undecided(entry, {**review, "reviewed_by": by})
        record(entry, "inspections.listentry.review", by=by, at=at, after=review)
    return entry


def set_occupant(entry: ListEntry, *, occupant_kind: str, by: User, at: datetime) -> ListEntry:
    """Correct what the occupant is (责任人性质), here and for the frontage's later entries."""
    require(may_keep_lists(by), "只有共建办可以更正责任人性质")
    fields = {"occupant_kind": occupant_kind}
    with transaction.atomic():
        FrontageStanding.objects.update_or_create(frontage_id=entry.frontage_id, defaults=fields)
        _change_undecided(entry, fields)
        record(entry, "inspections.listentry.occupant", by=by, at=at, after=fields)
    return entry


def _change_undecided(entry: ListEntry, fields: dict[str, Any]) -> None:
    """Change what an undecided entry says. Raises WrongState once it is decided."""
    undecided = ListEntry.objects.filter(pk=entry.pk, status=EntryStatus.PROPOSED)
    if not undecided.update(**fields):
        raise WrongState("这一条已经决定，不能再改")
    for name, value in fields.items():
        setattr(entry, name, value)
