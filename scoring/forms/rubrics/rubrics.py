from collections.abc import Iterator
from itertools import groupby

from django import forms

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
FEW = 6
"""Items of a list that are all shown at once; a longer list is folded by its groups."""

Shown = list[tuple[str, Figure, str]]
"""(name of the input, figure, what stands in it)."""
Rows = list[tuple[str, list[tuple[str, Shown]]]]
"""(item, its figures line by line)."""


class RubricForm(forms.Form):
    """新的评分细则: a version's name, and its figures typed here or its whole content in a file.

    After validation `rubric` is what was written; `base` is the content that the figures belong to.
    """

    version = forms.CharField(
        label="版本", max_length=20, help_text="启用后不能再改，改动要用新的版本号"
    )
    title = forms.CharField(label="名称", max_length=60)
    file = forms.FileField(
        label="细则文件",
        required=False,
        help_text="增减项目、改计分方式的，下载现有细则改好后在这里上传（YAML 或 Excel）；只改数字的，直接在下面改",
    )
    content = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def __init__(self, data=None, files=None, *, base: dict):
        self.base = base
        self.rubric: Rubric | None = None
        super().__init__(data, files, initial={"title": base["name"]})
        self.typed = {
            name.removeprefix(FIGURE): text
            for name, text in (data or {}).items()
            if name.startswith(FIGURE)
        }

    def clean(self):
        given = super().clean()
        try:
            mapping = self._mapping(given.get("file"), given.get("content"))
            named = {"name": given.get("title", ""), "version": given.get("version", "")}
            self.rubric = load_rubric(
                {**mapping, **{key: text for key, text in named.items() if text}}, is_new=True
            )
        except (WrongRulebook, UnreadableWorkbook) as wrong:
            errors = getattr(wrong, "errors", [str(wrong)])
            if given.get("file"):
                self.add_error("file", list(errors))
            else:
                self.add_error(None, [in_words(sentence, self.base) for sentence in errors])
        return given

    def _mapping(self, file, content: str) -> dict:
        """A file's own figures stand as they are written; else those typed are put into what the page began with."""
        if file:
            self.base, self.typed = rubric_mapping(_read(file)), {}
            return self.base
        if content:
            self.base = rubric_mapping(load_rubric(read_mapping(content)))
        return with_figures(self.base, self.typed)

    @property
    def parts(self) -> list[tuple[str, Shown]]:
        """The figures outside the items, under their parts."""
        found: dict[str, list[Figure]] = {}
        for figure in figures_outside_items(self.base):
            found.setdefault(figure.part, []).append(figure)
        return [(part, self._shown(figures)) for part, figures in found.items()]

    @property
    def lists(self) -> list[tuple[str, list[tuple[str, bool, Rows]]]]:
        """The items under their components: (component, [(group, whether it is unfolded, its items)])."""
        found = []
        for part, of_part in groupby(items_in(self.base), key=lambda item: item.part):
            items = list(of_part)
            found.append((part, list(self._groups(items, unfolded=len(items) <= FEW))))
        return found

    def _groups(
        self, items: list[ItemFigures], *, unfolded: bool
    ) -> Iterator[tuple[str, bool, Rows]]:
        for group, members in groupby(items, key=lambda item: item.group):
            found = list(members)
            yield group or "其他各项", unfolded or self._is_changed(found), self._rows(found)

    def _is_changed(self, items: list[ItemFigures]) -> bool:
        return any(
            self.typed.get(one.path, one.value) != one.value
            for item in items
            for one in item.figures
        )

    def _rows(self, items: list[ItemFigures]) -> Rows:
        return [
            (
                item.name,
                [
                    (line, self._shown(each))
                    for line, each in groupby(item.figures, key=lambda one: one.line)
                ],
            )
            for item in items
        ]

    def _shown(self, figures) -> Shown:
        return [
            (FIGURE + figure.path, figure, self.typed.get(figure.path, figure.value))
            for figure in figures
        ]

    @property
    def content_text(self) -> str:
        """What the figures belong to, carried by the page."""
        return write_mapping(self.base)


def _read(file) -> Rubric:
    if file.name.lower().endswith(BOOKS):
        return read_rubric_book(file, file.name)
    return read_rubric(file.read())
