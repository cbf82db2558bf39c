"""The file around the words: its styles, fonts, grid, sections and page numbers.

A word processor centres a character in its grid line, half of seven eighths of a character below
the line's top. So the margins above and below are less by as much (GB/T 33476.2 annex A), and the
ink keeps to 37 and 35 mm, 22 lines of 28.
"""

from datetime import datetime, time
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from gongjian.documents.layout.measures import (
    CHARACTER,
    DASH_TOP,
    MM,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    PITCH,
    SMALL_SIZE,
    SONG,
    TURNED,
    TYPE_HEIGHT,
    TYPE_TOP,
    UPRIGHT,
)
from gongjian.documents.layout.printed_sheet import PrintedSheet
from gongjian.documents.word.words import (
    CLOSER,
    FONTS,
    NAMESPACE,
    TITLE_FONT,
    exact,
    fonts,
    paragraph,
    run,
    twips,
)

HALF_LEAD = (PITCH - CHARACTER) / 2
# Of a line of fixed height lies above its baseline.
FIXED = 0.8

HEADER = 15 * MM
FOLIO_LINE = 18.0
# From the page's bottom to the foot of the page number's line.
FOOT = (
    PAGE_HEIGHT
    - (TYPE_TOP + TYPE_HEIGHT + 7 * MM + DASH_TOP * SMALL_SIZE)
    - (1 - FIXED) * FOLIO_LINE
)

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# What a word processor takes where a font is not installed, by the file's own font table.
ALTERNATIVES = {
    FONTS["fang"]: "仿宋",
    FONTS["kai"]: "楷体",
    FONTS["hei"]: "SimHei",
    FONTS[SONG]: "SimSun",
    TITLE_FONT: "华文中宋",
}

_BODY = f'<w:ind w:firstLineChars="200" w:firstLine="{twips(2 * CHARACTER)}"/>'
_DEFAULTS = '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
_PLAIN = (
    '<w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
    '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="both"/>'
)
_HEADING = '<w:keepNext/>{more}<w:outlineLvl w:val="{level}"/>'
_TITLE = f"""<w:keepNext/>{exact(PITCH)}<w:jc w:val="center"/><w:outlineLvl w:val="0"/>"""


def new_file(sheet: PrintedSheet) -> Any:
    """An empty file with our styles and the sheet's properties."""
    file = Document()
    _set_defaults(file)
    _set_styles(file)
    _set_fonts(file)
    _set_properties(file, sheet)
    _set_settings(file)
    return file


def _set_defaults(file: Any) -> None:
    face = (
        f'<w:rPr>{fonts(FONTS["fang"])}<w:spacing w:val="{twips(CLOSER)}"/><w:kern w:val="0"/>'
        '<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr>'
    )
    whole = (
        f'<w:docDefaults xmlns:w="{NAMESPACE}"><w:rPrDefault>{face}</w:rPrDefault>'
        f"<w:pPrDefault><w:pPr>{_DEFAULTS}</w:pPr></w:pPrDefault></w:docDefaults>"
    )
    old = file.styles.element.find(qn("w:docDefaults"))
    file.styles.element.replace(old, parse_xml(whole))


def _set_styles(file: Any) -> None:
    """正文 as the standard's 3号仿宋; titles and headings are heading styles, so that they make the
    outline.
    """
    put_style(file, "Normal", "Normal", _PLAIN)
    put_style(file, "BodyText", "Body Text", _BODY)
    title = f'<w:rPr>{fonts(TITLE_FONT)}<w:sz w:val="44"/><w:szCs w:val="44"/></w:rPr>'
    put_style(file, "Heading1", "heading 1", _TITLE, title)
    heading_faces = {2: _properties_of("hei"), 3: _properties_of("kai"), 4: "", 5: ""}
    for number, face in heading_faces.items():
        properties = _HEADING.format(more=_BODY, level=number - 1)
        put_style(file, f"Heading{number}", f"heading {number}", properties, face)


def _properties_of(face: str) -> str:
    return f"<w:rPr>{fonts(FONTS[face])}</w:rPr>"


def put_style(file: Any, key: str, name: str, properties: str, face: str = "") -> None:
    """Put a paragraph style into the file, in the place of the template's own."""
    named = f'<w:name w:val="{name}"/>'
    kind = f'w:type="paragraph" w:styleId="{key}"'
    if key == "Normal":
        kind += ' w:default="1"'
    else:
        named += '<w:basedOn w:val="Normal"/><w:next w:val="BodyText"/>'
    content = f"{named}<w:qFormat/><w:pPr>{properties}</w:pPr>{face}"
    fresh = parse_xml(f'<w:style xmlns:w="{NAMESPACE}" {kind}>{content}</w:style>')
    root = file.styles.element
    for old in root.findall(qn("w:style")):
        if old.get(qn("w:styleId")) == key:
            root.remove(old)
    root.append(fresh)


def _set_fonts(file: Any) -> None:
    """Name in the font table what may stand for a font that is not installed."""
    parts = {str(part.partname): part for part in file.part.package.iter_parts()}
    table = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    table += f'<w:fonts xmlns:w="{NAMESPACE}">'
    for name, other in ALTERNATIVES.items():
        kind = '<w:charset w:val="86"/><w:family w:val="auto"/>'
        table += f'<w:font w:name="{name}"><w:altName w:val="{other}"/>{kind}</w:font>'
    table += "</w:fonts>"
    parts["/word/fontTable.xml"]._blob = table.encode()


