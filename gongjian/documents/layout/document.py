"""An official document to GB/T 9704-2012: a PrintedSheet in, HTML or a PDF out. Knows no model and no database.

Every line and rule is given its place here, on the grid of the standard; the template prints them and the PDF engine
only draws. See docs/documents.md.
"""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

from gongjian.documents.layout.closing import (
    attachment_rows,
    attendee_rows,
    note_rows,
    signature_rows,
)
from gongjian.documents.layout.head import (
    opening_rows,
    recipients_crowd_out_text,
    set_head,
    title_rows,
)
from gongjian.documents.layout.imprint import number_pages, set_imprint
from gongjian.documents.layout.letter import set_letter_head
from gongjian.documents.layout.measures import (
    HEI,
    PITCH,
    ROWS,
    TURNED,
    TYPE_HEIGHT,
    TYPE_WIDTH,
    UPRIGHT,
    row_top,
)
from gongjian.documents.layout.pages import BLANK, GridRow, kept, paginate, rows_of
from gongjian.documents.layout.photos import add_photos
from gongjian.documents.layout.placing import Page, Placed, next_row, place_picture
from gongjian.documents.layout.printed_sheet import (
    Attachment,
    Column,
    PrintedSheet,
    Table,
    attachment_from,
)
from gongjian.documents.layout.shared_styles import share_styles
from gongjian.documents.layout.tables import cut_table
from gongjian.documents.layout.text import Line, Run, parse_body, set_lines
from gongjian.documents.layout.titles import names_on, title_lines
from gongjian.documents.layout.verify_mark import verify_mark
from gongjian.lib import pdf
from gongjian.lib.pdf_tags import ARTIFACT

__all__ = [
    "Attachment",
    "Column",
    "PrintedSheet",
    "Table",
    "attachment_from",
    "compose",
    "render_html",
    "render_pdf",
]

MOST_COLUMNS = 10
"""Of a table on upright paper: 15.6 mm or three characters each."""

CARRIED = 2
"""Lines of text that go over with a signature that would stand alone on a new page (§7.3.5.5 forbids 此页无正文)."""


def render_html(sheet: PrintedSheet) -> str:
    """The document as one HTML page, placed to the point; only the PDF engine is meant to read it."""
    return share_styles(
        render_to_string("documents/official.html", {"sheet": sheet, "pages": compose(sheet)})
    )


def render_pdf(sheet: PrintedSheet) -> bytes:
    """The document as PDF/A-3a and PDF/UA-1. Raises FontsMissing or PangoMissing where this machine cannot print it."""
    style = Path(settings.BASE_DIR) / "static" / "documents" / "gbt9704.css"
    return pdf.write_pdf(render_html(sheet), stylesheets=[style], universal=True)


def compose(sheet: PrintedSheet) -> list[Page]:
    """The document's pages: text, attachments, imprint, page numbers."""
    first = Page()
    title_row = set_letter_head(sheet, first) if sheet.is_letter else set_head(sheet, first)
    crowded = recipients_crowd_out_text(sheet, title_row)
    pages = _letter(sheet, first, title_row, crowded)
    for place, attachment in enumerate(sheet.attachments, 1):
        label = "附件" if len(sheet.attachments) == 1 else f"附件{place}"
        pages += _attached(attachment, label, names_on(sheet))
    set_imprint(sheet, pages, with_recipients=crowded)
    number_pages(pages)
    pages[-1].margins += verify_mark(sheet, len(pages))
    if sheet.draft:
        for page in pages:
            page.margins.append(Placed("draft", "", (Run("草稿　未经签发", HEI),), tag=ARTIFACT))
    return pages


def _letter(sheet: PrintedSheet, first: Page, title_row: int, crowded: bool) -> list[Page]:
    """Page 1 and as many more as the text and its signature take."""
    opening = opening_rows(replace(sheet, main_recipient="") if crowded else sheet)
    text = body_rows(sheet.body) + attendee_rows(sheet)
    closing = attachment_rows(sheet) + signature_rows(sheet) + note_rows(sheet)
    carried = min(CARRIED, len(text) - 1) if closing else 0  # page 1 always shows text (§7.3.3)
    text[len(text) - carried :] = kept(text[len(text) - carried :])
    rows = [*opening, *text, *kept(closing[:-1]), *closing[-1:]]
    shares = paginate(rows, first=ROWS - title_row)
    pages = [first, *(Page() for _ in shares[1:])]
    for page, share in zip(pages, shares, strict=True):
        page.add_rows(share, title_row if page is first else 0)
    return pages


