"""A PrintedSheet in, a .docx out. Knows no model and no database.

The pages of the print decide what stands together on a page: where the imprint goes and which
tables lie on their side. Words flow, so that whoever edits them is not in the way of line ends.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from gongjian.documents.layout import document as layout
from gongjian.documents.layout.closing import signature_rows
from gongjian.documents.layout.head import recipients_crowd_out_text, set_head
from gongjian.documents.layout.letter import set_letter_head
from gongjian.documents.layout.measures import HEI, row_top
from gongjian.documents.layout.placing import Page
from gongjian.documents.layout.printed_sheet import Attachment, PrintedSheet
from gongjian.documents.layout.text import Paragraph, Run, parse_body, set_lines
from gongjian.documents.layout.titles import names_on, title_lines
from gongjian.documents.word import annexes
from gongjian.documents.word.foot import imprint_of
from gongjian.documents.word.head import (
    head_of,
    letter_footer,
    letter_head_of,
    letter_header,
    opening_of,
)
from gongjian.documents.word.paper import add_foot, add_head, folio_line, new_file, section, whole
from gongjian.documents.word.words import exact, hanging, on_the_grid, paragraph, run, runs, spacer

MOST_CARRIED = 8
DRAFT = "草稿　未经签发"


@dataclass
class Part:
    """Content that shares one paper; `more` are what section() takes besides the references."""

    content: str
    more: dict[str, Any]


def render_docx(sheet: PrintedSheet) -> bytes:
    """The document as a Word file: the same words on the same paper, without seals and the code to
    verify it by.
    """
    file = new_file(sheet)
    set_its_head = set_letter_head if sheet.is_letter else set_head
    title_row = set_its_head(sheet, Page())
    parts = [Part(_text(sheet, title_row), {"own_first": sheet.is_letter})]
    is_single = len(sheet.attachments) == 1
    for place, attachment in enumerate(sheet.attachments, 1):
        label = "附件" if is_single else f"附件{place}"
        titles = title_lines(attachment.title, names_on(sheet))
        parts += _annex(attachment, label, titles)
    _put(file, sheet, parts, imprint_of(sheet, title_row))
    written = BytesIO()
    file.save(written)
    return written.getvalue()


def _put(file: Any, sheet: PrintedSheet, parts: list[Part], imprint: str) -> None:
    """Write the sections one after the other; the imprint anchors in the last paragraph.

    An imprint that has a page to itself begins on an even one, whatever comes before it.
    """
    last = layout.compose(sheet)[-1]
    feet = _feet(file, sheet)
    papers = []
    for part in parts:
        papers.append(section(feet, **part.more))
    contents = [part.content for part in parts]
    if imprint and not sheet.is_letter and _is_imprint_alone(last):
        contents.append("")
        imprint_feet = feet if last.numbered else _bare_feet(file)
        papers.append(section(imprint_feet, kind="evenPage"))
    body = ""
    for content, paper in zip(contents[:-1], papers[:-1], strict=True):
        body += content + paragraph(properties=exact(1) + paper)
    body += contents[-1] + imprint + spacer(1) + papers[-1]
    # The whole part at once: moving paragraphs into python-docx's own tree costs half a minute for
    # a thousand rows.
    file.part._element = whole(body)


def _is_imprint_alone(page: Page) -> bool:
    kinds = {item.css.split()[0] for item in page.items}
    return not page.tables and kinds <= {"imprint", "rule"}


def _feet(file: Any, sheet: PrintedSheet) -> str:
    """The references to the page numbers, and to what only a letter or a draft bears."""
    references = ""
    if sheet.draft:
        content = run(DRAFT, HEI, '<w:color w:val="999999"/>')
        draft_line = paragraph(content, properties='<w:jc w:val="right"/>')
        references += add_head(file, "default", draft_line)
        references += add_head(file, "even", draft_line)
    if sheet.is_letter:
        references += add_head(file, "first", letter_header(sheet))
        references += add_foot(file, "first", letter_footer())
    references += add_foot(file, "default", folio_line("right"))
    return references + add_foot(file, "even", folio_line("left"))


def _bare_feet(file: Any) -> str:
    return add_foot(file, "default", paragraph()) + add_foot(file, "even", paragraph())


def _text(sheet: PrintedSheet, title_row: int) -> str:
    """Everything up to the signature and 附注."""
    crowded = recipients_crowd_out_text(sheet, title_row)
    if sheet.is_letter:
        head = letter_head_of(sheet)
    else:
        head = head_of(sheet, title_row)
    closing = _closing(sheet)
    body = _body(sheet.body, tied=bool(closing))
    opening = opening_of(sheet, with_recipients=not crowded)
    return head + opening + body + closing


def _body(body: str, *, tied: bool = False) -> str:
    """Paragraphs and headings; the last goes with the signature (§7.3.5.5 forbids 此页无正文).

    A long one does not: some word processors would carry it over whole.
    """
    paragraphs = parse_body(body)
    last = 0
    if tied and len(set_lines(paragraphs[-1].runs, first=2)) <= MOST_CARRIED:
        last = len(paragraphs)
    written = []
    for place, content in enumerate(paragraphs, 1):
        written.append(_paragraph(content, tied=place == last))
    return "".join(written)


def _paragraph(content: Paragraph, *, tied: bool) -> str:
    properties = "<w:keepNext/>" if tied else ""
    if content.level and len(content.runs) == 1 and content.heading:
        words = run(content.runs[0].text)
        return paragraph(words, style=f"Heading{content.level + 1}", properties=properties)
    return paragraph(runs(content.runs), style="BodyText", properties=properties)


def _closing(sheet: PrintedSheet) -> str:
    rows = []
    for row in signature_rows(sheet):
        rows.append(on_the_grid(row.lines, keep=True))
    note = sheet.note.strip().strip("（）()")
    if note:
        content = run(f"（{note}）")
        rows.append(paragraph(content, style="BodyText"))
    return "".join([*_attendees(sheet), *_attachment_list(sheet), *rows])


def _attendees(sheet: PrintedSheet) -> Iterator[str]:
    if sheet.attendees:
        yield paragraph()
    for label, names in sheet.attendees:
        yield hanging((Run(label.rstrip("：:"), HEI), Run("：")), names, indent=2)


def _attachment_list(sheet: PrintedSheet) -> Iterator[str]:
    """附件说明: one blank line, then each name hanging under its first character."""
    titles = []
    for attachment in sheet.attachments:
        titles.append(attachment.title.strip().rstrip("。；，"))
    if titles:
        yield paragraph(properties="<w:keepNext/>")
    for place, title in enumerate(titles, 1):
        label = []
        indent = 5
        if place == 1:
            label.append(Run("附件："))
            indent = 2
        if len(titles) > 1:
            label.append(Run(f"{place}. "))
        yield hanging(label, title, indent=indent, more="<w:keepNext/>")


def _annex(attachment: Attachment, label: str, titles: Sequence[str]) -> list[Part]:
    """An attachment's sections: words on the grid, a table on paper whose margins are those of the
    type area.
    """
    table = None
    if attachment.table and attachment.table.rows:
        table = attachment.table
    turned = layout.lies_on_its_side(table)
    if table and not attachment.text and not attachment.picture_svg:
        head = annexes.fixed_label_and_title(titles, label)
        top = row_top(3 + len(titles))
        content = head + annexes.table_of(table, turned=turned, top=top)
        return [Part(content, {"turned": turned, "fixed": True})]
    label_and_title = annexes.label_and_title(titles, label)
    words = label_and_title + _body(attachment.text)
    if attachment.picture_svg:
        words += paragraph(run(annexes.PICTURE), properties='<w:jc w:val="center"/>')
    if not table:
        return [Part(words, {})]
    content = annexes.table_of(table, turned=turned, top=0.0)
    if turned:
        return [Part(words, {}), Part(content, {"turned": True, "fixed": True})]
    return [Part(words + annexes.lead_in() + content, {})]