def _set_properties(file: Any, sheet: PrintedSheet) -> None:
    properties = file.core_properties
    properties.title = sheet.title
    properties.subject = sheet.number
    properties.author = sheet.signature
    properties.language = "zh-CN"
    properties.category = sheet.kind
    properties.keywords = ""
    properties.comments = "文字稿，以印发的 PDF 为准"
    properties.last_modified_by = sheet.signature
    properties.created = properties.modified = datetime.combine(sheet.document_date, time())


def _set_settings(file: Any) -> None:
    """Odd and even pages differ; marks keep their whole width, as the print has them; no
    compatibility mode.
    """
    file.settings.odd_and_even_pages_header_footer = True
    settings = file.settings.element
    for name in ("characterSpacingControl", "compat"):
        for old in settings.findall(qn(f"w:{name}")):
            settings.remove(old)
    mode = 'w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"'
    fresh = parsed(
        '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:adjustLineHeightInTable/>'
        f"<w:compatSetting {mode}/></w:compat>"
    )
    for element in reversed(fresh):
        settings.find(qn("w:evenAndOddHeaders")).addnext(element)


def folio_line(side: str) -> str:
    """— 1 — at this side, one character in (§7.5)."""
    indent = f'<w:ind w:left="{twips(SMALL_SIZE)}" w:right="{twips(SMALL_SIZE)}"/>'
    properties = f'{exact(FOLIO_LINE)}{indent}<w:jc w:val="{side}"/>'
    return paragraph(folio(), properties=properties)


def add_foot(file: Any, kind: str, xml: str) -> str:
    """Add a footer of this kind (default, even, first).

    Returns the reference that a section names it by.
    """
    part, relation = file.part.add_footer_part()
    return _filled(part.element, "footer", kind, relation, xml)


def add_head(file: Any, kind: str, xml: str) -> str:
    """Add a header of this kind; returns the reference that a section names it by."""
    part, relation = file.part.add_header_part()
    return _filled(part.element, "header", kind, relation, xml)


def _filled(element: Any, name: str, kind: str, relation: str, xml: str) -> str:
    for old in list(element):
        element.remove(old)
    element.extend(parsed(xml))
    return f'<w:{name}Reference w:type="{kind}" r:id="{relation}"/>'


def whole(body: str) -> Any:
    """The document part with this body."""
    names = f'xmlns:w="{NAMESPACE}" xmlns:r="{RELATIONS}"'
    return parse_xml(f"<w:document {names}><w:body>{body}</w:body></w:document>")


def parsed(xml: str) -> list[Any]:
    """The elements that a string of paragraphs and tables says."""
    return list(parse_xml(f'<w:body xmlns:w="{NAMESPACE}" xmlns:r="{RELATIONS}">{xml}</w:body>'))


def folio() -> str:
    """The page number between its dashes; a field, so that it counts."""
    size = '<w:sz w:val="28"/><w:szCs w:val="28"/>'
    face = fonts(FONTS[SONG]) + size
    instruction = '<w:instrText xml:space="preserve"> PAGE </w:instrText>'
    code = f"<w:r><w:rPr>{face}</w:rPr>{instruction}</w:r>"
    field = _field_mark(face, "begin") + code + _field_mark(face, "separate")
    field += run("1", SONG, size) + _field_mark(face, "end")
    return run("— ", SONG, size) + field + run(" —", SONG, size)


def _field_mark(face: str, kind: str) -> str:
    return f'<w:r><w:rPr>{face}</w:rPr><w:fldChar w:fldCharType="{kind}"/></w:r>'


def section(
    references: str,
    *,
    kind: str = "nextPage",
    turned: bool = False,
    fixed: bool = False,
    own_first: bool = False,
) -> str:
    """A section's paper. `fixed`: lines of fixed height instead of the grid, the margins those of
    the type area.
    """
    lead = 0.0 if fixed else HALF_LEAD
    area, width, height, orientation = UPRIGHT, PAGE_WIDTH, PAGE_HEIGHT, ""
    if turned:
        area, width, height = TURNED, PAGE_HEIGHT, PAGE_WIDTH
        orientation = ' w:orient="landscape"'
    below = height - area.top - area.height
    right = width - area.left - area.width
    margins = f'w:top="{twips(area.top - lead)}" w:right="{twips(right)}" '
    margins += f'w:bottom="{twips(below - lead)}" w:left="{twips(area.left)}"'
    furniture = f'w:header="{twips(HEADER)}" w:footer="{twips(FOOT)}" w:gutter="0"'
    properties = f'{references}<w:type w:val="{kind}"/>'
    properties += f'<w:pgSz w:w="{twips(width)}" w:h="{twips(height)}"{orientation}/>'
    properties += f"<w:pgMar {margins} {furniture}/>"
    if own_first:
        properties += "<w:titlePg/>"
    if not fixed:
        properties += f'<w:docGrid w:type="lines" w:linePitch="{twips(PITCH)}"/>'
    return f"<w:sectPr>{properties}</w:sectPr>"
