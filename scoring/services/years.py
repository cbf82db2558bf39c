"""年终: the mean of four published quarters, and the decision that commends the best (policy 五)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from communities.models import Community
from gongjian.audit.services import record
from gongjian.documents.models import Issuer, Kind
from gongjian.lib.quarters import Quarter
from gongjian.workflow import WrongState, require
from scoring.models import Bulletin, Nomination, Round, Score, UnitScore
from scoring.models.bulletins import BulletinKind, Honour
from scoring.models.rounds import RoundStatus
from scoring.models.scores import Standing
from scoring.permissions import may_run_round
from scoring.rules.honours import Candidate, praised
from scoring.rules.refusals import Missing
from scoring.rules.rubric import load_rubric
from scoring.rules.years import mean_of_quarters
from scoring.services.bulletins import draft_bulletin, named_for
from scoring.services.circulars import commendation_words
from units.models import Unit


@dataclass(frozen=True)
class Year:
    """One subject's four quarters (None where none is published), their mean and its place among its like."""

    subject: Community | Unit
    standing: str
    quarters: tuple[Decimal | None, ...]
    points: Decimal | None
    place: int | None


def four_quarters(quarter: Quarter) -> list[Quarter]:
    """The four quarters that end with this one, oldest first."""
    found = [quarter]
    for _ in range(3):
        found.insert(0, found[0].previous())
    return found


def title_of_year(quarters: list[Quarter]) -> str:
    """2026年度, or the span of quarters where they do not make a calendar year; as documents print it."""
    first, last = quarters[0], quarters[-1]
    return f"{last.year}年度" if first.year == last.year else f"{first.title_in_text}至{last.title_in_text}"


def unpublished_quarters(round: Round) -> list[str]:
    """Those of the four quarters whose result is not published, by name. One query."""
    quarters = four_quarters(round.span)
    published = set(Round.objects.published().filter(quarter__in=map(str, quarters)).values_list("quarter", flat=True))
    return [quarter.title for quarter in quarters if str(quarter) not in published]


def community_years(round: Round) -> list[Year]:
    """Every community's year, class by class, best mean first, those with a gap last. One query."""
    rows = _published(Score, round).select_related("community").defer("inputs")
    return _years(round, [(row.community, row.community.kind, row) for row in rows])


def unit_years(round: Round) -> list[Year]:
    """Every unit's year in each of its standings. One query."""
    rows = _published(UnitScore, round).select_related("unit")
    return _years(round, [(row.unit, row.standing, row) for row in rows])


def _published(model, round: Round):
    quarters = map(str, four_quarters(round.span))
    published = model.objects.filter(round__status=RoundStatus.PUBLISHED, round__quarter__in=quarters)
    return published.select_related("round").defer("round__frozen", "explanation")


def _years(round: Round, rows) -> list[Year]:
    quarters = list(map(str, four_quarters(round.span)))
    figures: dict[tuple, dict[str, Decimal]] = defaultdict(dict)
    subjects = {}
    for subject, like, row in rows:
        figures[subject.pk, like][row.round.quarter] = row.total_points
        subjects[subject.pk, like] = subject
    means = {key: _mean(found, quarters) for key, found in figures.items()}
    places = _places(means)
    years = [
        Year(subjects[key], key[1], tuple(found.get(quarter) for quarter in quarters), means[key], places.get(key))
        for key, found in figures.items()
    ]
    return sorted(years, key=lambda year: (year.standing, year.points is None, -(year.points or 0), year.subject.pk))


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


def commend_year(round: Round, *, issuer: Issuer, by, at: datetime) -> Bulletin:
    """Propose the year's best and draft the decision that commends them, for the approval of the city.

    `round` is the last of four published quarters. Raises Missing naming those that are not, WrongState the second
    time or if nobody reaches the rubric's threshold.
    """
    require(may_run_round(by), "只有共建办可以拟年终表彰决定")
    if lacking := unpublished_quarters(round):
        raise Missing(*(f"{quarter}考评结果尚未通报" for quarter in lacking))
    with transaction.atomic():
        if round.bulletins.filter(kind=BulletinKind.COMMENDATION).exists():
            raise WrongState("年终表彰决定已经拟稿，请在公文中办理")
        proposed = _propose(round)
        if not proposed:
            raise WrongState("没有社区和单位达到评分细则规定的表彰条件")
        Nomination.objects.bulk_create(proposed)
        record(round, "scoring.round.commend", by=by, at=at, count=len(proposed))
        words = commendation_words(
            title_of_year(four_quarters(round.span)), named_for(round, Honour.COMMENDATION), issuer
        )
        return draft_bulletin(
            round, BulletinKind.COMMENDATION, words, issuer=issuer, document_kind=Kind.DECISION, by=by, at=at
        )


def _propose(round: Round) -> list[Nomination]:
    rule = load_rubric(round.rubric.content).honours.commendation
    proposed = []
    alike: dict[str, list[Year]] = defaultdict(list)
    for year in (*community_years(round), *unit_years(round)):
        if year.points is not None:
            alike[year.standing].append(year)
    for years in alike.values():
        by_key = {year.subject.pk: year for year in years}
        chosen = praised([Candidate(year.subject.pk, year.points) for year in years], rule)
        proposed += [_nomination(round, by_key[candidate.key]) for candidate in chosen]
    return proposed


def _nomination(round: Round, year: Year) -> Nomination:
    if isinstance(year.subject, Community):
        subject, like = {"community": year.subject}, year.subject.get_kind_display()
    else:
        subject, like = {"unit": year.subject, "standing": year.standing}, Standing(year.standing).label
    reason = f"四个季度平均 {year.points} 分，{like}第 {year.place} 名"
    return Nomination(round=round, honour=Honour.COMMENDATION, points=year.points, reason=reason, **subject)
