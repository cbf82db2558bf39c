"""Assessors as those who are scored read them: 考评员甲, 乙, 丙."""

STEMS = "甲乙丙丁戊己庚辛壬癸"


def letter(place: int) -> str:
    """甲 for 0; from the eleventh on the number itself."""
    if place < len(STEMS):
        return STEMS[place]
    return str(place + 1)


def assessor_names(sheets, *, by_name: bool) -> dict[int, str]:
    """How each sheet's assessor is called on the page, by the sheet's id; sheets in the order of their ids."""
    ordered = sorted(sheets, key=lambda sheet: sheet.pk)
    letters = {sheet.pk: f"考评员{letter(place)}" for place, sheet in enumerate(ordered)}
    if not by_name:
        return letters
    return {sheet.pk: f"{letters[sheet.pk]}（{sheet.assessor.name}）" for sheet in ordered}
