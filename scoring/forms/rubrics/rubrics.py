"""The form of a new version of the rubric: figures typed on the page, or a file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from gongjian.lib.rulebooks import WrongRulebook
from gongjian.lib.spreadsheets import UnreadableWorkbook
from gongjian.lib.yaml_files import write_mapping
from scoring.rules.rubrics.mappings import rubric_mapping
from scoring.rules.rubrics.rubric import Rubric, load_rubric
from scoring.rules.rubrics.yaml_files import read_mapping, read_rubric
from scoring.services.rubrics.books import read_rubric_book
from scoring.services.rubrics.figures import (
    Figure,
    ItemFigures,
    figures_outside_items,
    in_words,
    items_in,
    with_figures,
)

FIGURE = "figure:"
BOOKS = (".xlsx", ".xls", ".ods")
# Items of a list that are all shown at once; a longer list is folded by its groups.
FEW = 6

# (name of the input, figure, what stands in it)
Inputs = list[tuple[str, Figure, str]]


@dataclass
class FigureGroup:
    """A group of items on the page, each item with its figures line by line."""

    name: str
    unfolded: bool
    rows: list[tuple[str, list[tuple[str, Inputs]]]] = field(default_factory=list)


class RubricForm(forms.Form):
    """新的评分细则: a version's name, and its figures typed here or its whole content in a file.

    After validation `rubric` is what was written and `cleaned_data` what `adopt_rubric` needs;
    `base` is the content that the figures belong to.
    """

    version = forms.CharField(
        label="版本", max_length=20, help_text="启用后不能再改，改动要用新的版本号"
    )
    title = forms.CharField(label="名称", max_length=60)
    file = forms.FileField(
        label="细则文件",
        required=False,
        help_text="增减项目、改计分方式的，下载现有细则改好后在这里上传（YAML 或 Excel）；"
        "只改数字的，直接在下面改",
    )
    content = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
        *,
        base: dict[str, Any],
    ) -> None:
        self.base = base
        self.rubric: Rubric | None = None
        self.typed: dict[str, str] = {}
        super().__init__(data, files, initial={"title": base["name"]})
        for name, text in (data or {}).items():
            if name.startswith(FIGURE):
                self.typed[name.removeprefix(FIGURE)] = text

    def clean(self) -> dict[str, Any]:
        fields = super().clean()
        try:
            mapping = dict(self.mapping_written(fields))
            mapping["name"] = fields.get("title") or mapping.get("name")
            mapping["version"] = fields.get("version") or mapping.get("version")
            self.rubric = load_rubric(mapping, is_new=True)
        except UnreadableWorkbook as wrong:
            self.add_error("file", str(wrong))
            return fields
        except WrongRulebook as wrong:
            self._refuse(wrong, in_file=bool(fields.get("file")))
            return fields
        content = json.loads(json.dumps(rubric_mapping(self.rubric)))
        return {"version": self.rubric.version, "title": self.rubric.name, "content": content}

    def mapping_written(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the content written in the file, else that of the page with what was typed.

        A file's own figures stand as they are written.
        """
        if fields.get("file"):
            self.base, self.typed = rubric_mapping(_read(fields["file"])), {}
            return self.base
        if fields.get("content"):
            self.base = rubric_mapping(load_rubric(read_mapping(fields["content"])))
        return with_figures(self.base, self.typed)

    def _refuse(self, wrong: WrongRulebook, *, in_file: bool) -> None:
        """Show every fault: of a file by its places, of the page in the page's words."""
        if in_file:
            self.add_error("file", list(wrong.errors))
        else:
            self.add_error(None, [in_words(sentence, self.base) for sentence in wrong.errors])

    @property
    def parts(self) -> list[tuple[str, Inputs]]:
        """Return the inputs of the figures outside the items, under their parts."""
        parts: dict[str, Inputs] = {}
        for figure in figures_outside_items(self.base):
            parts.setdefault(figure.part, []).append(self._input(figure))
        return list(parts.items())

    @property
    def lists(self) -> list[tuple[str, list[FigureGroup]]]:
        """Return the groups of items under their components."""
        lists = []
        for part, of_part in groupby(items_in(self.base), key=lambda item: item.part):
            items = list(of_part)
            groups = []
            for name, members in groupby(items, key=lambda item: item.group):
                groups.append(self.group_of(name, list(members), unfolded=len(items) <= FEW))
            lists.append((part, groups))
        return lists

    def group_of(self, name: str, items: list[ItemFigures], *, unfolded: bool) -> FigureGroup:
        """Return one group; it is unfolded, too, when one of its figures was changed."""
        group = FigureGroup(name or "其他各项", unfolded)
        for item in items:
            lines = []
            for line, figures in groupby(item.figures, key=lambda figure: figure.line):
                lines.append((line, [self._input(figure) for figure in figures]))
            group.rows.append((item.name, lines))
            for figure in item.figures:
                if self._text(figure) != figure.value:
                    group.unfolded = True
        return group

    def _input(self, figure: Figure) -> tuple[str, Figure, str]:
        return FIGURE + figure.path, figure, self._text(figure)

    def _text(self, figure: Figure) -> str:
        return self.typed.get(figure.path, figure.value)

    @property
    def content_text(self) -> str:
        """Return what the figures belong to, carried by the page."""
        return write_mapping(self.base)


def _read(file: UploadedFile) -> Rubric:
    if file.name.lower().endswith(BOOKS):
        return read_rubric_book(file, file.name)
    return read_rubric(file.read())
