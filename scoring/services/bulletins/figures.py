"""The figures that a quarter's circulars are written from: the frozen quarter, and what was found and held in it."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count
from django.utils import timezone

from communities.models import LabourDay, Meeting, Visit
from communities.models.labour_days import LabourStatus
from communities.models.meetings import MeetingStatus
from gongjian.holidays.services import calendar_from
from gongjian.lib.checklists import ChecklistItem, ChecklistSection, load_checklist
from gongjian.lib.points import mean, round_half_up
from gongjian.lib.quarters import Quarter
from gongjian.lib.workdays import Calendar
from inspections.models import Finding
from inspections.models.findings import Source
from scoring.models import Appeal, CorrectedScore, Round, Score
from scoring.models.appeals import AppealStatus
from scoring.rules.rubrics.rubric import Rubric
from scoring.services.scores.explanations import Explanations
from scoring.services.scores.in_force import by_rank


@dataclass(frozen=True)
class Theme:
    """One section of the checklist with the findings of the quarter under it, most frequent item first."""

    section: ChecklistSection
    count: int
    items: list[tuple[ChecklistItem, int]]
    before: int = 0
    """How many it was last quarter."""
    named: list[tuple[str, int]] = field(default_factory=list)
    """Communities in which the city found most of it; what a community finds itself is never held up to it."""


@dataclass(frozen=True)
class Rise:
    """A community that stands higher than last quarter."""

    score: Score
    before: int
    """Its place then."""


@dataclass(frozen=True)
class QuarterFigures:
    round: Round
    rubric: Rubric
    scores: list[Score]
    """Best first; with `community` and its group's lead unit at hand."""
    previous: dict[int, Decimal]
    """Last quarter's published points by community id."""
    assessors: int
    sheets: int
    appeals: int
    upheld: int
    self_checks: Counter
    """Months by state: on_time, late, missing."""
    due: int
    closed_in_time: int
    meetings: int
    labour_days: int
    visits: int
    findings: int
    open_findings: int
    themes: list[Theme]
    on: date
    """The day of drafting."""
    calendar: Calendar
    risen: list[Rise] = field(default_factory=list)
    """Those who rose most places, the most first."""
    prompt: list[Score] = field(default_factory=list)
    """Those who put right in time all that was due."""
    fewer: list[tuple[ChecklistItem, int, int]] = field(default_factory=list)
    """Items found less often than last quarter, with both counts, the greatest fall first."""
    findings_before: int = 0
    overdue_findings: int = 0
    measured: dict[int, list[Decimal | None]] = field(default_factory=dict)
    """By community id what it got in each measured component of the rubric, in the rubric's order."""

    @property
    def mean_points(self) -> Decimal:
        total_points = [score.total_points for score in self.scores]
        return round_half_up(mean(total_points))

    @property
    def mean_change(self) -> Decimal | None:
        """Against last quarter's mean; None if there was none."""
        if self.previous:
            values = list(self.previous.values())
            value = mean(values)
            return self.mean_points - round_half_up(value)
        return None

    @property
    def grades(self) -> list[tuple[str, int]]:
        counted = Counter(score.grade for score in self.scores)
        pairs = []
        for grade in self.rubric.grades:
            pairs.append((grade.name, counted[grade.name]))
        return pairs

    @property
    def classes(self) -> list[tuple[str, list[Score]]]:
        found = defaultdict(list)
        for score in self.scores:
            found[score.community.get_kind_display()].append(score)
        return list(found.items())


def previous_points(round: Round) -> dict[int, Decimal]:
    """Last quarter's published points by community id. One query."""
    return dict(_last_quarter(round).values_list("community", "total_points_now"))


def _last_quarter(round: Round):
    """Last quarter's published scores by the figures in force."""
    scores = Score.objects.in_quarter(round.span.previous())
    return scores.filter(round__status="published").in_force()


