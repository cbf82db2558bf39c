"""A checklist goes out as a workbook or YAML and comes back; what is wrong is named by its row."""

from io import BytesIO

import pytest

from gongjian.lib.checklists import load_checklist
from gongjian.lib.checklists.books import read_checklist_book, write_checklist_book
from gongjian.lib.rulebooks import WrongRulebook
from gongjian.lib.yaml_files import read_mapping, write_mapping
from tests.inspections.factories import V1, V2


def test_a_workbook_comes_back_as_the_same_checklist():
    content = read_checklist_book(BytesIO(write_checklist_book(V2)), "v2.xlsx")
    assert load_checklist(content) == load_checklist(V2)


@pytest.mark.parametrize("content", [V1, V2])
def test_yaml_comes_back_as_the_same_content(content):
    assert read_mapping(write_mapping(content), "自查表") == content


def test_what_is_wrong_in_a_workbook_is_named_by_row_and_column():
    items = [*V2["items"][:3], V2["items"][3] | {"cap": "99", "section": "five"}]
    with pytest.raises(WrongRulebook) as refused:
        read_checklist_book(BytesIO(write_checklist_book(V2 | {"items": items})), "v2.xlsx")
    assert refused.value.errors == (
        "项目第 5 行：“部分”一栏，应是 four_clear、four_none、five_in_force 之一，现为“five”",
        "项目第 5 行：“扣分上限”一栏，扣分上限 99 超过本项分值 10",
    )
