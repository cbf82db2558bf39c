"""On which items of the sheets points were lost, as the circular and the pages draw it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from gongjian.lib.checklists import ChecklistItem
from scoring.models import Round, Sheet
from scoring.services.sheets.lists import checklist_of


@dataclass(frozen=True)
class ItemLosses:
    """The share of each item's points that the assessors took on the mean, by community."""

    items: Sequence[ChecklistItem]
    by_community: Mapping[int, Mapping[str, Decimal]]

    def shares(self, community: int) -> list[Decimal | None]:
        """Return the share of each item in turn; None where it does not apply."""
        by_code = self.by_community.get(community, {})
        return [by_code.get(item.code) for item in self.items]


def item_losses_of(round: Round, communities: Sequence[int] | None = None) -> ItemLosses:
    """Return the losses on a round's locked sheets, or of some communities of it. One query."""
    sheets = round.sheets.locked()
    if communities is not None:
        sheets = sheets.filter(community__in=communities)
    items = checklist_of(round).items
    points = {item.code: item.points for item in items}
    shares: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for (community, code), deductions in _deductions(sheets).items():
        if points.get(code):
            mean = sum(deductions, Decimal(0)) / len(deductions)
            shares[community][code] = mean / points[code]
    return ItemLosses(items, shares)


def _deductions(sheets: QuerySet[Sheet]) -> dict[tuple[int, str], list[Decimal]]:
    """Return what each sheet deducted, by community and item, where the item applies."""
    deductions: dict[tuple[int, str], list[Decimal]] = defaultdict(list)
    for community, marks in sheets.values_list("community", "marks"):
        for code, mark in marks.items():
            if not mark.get("not_applicable"):
                deductions[community, code].append(Decimal(mark.get("deducted") or 0))
    return deductions
