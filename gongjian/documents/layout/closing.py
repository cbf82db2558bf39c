"""What follows the text: 出席, 附件说明, the signature and date, 附注 (§7.3.4-7.3.6, §10.3)."""

from dataclasses import replace

from gongjian.documents.layout.joint import joint_signature_rows
from gongjian.documents.layout.measures import COLUMNS, FANG, HEI, width_of
from gongjian.documents.layout.pages import BLANK, GridRow, rows_of
from gongjian.documents.layout.printed_sheet import PrintedSheet, chinese_date
from gongjian.documents.layout.text import Line, Run, hanging_rows, set_lines

# Blank rows above a name that is sealed: a seal of 42 mm then ends within one line of the text and
# its centre lies just above the name and date.
SEAL_ROOM = 2


def attendee_rows(sheet: PrintedSheet) -> list[GridRow]:
    """Return 出席、请假、列席 of minutes: each list hangs under its first name."""
    rows = []
    for label, names in sheet.attendees:
        run = Run(label.rstrip("：:"), HEI)
        heading = (run, Run("："))
        rows += hanging_rows(heading, names, left=2)
    return _below_a_blank(rows)


def attachment_rows(sheet: PrintedSheet) -> list[GridRow]:
    """Return 附件说明: indent 2, numbered when there are several, no mark at the end."""
    rows = []
    for label, title, indent in attachment_titles(sheet):
        rows += hanging_rows(label, title, left=indent)
    return _below_a_blank(rows)


def attachment_titles(sheet: PrintedSheet) -> list[tuple[list[Run], str, float]]:
    """Return the label, the title and the indent of each line of 附件说明."""
    is_numbered = len(sheet.attachments) > 1
    titles = []
    for place, attachment in enumerate(sheet.attachments, 1):
        if place == 1:
            label = [Run("附件：")]
        else:
            label = []
        if is_numbered:
            label.append(Run(f"{place}. "))
        title = attachment.title.strip().rstrip("。；，")
        titles.append((label, title, 2 if place == 1 else 5))
    return titles


def _below_a_blank(rows: list[tuple[Line, ...]]) -> list[GridRow]:
    """Return the rows below one blank line; nothing for none."""
    grid_rows = [GridRow(lines) for lines in rows]
    if grid_rows:
        return [BLANK, *grid_rows]
    return []


def signature_rows(sheet: PrintedSheet) -> list[GridRow]:
    """Return the name of the issuer over the date; minutes bear neither here."""
    if not sheet.signs:
        return []
    if sheet.joint:
        return joint_signature_rows(sheet)
    day = chinese_date(sheet.document_date)
    if not sheet.signature:
        lines = (_at(COLUMNS - 4 - width_of(day), day),)
        return [BLANK, GridRow(lines)]
    if sheet.sealed:
        blanks = [BLANK] * SEAL_ROOM
        seal = None
        if sheet.seals:
            seal = sheet.seals[0]
        name_left, date_left = sealed_indents(sheet.signature, day)
    else:
        blanks = [BLANK]
        seal = None
        name_left, date_left = unsealed_indents(sheet.signature, day)
    name = replace(_at(name_left, sheet.signature), seal=seal)
    grid_row = GridRow((_at(date_left, day),))
    return [*blanks, GridRow((name,)), grid_row]


def note_rows(sheet: PrintedSheet) -> list[GridRow]:
    """Return 附注: the line below the date, indent 2, in brackets."""
    text = sheet.note.strip().strip("（）()")
    if text:
        runs = [Run(f"（{text}）")]
        return rows_of(set_lines(runs, first=2))
    return []


def _at(x: float, text: str) -> Line:
    return Line((Run(text, FANG),), indent=max(x, 0.0))


def unsealed_indents(name: str, day: str) -> tuple[float, float]:
    """Return where name and date begin without a seal.

    The name ends 2 from the right, the date begins 2 after the name; a date that is longer than
    the name ends 2 from the right instead and moves the name.
    """
    if width_of(day) > width_of(name):
        date_left = COLUMNS - 2 - width_of(day)
        return date_left - 2, date_left
    name_left = COLUMNS - 2 - width_of(name)
    return name_left, name_left + 2


def sealed_indents(name: str, day: str) -> tuple[float, float]:
    """Return where name and date begin with a seal.

    The date ends 4 from the right, the name is centred above it; both move left for a long name.
    """
    middle = min(COLUMNS - 4 - width_of(day) / 2, COLUMNS - width_of(name) / 2)
    return middle - width_of(name) / 2, middle - width_of(day) / 2
