"""Which findings are the evidence of a deduction on a sheet: its assessor's own, of that visit."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from gongjian.lib.points import HUNDRED, round_half_up
from inspections.models import Finding, Photo
from inspections.models.findings import FindingSource
from scoring.models import Round, Sheet


@dataclass(frozen=True)
class Evidence:
    """The findings on one item of a sheet.

    `findings` were made by the sheet's assessor on the day of its visit. `others` are the city's
    further findings of the quarter on the same item (同项其他问题): no evidence of this deduction.
    """

    findings: list[Finding]
    others: list[Finding]


NO_EVIDENCE = Evidence([], [])


class ItemFindings:
    """Findings by community and item, from which the evidence of each deduction is read."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._by_item: dict[tuple[int, str], list[Finding]] = defaultdict(list)
        for finding in findings:
            self._by_item[finding.community_id, finding.item_code].append(finding)

    def of(self, sheet: Sheet, item_code: str) -> Evidence:
        """Return what was found on this item: on this sheet's visit, and otherwise."""
        findings, others = [], []
        for finding in self._by_item.get((sheet.community_id, item_code), ()):
            if is_of_visit(finding, sheet):
                findings.append(finding)
            else:
                others.append(finding)
        return Evidence(findings, others)


def is_of_visit(finding: Finding, sheet: Sheet) -> bool:
    """Return whether the sheet's assessor made this finding on the day of his visit."""
    is_his = finding.found_by_id == sheet.assessor_id
    return is_his and timezone.localdate(finding.found_at) == sheet.visited_on


@dataclass(frozen=True)
class EvidenceCoverage:
    """How many of the points deducted on locked sheets have a photo from the visit itself."""

    deducted: Decimal
    with_photo: Decimal

    @property
    def percent(self) -> Decimal | None:
        """Return the share in percent, one place; None where nothing was deducted."""
        if not self.deducted:
            return None
        return round_half_up(HUNDRED * Fraction(self.with_photo) / Fraction(self.deducted), 1)


def coverage_of(sheets: Iterable[Sheet], photographed: ItemFindings) -> EvidenceCoverage:
    """Return the coverage of these sheets by findings that have a photo. Reads nothing."""
    deducted = with_photo = Decimal(0)
    for sheet in sheets:
        for code, mark in sheet.marks.items():
            points = Decimal(mark.get("deducted") or 0)
            deducted += points
            if points and photographed.of(sheet, code).findings:
                with_photo += points
    return EvidenceCoverage(deducted, with_photo)


def evidence_coverage_of(round: Round) -> EvidenceCoverage:
    """Return the coverage of all locked sheets of a round. Two queries."""
    sheets = round.sheets.locked().only("round", "community", "assessor", "visited_on", "marks")
    findings = photographed_before(city_findings_of(round))
    columns = ("pk", "community", "item_code", "found_by", "found_at")
    photographed = ItemFindings(findings.only(*columns).iterator())
    return coverage_of(sheets.iterator(), photographed)


def city_findings_of(round: Round) -> QuerySet[Finding]:
    """Return what the city found in the round's quarter."""
    return Finding.objects.in_quarter(round.quarter).filter(source=FindingSource.CITY)


def photographed_before(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    """Return those that have a photo of how they were found (整改前)."""
    photos = Photo.objects.before().filter(finding=OuterRef("pk"))
    return findings.filter(Exists(photos))
