"""An official document to GB/T 9704-2012: a PrintedSheet in, HTML or a PDF out.

Every line and rule gets its place here, on the grid of the standard; the template prints them and
the PDF engine only draws. Knows no model and no database. See docs/documents.md.
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
from gongjian.documents.layout.pages import BLANK, GridRow, paginate, rows_of, tied
from gongjian.documents.layout.photos import add_photos
from gongjian.documents.layout.placing import Page, Placed, next_row, place_picture
from gongjian.documents.layout.printed_sheet import (
    Attachment,
    PrintedColumn,
    PrintedSheet,
    PrintedTable,
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
    "PrintedColumn",
    "PrintedSheet",
    "PrintedTable",
    "attachment_from",
    "compose",
    "render_html",
    "render_pdf",
]

# Columns of a table on upright paper: 15.6 mm or three characters each.
MOST_COLUMNS = 10

# Lines of text that go over with a signature that would stand alone on a new page
# (§7.3.5.5 forbids 此页无正文).
CARRIED = 2


def render_html(sheet: PrintedSheet) -> str:
    """Return the document as one HTML page, placed to the point, for the PDF engine to read."""
    context = {"sheet": sheet, "pages": compose(sheet)}
    return share_styles(render_to_string("documents/official.html", context))


def render_pdf(sheet: PrintedSheet) -> bytes:
    """Return the document as PDF/A-3a and PDF/UA-1.

    Raises FontsMissing or PangoMissing where this machine cannot print it.
    """
    style = Path(settings.BASE_DIR) / "static" / "documents" / "gbt9704.css"
    return pdf.write_pdf(render_html(sheet), stylesheets=[style], universal=True)


def compose(sheet: PrintedSheet) -> list[Page]:
    """Return the document's pages: text, attachments, imprint, page numbers."""
    first = Page()
    if sheet.is_letter:
        title_row = set_letter_head(sheet, first)
    else:
        title_row = set_head(sheet, first)
    crowded = recipients_crowd_out_text(sheet, title_row)
    pages = text_pages(sheet, first, title_row, crowded)
    for place, attachment in enumerate(sheet.attachments, 1):
        if len(sheet.attachments) == 1:
            label = "附件"
        else:
            label = f"附件{place}"
        pages += attachment_pages(attachment, label, names_on(sheet))
    set_imprint(sheet, pages, with_recipients=crowded)
    number_pages(pages)
    pages[-1].margins += verify_mark(sheet, len(pages))
    if sheet.draft:
        draft_mark = Placed("draft", "", (Run("草稿　未经签发", HEI),), tag=ARTIFACT)
        for page in pages:
            page.margins.append(draft_mark)
    return pages


def text_pages(sheet: PrintedSheet, first: Page, title_row: int, crowded: bool) -> list[Page]:
    """Return page 1 and as many more as the text and its signature take."""
    opening = opening_rows(replace(sheet, main_recipient="") if crowded else sheet)
    text = body_rows(sheet.body) + attendee_rows(sheet)
    closing = attachment_rows(sheet) + signature_rows(sheet) + note_rows(sheet)
    if closing:
        # page 1 always shows text (§7.3.3), so its first line never goes over
        carried_from = len(text) - min(CARRIED, len(text) - 1)
        text[carried_from:] = tied(text[carried_from:])
        closing[:-1] = tied(closing[:-1])
    rows = [*opening, *text, *closing]
    shares = paginate(rows, first=ROWS - title_row)
    pages = [first, *(Page() for _ in shares[1:])]
    for page, share in zip(pages, shares, strict=True):
        start = title_row if page is first else 0
        page.add_rows(share, start)
    return pages


def body_rows(body: str) -> list[GridRow]:
    """Return the text's rows, paragraphs indented by two.

    A heading on its own is tied to what it heads.
    """
    rows: list[GridRow] = []
    depth = 1
    for paragraph in parse_body(body):
        tag = "p"
        if paragraph.heading:
            # no depth is left out, whatever the drafter numbered
            depth = min(paragraph.level + 1, depth + 1)
            tag = f"h{depth}"
        lines = []
        for line in set_lines(paragraph.runs, first=2):
            lines.append(replace(line, tag=tag))
        if lines and paragraph.runs[0].face == HEI:
            lines[0] = replace(lines[0], outline=paragraph.runs[0].text, level=2)
        paragraph_rows = rows_of(lines)
        rows += tied(paragraph_rows) if paragraph.heading else paragraph_rows
    return rows


