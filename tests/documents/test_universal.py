"""PDF/UA-1 as far as it can be walked through here: every mark tagged or an artifact, heads with a
scope, figures told.

No validator is to be had for this project: what is proven is what stands below.
"""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from gongjian.documents.layout.document import Attachment, PrintedColumn, PrintedTable
from gongjian.documents.layout.printed_sheet import Seal

pytestmark = pytest.mark.documents
CIRCLE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" '
    'r="3" fill="red"/></svg>'
)
BODY = (
    "（一）组织领导\n各级部门、单位、街道组织协调，居民参与卫生、绿化、秩序，"
    "办公室负责日常工作，定期检查。"
)
GIVEN = {
    "body": f"{BODY}\n二、要求\n请落实。",
    "attachments": (
        Attachment(
            "得分排名表",
            PrintedTable((PrintedColumn("名次"), PrintedColumn("社区")), (("1", "甲"), ("2", ""))),
        ),
        Attachment("得分图", picture_svg=CIRCLE),
    ),
    "sealed": True,
    "seals": (Seal(CIRCLE),),
    "draft": True,
    "verify_code": "23456-ABCDE",
    "verify_url": "https://example.gov.cn/p/d/23456ABCDE/",
}


@pytest.fixture
def reader(content):
    return PdfReader(BytesIO(content(**GIVEN)))


def elements(node, path=()):
    """Every structure element below a node, in reading order, with the tags above it."""
    node = node.get_object()
    if isinstance(node, list):
        for kid in node:
            yield from elements(kid, path)
    elif isinstance(node, dict) and "/S" in node:
        yield node, path
        if "/K" in node:
            yield from elements(node["/K"], (*path, node["/S"]))


def tree(reader):
    return list(elements(reader.trailer["/Root"]["/StructTreeRoot"]["/K"]))


def kids(element):
    found = element.get("/K", [])
    return [kid.get_object() for kid in (found if isinstance(found, list) else [found])]


def marks(page, reader):
    """For each thing drawn, the marks around it: an MCID, 'Artifact', or nothing."""
    around, drawn = [], []
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator in {b"BDC", b"BMC"}:
            given = operands[1] if len(operands) > 1 else {}
            around.append("Artifact" if operands[0] == "/Artifact" else given.get("/MCID", "?"))
        elif operator == b"EMC":
            around.pop()
        elif operator in {b"Tj", b"TJ", b"f", b"f*", b"S", b"B", b"Do", b"sh"}:
            drawn.append(around[-1] if around else None)
    return drawn


def test_the_file_claims_both_standards_and_shows_its_title(reader):
    root = reader.trailer["/Root"]
    packet = root["/Metadata"].get_data().decode()
    assert re.search(r'pdfaid:part(?:="|>)3', packet)
    assert "<pdfuaid:part>1</pdfuaid:part>" in packet
    assert "http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>" in packet
    assert str(root["/ViewerPreferences"]["/DisplayDocTitle"]).lower() == "true"
    assert root["/Lang"] == "zh-CN"
    assert all(page["/Tabs"] == "/S" for page in reader.pages)


def test_whatever_is_drawn_is_tagged_or_an_artifact(reader):
    parents = reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    for page in reader.pages:
        listed = parents[parents.index(page["/StructParents"]) + 1].get_object()
        drawn = marks(page, reader)
        assert drawn
        assert None not in drawn
        assert "?" not in drawn
        used = {mark for mark in drawn if mark != "Artifact"}
        assert all("/S" in listed[mark].get_object() for mark in used)


def test_each_content_has_one_place_in_the_tree(reader):
    placed = [
        (element["/Pg"].get_object()["/StructParents"], kid)
        for element, _ in tree(reader)
        for kid in kids(element)
        if isinstance(kid, int)
    ]
    drawn = [
        (page["/StructParents"], mark)
        for page in reader.pages
        for mark in set(marks(page, reader)) - {"Artifact"}
    ]
    assert sorted(placed) == sorted(drawn)


def test_page_numbers_and_the_drafts_mark_are_not_read_out(reader):
    first = reader.pages[0]
    spoken = {mark for mark in marks(first, reader) if mark != "Artifact"}
    parts = re.split(
        rb"(?=/Artifact <</Type /Pagination>>)",
        first.get_contents().get_data().replace(b"\n", b" "),
    )
    assert len(parts) == 3  # 草稿 and — 1 —
    assert spoken


def test_headings_begin_at_one_and_leave_no_depth_out(reader):
    depths = [
        int(element["/S"][2:])
        for element, _ in tree(reader)
        if re.fullmatch("/H[1-6]", element["/S"])
    ]
    assert depths == [1, 2, 2, 1, 1]  # 标题, （一） without 一、 above it, 二、, two attachments


def test_a_paragraph_of_several_lines_is_one(reader):
    lines = [len(kids(element)) for element, _ in tree(reader) if element["/S"] == "/P"]
    assert max(lines) == 2


def test_heads_of_tables_have_a_scope_and_cells_name_them(reader):
    found = tree(reader)
    heads = [element for element, _ in found if element["/S"] == "/TH"]
    assert [head["/A"]["/Scope"] for head in heads] == ["/Column", "/Column"]
    cells = [element for element, _ in found if element["/S"] == "/TD"]
    assert [list(cell["/A"]["/Headers"]) for cell in cells] == [[head["/ID"]] for head in heads] * 2


def test_figures_say_what_they_show_and_where(reader):
    figures = [element for element, _ in tree(reader) if element["/S"] == "/Figure"]
    assert {figure["/Alt"] for figure in figures} == {
        "富阳市社区共建活动办公室印章",
        "得分图",
        "查验二维码",
    }
    for figure in figures:
        left, low, right, high = (float(part) for part in figure["/A"]["/BBox"])
        assert 0 < left < right < 596
        assert 0 < low < high < 843


def test_nothing_empty_is_in_the_tree(reader):
    assert not [
        element["/S"]
        for element, _ in tree(reader)
        if not kids(element) and element["/S"] not in {"/TD", "/TH"}
    ]
