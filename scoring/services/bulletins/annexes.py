"""What the ranking circular attaches beside its table: the course of the scores, where points were lost, photos."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from gongjian.documents.drafting.pictures import picture_key
from gongjian.documents.layout.printed_sheet import chinese_date
from gongjian.lib.heat_charts import heat_matrix, heat_rows
from gongjian.lib.uploads import clean_photo
from inspections.models import Finding, Photo
from inspections.models.findings import FindingStatus, Source, Stage
from scoring.services.bulletins.figures import QuarterFigures, Theme
from scoring.services.bulletins.pictures import Losses, course_of, losses_of, trend

FIRST_PAGE, FURTHER_PAGE = 745, 1035
"""How high a picture of 720 wide may be under a title and on a page of its own."""
COMMUNITIES_SHOWN = 300
"""A larger city shows those who lost most."""
FINDINGS_A_THEME = 3
LONGEST = 1000  # pixels of a photo's longer side: at most one million in all
SHOWN_SOURCES = (Source.CITY, Source.GROUP, Source.SELF_CHECK)
"""Never a check of a frontage, which would show a private shop, nor what a resident sent."""


@dataclass(frozen=True)
class Annex:
    """One attachment as a document stores it, and the JPEGs that it names."""

    attachment: dict
    pictures: list[bytes] = field(default_factory=list)


def ranking_annexes(figures: QuarterFigures) -> list[Annex]:
    """The attachments that follow the ranking; each is left out where there is nothing to show."""
    found = (_course(figures), _losses(figures), _photos(figures))
    return [annex for annex in found if annex]


def _course(figures: QuarterFigures) -> Annex | None:
    course = course_of(figures.round)
    if len(course.labels) < 2:
        return None
    columns = [{"label": "季度", "align": "left", "width": 24}]
    columns += [{"label": name, "align": "right", "width": 20} for name in course.series]
    title = f"近{len(course.labels)}个季度社区共建考核评议得分走势"
    rows = []
    for row in course.rows:
        rows.append(list(row))
    table = {"columns": columns, "rows": rows}
    picture_svg = trend(course, title=title)
    return Annex({"title": title, "picture_svg": picture_svg, "table": table})


def _losses(figures: QuarterFigures) -> Annex | None:
    losses = losses_of(figures.round)
    scores = figures.scores[-COMMUNITIES_SHOWN:]
    rows = []
    for score in scores:
        shares = losses.shares(score.community_id)
        rows.append((f"{score.rank} {score.community.name}", shares))
    if not losses.by_community:
        return None
    title = f"{figures.round.span.title_in_text}社区共建考核评议扣分分布"
    first, *more = _pages(rows, losses, title)
    return Annex({"title": title, "picture_svg": first, "more_svg": more})


def _pages(rows: Sequence[tuple], losses: Losses, title: str) -> Iterator[str]:
    """The matrix page by page; the first explains the columns."""
    codes = [item.code for item in losses.items]
    key = []
    for item in losses.items:
        key.append(f"{item.code} {item.text}")
    cut = heat_rows(FIRST_PAGE, len(key))
    yield str(heat_matrix(codes, rows[:cut], title=title, key=key))
    step = heat_rows(FURTHER_PAGE)
    for start in range(cut, len(rows), step):
        yield str(heat_matrix(codes, rows[start : start + step], title=title))


def _photos(figures: QuarterFigures) -> Annex | None:
    """A few problems of each theme before and after, those that were put right first."""
    groups, pictures = [], []
    for theme in figures.themes:
        shown = []
        for finding in _to_show(figures, theme):
            pair = _pair(finding, theme)
            if pair:
                shown.append(pair)
        pairs_first = sorted(shown, key=len, reverse=True)[:FINDINGS_A_THEME]
        found = [one for pair in pairs_first for one in pair]
        if found:
            pictures += [content for content, _ in found]
            cells = []
            for content, caption in found:
                cells.append({"sha256": picture_key(content), "caption": caption})
            heading = f"“{theme.section.name}”方面"
            groups.append({"heading": heading, "pictures": cells})
    if not groups:
        return None
    title = f"{figures.round.span.title_in_text}社区共建典型问题整改前后对照"
    return Annex({"title": title, "photos": groups}, pictures)


def _to_show(figures: QuarterFigures, theme: Theme) -> Sequence[Finding]:
    """Findings of a theme with a photo, one a community; what a community found itself only once it is struck off."""
    codes = []
    for item, _ in theme.items:
        codes.append(item.code)
    findings = Finding.objects.in_quarter(figures.round.span)
    found = findings.filter(item_code__in=codes, frontage=None)
    photos = _shown().filter(stage=Stage.BEFORE)
    found = found.filter(source__in=SHOWN_SOURCES, photos__in=photos).distinct()
    settled = [
        one for one in found.select_related("community").order_by("number") if _may_be_held_up(one)
    ]
    settled.sort(
        key=lambda one: (one.status != FindingStatus.CLOSED_OUT, one.source == Source.SELF_CHECK)
    )
    return list({one.community_id: one for one in reversed(settled)}.values())[::-1][
        : 2 * FINDINGS_A_THEME
    ]


def _may_be_held_up(finding: Finding) -> bool:
    return finding.source != Source.SELF_CHECK or finding.status == FindingStatus.CLOSED_OUT


def _shown():
    """Photos that may be printed: not destroyed, not a resident's."""
    return Photo.objects.filter(destroyed_at=None, report=None)


def _pair(finding: Finding, theme: Theme) -> list[tuple[bytes, str]]:
    """The photo before and, where there is one, the photo after, each with its caption of two lines."""
    item = next(item for item, _ in theme.items if item.code == finding.item_code)
    photos = {photo.stage: photo for photo in _shown().filter(finding=finding).order_by("-pk")}
    cells = []
    for stage, day in ((Stage.BEFORE, finding.found_at), (Stage.AFTER, finding.rectified_at)):
        if (photo := photos.get(stage)) and day:
            state = _state(finding, stage, day)
            cells.append(
                (
                    _small(photo),
                    f"{finding.community.name}：{item.text}\n{state}",
                )
            )
    return cells


def _state(finding: Finding, stage: str, at: datetime) -> str:
    """整改前（2026年7月3日，自查发现） or 整改后（2026年7月5日，已销号）."""
    day = chinese_date(timezone.localdate(at))
    if stage == Stage.BEFORE:
        said = finding.get_source_display()
    else:
        said = finding.get_status_display()
    return f"{Stage(stage).label}（{day}，{said}）"


def _small(photo: Photo) -> bytes:
    with photo.file.open("rb") as file:
        return clean_photo(file, longest=LONGEST).content
