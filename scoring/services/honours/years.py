"""年终: everyone's mean of four published quarters, and whom it proposes (policy 五)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from communities.models import Community
from gongjian.lib.quarters import Quarter
from scoring.models import Nomination, Round, Score, UnitScore
from scoring.models.bulletins import Honour
from scoring.models.rounds import RoundStatus
from scoring.models.scores import Standing
from scoring.rules.honours.proposing import Candidate, praised
from scoring.rules.refusals import Missing
from scoring.rules.rubrics.parts import PraiseRule
from scoring.rules.scores.years import mean_of_quarters
from scoring.services.scores.in_force import as_corrected
from units.models import Unit

# The id of a community or unit, and its class or standing.
SubjectKey = tuple[int, str]


@dataclass(frozen=True)
class Year:
    """One subject's four quarters, their mean and its place among its like.

    A quarter is None where nothing is published. `standing` is the class of a community.
    """

    subject: Community | Unit
    standing: str
    quarters: tuple[Decimal | None, ...]
    points: Decimal | None
    place: int | None

    @property
    def named_as(self) -> str:
        """Return the standing of a unit, empty for a community, as a nomination has it."""
        return self.standing if isinstance(self.subject, Unit) else ""


def four_quarters(quarter: Quarter) -> list[Quarter]:
    """Return the four quarters that end with this one, oldest first."""
    quarters = [quarter]
    while len(quarters) < 4:
        quarters.insert(0, quarters[0].previous())
    return quarters


def title_of_year(quarters: list[Quarter]) -> str:
    """Return 2026年度 as documents print it, or the span of quarters of two years."""
    first = quarters[0]
    last = quarters[-1]
    if first.year == last.year:
        return f"{last.year}年度"
    return f"{first.title_in_text}至{last.title_in_text}"


def unpublished_quarters(round: Round) -> list[str]:
    """Return those of the four quarters whose result is not published, by title. One query."""
    quarters = four_quarters(round.span)
    rounds = Round.objects.published().filter(quarter__in=map(str, quarters))
    published = set(rounds.values_list("quarter", flat=True))
    return [quarter.title for quarter in quarters if str(quarter) not in published]


def community_years(round: Round) -> list[Year]:
    """Return every community's year by the figures in force. Two queries.

    Class by class, best mean first, a gap last.
    """
    scores = _published(Score.objects.all(), round).select_related("community").defer("inputs")
    rows = as_corrected(scores)
    return _years(round, [(row.community, row.community.kind, row) for row in rows])


def unit_years(round: Round) -> list[Year]:
    """Return every unit's year in each of its standings, by the figures in force. Two queries."""
    rows = as_corrected(_published(UnitScore.objects.all(), round).select_related("unit"))
    return _years(round, [(row.unit, row.standing, row) for row in rows])


def all_years(round: Round) -> list[Year]:
    """Return everyone's year: communities, then units in each standing. Four queries."""
    return [*community_years(round), *unit_years(round)]


def _published(scores: QuerySet[Any], round: Round) -> QuerySet[Any]:
    quarters = map(str, four_quarters(round.span))
    published = scores.filter(round__status=RoundStatus.PUBLISHED, round__quarter__in=quarters)
    return published.select_related("round").defer("round__frozen", "explanation")


def _years(
    round: Round, rows: Iterable[tuple[Community | Unit, str, Score | UnitScore]]
) -> list[Year]:
    points: dict[SubjectKey, dict[str, Decimal]] = defaultdict(dict)
    subjects = {}
    for subject, standing, score in rows:
        points[subject.pk, standing][score.round.quarter] = score.total_points
        subjects[subject.pk, standing] = subject
    quarters = [str(quarter) for quarter in four_quarters(round.span)]
    means = _means(points, quarters)
    places = _places(means)
    years = []
    for key, subject in subjects.items():
        by_quarter = tuple(points[key].get(quarter) for quarter in quarters)
        standing = key[1]
        year = Year(subject, standing, by_quarter, means.get(key), places.get(key))
        years.append(year)
    return sorted(years, key=best_first)


def best_first(year: Year) -> tuple[Any, ...]:
    return year.standing, year.points is None, -(year.points or 0), year.subject.pk


def _means(
    points: Mapping[SubjectKey, dict[str, Decimal]], quarters: list[str]
) -> dict[SubjectKey, Decimal]:
    """Return the means of those that have all four quarters."""
    means = {}
    for key, by_quarter in points.items():
        try:
            means[key] = mean_of_quarters(by_quarter, quarters)
        except Missing:
            continue
    return means


def _places(means: Mapping[SubjectKey, Decimal]) -> dict[SubjectKey, int]:
    """Return competition places among those of one class or standing."""
    by_standing: dict[str, list[Decimal]] = defaultdict(list)
    for (_, standing), points in means.items():
        by_standing[standing].append(points)
    places = {}
    for key, points in means.items():
        better = [other for other in by_standing[key[1]] if other > points]
        places[key] = 1 + len(better)
    return places


def nominations_of(round: Round, rule: PraiseRule) -> list[Nomination]:
    """Return whom the rubric's share and threshold propose for commendation; not saved.

    On the mean of the four quarters.
    """
    by_standing: dict[str, list[Year]] = defaultdict(list)
    for year in all_years(round):
        by_standing[year.standing].append(year)
    proposed = []
    for years in by_standing.values():
        candidates = []
        for place, year in enumerate(years):
            if year.points is not None:
                candidates.append(Candidate(place, year.points))
        for candidate in praised(candidates, rule):
            year = years[candidate.key]
            proposed.append(nomination_of(round, year, candidate.points))
    return proposed


def nomination_of(round: Round, year: Year, points: Decimal) -> Nomination:
    """Return the year of one subject as its nomination, with figure and place as the reason."""
    nomination = Nomination(round=round, honour=Honour.COMMENDATION, points=points)
    if isinstance(year.subject, Community):
        nomination.community = year.subject
        peers = year.subject.get_kind_display()
    else:
        nomination.unit = year.subject
        nomination.unit_kind = year.subject.kind
        nomination.standing = year.standing
        peers = Standing(year.standing).label
    nomination.reason = f"四个季度平均 {points} 分，{peers}第 {year.place} 名"
    return nomination
