"""年终: everyone's mean of four published quarters, and whom it proposes for commendation (policy 五)."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

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


@dataclass(frozen=True)
class Year:
    """One subject's four quarters (None where none is published), their mean and its place among its like."""

    subject: Community | Unit
    standing: str
    quarters: tuple[Decimal | None, ...]
    points: Decimal | None
    place: int | None

    @property
    def named_as(self) -> str:
        """The standing of a unit, empty for a community, as a nomination has it."""
        return self.standing if isinstance(self.subject, Unit) else ""


def four_quarters(quarter: Quarter) -> list[Quarter]:
    """The four quarters that end with this one, oldest first."""
    found = [quarter]
    for _ in range(3):
        found.insert(0, found[0].previous())
    return found


def title_of_year(quarters: list[Quarter]) -> str:
    """2026年度, or the span of quarters where they do not make a calendar year; as documents print it."""
    first, last = quarters[0], quarters[-1]
    if first.year == last.year:
        return f"{last.year}年度"
    return f"{first.title_in_text}至{last.title_in_text}"


def unpublished_quarters(round: Round) -> list[str]:
    """Those of the four quarters whose result is not published, by name. One query."""
    quarters = four_quarters(round.span)
    rounds = Round.objects.published().filter(quarter__in=map(str, quarters))
    published = set(rounds.values_list("quarter", flat=True))
    titles = []
    for quarter in quarters:
        if str(quarter) not in published:
            titles.append(quarter.title)
    return titles


def community_years(round: Round) -> list[Year]:
    """Every community's year by the figures in force, class by class, best mean first, a gap last. Two queries."""
    scores = _published(Score, round).select_related("community").defer("inputs")
    rows = as_corrected(scores)
    entries = []
    for row in rows:
        entries.append((row.community, row.community.kind, row))
    return _years(round, entries)


def unit_years(round: Round) -> list[Year]:
    """Every unit's year in each of its standings, by the figures in force. Two queries."""
    scores = _published(UnitScore, round).select_related("unit")
    rows = as_corrected(scores)
    entries = []
    for row in rows:
        entries.append((row.unit, row.standing, row))
    return _years(round, entries)


def _published(model, round: Round):
    quarters = map(str, four_quarters(round.span))
    published = model.objects.filter(
        round__status=RoundStatus.PUBLISHED, round__quarter__in=quarters
    )
    return published.select_related("round").defer("round__frozen", "explanation")


def _years(round: Round, rows) -> list[Year]:
    quarters = list(map(str, four_quarters(round.span)))
    figures: dict[tuple, dict[str, Decimal]] = defaultdict(dict)
    subjects = {}
    for subject, like, row in rows:
        figures[subject.pk, like][row.round.quarter] = row.total_points
        subjects[subject.pk, like] = subject
    means = {}
    for key, found in figures.items():
        means[key] = _mean(found, quarters)
    places = _places(means)
    years = [
        Year(
            subjects[key],
            key[1],
            tuple(found.get(quarter) for quarter in quarters),
            means[key],
            places.get(key),
        )
        for key, found in figures.items()
    ]
    return sorted(
        years,
        key=lambda year: (year.standing, year.points is None, -(year.points or 0), year.subject.pk),
    )


def _mean(found: dict[str, Decimal], quarters: list[str]) -> Decimal | None:
    try:
        return mean_of_quarters(found, quarters)
    except Missing:
        return None


def _places(means: dict[tuple, Decimal | None]) -> dict[tuple, int]:
    """Competition places among those of one class or standing."""
    alike: dict[str, list[Decimal]] = defaultdict(list)
    for (_, like), points in means.items():
        if points is not None:
            alike[like].append(points)
    return {
        (pk, like): 1 + sum(other > points for other in alike[like])
        for (pk, like), points in means.items()
        if points is not None
    }


def nominations_of(round: Round, rule: PraiseRule) -> list[Nomination]:
    """Whom the rubric's share and threshold propose for commendation on the mean of the four quarters; not saved."""
    alike: dict[str, list[Year]] = defaultdict(list)
    for year in all_years(round):
        if year.points is not None:
            alike[year.standing].append(year)
    proposed = []
    for years in alike.values():
        by_key = {year.subject.pk: year for year in years}
        candidates = [Candidate(year.subject.pk, year.points) for year in years]
        chosen = praised(candidates, rule)
        proposed += [nomination_of(round, by_key[candidate.key]) for candidate in chosen]
    return proposed


def all_years(round: Round) -> list[Year]:
    """Everyone's year: communities, then units in each of their standings. Four queries."""
    return [*community_years(round), *unit_years(round)]


def nomination_of(round: Round, year: Year) -> Nomination:
    """The year of one subject as its nomination, with the figure and the place as the reason; not saved."""
    if isinstance(year.subject, Community):
        subject, like = {"community": year.subject}, year.subject.get_kind_display()
    else:
        subject = {"unit": year.subject, "unit_kind": year.subject.kind, "standing": year.standing}
        like = Standing(year.standing).label
    reason = f"四个季度平均 {year.points} 分，{like}第 {year.place} 名"
    return Nomination(
        round=round, honour=Honour.COMMENDATION, points=year.points, reason=reason, **subject
    )
