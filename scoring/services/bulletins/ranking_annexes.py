"""What the ranking circular attaches: scores by quarter, lost points and photos."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from gongjian.documents.drafting.pictures import picture_key
from gongjian.documents.layout.printed_sheet import chinese_date
from gongjian.lib.heat_charts import heat_matrix, heat_rows
from gongjian.lib.uploads import clean_photo
from inspections.models import Finding, Photo
from inspections.models.findings import FindingSource, FindingStatus, PhotoStage
from scoring.services.bulletins.finding_figures import Theme
from scoring.services.bulletins.item_losses import item_losses_of
from scoring.services.bulletins.quarter_figures import QuarterFigures
from scoring.services.bulletins.score_course import course_chart, course_of
from scoring.services.drafting.words import Annex, printed_table

# How high a picture of 720 wide may be under a title and on a page of its own.
FIRST_PAGE, FURTHER_PAGE = 745, 1035
# A larger city shows those who lost most.
COMMUNITIES_SHOWN = 300
FINDINGS_A_THEME = 3
# Pixels of a photo's longer side: at most one million in all.
LONGEST = 1000
# Never a check of a frontage, which would show a private shop, nor what a resident sent.
SHOWN_SOURCES = (FindingSource.CITY, FindingSource.GROUP, FindingSource.SELF_CHECK)

# A photo and the two lines under it.
Captioned = tuple[bytes, str]


def ranking_annexes(figures: QuarterFigures) -> list[Annex]:
    """Return the attachments that follow the ranking, without those that have nothing to show."""
    annexes = (course_annex(figures), losses_annex(figures), photos_annex(figures))
    return [annex for annex in annexes if annex]


def course_annex(figures: QuarterFigures) -> Annex | None:
    course = course_of(figures.round)
    if len(course.labels) < 2:
        return None
    title = f"近{len(course.labels)}个季度社区共建考核评议得分走势"
    columns = [("季度", "left", 24)]
    columns += [(name, "right", 20) for name in course.series]
    attachment = printed_table(title, columns, course.rows)
    attachment["picture_svg"] = course_chart(course, title=title)
    return Annex(attachment)


def losses_annex(figures: QuarterFigures) -> Annex | None:
    losses = item_losses_of(figures.round)
    if not losses.by_community:
        return None
    rows = []
    for score in figures.scores[-COMMUNITIES_SHOWN:]:
        label = f"{score.rank} {score.community.name}"
        rows.append((label, losses.shares(score.community_id)))
    title = f"{figures.round.span.title_in_text}社区共建考核评议扣分分布"
    codes = [item.code for item in losses.items]
    legend = [f"{item.code} {item.text}" for item in losses.items]
    first, *more = matrix_pages(codes, legend, rows, title=title)
    return Annex({"title": title, "picture_svg": first, "more_svg": more})


def matrix_pages(
    codes: Sequence[str],
    legend: Sequence[str],
    rows: Sequence[tuple[str, list[Decimal | None]]],
    *,
    title: str,
) -> Iterator[str]:
    """Yield the matrix page by page; the first one explains the columns."""
    on_first_page = heat_rows(FIRST_PAGE, len(legend))
    yield str(heat_matrix(codes, rows[:on_first_page], title=title, key=legend))
    on_further_page = heat_rows(FURTHER_PAGE)
    for start in range(on_first_page, len(rows), on_further_page):
        yield str(heat_matrix(codes, rows[start : start + on_further_page], title=title))


def photos_annex(figures: QuarterFigures) -> Annex | None:
    """Show a few problems of each theme before and after, those first that have both photos."""
    groups, pictures = [], []
    for theme in figures.findings.themes:
        captioned = photos_of_theme(figures, theme)
        if not captioned:
            continue
        cells = []
        for content, caption in captioned:
            pictures.append(content)
            cells.append({"sha256": picture_key(content), "caption": caption})
        groups.append({"heading": f"“{theme.section.name}”方面", "pictures": cells})
    if not groups:
        return None
    title = f"{figures.round.span.title_in_text}社区共建典型问题整改前后对照"
    return Annex({"title": title, "photos": groups}, pictures)


def photos_of_theme(figures: QuarterFigures, theme: Theme) -> list[Captioned]:
    pairs = [before_and_after(finding, theme) for finding in typical_findings(figures, theme)]
    pairs.sort(key=len, reverse=True)
    captioned = []
    for pair in pairs[:FINDINGS_A_THEME]:
        captioned += pair
    return captioned


def typical_findings(figures: QuarterFigures, theme: Theme) -> list[Finding]:
    """Return findings of a theme with a photo, one a community, those that are closed out first.

    What a community found itself is shown only once it is closed out.
    """
    codes = [item_count.item.code for item_count in theme.items]
    findings = Finding.objects.in_quarter(figures.round.span)
    findings = findings.filter(item_code__in=codes, frontage=None, source__in=SHOWN_SOURCES)
    photos = _printable_photos().filter(stage=PhotoStage.BEFORE)
    findings = findings.filter(photos__in=photos).distinct().select_related("community")
    candidates = []
    for finding in findings.order_by("number"):
        if finding.source != FindingSource.SELF_CHECK or finding.status == FindingStatus.CLOSED_OUT:
            candidates.append(finding)
    candidates.sort(key=most_typical_first)
    first_by_community: dict[int, Finding] = {}
    for finding in candidates:
        first_by_community.setdefault(finding.community_id, finding)
    return list(first_by_community.values())[: 2 * FINDINGS_A_THEME]


def most_typical_first(finding: Finding) -> tuple[bool, bool]:
    return finding.status != FindingStatus.CLOSED_OUT, finding.source == FindingSource.SELF_CHECK


def _printable_photos() -> QuerySet[Photo]:
    """Return the photos that may be printed: not destroyed, not a resident's."""
    return Photo.objects.filter(destroyed_at=None, report=None)


def before_and_after(finding: Finding, theme: Theme) -> list[Captioned]:
    """Return the photo before and, where there is one, the photo after, with their captions."""
    items = {item_count.item.code: item_count.item for item_count in theme.items}
    item = items[finding.item_code]
    what = f"{finding.community.name}：{item.text}"
    photos = _printable_photos().filter(finding=finding).order_by("-pk")
    by_stage = {photo.stage: photo for photo in photos}
    captioned = []
    before = by_stage.get(PhotoStage.BEFORE)
    after = by_stage.get(PhotoStage.AFTER)
    if before:
        when = _stage_words(PhotoStage.BEFORE, finding.found_at, finding.get_source_display())
        captioned.append((_for_print(before), f"{what}\n{when}"))
    if after and finding.rectified_at:
        when = _stage_words(PhotoStage.AFTER, finding.rectified_at, finding.get_status_display())
        captioned.append((_for_print(after), f"{what}\n{when}"))
    return captioned


def _stage_words(stage: PhotoStage, at: datetime, remark: str) -> str:
    """Return 整改前（2026年7月3日，自查发现） or 整改后（2026年7月5日，已销号）."""
    return f"{stage.label}（{chinese_date(timezone.localdate(at))}，{remark}）"


def _for_print(photo: Photo) -> bytes:
    with photo.file.open("rb") as file:
        return clean_photo(file, longest=LONGEST).content
