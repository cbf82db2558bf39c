"""The course of the mean scores over the published quarters, for the circular and the pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Q, Sum
from django.utils.safestring import SafeString

from communities.models.places import Class
from gongjian.lib.charts import trend_line
from gongjian.lib.points import round_half_up
from gongjian.lib.quarters import NUMERALS, Quarter
from scoring.models import Round, Score
from scoring.models.rounds import RoundStatus

QUARTERS_SHOWN = 8

# The sum of points and the number of communities, by class.
ClassSums = dict[str, tuple[Decimal, int]]


@dataclass(frozen=True)
class ScoreCourse:
    """Mean points by quarter: of the city, and of the classes now best and last."""

    labels: list[str]
    series: dict[str, list[Decimal | None]]

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """Return the same as a table, a quarter a row."""
        rows = []
        for label, *values in zip(self.labels, *self.series.values(), strict=True):
            cells = ["—" if value is None else f"{value}" for value in values]
            rows.append((label, *cells))
        return rows


def course_of(round: Round) -> ScoreCourse:
    """Return the course of the published quarters up to this one, which counts as it stands.

    Eight quarters at most. One query.
    """
    sums = sums_by_quarter(round)
    quarters = sorted(sums)[-QUARTERS_SHOWN:]
    series: dict[str, list[Decimal | None]] = {
        "全市平均": [_mean(sums[quarter].values()) for quarter in quarters]
    }
    if quarters:
        latest = sums[quarters[-1]]
        for word, kind in best_and_last_class(latest):
            name = f"{Class(kind).label}（{word}）"
            series[name] = [_mean_of_class(sums[quarter], kind) for quarter in quarters]
    return ScoreCourse([short_title(quarter) for quarter in quarters], series)


def sums_by_quarter(round: Round) -> dict[str, ClassSums]:
    published = Q(round__status=RoundStatus.PUBLISHED, round__quarter__lt=round.quarter)
    scores = Score.objects.filter(published | Q(round=round))
    rows = scores.values_list("round__quarter", "community__kind")
    sums: dict[str, ClassSums] = {}
    for quarter, kind, points, count in rows.annotate(Sum("total_points"), Count("pk")):
        sums.setdefault(quarter, {})[kind] = (points, count)
    return sums


def best_and_last_class(kinds: ClassSums) -> list[tuple[str, str]]:
    """Return the classes with the highest and the lowest mean; none in a city of one class."""
    if len(kinds) < 2:
        return []
    ordered = sorted(kinds, key=lambda kind: _mean([kinds[kind]]), reverse=True)
    return [("最高", ordered[0]), ("最低", ordered[-1])]


def _mean_of_class(kinds: Mapping[str, tuple[Decimal, int]], kind: str) -> Decimal | None:
    return _mean([kinds[kind]]) if kind in kinds else None


def _mean(sums: Iterable[tuple[Decimal, int]]) -> Decimal:
    points, count = Fraction(0), 0
    for class_points, class_count in sums:
        points += Fraction(class_points)
        count += class_count
    return round_half_up(points / count)


def short_title(quarter: str) -> str:
    """Return 26年三季度, for where a full title has no room."""
    span = Quarter.parse(quarter)
    return f"{span.year % 100}年{NUMERALS[span.number - 1]}季度"


def course_chart(course: ScoreCourse, *, title: str) -> SafeString:
    """Return the SVG of the course."""
    return trend_line(course.labels, course.series, title=title)
