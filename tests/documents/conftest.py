"""Printed samples, made once a run: rendering is the slow part, measuring is not."""

from datetime import date
from functools import cache

import pytest

from gongjian.documents.layout.document import PrintedSheet, render_pdf
from gongjian.lib import pdf
from tests.documents.measuring import Page, measure

OFFICE = "富阳市社区共建活动办公室"
CHARACTERS = "社区共建活动办公室组织协调各级部门单位街道居民卫生绿化秩序"
GIVEN = {
    "issuer_mark": f"{OFFICE}文件",
    "number": "富共建办〔2026〕12号",
    "title": "关于下达2026年第四季度社区共建工作内容的通知",
    "main_recipient": "各社区共建牵头单位、共建单位",
    "body": "现将工作内容下达给你们，请认真组织实施。\n请于月底前报送情况。",
    "signature": OFFICE,
    "document_date": date(2026, 10, 8),
    "copy_recipients": "市委办公室，市政府办公室",
    "printed_by": OFFICE,
    "print_date": date(2026, 10, 9),
}


def make_sheet(**given) -> PrintedSheet:
    return PrintedSheet(**{**GIVEN, **given})


def text_of(lines: int) -> str:
    """One paragraph that fills exactly so many lines: 26 characters after the indent, then 28 a
    line.
    """
    count = 26 + 28 * (lines - 1)
    return (CHARACTERS * (count // len(CHARACTERS) + 1))[:count]


@cache
def _content(sheet: PrintedSheet) -> bytes:
    return render_pdf(sheet)


@cache
def _pages(sheet: PrintedSheet) -> list[Page]:
    return measure(_content(sheet))


@pytest.fixture(scope="session")
def _can_print():
    if reasons := pdf.ready():
        pytest.skip("；".join(reasons))


@pytest.fixture
def printed(_can_print):
    """printed(title=…) gives the measured pages of a sheet."""
    return lambda **given: _pages(make_sheet(**given))


@pytest.fixture
def content(_can_print):
    """content(title=…) gives the PDF itself."""
    return lambda **given: _content(make_sheet(**given))
