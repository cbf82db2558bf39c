"""What the maps show: each reader's own communities, published scores, open findings.

A constant number of queries.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.safestring import SafeString

from communities.models import Boundary, Community
from gongjian.lib.positions import position_of
from gongjian.lib.templatetags.office import moment
from gongjian.office.maps.classes import MapClass, MapStanding, by_count, by_grade
from gongjian.office.maps.drawing import MapMark, draw_city, draw_community, thinned
from inspections.models import Finding, Frontage
from inspections.models.findings import NOT_PUT_RIGHT
from scoring.models import Round, Score

SCORE, OPEN, OVERDUE = "score", "open", "overdue"
KINDS = {SCORE: "公布得分", OPEN: "未销号问题", OVERDUE: "逾期问题"}
MOST_FINDINGS, MOST_FRONTAGES = 500, 2_000


@dataclass(frozen=True)
class CommunityLine:
    """One community in the table under the map."""

    community: Community
    url: str
    standing: MapStanding
    words: str
    has_boundary: bool


@dataclass(frozen=True)
class CityMap:
    """The picture, empty while no boundary is known, its legend, and every community in figures."""

    picture: SafeString
    classes: list[MapClass]
    lines: list[CommunityLine]

    @property
    def without_boundary(self) -> list[CommunityLine]:
        lines = []
        for line in self.lines:
            if not line.has_boundary:
                lines.append(line)
        return lines


def published_quarters(user) -> list[str]:
    """Quarters whose scores are published, newest first."""
    rounds = Round.objects.visible_to(user).published()
    return list(rounds.order_by("-quarter").values_list("quarter", flat=True))


def city_map(user, *, by: str, quarter: str, at: datetime) -> CityMap:
    """The communities that the reader may see, by what `by` names."""
    rows = Community.objects.visible_to(user).active()
    rows = rows.select_related("subdistrict").order_by("code")
    communities = {community.pk: community for community in rows}
    classes, standings = _standings(user, list(communities), by=by, quarter=quarter, at=at)
    urls = {}
    for pk, one in communities.items():
        urls[pk] = reverse("maps:community", args=[one.code])
    boundaries = list(
        Boundary.objects.filter(community__in=communities)
        .select_related("community")
        .order_by("community__code")
    )
    drawn = thinned(boundaries)
    title = f"{KINDS[by]}示意图{f'，{quarter}' if by == SCORE else ''}"
    if drawn:
        picture = draw_city(drawn, classes, standings, urls, title=title)
    else:
        picture = SafeString()
    bounded = {boundary.community_id for boundary in boundaries}
    lines = []
    for pk, community in communities.items():
        standing = standings[pk]
        words = classes[standing.number].words
        lines.append(CommunityLine(community, urls[pk], standing, words, pk in bounded))
    return CityMap(picture, classes, lines)


def _standings(user, keys: list[int], *, by: str, quarter: str, at: datetime):
    if by == SCORE:
        scores = Score.objects.visible_to(user).in_quarter(quarter)
        rows = scores.filter(round__in=Round.objects.published())
        return by_grade({pk: (total, grade) for pk, total, grade in _told(rows)}, keys)
    findings = Finding.objects.visible_to(user)
    if by == OVERDUE:
        counted = findings.overdue(at)
    else:
        counted = findings.open()
    counts = dict(counted.values_list("community").annotate(Count("pk")).order_by())
    return by_count(counts, keys)


def _told(rows) -> Iterable[tuple]:
    return rows.in_force().values_list("community", "total_points_now", "grade_now")


@dataclass(frozen=True)
class CommunityMap:
    """One community's picture with the findings beneath it.

    `far` points lie outside it, `more` were left out.
    """

    picture: SafeString
    findings: list[Finding]
    far: int
    frontages: int
    more: bool
    has_boundary: bool


def community_map(community: Community, user, *, at: datetime) -> CommunityMap:
    """The open findings of one community that the reader may see, and its frontages, as points."""
    findings = Finding.objects.visible_to(user).open()
    findings = findings.filter(community=community).select_related("responsible_unit")
    listed = list(findings.order_by("due_at", "pk")[: MOST_FINDINGS + 1])
    shops = Frontage.objects.visible_to(user).filter(community=community)
    shops = shops.exclude(Q(latitude=None) | Q(longitude=None))
    frontages = list(
        shops.only("shop_name", "door_number", "latitude", "longitude", "datum").order_by("pk")[
            : MOST_FRONTAGES + 1
        ]
    )
    boundaries = Boundary.objects.filter(community=community)
    boundary = boundaries.select_related("community").first()
    marks = [
        *_finding_marks(listed[:MOST_FINDINGS], at),
        *_frontage_marks(frontages[:MOST_FRONTAGES]),
    ]
    drawn = None
    if boundary:
        drawn = thinned([boundary])[0]
    picture, far = draw_community(drawn, marks, title=f"{community}示意图")
    more = len(listed) > MOST_FINDINGS or len(frontages) > MOST_FRONTAGES
    return CommunityMap(
        picture, listed[:MOST_FINDINGS], far, len(frontages[:MOST_FRONTAGES]), more, bool(boundary)
    )


def _finding_marks(findings: list[Finding], at: datetime) -> list[MapMark]:
    marks = []
    for finding in findings:
        place = position_of(finding)
        if place:
            narrowing = f"{finding}，{finding.get_status_display()}，时限 {moment(finding.due_at)}"
            mark = MapMark(
                kind_of(finding, at),
                narrowing,
                finding.get_absolute_url(),
                place,
            )
            marks.append(mark)
    return marks


def _frontage_marks(frontages: list[Frontage]) -> list[MapMark]:
    marks = []
    for frontage in frontages:
        narrowing = f"{frontage.shop_name}（{frontage.door_number}）"
        mark = MapMark("frontage", narrowing, "", position_of(frontage))
        marks.append(mark)
    return marks


def kind_of(finding: Finding, at: datetime) -> str:
    if finding.is_overdue(at):
        return "overdue"
    return "open" if finding.status in NOT_PUT_RIGHT else "waiting"
