"""Assessors as those who are scored read them: 考评员甲, 乙, 丙."""

from collections.abc import Iterable

from scoring.models import Sheet

STEMS = "甲乙丙丁戊己庚辛壬癸"


def letter(place: int) -> str:
    """Return 甲 for 0 and so on; from the eleventh on the number itself."""
    if place < len(STEMS):
        return STEMS[place]
    return str(place + 1)


def assessor_names(sheets: Iterable[Sheet], *, by_name: bool) -> dict[int, str]:
    """Return how each sheet's assessor is called on the page, by the sheet's id.

    Letters go by the order of the sheets' ids; `by_name` adds the names.
    """
    names = {}
    for place, sheet in enumerate(sorted(sheets, key=lambda sheet: sheet.pk)):
        names[sheet.pk] = f"考评员{letter(place)}"
        if by_name:
            names[sheet.pk] += f"（{sheet.assessor.name}）"
    return names