def attachment_pages(attachment: Attachment, label: str, names: tuple[str, ...]) -> list[Page]:
    """Return an attachment's pages (§7.3.7).

    Its label stands on line 1, its title on line 3, then come text, picture and table.
    """
    titles = title_rows(title_lines(attachment.title, names))
    outline = f"{label} {attachment.title}"
    label_line = Line((Run(label, HEI),), outline=outline)
    rows = [GridRow((label_line,)), BLANK, *titles, BLANK, *body_rows(attachment.text)]
    has_more = attachment.text or attachment.picture_svg or attachment.photos
    turned = lies_on_its_side(attachment.table) and not has_more
    pages = []
    for share in paginate(rows):
        page = Page(turned=turned)
        page.add_rows(share)
        pages.append(page)
    if attachment.picture_svg:
        room = TYPE_HEIGHT - row_top(6)
        add_picture(pages, attachment.picture_svg, attachment.title, room=room)
    for svg in attachment.more_svg:
        add_picture(pages, svg, attachment.title, room=TYPE_HEIGHT)
    add_photos(pages, attachment.photos)
    if attachment.table and attachment.table.rows:
        add_table(pages, attachment.table)
    return pages


def add_table(pages: list[Page], table: PrintedTable) -> None:
    turned = lies_on_its_side(table)
    area = TURNED if turned else UPRIGHT
    top = 0.0
    if pages[-1].turned == turned:
        row = next_row(pages[-1].bottom)
        top = row_top(row)
    for piece in cut_table(table, top=top, area=area):
        if piece.top == 0.0:
            pages.append(Page(turned=turned))
        pages[-1].add_table(piece)


def lies_on_its_side(table: PrintedTable | None) -> bool:
    """Whether a table is set in landscape: asked for, or more columns than upright paper holds."""
    if table is None:
        return False
    return table.landscape or len(table.columns) > MOST_COLUMNS


def add_picture(pages: list[Page], svg: str, title: str, *, room: float) -> None:
    """Draw a picture as wide as the type area, or as high as its `room` in points."""
    aspect_ratio = aspect_ratio_of(svg)
    width = min(TYPE_WIDTH, room * aspect_ratio)
    height = width / aspect_ratio
    row = next_row(pages[-1].bottom)
    top = row_top(row)
    if top + height > TYPE_HEIGHT:
        pages.append(Page())
        top = 0.0
    alt = alternative_text(svg, title)
    picture = place_picture(with_document_face(svg), top=top, width=width, height=height, alt=alt)
    pages[-1].items.append(picture)
    pages[-1].bottom = top + height + PITCH / 2


def alternative_text(svg: str, title: str) -> str:
    """Return the attachment's title and the picture's figures in words, to be heard."""
    description = re.match(r"\s*<svg[^>]*>\s*(?:<title>[^<]*</title>)?\s*<desc>([^<]*)</desc>", svg)
    if description:
        return f"{title}：{unescape(description[1])}"
    return title


def aspect_ratio_of(svg: str) -> float:
    """Return width over height, from the viewBox."""
    box = re.search(r'viewBox="([^"]+)"', svg)
    if box is None:
        raise ValueError("图中没有 viewBox，无法确定长宽比")
    _, _, width, height = re.split(r"[\s,]+", box[1].strip())
    return float(width) / float(height)


def with_document_face(svg: str) -> str:
    """Return the picture with its lettering in the documents' Hei: no other face may enter."""
    families = ", ".join(pdf.FACES["黑体"].families)
    rule = f"<style>text,tspan{{font-family:{families} !important}}</style>"
    return re.sub(r"(<svg\b[^>]*>)", lambda start: start[1] + rule, svg, count=1)
