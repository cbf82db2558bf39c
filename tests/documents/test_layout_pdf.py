"""The file: faces embedded, archivable, readable by machines, the same each time, and never a page
of boxes.
"""

import os
import re
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from pypdf import PdfReader

from gongjian.documents.layout.document import Attachment, PrintedColumn, PrintedTable, render_pdf
from gongjian.lib import pdf
from tests.documents.conftest import make_sheet

pytestmark = pytest.mark.documents
FACES = {"FandolFang", "FandolKai", "FandolHei", "FandolSong", "FandolSong-Bold"}
BODY = {"body": "一、情况\n（一）组织领导。已成立。", "title": "关于报送情况的通知"}


def embedded(content: bytes) -> dict[str, bool]:
    """Each font's name without its subset tag, and whether its program is inside the file."""
    found = {}
    for page in PdfReader(BytesIO(content)).pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"].get_object()
            found[inner["/BaseFont"].split("+")[-1]] = any(
                key.startswith("/FontFile") for key in descriptor
            )
    return found


def test_only_the_intended_faces_are_used_and_all_are_embedded(content):
    assert embedded(content(**BODY)) == dict.fromkeys(FACES, True)


def test_rare_characters_are_printed_in_the_fallback_face(content):
    data = content(body="朱镕、陶喆、王堃受到表扬。", title="关于报送情况的通知")
    assert "朱镕、陶喆、王堃" in "".join(
        page.extract_text() for page in PdfReader(BytesIO(data)).pages
    )
    fallback = set(embedded(data)) - FACES
    assert fallback
    assert all(re.match("WenQuanYi|Noto", name) for name in fallback)


def test_a_character_that_no_face_has_is_refused_by_name(_can_print):
    with pytest.raises(
        pdf.FontsMissing, match=re.escape("缺少含有下列字的字体：\U0003134a；请运行")
    ):
        render_pdf(make_sheet(body="某\U0003134a同志"))


def test_the_text_can_be_searched_and_copied(content):
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(content())).pages)
    assert "富共建办〔2026〕12号" in text
    assert "现将工作内容下达给你们，请认真组织实施。" in text


def test_it_says_pdf_a_3a_with_title_and_language(content):
    reader = PdfReader(BytesIO(content()))
    packet = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert re.search(r'pdfaid:part(?:="|>)3', packet)
    assert re.search(r'pdfaid:conformance(?:="|>)A', packet)
    assert reader.trailer["/Root"]["/OutputIntents"]
    assert reader.metadata.title == "关于下达2026年第四季度社区共建工作内容的通知"
    assert reader.metadata.author == "富阳市社区共建活动办公室"
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"


