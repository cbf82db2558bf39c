"""The tables of docs/security: complete, and no line claims what is not there."""

import ast
import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TABLES = {name: ROOT / "docs/security" / f"{name}.csv" for name in ("asvs", "dengbao")}
README = ROOT / "docs/security/README.md"
COLUMNS = ["id", "level", "applies", "status", "where", "test", "note"]
STATUSES = {"met", "partly", "not met", "deployer"}

# OWASP ASVS 5.0.0: the level of each requirement of a section, in its order. V9 and V17 have one
# line each.
SECTIONS = """
1.1 22 · 1.2 1111122223 · 1.3 112222222223 · 1.4 222 · 1.5 123 · 2.1 122 · 2.2 112 · 2.3 12223 ·
2.4 23 · 3.1 3 · 3.2 113 · 3.3 12223 · 3.4 11222233 · 3.5 11122333 · 3.6 3 · 3.7 22333 ·
4.1 12233 · 4.2 23333 · 4.3 22 · 4.4 1222 · 5.1 2 · 5.2 112333 · 5.3 113 · 5.4 222 · 6.1 122 ·
6.2 111111112222 · 6.3 11223333 · 6.4 112233 · 6.5 22222333 · 6.6 2223 · 6.7 33 · 6.8 2222 ·
7.1 222 · 7.2 1111 · 7.3 22 · 7.4 11222 · 7.5 223 · 7.6 22 · 8.1 1233 · 8.2 1123 · 8.3 133 ·
8.4 23 · 10.1 22 · 10.2 223 · 10.3 22223 · 10.4 1111122222233333 · 10.5 22222 · 10.6 22 ·
10.7 222 · 11.1 2233 · 11.2 22233 · 11.3 11233 · 11.4 1222 · 11.5 23 · 11.6 23 · 11.7 33 ·
12.1 12233 · 12.2 11 · 12.3 22223 · 13.1 2333 · 13.2 222223 · 13.3 2233 · 13.4 1222233 ·
14.1 22 · 14.2 12223333 · 14.3 122 · 15.1 12233 · 15.2 12233 · 15.3 1222222 · 15.4 3333 ·
16.1 2 · 16.2 22222 · 16.3 2222 · 16.4 222 · 16.5 2223
"""
LEVELS = {
    f"{section}.{number}": level
    for section, levels in (entry.split() for entry in SECTIONS.split("·") if entry.strip())
    for number, level in enumerate(levels, 1)
}
# What we hold ourselves to beyond Level 2.
OF_LEVEL_3 = {"2.3.5", "5.2.4", "5.2.6", "6.4.6", "14.2.7", "14.2.8"}
PROMISED = {one for one, level in LEVELS.items() if level in "12"} | OF_LEVEL_3


@cache
def rows(name: str) -> list[dict[str, str]]:
    with TABLES[name].open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@cache
def functions(path: str) -> frozenset[str]:
    """The tests of a file, those of classes as Class::name."""
    tree = ast.parse((ROOT / path).read_text())
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return frozenset(
        own | {f"{one.name}::{f.name}" for one in classes for f in one.body if hasattr(f, "name")}
    )


def is_there(test: str) -> bool:
    path, _, name = test.partition("[")[0].partition("::")
    is_test = path.startswith("tests/") and name.rpartition("::")[2].startswith("test_")
    return is_test and (ROOT / path).is_file() and name in functions(path)


def wrong_with(row: dict[str, str]) -> list[str]:
    """What a line claims without showing it."""
    where, tests, status = row["where"].split(), row["test"].split(), row["status"]
    if row["applies"] == "no":
        return ["says where or how although it does not apply"] if status or where or tests else []
    documented = bool(where) and all(place.startswith("docs/") for place in where)
    wrong = [f"{place} is not there" for place in where if not (ROOT / place).exists()]
    wrong += [f"{test} is not there" for test in tests if not is_there(test)]
    wrong += (
        ["met, and neither test nor page shows it"]
        if status == "met" and not (tests or documented)
        else []
    )
    wrong += (
        ["left to the deployer, and no page tells him"]
        if status == "deployer" and not documented
        else []
    )
    wrong += (
        ["nothing is said about what is missing"]
        if status in ("partly", "not met") and not row["note"]
        else []
    )
    return wrong + ([] if where else ["says not where"])


@pytest.mark.parametrize("name", TABLES)
def test_the_table_is_well_formed(name):
    assert list(rows(name)[0]) == COLUMNS
    assert [
        row["id"] for row in rows(name) if None in row or None in row.values() or not row["note"]
    ] == []
    assert [
        one for one, times in Counter(row["id"] for row in rows(name)).items() if times > 1
    ] == []
    assert {row["applies"] for row in rows(name)} <= {"yes", "no"}
    assert {row["status"] for row in rows(name) if row["applies"] == "yes"} <= STATUSES


@pytest.mark.parametrize("name", TABLES)
def test_no_line_claims_what_is_not_there(name):
    wrong = {row["id"]: wrong_with(row) for row in rows(name)}
    assert {one: what for one, what in wrong.items() if what} == {}


def test_every_requirement_has_its_line():
    assert Counter(LEVELS.values()) == {"1": 66, "2": 173, "3": 87}
    given = {row["id"]: row["level"] for row in rows("asvs")}
    assert {"V9": "", "V17": ""}.items() <= given.items()
    assert {one: level for one, level in given.items() if not one.startswith("V")} == {
        one: LEVELS[one] for one in PROMISED
    }


@pytest.mark.parametrize("name", TABLES)
def test_what_is_not_met_is_told_in_the_readme(name):
    told = set(re.findall(r"(?:GB\d+-)?\d[\w.]*\w", README.read_text()))
    owed = [row["id"] for row in rows(name) if row["status"] in ("partly", "not met")]
    assert [one for one in owed if one not in told] == []


def test_the_readme_counts_rightly():
    for name in TABLES:
        by = Counter(row["status"] or "no" for row in rows(name))
        figures = [
            len(rows(name)),
            by["met"],
            by["partly"],
            by["not met"],
            by["deployer"],
            by["no"],
        ]
        assert f"| `{name}.csv` | {' | '.join(map(str, figures))} |" in README.read_text()


@pytest.mark.parametrize(
    "test",
    [
        "tests/office/security/test_tables.py::test_that_nobody_wrote",
        "tests/office/security/test_nothing.py::test_x",
        "tests/office/security/test_tables.py::is_there",
        "gongjian/settings.py::test_x",
        "tests/office/security/test_tables.py",
    ],
)
def test_a_test_that_is_not_there_is_noticed(test):
    assert not is_there(test)
    assert is_there(
        "tests/office/security/test_tables.py::test_a_test_that_is_not_there_is_noticed[x]"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"test": "", "where": "gongjian/settings.py"},
        {"test": "tests/office/security/test_tables.py::test_gone"},
        {"where": "docs/gone.md"},
        {"where": ""},
        {"status": "deployer", "where": "gongjian/settings.py"},
        {"applies": "no"},
    ],
)
def test_a_claim_without_its_proof_is_noticed(changes):
    true = {
        "id": "0",
        "level": "1",
        "applies": "yes",
        "status": "met",
        "where": "docs/security/README.md",
        "note": "x",
    }
    true["test"] = "tests/office/security/test_tables.py::test_the_readme_counts_rightly"
    assert wrong_with(true) == []
    assert wrong_with({**true, **changes}) != []
