"""What follows the text: 出席, 附件说明, the signature and date, 附注 (§7.3.4-7.3.6, §10.3)."""

from dataclasses import replace

from gongjian.documents.layout.joint import joint_signature_rows
from gongjian.documents.layout.measures import COLUMNS, FANG, HEI, width_of
from gongjian.documents.layout.pages import BLANK, GridRow, rows_of
from gongjian.documents.layout.printed_sheet import PrintedSheet, chinese_date
from gongjian.documents.layout.text import Line, Run, hanging_rows, set_lines

SEAL_ROOM = 2
"""Blank rows above a name that is sealed: a seal of 42 mm then ends within one line of the text and its centre lies
just above the name and date."""


def attendee_rows(sheet: PrintedSheet) -> list[GridRow]:
    """出席、请假、列席 of minutes: one blank line, then each list hanging under its first name."""
    rows = []
    for label, names in sheet.attendees:
        rows += hanging_rows((Run(label.rstrip("：:"), HEI), Run("：")), names, left=2)
    return [BLANK, *map(GridRow, rows)] if rows else []


def attachment_rows(sheet: PrintedSheet) -> list[GridRow]:
    """附件说明: one blank line, indent 2, numbered when there are several, no mark at the end."""
    titles = [attachment.title.strip().rstrip("。；，") for attachment in sheet.attachments]
    if not titles:
        return []
    if len(titles) == 1:
        return [BLANK, *map(GridRow, hanging_rows((Run("附件："),), titles[0], left=2))]
    rows = []
    for place, title in enumerate(titles, 1):
        number = Run(f"{place}. ")
        label, left = ((number,), 5) if place > 1 else ((Run("附件："), number), 2)
        rows += hanging_rows(label, title, left=left)
    return [BLANK, *map(GridRow, rows)]


def signature_rows(sheet: PrintedSheet) -> list[GridRow]:
    """The name of the issuer over the date; minutes bear neither here."""
    if not sheet.signs:
        return []
    if sheet.joint:
        return joint_signature_rows(sheet)
    day = chinese_date(sheet.document_date)
    if not sheet.signature:
        return [BLANK, GridRow((_at(COLUMNS - 4 - width_of(day), day),))]
    name_left, date_left = (
        _sealed_lefts(sheet.signature, day) if sheet.sealed else _bare_lefts(sheet.signature, day)
    )
    blanks = [BLANK] * (SEAL_ROOM if sheet.sealed else 1)
    seal = sheet.seals[0] if sheet.sealed and sheet.seals else None
    name = replace(_at(name_left, sheet.signature), seal=seal)
    return [*blanks, GridRow((name,)), GridRow((_at(date_left, day),))]


def note_rows(sheet: PrintedSheet) -> list[GridRow]:
    """附注: the line below the date, indent 2, in brackets."""
    text = sheet.note.strip().strip("（）()")
    return rows_of(set_lines([Run(f"（{text}）")], first=2)) if text else []


def _at(left: float, text: str) -> Line:
    return Line((Run(text, FANG),), indent=max(left, 0.0))


def _bare_lefts(name: str, day: str) -> tuple[float, float]:
    """Without a seal: the name ends 2 from the right, the date begins 2 after the name; a date that is longer than
    the name ends 2 from the right instead and moves the name."""
    if width_of(day) > width_of(name):
        date_left = COLUMNS - 2 - width_of(day)
        return date_left - 2, date_left
    name_left = COLUMNS - 2 - width_of(name)
    return name_left, name_left + 2


def _sealed_lefts(name: str, day: str) -> tuple[float, float]:
    """With a seal: the date ends 4 from the right, the name is centred above it; both move left for a long name."""
    middle = min(COLUMNS - 4 - width_of(day) / 2, COLUMNS - width_of(name) / 2)
    return middle - width_of(name) / 2, middle - width_of(day) / 2
