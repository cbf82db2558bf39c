"""The figures that a quarter's circulars are written from: the frozen quarter, and what was found and held in it."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count

from communities.models import LabourDay, Meeting, Visit
from communities.models.labour_days import LabourStatus
from communities.models.meetings import MeetingStatus
from gongjian.lib.checklists import ChecklistItem, ChecklistSection, load_checklist
from gongjian.lib.points import mean, round_half_up
from inspections.models import Finding
from scoring.models import Appeal, Round, Score
from scoring.models.appeals import AppealStatus
from scoring.rules.rubric import Rubric, load_rubric
from scoring.services.in_force import by_rank


@dataclass(frozen=True)
class Theme:
    """One section of the checklist with the findings of the quarter under it, most frequent item first."""

    section: ChecklistSection
    count: int
    items: list[tuple[ChecklistItem, int]]


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

    @property
    def mean_points(self) -> Decimal:
        return round_half_up(mean([score.total_points for score in self.scores]))

    @property
    def mean_change(self) -> Decimal | None:
        """Against last quarter's mean; None if there was none."""
        return self.mean_points - round_half_up(mean(list(self.previous.values()))) if self.previous else None

    @property
    def grades(self) -> list[tuple[str, int]]:
        counted = Counter(score.grade for score in self.scores)
        return [(grade.name, counted[grade.name]) for grade in self.rubric.grades]

    @property
    def classes(self) -> list[tuple[str, list[Score]]]:
        found = defaultdict(list)
        for score in self.scores:
            found[score.community.get_kind_display()].append(score)
        return list(found.items())


def previous_points(round: Round) -> dict[int, Decimal]:
    """Last quarter's published points by community id. One query."""
    before = Score.objects.in_quarter(round.span.previous()).filter(round__status="published")
    return dict(before.in_force().values_list("community", "total_points_now"))


def figures_of(round: Round) -> QuarterFigures:
    """Read everything that the circulars of a frozen quarter say. Ten queries."""
    themes = _themes(round)
    sheets = round.sheets.locked().aggregate(sheets=Count("pk"), assessors=Count("assessor", distinct=True))
    appeals = Counter(Appeal.objects.filter(score__round=round).values_list("status", flat=True))
    communities = round.frozen["communities"]
    quarter = round.span
    return QuarterFigures(
        round=round,
        rubric=load_rubric(round.rubric.content),
        scores=by_rank(round.scores.select_related("community__group__lead_unit").order_by("community__code")),
        previous=previous_points(round),
        **sheets,
        appeals=appeals.total(),
        upheld=appeals[AppealStatus.UPHELD],
        self_checks=Counter(state for one in communities for state in one["self_checks"].values()),
        due=sum(one["rectification"]["due"] for one in communities),
        closed_in_time=sum(one["rectification"]["closed_in_time"] for one in communities),
        meetings=_communities(Meeting.objects.in_quarter(quarter).filter(status=MeetingStatus.HELD)),
        labour_days=_communities(LabourDay.objects.in_quarter(quarter).filter(status=LabourStatus.HELD)),
        visits=Visit.objects.in_quarter(quarter).count(),
        findings=sum(theme.count for theme in themes),
        open_findings=Finding.objects.in_quarter(quarter).open().count(),
        themes=themes,
    )


def _communities(rows) -> int:
    return rows.aggregate(count=Count("community", distinct=True))["count"]


def _themes(round: Round) -> list[Theme]:
    """The quarter's findings under the sections of the checklist, the heaviest section first."""
    found = Finding.objects.in_quarter(round.span).values_list("item_code").annotate(count=Count("pk"))
    counts = dict(found.values_list("item_code", "count"))
    themes = []
    for section, items in load_checklist(round.checklist.content).by_section():
        listed = sorted(((item, counts[item.code]) for item in items if item.code in counts), key=lambda pair: -pair[1])
        if listed:
            themes.append(Theme(section, sum(count for _, count in listed), listed))
    return sorted(themes, key=lambda theme: -theme.count)
