"""复发: the same item at the same spot soon after it was closed out.

How soon and how near is set in `rectification.json`.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Prefetch, Q, QuerySet

from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.lib.positions import Position, distance_m, position_of
from inspections.models import Finding, Photo
from inspections.models.findings import FindingStatus
from inspections.rules import rectification_rules


class ClosedOut(NamedTuple):
    """A finding that was closed out, when, and where it lay as far as it is known."""

    finding: Finding
    closed_at: datetime
    spot: Position | None


def link_recurrences(findings: Sequence[Finding], *, by: User, at: datetime) -> int:
    """Link each new finding to the one that it repeats, and log it; return how many are linked.

    The spot is the finding's own point, else where its first photo was taken; where one of the two
    findings has no point, the frontage decides. At most four queries, however many findings, and
    one entry for each that is linked.
    """
    spots = spots_of(findings)
    with_place = []
    for finding in findings:
        if finding.frontage_id or spots.get(finding.pk):
            with_place.append(finding)
    closed_out = lately_closed_out(with_place)
    linked = 0
    for finding in with_place:
        repeated = []
        for earlier in closed_out[finding.community_id, finding.item_code]:
            if is_repeated(earlier, finding, spots.get(finding.pk)):
                repeated.append(earlier)
        if repeated:
            latest = max(repeated, key=attrgetter("closed_at"))
            link_to(finding, latest.finding, by=by, at=at)
            linked += 1
    return linked


def spots_of(findings: Sequence[Finding]) -> dict[int, Position | None]:
    """Return where each finding lies, as far as it is known, by its id.

    Photos that still wait at its self-check's item count. One query at most.
    """
    spots = {}
    without_point = []
    by_self_check_item = {}
    for finding in findings:
        spots[finding.pk] = position_of(finding)
        if spots[finding.pk] is None:
            without_point.append(finding)
            by_self_check_item[finding.self_check_id, finding.item_code] = finding.pk
    if not without_point:
        return spots
    self_checks = {finding.self_check_id for finding in without_point}
    waiting = Q(finding=None, self_check__in=self_checks - {None})
    photos = located_photos().filter(waiting | Q(finding__in=without_point))
    # The last one written wins, hence the newest photo first.
    for photo in photos.order_by("-pk"):
        item = (photo.self_check_id, photo.item_code)
        pk = photo.finding_id or by_self_check_item.get(item)
        if pk is not None:
            spots[pk] = position_of(photo)
    return spots


def located_photos() -> QuerySet[Photo]:
    """Return the photos from before whose camera wrote a point."""
    return Photo.objects.before().filter(latitude__isnull=False, longitude__isnull=False)


def lately_closed_out(
    findings: Sequence[Finding],
) -> defaultdict[tuple[int, str], list[ClosedOut]]:
    """Return what was closed out within the days of the rules, by community and item code.

    Two queries.
    """
    closed_out: defaultdict[tuple[int, str], list[ClosedOut]] = defaultdict(list)
    if not findings:
        return closed_out
    first_found_at = min(finding.found_at for finding in findings)
    since = first_found_at - timedelta(days=rectification_rules().recurrence_days)
    communities = {finding.community_id for finding in findings}
    item_codes = {finding.item_code for finding in findings}
    rows = Finding.objects.filter(status=FindingStatus.CLOSED_OUT, closed_at__gte=since)
    rows = rows.filter(community__in=communities, item_code__in=item_codes)
    for row in rows.prefetch_related(Prefetch("photos", located_photos().order_by("pk"))):
        spot = position_of(row)
        photos = list(row.photos.all())
        if spot is None and photos:
            spot = position_of(photos[0])
        assert row.closed_at is not None
        closed = ClosedOut(row, row.closed_at, spot)
        closed_out[row.community_id, row.item_code].append(closed)
    return closed_out


def is_repeated(earlier: ClosedOut, finding: Finding, spot: Position | None) -> bool:
    """Whether `finding`, which lies at `spot`, repeats an earlier one of the same item."""
    rules = rectification_rules()
    age = finding.found_at - earlier.closed_at
    is_recent = timedelta() <= age <= timedelta(days=rules.recurrence_days)
    if earlier.finding.pk == finding.pk or not is_recent:
        return False
    if spot and earlier.spot:
        return distance_m(spot, earlier.spot) <= rules.recurrence_metres
    return finding.frontage_id is not None and finding.frontage_id == earlier.finding.frontage_id


def link_to(finding: Finding, earlier: Finding, *, by: User, at: datetime) -> None:
    """Store which finding this one repeats, and log it."""
    finding.recurs_from = earlier
    finding.save(update_fields=["recurs_from"])
    remark = f"与已销号的 {earlier.number} 同一问题"
    record(finding, "inspections.finding.recur", by=by, at=at, remark=remark)
