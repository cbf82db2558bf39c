"""复发: the same item at the same spot soon after it was closed out. The figures stand in `rectification.json`."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q

from gongjian.audit.services import record
from gongjian.lib.positions import Position, distance_m, position_of
from inspections.models import Finding, Photo
from inspections.models.findings import FindingStatus, Stage
from inspections.rules import rectification_rules


def link_recurrences(findings: Iterable[Finding], *, by, at: datetime) -> int:
    """Link each new finding to the one that it repeats, and note it in its history; returns how many are linked.

    The spot is the finding's own point, else where its first photo was taken; where one of the two has none, the
    frontage decides. At most four queries, however many findings, and one entry for each that is linked.
    """
    spots = _spots_of(findings)
    located = [one for one in findings if one.frontage_id or spots.get(one.pk)]
    earlier = _closed_out_before(located)
    linked = 0
    for finding in located:
        found = [
            one
            for one in earlier[finding.community_id, finding.item_code]
            if _is_repeated(one, finding, spots)
        ]
        if found:
            _link(finding, max(found, key=lambda one: one.closed_at), by=by, at=at)
            linked += 1
    return linked


def _spots_of(findings: Iterable[Finding]) -> dict[int, Position]:
    """Where each finding lies, as far as it is known; photos that still wait at its self-check's item count."""
    spots = {one.pk: position_of(one) for one in findings}
    unknown = [one for one in findings if spots[one.pk] is None]
    if not unknown:
        return spots
    by_item = {(one.self_check_id, one.item_code): one.pk for one in unknown if one.self_check_id}
    taken = (
        Photo.objects.before()
        .filter(latitude__isnull=False, longitude__isnull=False)
        .order_by("-pk")
    )
    at_item = Q(finding=None, self_check__in={check for check, _ in by_item})
    for photo in taken.filter(at_item | Q(finding__in=unknown)):
        pk = photo.finding_id or by_item.get((photo.self_check_id, photo.item_code))
        spots[pk] = position_of(photo)
    return spots


def _closed_out_before(findings: list[Finding]) -> dict[tuple[int, str], list[Finding]]:
    """What was closed out of the same item in the same community within the days of the rules. Two queries."""
    earlier = defaultdict(list)
    if not findings:
        return earlier
    since = min(one.found_at for one in findings) - timedelta(
        days=rectification_rules().recurrence_days
    )
    rows = Finding.objects.filter(
        status=FindingStatus.CLOSED_OUT,
        closed_at__gte=since,
        community__in={one.community_id for one in findings},
        item_code__in={one.item_code for one in findings},
    )
    photos = Photo.objects.filter(
        stage=Stage.BEFORE, latitude__isnull=False, longitude__isnull=False
    )
    for row in rows.prefetch_related(
        Prefetch("photos", photos.order_by("pk"), to_attr="located_photos")
    ):
        earlier[row.community_id, row.item_code].append(row)
    return earlier


def _is_repeated(earlier: Finding, finding: Finding, spots: dict[int, Position]) -> bool:
    rules = rectification_rules()
    age = finding.found_at - earlier.closed_at
    if earlier.pk == finding.pk or not timedelta() <= age <= timedelta(days=rules.recurrence_days):
        return False
    here = spots.get(finding.pk)
    there = position_of(earlier) or (
        position_of(earlier.located_photos[0]) if earlier.located_photos else None
    )
    if here and there:
        return distance_m(here, there) <= rules.recurrence_metres
    return finding.frontage_id is not None and finding.frontage_id == earlier.frontage_id


def _link(finding: Finding, earlier: Finding, *, by, at: datetime) -> None:
    finding.recurs_from = earlier
    finding.save(update_fields=["recurs_from"])
    record(
        finding,
        "inspections.finding.recur",
        by=by,
        at=at,
        remark=f"与已销号的 {earlier.number} 同一问题",
    )
