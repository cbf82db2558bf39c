"""What was found in a quarter, by item and by section, beside the quarter before."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count

from gongjian.lib.checklists import ChecklistItem, ChecklistSection, load_checklist
from gongjian.lib.quarters import Quarter
from inspections.models import Finding
from inspections.models.findings import FindingSource
from scoring.models import Round


@dataclass(frozen=True)
class ItemCount:
    """How often one item was found."""

    item: ChecklistItem
    count: int


@dataclass(frozen=True)
class FewerFound:
    """An item that was found less often than last quarter."""

    item: ChecklistItem
    count: int
    count_before: int


@dataclass(frozen=True)
class Theme:
    """One section of the checklist with the quarter's findings under it, most frequent item first.

    `by_community`: where the city found most of it; what a community finds itself is never held up
    to it.
    """

    section: ChecklistSection
    count: int
    items: list[ItemCount]
    count_before: int = 0
    by_community: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True)
class FindingFigures:
    """A quarter's findings: how many, how many last quarter, still open or overdue, and where.

    `themes`: the heaviest first. `fewer`: the greatest fall first.
    """

    count: int
    count_before: int
    open: int
    overdue: int
    themes: list[Theme]
    fewer: list[FewerFound]


def finding_figures_of(round: Round, *, at: datetime) -> FindingFigures:
    """Return the figures of the quarter's findings as they stand at `at`. Five queries."""
    counts_before = _counts_by_item(round.span.previous())
    counts = _counts_by_item(round.span)
    checklist = load_checklist(round.checklist.content)
    by_community = city_counts_by_item(round.span)
    themes = []
    for section, items in checklist.by_section():
        theme = theme_of(section, items, counts, counts_before, by_community)
        if theme.count:
            themes.append(theme)
    themes.sort(key=lambda theme: -theme.count)
    count = sum(theme.count for theme in themes)
    fewer = _fewer(checklist.items, counts, counts_before)
    in_quarter = Finding.objects.in_quarter(round.span)
    still_open = in_quarter.open().count()
    overdue = in_quarter.overdue(at).count()
    return FindingFigures(count, counts_before.total(), still_open, overdue, themes, fewer)


def _counts_by_item(quarter: Quarter) -> Counter[str]:
    """Return how many findings a quarter has by item. One query."""
    rows = Finding.objects.in_quarter(quarter).values("item_code").annotate(count=Count("pk"))
    return Counter(dict(rows.values_list("item_code", "count")))


def city_counts_by_item(quarter: Quarter) -> dict[str, Counter[str]]:
    """Return by item how often the city found it in each community. One query."""
    found_by_city = Finding.objects.in_quarter(quarter).filter(source=FindingSource.CITY)
    grouped = found_by_city.values("item_code", "community__name").annotate(count=Count("pk"))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for code, name, count in grouped.values_list("item_code", "community__name", "count"):
        counts[code][name] = count
    return counts


def theme_of(
    section: ChecklistSection,
    items: Sequence[ChecklistItem],
    counts: Counter[str],
    counts_before: Counter[str],
    by_community: dict[str, Counter[str]],
) -> Theme:
    listed = []
    total, total_before = 0, 0
    communities: Counter[str] = Counter()
    for item in items:
        count = counts[item.code]
        if count:
            listed.append(ItemCount(item, count))
        total += count
        total_before += counts_before[item.code]
        communities.update(by_community[item.code])
    listed.sort(key=lambda item_count: -item_count.count)
    return Theme(section, total, listed, total_before, communities.most_common())


def _fewer(
    items: Sequence[ChecklistItem], counts: Counter[str], counts_before: Counter[str]
) -> list[FewerFound]:
    fewer = []
    for item in items:
        change = FewerFound(item, counts[item.code], counts_before[item.code])
        if change.count < change.count_before:
            fewer.append(change)
    return sorted(fewer, key=lambda change: change.count - change.count_before)