def tags_of(node, found):
    """Every structure type below a node of the tag tree, in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        for kid in node:
            tags_of(kid, found)
    elif isinstance(node, dict) and "/S" in node:
        found.append(node["/S"])
        if "/K" in node:
            tags_of(node["/K"], found)
    return found


def test_tables_and_pictures_are_tagged(content):
    table = PrintedTable((PrintedColumn("名次"), PrintedColumn("社区")), (("1", "甲"), ("2", "乙")))
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" '
        'height="9"/></svg>'
    )
    data = content(
        attachments=(Attachment("得分排名表", table), Attachment("得分图", picture_svg=svg))
    )
    root = PdfReader(BytesIO(data)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    tags = tags_of(root["/StructTreeRoot"]["/K"], [])
    assert [tags.count(tag) for tag in ("/Table", "/TR", "/TH", "/TD")] == [1, 3, 2, 4]
    assert "/Figure" in tags


def test_title_headings_and_attachments_are_in_the_outline(content):
    table = Attachment("得分排名表", text="略")
    data = content(
        **{**BODY, "body": "一、情况\n已成立。\n二、要求\n请落实。"},
        attachments=(table, Attachment("办法", text="略")),
    )
    outline = PdfReader(BytesIO(data)).outline
    title, headings, *attachments = outline
    assert title.title == "关于报送情况的通知"
    assert [heading.title for heading in headings] == ["一、情况", "二、要求"]
    assert [item.title for item in attachments] == ["附件1 得分排名表", "附件2 办法"]


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf 未安装")
def test_qpdf_finds_nothing_wrong(content, tmp_path):
    path = tmp_path / "document.pdf"
    path.write_bytes(content(attachments=(Attachment("办法", text="略"),)))
    answer = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_same_sheet_gives_the_same_bytes(content):
    assert render_pdf(make_sheet()) == content()


def test_words_cannot_become_markup(printed):
    page = printed(body="<b>甲</b>&乙", title="关于报送情况的通知")[0]
    assert any("<b>甲</b>&乙" in text for text in page.texts)


def test_nothing_is_fetched_from_outside(_can_print, tmp_path):
    picture = tmp_path / "secret.svg"
    picture.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" '
        'height="9"/></svg>'
    )
    page = '<html lang="zh-CN"><body><img src="{}"></body></html>'
    assert pdf.write_pdf(page.format(picture.as_uri()), stylesheets=[]) == pdf.write_pdf(
        page.format("file:///nowhere.svg"), stylesheets=[]
    )


def test_subsetting_uses_the_harfbuzz_library(_can_print):
    """Without it a document takes five times as long; the machine that tests must have what the
    README installs.
    """
    import weasyprint.text.ffi

    assert weasyprint.text.ffi.harfbuzz_subset is not None


def test_the_style_sheet_names_the_faces_that_are_checked():
    css = (Path(settings.BASE_DIR) / "static/documents/gbt9704.css").read_text()
    for name, families in {"fang": "仿宋", "kai": "楷体", "hei": "黑体", "song": "宋体"}.items():
        listed = re.search(rf"\.{name}\b[^{{]*{{\s*font-family: ([^;]+);", css)[1]
        assert (
            tuple(re.findall(r'[^",]+', listed.replace(", ", ",")))[:3]
            == pdf.FACES[families].families
        )


def test_a_missing_face_is_named_and_nothing_is_printed(monkeypatch):
    missing = pdf.Face("楷体", ("No Such Kai",), "No.otf")
    monkeypatch.setattr(pdf, "FACES", {**pdf.FACES, "楷体": missing})
    monkeypatch.setattr(
        pdf, "_families", lambda: frozenset({"FandolFang", "FandolHei", "FandolSong"})
    )
    assert pdf.available_faces()["楷体"] is None
    assert pdf.ready() == ["缺少字体：楷体；请运行 python3 manage.py doctor 查看安装办法"]
    with pytest.raises(pdf.FontsMissing, match="楷体"):
        pdf.write_pdf("<p>字</p>", stylesheets=[])


def test_stand_ins_are_used_and_told(monkeypatch):
    monkeypatch.setattr(pdf, "_families", lambda: frozenset({"Noto Serif SC", "Noto Sans SC"}))
    assert pdf.available_faces()["仿宋"] == "Noto Serif SC"
    assert pdf.ready() == []
    assert "仿宋以 Noto Serif SC 代替，字形与国家标准的推荐字体不同" in pdf.substitutions()


def test_the_faces_of_a_pip_package_are_found(monkeypatch, tmp_path):
    package = tmp_path / pdf.FACE_PACKAGE
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert package in pdf.font_directories()


def test_a_machine_without_pango_says_so(tmp_path):
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library pango')")
    code = "import django; django.setup(); from gongjian.lib import pdf; print(pdf.ready())"
    paths = os.pathsep.join([str(tmp_path), str(settings.BASE_DIR)])
    given = {**os.environ, "PYTHONPATH": paths, "DJANGO_SETTINGS_MODULE": "gongjian.settings"}
    answer = subprocess.run(
        [sys.executable, "-c", code], env=given, capture_output=True, text=True, check=True
    )
    assert (
        answer.stdout.strip()
        == "['本机未安装 Pango，无法生成 PDF；请运行 python3 manage.py doctor 查看安装命令']"
    )
