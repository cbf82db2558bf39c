"""What the 反馈单 of a few communities and units say, read for all of them at once."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Avg

from gongjian.documents.models import Issuer
from gongjian.lib.checklists import Checklist, item_scores
from gongjian.lib.points import round_half_up
from inspections.models import Finding
from scoring.models import ResultSheet, Round, Score, Sheet, UnitScore
from scoring.models.bulletins import BulletinKind
from scoring.rules.sheets.lists import SheetList, mark_note
from scoring.services.bulletins.quarter_figures import previous_points
from scoring.services.scores.explanations import Explanations
from scoring.services.scores.in_force import as_corrected, corrected_explanations
from scoring.services.scores.losses import Loss, losses_of
from scoring.services.sheets.lettering import assessor_names
from scoring.services.sheets.lists import checklist_of, own_list_of

# The numbers of a community and of a unit, one of them None.
SubjectKey = tuple[int | None, int | None]
# Assessor, pass, item, deduction and note of one deducted item.
DeductionRow = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class CityFigures:
    """What every 反馈单 of a round sets its own figures against.

    `circular` is the title of the ranking circular. `classes` and `standings` count the communities
    of each class and the units of each standing.
    """

    round: Round
    issuer: Issuer | None
    circular: str
    mean: Decimal
    classes: Counter[str]
    standings: Counter[str]
    previous: Mapping[int, Decimal]
    day: date
    explanations: Explanations = field(default_factory=Explanations)

    @property
    def count(self) -> int:
        """Return how many communities are ranked."""
        return self.classes.total()


@dataclass(frozen=True)
class Facts:
    """What is written on the 反馈单 of a few subjects.

    By community id: `scores`, `corrected` explanations, `deductions` and how many `sheets`, and
    `losses` beside the sheets; by unit id: `unit_scores`; by subject: its `overdue` findings.
    """

    scores: Mapping[int, Score]
    corrected: Mapping[int, dict[str, Any]]
    unit_scores: Mapping[int, list[UnitScore]]
    deductions: Mapping[int, list[DeductionRow]]
    sheets: Counter[int]
    overdue: Mapping[SubjectKey, list[Finding]]
    losses: Mapping[int, list[Loss]]

    def deductions_of(self, row: ResultSheet) -> list[DeductionRow]:
        if row.community_id is None:
            return []
        return self.deductions.get(row.community_id, [])

    def losses_of(self, row: ResultSheet) -> list[Loss]:
        if row.community_id is None:
            return []
        return self.losses.get(row.community_id, [])

    def overdue_of(self, row: ResultSheet) -> list[Finding]:
        return self.overdue.get((row.community_id, row.unit_id), [])


def city_of(round: Round, *, day: date) -> CityFigures:
    """Return the round as a whole. Six queries."""
    rankings = round.bulletins.filter(kind=BulletinKind.RANKING)
    ranking = rankings.select_related("document__issuer").first()
    issuer = ranking.document.issuer if ranking else Issuer.objects.order_by("pk").first()
    classes = Counter(round.scores.values_list("community__kind", flat=True))
    standings = Counter(round.unit_scores.values_list("standing", flat=True))
    circular = ranking.document.title if ranking else ""
    in_force = round.scores.in_force()
    mean = in_force.aggregate(mean=Avg("total_points_now"))["mean"] or Decimal(0)
    return CityFigures(
        round,
        issuer,
        circular,
        mean=round_half_up(mean),
        classes=classes,
        standings=standings,
        previous=previous_points(round),
        day=day,
    )


def facts_of(round: Round, rows: Sequence[ResultSheet], *, at: datetime) -> Facts:
    """Return everything written for these communities and units, by the figures in force.

    Thirteen queries, however many rows there are.
    """
    communities = [row.community_id for row in rows if row.community_id]
    units = [row.unit_id for row in rows if row.unit_id]
    scores = round.scores.filter(community__in=communities)
    with_rubric = as_corrected(scores.select_related("round__rubric", "community"))
    deductions, sheets = _deductions(round, communities)
    by_community = {score.community_id: score for score in with_rubric}
    corrected = corrected_explanations(scores)
    unit_scores = scores_by_unit(round, units)
    overdue = overdue_findings(communities, units, at=at)
    losses = losses_of(round, communities, at=at)
    return Facts(by_community, corrected, unit_scores, deductions, sheets, overdue, losses)


def scores_by_unit(round: Round, units: Sequence[int]) -> dict[int, list[UnitScore]]:
    scores: dict[int, list[UnitScore]] = defaultdict(list)
    for score in as_corrected(round.unit_scores.filter(unit__in=units).select_related("unit")):
        scores[score.unit_id].append(score)
    return scores


def overdue_findings(
    communities: Sequence[int], units: Sequence[int], *, at: datetime
) -> dict[SubjectKey, list[Finding]]:
    findings = Finding.objects.overdue(at).select_related("responsible_unit")
    findings = findings.order_by("due_at", "number")
    overdue: dict[SubjectKey, list[Finding]] = defaultdict(list)
    for finding in findings.filter(community__in=communities):
        overdue[finding.community_id, None].append(finding)
    for finding in findings.filter(responsible_unit__in=units):
        overdue[None, finding.responsible_unit_id].append(finding)
    return overdue


def _deductions(
    round: Round, communities: Sequence[int]
) -> tuple[dict[int, list[DeductionRow]], Counter[int]]:
    """Return each deduction on the communities' locked sheets, and how many sheets each has."""
    sheets_by_community: dict[int, list[Sheet]] = defaultdict(list)
    locked = Sheet.objects.locked().filter(round=round, community__in=communities)
    for sheet in locked.order_by("pk"):
        sheets_by_community[sheet.community_id].append(sheet)
    checklist = checklist_of(round)
    own_list = own_list_of(round)
    deductions: dict[int, list[DeductionRow]] = defaultdict(list)
    counts: Counter[int] = Counter()
    for community, sheets in sheets_by_community.items():
        names = assessor_names(sheets, by_name=False)
        counts[community] = len(sheets)
        for sheet in sheets:
            deductions[community] += deductions_on(sheet, names[sheet.pk], checklist, own_list)
    return deductions, counts


def deductions_on(
    sheet: Sheet, assessor: str, checklist: Checklist, own_list: SheetList | None
) -> list[DeductionRow]:
    rows = []
    for score in item_scores(sheet.marks, checklist):
        if not score.deducted:
            continue
        code = score.item.code
        what = f"{code} {score.item.text}"
        note = mark_note(sheet.marks[code], own_list, code)
        rows.append((assessor, sheet.get_on_pass_display(), what, f"{score.deducted}", note))
    return rows
