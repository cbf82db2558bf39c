"""考评员评分一致性: how severe the assessors of a round were, and how far they agree."""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from gongjian.accounts.models import User
from gongjian.lib.points import written_number
from scoring.models import Round
from scoring.rules.sheets.agreement import AssessorFigures, LockedSheet, agreement_of, figures_of
from scoring.services.sheets.lists import unusual_by

COLUMNS = ("assessor", "community", "on_pass", "total_points", "marks", "reason", "inquiry")


@dataclass(frozen=True)
class AssessorLine:
    """One line of the report.

    `reasons` counts sheets locked with a reason, `inquiries` those the office asked about.
    """

    assessor: User
    figures: AssessorFigures
    reasons: int
    inquiries: int


@dataclass(frozen=True)
class AssessorReport:
    """Everybody's line, the strictest first, and the intraclass figure of the whole round.

    Item marks at most `near` points apart count as equal.
    """

    lines: list[AssessorLine]
    intraclass: Fraction | None
    near: Decimal

    def of(self, user: User) -> list[AssessorLine]:
        """Return the line of one assessor; [] if he has locked no sheet."""
        lines = []
        for line in self.lines:
            if line.assessor.pk == user.pk:
                lines.append(line)
        return lines


def report_on(round: Round) -> AssessorReport:
    """Return the report over the locked sheets as they stand: an upheld appeal counts as corrected.

    Two queries; it holds every sheet of the round in memory while it runs (docs/scoring.md has
    what that takes).
    """
    sheets = []
    reasons: Counter[Hashable] = Counter()
    inquiries: Counter[Hashable] = Counter()
    locked = round.sheets.locked().order_by("pk")
    rows = locked.values_list(*COLUMNS)
    for assessor, community, on_pass, total, marks, reason, inquiry in rows.iterator():
        deductions = {}
        for code, mark in marks.items():
            deductions[code] = deducted_in(mark)
        locked_sheet = LockedSheet(assessor, (community, on_pass), total, deductions)
        sheets.append(locked_sheet)
        reasons[assessor] += bool(reason)
        inquiries[assessor] += bool(inquiry)
    near = unusual_by(round).near
    figures = figures_of(sheets, near=near)
    assessors = [of_assessor.assessor for of_assessor in figures]
    people = User.objects.in_bulk(assessors)
    lines = []
    for of_assessor in figures:
        pk = of_assessor.assessor
        assessor_line = AssessorLine(people[pk], of_assessor, reasons[pk], inquiries[pk])
        lines.append(assessor_line)
    return AssessorReport(sorted(lines, key=strictness), agreement_of(sheets), near)


def deducted_in(mark: dict[str, Any]) -> Decimal | None:
    if mark.get("not_applicable"):
        return None
    return _number(str(mark.get("deducted") or "0"))


@lru_cache(maxsize=4096)
def _number(text: str) -> Decimal:
    """Read a figure; few figures stand in many marks, so each is read once and stored once."""
    return written_number(text) or Decimal(0)


def strictness(line: AssessorLine) -> tuple[bool, Fraction | int, str, int]:
    """Sort key of a line: the strictest first, those without a figure last."""
    severity = line.figures.severity
    return severity is None, severity or 0, line.assessor.name, line.assessor.pk
