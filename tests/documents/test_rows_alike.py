"""Rows that look alike are laid out once (lib/pdf_rows.py): the file is the one that laying out all
of them gives.
"""

import pytest

from gongjian.documents.layout.document import Attachment, PrintedColumn, PrintedTable, render_pdf
from gongjian.lib import pdf_source
from gongjian.lib.pdf_reading import read_pdf
from tests.documents.conftest import make_sheet

pytestmark = pytest.mark.documents
ALIGNED = {"名次": ("center", 6), "社区": ("left", 20), "说明": ("left", 14), "得分": ("right", 8)}
COLUMNS = tuple(PrintedColumn(head, *given) for head, given in ALIGNED.items())


def annex(*rows):
    return make_sheet(attachments=(Attachment("考评得分排名表", PrintedTable(COLUMNS, rows)),))


def rows_of_all_shapes():
    """Short, long and empty cells, numbers aligned right and centred, over two pages."""
    for place in range(1, 61):
        said = ("一票否决", "", "未按期整改，" * 4)[place % 7 % 3]
        yield str(place), f"第{place}社区", said, f"{100 - place / 7:.2f}"


def test_copied_rows_give_the_same_bytes_as_rows_laid_out_one_by_one(printed, monkeypatch):
    sheet = annex(*rows_of_all_shapes())
    quick = render_pdf(sheet)
    monkeypatch.setattr(pdf_source, "take_out_alike", lambda root: {})
    assert render_pdf(sheet) == quick


def test_a_rare_character_stands_on_the_line_of_its_neighbours(printed):
    """Its face has other measures, so that the engine would set a row of it a little lower."""
    (*_, page) = read_pdf(
        render_pdf(annex(("1", "长安社区", "", "9.00"), ("2", "镕基社区", "", "8.00")))
    )
    (line,) = [line for line in page.lines if "镕" in line.text]
    assert line.text.replace(" ", "") == "2镕基社区8.00"
