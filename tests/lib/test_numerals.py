"""The numerals of chapters and paragraphs, beyond ten as well."""

import pytest

from gongjian.lib.numerals import chinese_numeral
from scoring.services.drafting.words import in_chapters, numbered_in_brackets


@pytest.mark.parametrize(
    ("number", "written"),
    [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九")],
)
def test_numbers_are_written_as_documents_write_them(number, written):
    assert chinese_numeral(number) == written


@pytest.mark.parametrize("number", [-1, 0, 100])
def test_what_cannot_be_written_is_refused(number):
    with pytest.raises(ValueError, match="应在 1 至 99 之间"):
        chinese_numeral(number)


def test_no_paragraph_is_lost_behind_the_tenth():
    paragraphs = [f"第{number}类" for number in range(12)]
    assert numbered_in_brackets(paragraphs)[-1] == "（十二）第11类"
    chapters = [(f"标题{number}", ["正文"]) for number in range(11)]
    assert in_chapters(chapters)[-2:] == ["十一、标题10", "正文"]