def body_rows(body: str) -> list[GridRow]:
    """The text's rows, paragraphs indented by two; a heading on its own is tied to what it heads."""
    rows: list[GridRow] = []
    deepest = 1
    for paragraph in parse_body(body):
        set_as = "p"
        if paragraph.heading:
            deepest = min(
                paragraph.level + 1, deepest + 1
            )  # no depth is left out, whatever the drafter numbered
            set_as = f"h{deepest}"
        lines = rows_of(replace(line, tag=set_as) for line in set_lines(paragraph.runs, first=2))
        if lines and paragraph.runs[0].face == HEI:
            named = replace(lines[0].lines[0], outline=paragraph.runs[0].text, level=2)
            lines[0] = GridRow((named,))
        rows += kept(lines) if paragraph.heading else lines
    return rows


def _attached(attachment: Attachment, label: str, names: tuple[str, ...]) -> list[Page]:
    """An attachment's pages: its label on line 1, its title on line 3, then text, picture and table (§7.3.7)."""
    titles = title_rows(title_lines(attachment.title, names))
    named = Line((Run(label, HEI),), outline=f"{label} {attachment.title}")
    rows = [GridRow((named,)), BLANK, *titles, BLANK, *body_rows(attachment.text)]
    pages = []
    alone = _turns(attachment.table) and not (
        attachment.text or attachment.picture_svg or attachment.photos
    )
    for share in paginate(rows):
        pages.append(Page(turned=alone))
        pages[-1].add_rows(share)
    if attachment.picture_svg:
        _add_picture(pages, attachment.picture_svg, attachment.title, room=TYPE_HEIGHT - row_top(6))
    for svg in attachment.more_svg:
        _add_picture(pages, svg, attachment.title, room=TYPE_HEIGHT)
    add_photos(pages, attachment.photos)
    if attachment.table and attachment.table.rows:
        _add_table(pages, attachment.table)
    return pages


def _add_table(pages: list[Page], table: Table) -> None:
    turned = _turns(table)
    area = TURNED if turned else UPRIGHT
    top = row_top(next_row(pages[-1].bottom)) if pages[-1].turned == turned else 0.0
    for piece in cut_table(table, top=top, area=area):
        if piece.top == 0.0:
            pages.append(Page(turned=turned))
        pages[-1].add_table(piece)


def _turns(table: Table | None) -> bool:
    """Whether a table lies on its side: where it is asked for, or with more columns than upright paper can hold."""
    return table is not None and (table.landscape or len(table.columns) > MOST_COLUMNS)


def _add_picture(pages: list[Page], svg: str, title: str, *, room: float) -> None:
    """Draw a picture as wide as the type area, or as high as its room: what a page has under a title, or all of it."""
    shape = _shape(svg)
    width = min(TYPE_WIDTH, room * shape)
    height = width / shape
    top = row_top(next_row(pages[-1].bottom))
    if top + height > TYPE_HEIGHT:
        pages.append(Page())
        top = 0.0
    pages[-1].items.append(
        place_picture(_in_our_face(svg), top=top, width=width, height=height, alt=_said(svg, title))
    )
    pages[-1].bottom = top + height + PITCH / 2


def _said(svg: str, title: str) -> str:
    """The attachment's title and the picture's figures in words, for whoever hears the document read."""
    desc = re.match(r"\s*<svg[^>]*>\s*(?:<title>[^<]*</title>)?\s*<desc>([^<]*)</desc>", svg)
    return f"{title}：{unescape(desc[1])}" if desc else title


def _shape(svg: str) -> float:
    """Width over height, from the viewBox."""
    box = re.search(r'viewBox="([^"]+)"', svg)
    if box is None:
        raise ValueError("图中没有 viewBox，无法确定长宽比")
    _, _, width, height = (float(part) for part in re.split(r"[\s,]+", box[1].strip()))
    return width / height


def _in_our_face(svg: str) -> str:
    """Lettering in the documents' Hei, whatever the picture asks for: no other face may enter a document."""
    rule = f"<style>text,tspan{{font-family:{', '.join(pdf.FACES['黑体'].families)} !important}}</style>"
    return re.sub(r"(<svg\b[^>]*>)", lambda start: start[1] + rule, svg, count=1)
