"""The figures that a quarter's circulars are written from: the frozen record and what was done."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from communities.models import LabourDay, Meeting, Visit
from communities.models.labour_days import LabourStatus
from communities.models.meetings import MeetingStatus
from gongjian.holidays.services import calendar_from
from gongjian.lib.points import mean, round_half_up
from gongjian.lib.quarters import Quarter
from gongjian.lib.workdays import Calendar
from scoring.models import Appeal, Round, Score
from scoring.models.appeals import AppealStatus
from scoring.models.rounds import RoundStatus
from scoring.rules.rubrics.rubric import Rubric
from scoring.services.bulletins.finding_figures import FindingFigures, finding_figures_of
from scoring.services.scores.explanations import Explanations
from scoring.services.scores.in_force import by_rank, corrected_explanations


@dataclass(frozen=True)
class Rise:
    """A community that stands higher than last quarter, and its place then."""

    score: Score
    place_before: int


@dataclass(frozen=True)
class RecordedFigures:
    """What the frozen record says of all communities together.

    `self_checks`: months by state (on_time, late, missing). `prompt`: the codes of the communities
    that put right in time all that was due.
    """

    self_checks: Counter[str]
    due: int
    closed_in_time: int
    prompt: set[str]


@dataclass(frozen=True)
class AssessmentFigures:
    """How many assessed the communities, and what was appealed against."""

    assessors: int
    sheets: int
    appeals: int
    appeals_upheld: int


@dataclass(frozen=True)
class WorkFigures:
    """In how many communities the groups met and worked, and how often leaders visited."""

    meetings: int
    labour_days: int
    visits: int


@dataclass(frozen=True)
class QuarterFigures:
    """Everything that the circulars of one frozen quarter say, as it stands on the day of drafting.

    `scores`: best first, with `community` and its group's lead unit at hand. `previous`: last
    quarter's published points by community id. `risen`: who rose most places, the most first.
    `prompt`: who put right in time all that was due. `measured`: by community id what it got in
    each measured component of the rubric, in the rubric's order.
    """

    round: Round
    rubric: Rubric
    scores: list[Score]
    previous: dict[int, Decimal]
    assessment: AssessmentFigures
    recorded: RecordedFigures
    work: WorkFigures
    findings: FindingFigures
    drafted_on: date
    calendar: Calendar
    risen: list[Rise] = field(default_factory=list)
    prompt: list[Score] = field(default_factory=list)
    measured: dict[int, list[Decimal | None]] = field(default_factory=dict)

    @property
    def mean_points(self) -> Decimal:
        return round_half_up(mean([score.total_points for score in self.scores]))

    @property
    def mean_change(self) -> Decimal | None:
        """Return the change against last quarter's mean; None if there was none."""
        if not self.previous:
            return None
        return self.mean_points - round_half_up(mean(list(self.previous.values())))

    @property
    def grades(self) -> list[tuple[str, int]]:
        counts = Counter(score.grade for score in self.scores)
        return [(grade.name, counts[grade.name]) for grade in self.rubric.grades]

    @property
    def classes(self) -> list[tuple[str, list[Score]]]:
        scores = defaultdict(list)
        for score in self.scores:
            scores[score.community.get_kind_display()].append(score)
        return list(scores.items())


def figures_of(round: Round, *, at: datetime) -> QuarterFigures:
    """Read everything that the circulars of a frozen quarter say, drafted at `at`.

    Some fifteen queries.
    """
    rubric = round.rubric.rules
    drafted_on = timezone.localdate(at)
    with_group = round.scores.select_related("community__group__lead_unit")
    scores = by_rank(with_group.order_by("community__code"))
    recorded = recorded_figures(round.original_record)
    prompt = [score for score in scores if score.community.code in recorded.prompt]
    return QuarterFigures(
        round=round,
        rubric=rubric,
        scores=scores,
        previous=previous_points(round),
        assessment=assessment_figures(round),
        recorded=recorded,
        work=work_figures(round.span),
        findings=finding_figures_of(round, at=at),
        drafted_on=drafted_on,
        calendar=calendar_from(drafted_on),
        risen=_risen(round, scores),
        prompt=prompt,
        measured=measured_points(round, scores, rubric),
    )


def assessment_figures(round: Round) -> AssessmentFigures:
    """Return the figures of the locked sheets and of the appeals. Four queries."""
    sheets = round.sheets.locked()
    appeals = Appeal.objects.filter(score__round=round)
    upheld = appeals.filter(status=AppealStatus.UPHELD)
    assessors = _count_distinct(sheets, "assessor")
    return AssessmentFigures(assessors, sheets.count(), appeals.count(), upheld.count())


def work_figures(quarter: Quarter) -> WorkFigures:
    """Return what the groups held in the quarter. Three queries."""
    meetings = Meeting.objects.in_quarter(quarter).filter(status=MeetingStatus.HELD)
    labour_days = LabourDay.objects.in_quarter(quarter).filter(status=LabourStatus.HELD)
    return WorkFigures(
        meetings=_count_distinct(meetings, "community"),
        labour_days=_count_distinct(labour_days, "community"),
        visits=Visit.objects.in_quarter(quarter).count(),
    )


def _count_distinct(rows: QuerySet[Any], column: str) -> int:
    counts = rows.aggregate(count=Count(column, distinct=True))
    return int(counts["count"])


def recorded_figures(frozen: Mapping[str, Any]) -> RecordedFigures:
    self_checks: Counter[str] = Counter()
    due = closed_in_time = 0
    prompt = set()
    for community in frozen["communities"]:
        self_checks.update(community["self_checks"].values())
        rectification = community["rectification"]
        due += rectification["due"]
        closed_in_time += rectification["closed_in_time"]
        if rectification["due"] and rectification["closed_in_time"] == rectification["due"]:
            prompt.add(community["code"])
    return RecordedFigures(self_checks, due, closed_in_time, prompt)


def previous_points(round: Round) -> dict[int, Decimal]:
    """Return last quarter's published points by community id. One query."""
    return dict(_scores_last_quarter(round).values_list("community", "total_points_now"))


def _scores_last_quarter(round: Round) -> QuerySet[Any]:
    """Return last quarter's published scores by the figures in force."""
    scores = Score.objects.in_quarter(round.span.previous())
    return scores.filter(round__status=RoundStatus.PUBLISHED).in_force()


def _risen(round: Round, scores: list[Score]) -> list[Rise]:
    places = dict(_scores_last_quarter(round).values_list("community", "rank_now"))
    risen = []
    for score in scores:
        place_before = places.get(score.community_id)
        if place_before is not None and place_before > score.rank:
            risen.append(Rise(score, place_before))
    return sorted(risen, key=lambda rise: rise.score.rank - rise.place_before)


def measured_points(
    round: Round, scores: list[Score], rubric: Rubric
) -> dict[int, list[Decimal | None]]:
    """Return each community's points by measured component, as corrected. One query.

    Nothing where the rubric measures nothing.
    """
    if not rubric.measured:
        return {}
    corrected = corrected_explanations(round.scores.all())
    explanations = Explanations()
    measured = {}
    for score in scores:
        score.round = round
        explanation = corrected.get(score.community_id) or explanations.of(score)
        points = {part["name"]: part["value"] for part in explanation["parts"]}
        measured[score.community_id] = [
            _points(points.get(rules.name)) for rules in rubric.measured
        ]
    return measured


def _points(value: str | None) -> Decimal | None:
    return None if value is None else round_half_up(Decimal(value))
