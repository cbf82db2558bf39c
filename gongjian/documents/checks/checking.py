"""The checker: a sheet is printed, the print is read back and measured against GB/T 9704-2012.

What is measured is the PDF itself, never the intention: a fault in the layout, the style sheet or a
face is found as surely as one in the words. Knows no model and no database.
"""

from hashlib import sha256

from django.core.cache import cache

from gongjian.documents.checks import body, closing, formats, head, imprint, paper, words
from gongjian.documents.checks.printed import Printed
from gongjian.documents.checks.remarks import Level, Remark, Rule
from gongjian.documents.layout import document as layout
from gongjian.documents.layout.printed_sheet import PrintedSheet
from gongjian.lib.pdf_reading import read_pdf

__all__ = ["Level", "Remark", "check_sheet", "measure", "rules_for"]

# Seconds that remarks are kept for the same content; an upgrade brings new rules, so not for long.
KEPT = 3600

ORDER = list(Level)


def check_sheet(sheet: PrintedSheet) -> list[Remark]:
    """What is wrong with a sheet as it prints: errors first, then by page and line.

    The same sheet is measured once.

    Raises FontsMissing or PangoMissing where this machine cannot print.
    """
    key = "documents.check:" + sha256(repr(sheet).encode()).hexdigest()
    remarks: list[Remark] | None = cache.get(key)
    if remarks is None:
        remarks = measure(sheet, layout.render_pdf(sheet))
        cache.set(key, remarks, KEPT)
    return remarks


def measure(sheet: PrintedSheet, content: bytes) -> list[Remark]:
    """The remarks on a printed PDF of a sheet."""
    pages = tuple(read_pdf(content))
    printed = Printed(sheet, pages)
    distinct: dict[Remark, None] = {}
    for rule in rules_for(sheet):
        distinct |= dict.fromkeys(rule(printed))
    return sorted(distinct, key=_errors_first)


def _errors_first(remark: Remark) -> tuple[int, int, int]:
    return ORDER.index(remark.level), remark.page, remark.line


def rules_for(sheet: PrintedSheet) -> tuple[Rule, ...]:
    """The rules that bind this sheet's format."""
    common: tuple[Rule, ...] = paper.RULES + body.RULES + closing.RULES + words.RULES
    if sheet.is_letter:
        return common + head.LETTER_RULES + imprint.LETTER_RULES + formats.LETTER_RULES
    common += head.RULES + imprint.RULES
    if sheet.is_minutes:
        return common + formats.MINUTES_RULES
    return common
