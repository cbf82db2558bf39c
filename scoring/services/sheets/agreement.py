"""考评员评分一致性: how severe the assessors of a round were and how far they agree."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from gongjian.accounts.models import User
from gongjian.lib.points import written_number
from scoring.models import Round
from scoring.rules.sheets.agreement import AssessorFigures, LockedSheet, agreement_of, figures_of
from scoring.services.sheets.lists import unusual_by


@dataclass(frozen=True)
class AssessorLine:
    """One line of the report; `reasons` counts sheets locked with a reason, `asked` those the office asked about."""

    assessor: User
    figures: AssessorFigures
    reasons: int
    asked: int


@dataclass(frozen=True)
class AssessorReport:
    """Everybody's line, the strictest first, and the intraclass figure of the whole round; item marks at most `near`
    points apart count as equal."""

    lines: list[AssessorLine]
    intraclass: Fraction | None
    near: Decimal

    def of(self, user) -> list[AssessorLine]:
        lines = []
        for line in self.lines:
            if line.assessor.pk == user.pk:
                lines.append(line)
        return lines


def report_on(round: Round) -> AssessorReport:
    """The report over the locked sheets as they stand now: an upheld appeal counts as corrected.

    Two queries; holds every sheet of the round in memory while it runs (docs/scoring.md has what that takes).
    """
    rows = round.sheets.locked().order_by("pk")
    sheets, reasons, asked = [], {}, {}
    named = ("assessor", "community", "on_pass", "total_points", "marks", "reason", "inquiry")
    for who, community, on_pass, total, marks, reason, inquiry in rows.values_list(
        *named
    ).iterator():
        locked_sheet = LockedSheet(
            who, (community, on_pass), total, {code: _taken(one) for code, one in marks.items()}
        )
        sheets.append(locked_sheet)
        reasons[who] = reasons.get(who, 0) + bool(reason)
        asked[who] = asked.get(who, 0) + bool(inquiry)
    near = unusual_by(round).near
    figures = figures_of(sheets, near=near)
    assessors = [one.assessor for one in figures]
    people = User.objects.in_bulk(assessors)
    lines = []
    for one in figures:
        assessor_line = AssessorLine(
            people[one.assessor], one, reasons[one.assessor], asked[one.assessor]
        )
        lines.append(assessor_line)
    return AssessorReport(sorted(lines, key=_strictest_first), agreement_of(sheets), near)


def _taken(mark: dict) -> Decimal | None:
    if mark.get("not_applicable"):
        return None
    return _number(str(mark.get("deducted") or "0"))


@lru_cache(maxsize=4096)
def _number(text: str) -> Decimal:
    """Few figures stand in many marks: each is read once and kept once."""
    return written_number(text) or Decimal(0)


def _strictest_first(line: AssessorLine):
    severity = line.figures.severity
    return severity is None, severity or 0, line.assessor.name, line.assessor.pk