def figures_of(round: Round, *, at: datetime) -> QuarterFigures:
    """Read everything that the circulars of a frozen quarter say, drafted at `at`. Some fifteen queries."""
    before = _counts(round.span.previous())
    themes, on = _themes(round, before), timezone.localdate(at)
    scores = by_rank(
        round.scores.select_related("community__group__lead_unit").order_by("community__code")
    )
    sheets = round.sheets.locked().aggregate(
        sheets=Count("pk"), assessors=Count("assessor", distinct=True)
    )
    appeals = Counter(Appeal.objects.filter(score__round=round).values_list("status", flat=True))
    communities = round.frozen["communities"]
    quarter, rubric = round.span, round.rubric.rules
    states = []
    for one in communities:
        for state in one["self_checks"].values():
            states.append(state)
    self_checks = Counter(states)
    meetings = _communities(Meeting.objects.in_quarter(quarter).filter(status=MeetingStatus.HELD))
    labour_days = _communities(
        LabourDay.objects.in_quarter(quarter).filter(status=LabourStatus.HELD)
    )
    due = sum(one["rectification"]["due"] for one in communities)
    closed_in_time = sum(one["rectification"]["closed_in_time"] for one in communities)
    findings = Finding.objects.in_quarter(quarter)
    overdue_findings = findings.overdue(at).count()
    open_findings = Finding.objects.in_quarter(quarter).open().count()
    if rubric.measured:
        measured = _measured(round, scores, rubric)
    else:
        measured = {}
    visits = Visit.objects.in_quarter(quarter).count()
    counts = [theme.count for theme in themes]
    fewer = _fewer(round, themes, before)
    return QuarterFigures(
        round=round,
        rubric=rubric,
        scores=scores,
        previous=previous_points(round),
        **sheets,
        appeals=appeals.total(),
        upheld=appeals[AppealStatus.UPHELD],
        self_checks=self_checks,
        due=due,
        closed_in_time=closed_in_time,
        meetings=meetings,
        labour_days=labour_days,
        visits=visits,
        findings=sum(counts),
        open_findings=open_findings,
        themes=themes,
        on=on,
        calendar=calendar_from(on),
        risen=_risen(round, scores),
        prompt=_prompt(communities, scores),
        fewer=fewer,
        findings_before=before.total(),
        overdue_findings=overdue_findings,
        measured=measured,
    )


def _measured(round: Round, scores: list[Score], rubric: Rubric) -> dict[int, list[Decimal | None]]:
    """From the explanations, as corrected. One query."""
    corrected_scores = CorrectedScore.objects.filter(score__round=round)
    corrected = corrected_scores.order_by("correction__number")
    newest, explanations = dict(corrected.values_list("score", "explanation")), Explanations()
    found = {}
    for score in scores:
        score.round = round
        parts = (newest.get(score.pk) or explanations.of(score))["parts"]
        values = {}
        for part in parts:
            value = Decimal(part["value"])
            values[part["name"]] = round_half_up(value)
        found[score.community_id] = [values.get(rules.name) for rules in rubric.measured]
    return found


def _risen(round: Round, scores: list[Score]) -> list[Rise]:
    places = dict(_last_quarter(round).values_list("community", "rank_now"))
    risen = []
    for score in scores:
        if score.community_id in places:
            risen.append(Rise(score, places[score.community_id]))
    risen = [rise for rise in risen if rise.before > rise.score.rank]
    return sorted(risen, key=lambda rise: rise.score.rank - rise.before)


def _prompt(communities: list[dict], scores: list[Score]) -> list[Score]:
    due = {}
    for one in communities:
        due[one["code"]] = one["rectification"]
    counted = ((score, due.get(score.community.code)) for score in scores)
    return [
        score
        for score, one in counted
        if one and one["due"] and one["closed_in_time"] == one["due"]
    ]


def _fewer(
    round: Round, themes: list[Theme], before: Counter
) -> list[tuple[ChecklistItem, int, int]]:
    now = {}
    for theme in themes:
        for item, count in theme.items:
            now[item.code] = count
    items = load_checklist(round.checklist.content).items
    fewer = [(item, now.get(item.code, 0), before[item.code]) for item in items]
    return sorted((one for one in fewer if one[1] < one[2]), key=lambda one: one[1] - one[2])


def _counts(quarter: Quarter) -> Counter:
    """Findings of a quarter by item. One query."""
    findings = Finding.objects.in_quarter(quarter).values("item_code")
    found = findings.annotate(count=Count("pk"))
    return Counter(dict(found.values_list("item_code", "count")))


def _communities(rows) -> int:
    return rows.aggregate(count=Count("community", distinct=True))["count"]


def _themes(round: Round, before: Counter) -> list[Theme]:
    """The quarter's findings under the sections of the checklist, the heaviest section first."""
    counts, named = _counts(round.span), _found_by_the_city(round)
    themes = []
    for section, items in load_checklist(round.checklist.content).by_section():
        pairs = []
        for item in items:
            if counts[item.code]:
                pairs.append((item, counts[item.code]))
        listed = sorted(
            pairs,
            key=lambda pair: -pair[1],
        )
        if listed:
            codes = [item.code for item in items]
            heaviest = sum((named[code] for code in codes), Counter()).most_common()
            sums = (sum(count for _, count in listed), listed, sum(before[code] for code in codes))
            themes.append(Theme(section, *sums, named=heaviest))
    return sorted(themes, key=lambda theme: -theme.count)


def _found_by_the_city(round: Round) -> dict[str, Counter]:
    """How often the city found an item in each community, by item. One query."""
    findings = Finding.objects.in_quarter(round.span)
    found = findings.filter(source=Source.CITY).values("item_code", "community__name")
    named: dict[str, Counter] = defaultdict(Counter)
    for code, name, count in found.annotate(count=Count("pk")).values_list(
        "item_code", "community__name", "count"
    ):
        named[code][name] = count
    return named
