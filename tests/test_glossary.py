"""docs/glossary.md and the identifiers of the code say the same."""

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APPS = ("communities", "units", "inspections", "scoring", "funds")
SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def modules() -> list[Path]:
    paths = [path for room in (*APPS, "gongjian") for path in (ROOT / room).rglob("*.py")]
    return [path for path in paths if "migrations" not in path.parts]


def spelt(identifier: str) -> str:
    """Return an identifier as its words in the singular: `RoadSections` is `_road_section_`."""
    words = [word.lower() for word in WORD.findall(identifier)]
    singular = [re.sub(r"(?<=[^su])s$", "", word) for word in words]
    return f"_{'_'.join(singular)}_"


def bound_names(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            names.add(node.name)
        elif isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
    return names


@cache
def identifiers() -> frozenset[str]:
    """Every name that the code binds or reads, and those of its modules and folders, as words."""
    names = set()
    for path in modules():
        names.update(path.relative_to(ROOT).with_suffix("").parts)
        names |= bound_names(ast.parse(path.read_text(encoding="utf-8")))
    return frozenset(spelt(name) for name in names)


def table(title: str) -> list[list[str]]:
    """Return the cells of the rows below a heading of the glossary."""
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    parts = SECTION.split(text)
    section = parts[parts.index(title) + 1]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return cells[2:]


def listed(title: str, column: int) -> list[str]:
    names = []
    for cells in table(title):
        names += re.split(r", | / ", cells[column])
    return names


def terms() -> list[str]:
    return [
        name for cells in table("Terms") for name in re.findall(r"`(\w+)`", " ".join(cells[1:]))
    ]


@pytest.mark.parametrize("term", sorted(set(terms())))
def test_every_term_is_what_the_code_calls_it(term):
    assert any(spelt(term) in name for name in identifiers())


@pytest.mark.parametrize("term", listed("Terms of what is still to be built", 1))
def test_a_term_that_was_built_moves_to_the_terms(term):
    assert not any(spelt(term) in name for name in identifiers())


@pytest.mark.parametrize("word", listed("Words that are not used", 0))
def test_no_identifier_says_a_word_that_was_ruled_out(word):
    assert [name for name in identifiers() if spelt(word) in name] == []


def test_a_term_has_one_row():
    chinese = [
        cells[0]
        for title in ("Terms", "Terms of what is still to be built")
        for cells in table(title)
    ]
    assert len(chinese) == len(set(chinese))


def app_of(path: Path) -> str:
    """An app is a top folder; below gongjian each folder is a room of its own, as each of its pages
    is.
    """
    parts = path.relative_to(ROOT).parts
    if parts[0] != "gongjian":
        return parts[0]
    return "/".join(parts[1:-1][:2] if parts[1] == "office" else parts[1:2])


def test_no_class_name_stands_in_two_apps_without_a_reason():
    apps = defaultdict(set)
    for path in modules():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                apps[node.name].add(app_of(path))
    doubled = {name for name, rooms in apps.items() if len(rooms) > 1}
    allowed = set(listed("Class names in two apps", 0))
    assert doubled == allowed
