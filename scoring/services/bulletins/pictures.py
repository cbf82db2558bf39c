"""What the circular and the pages draw alike: the course of the scores, and on which items points were lost."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Q, Sum
from django.utils.safestring import SafeString

from communities.models.places import Class
from gongjian.lib.charts import trend_line
from gongjian.lib.checklists import ChecklistItem
from gongjian.lib.points import round_half_up
from gongjian.lib.quarters import NUMERALS, Quarter
from scoring.models import Round, Score
from scoring.models.rounds import RoundStatus
from scoring.services.sheets.lists import checklist_of

QUARTERS_SHOWN = 8


@dataclass(frozen=True)
class Course:
    """Mean points by quarter: of the city, and of the classes that stand best and last in the latest."""

    labels: list[str]
    series: dict[str, list[Decimal | None]]

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The same as a table, a quarter a row."""
        columns = zip(*self.series.values(), strict=True)
        pairs = []
        for label, values in zip(self.labels, columns, strict=True):
            pairs.append((label, *("—" if value is None else f"{value}" for value in values)))
        return pairs


@dataclass(frozen=True)
class Losses:
    """The share of each item's points that the assessors took on the mean, by community."""

    items: Sequence[ChecklistItem]
    by_community: Mapping[int, Mapping[str, Decimal]]

    def shares(self, community: int) -> list[Decimal | None]:
        """Item by item; None where it does not apply."""
        found = self.by_community.get(community, {})
        return [found.get(item.code) for item in self.items]


def course_of(round: Round) -> Course:
    """The published quarters up to this one, which counts as it stands; eight at most. One query."""
    known = Q(round__status=RoundStatus.PUBLISHED, round__quarter__lt=round.quarter) | Q(
        round=round
    )
    scores = Score.objects.filter(known)
    sums = scores.values_list("round__quarter", "community__kind")
    found: dict[str, dict[str, tuple[Decimal, int]]] = defaultdict(dict)
    for quarter, kind, points, count in sums.annotate(Sum("total_points"), Count("pk")):
        found[quarter][kind] = (points, count)
    quarters = sorted(found)[-QUARTERS_SHOWN:]
    series = {"全市平均": [_mean(list(found[quarter].values())) for quarter in quarters]}
    if quarters:
        kinds = found[quarters[-1]]
    else:
        kinds = {}
    for word, kind in _best_and_last(kinds):
        name = f"{Class(kind).label}（{word}）"
        series[name] = [
            _mean([found[quarter][kind]]) if kind in found[quarter] else None
            for quarter in quarters
        ]
    short_titles = [short_title(quarter) for quarter in quarters]
    return Course(short_titles, series)


def _best_and_last(kinds: Mapping[str, tuple[Decimal, int]]) -> list[tuple[str, str]]:
    """The classes with the highest and the lowest mean; none in a city of one class."""
    ordered = sorted(kinds, key=lambda kind: _mean([kinds[kind]]), reverse=True)
    if len(ordered) > 1:
        return [("最高", ordered[0]), ("最低", ordered[-1])]
    return []


def _mean(sums: Sequence[tuple[Decimal, int]]) -> Decimal:
    fractions = []
    for one in sums:
        fractions.append(Fraction(one[0]))
    points, count = (
        sum(fractions, Fraction(0)),
        sum(one[1] for one in sums),
    )
    return round_half_up(points / count)


def short_title(quarter: str) -> str:
    """26年三季度: where a full title has no room."""
    found = Quarter.parse(quarter)
    return f"{found.year % 100}年{NUMERALS[found.number - 1]}季度"


def trend(course: Course, *, title: str) -> SafeString:
    return trend_line(course.labels, course.series, title=title)


def losses_of(round: Round, communities: Sequence[int] | None = None) -> Losses:
    """Read the locked sheets of a round, or of some communities of it. One query."""
    if communities is None:
        sheets = round.sheets.locked()
    else:
        sheets = round.sheets.locked().filter(community__in=communities)
    items = checklist_of(round).items
    taken: dict[int, dict[str, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    for community, marks in sheets.values_list("community", "marks"):
        for code, mark in marks.items():
            if not mark.get("not_applicable"):
                taken[community][code].append(Decimal(mark.get("deducted") or 0))
    points = {}
    for item in items:
        points[item.code] = item.points
    shares = {
        community: {
            code: sum(all) / len(all) / points[code]
            for code, all in codes.items()
            if points.get(code)
        }
        for community, codes in taken.items()
    }
    return Losses(items, shares)
