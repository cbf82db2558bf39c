"""The tree is read once: what a statement asks of its reader stays within these bounds."""

from pathlib import Path

import pytest

from tests.shape import Tree

BOUNDS = {
    "function lines, median": 9,
    "function lines, p90": 28,
    "function lines, max": 70,
    "syntax nodes a statement, mean": 12,
    "syntax nodes a statement, p90": 21,
    "statements over 40 nodes, %": 1.0,
    "comprehensions per 100 statements": 3,
    "nested comprehensions per 100 statements": 0.1,
    "private helpers used once, % of functions": 8,
    "vague names, % of all bound": 0.5,
    "Python lines over 100 columns, %": 0.5,
    "markup lines over 120 columns, %": 3,
}


@pytest.fixture(scope="module")
def figures() -> dict[str, float]:
    return Tree(Path(__file__).parent.parent).figures()


@pytest.mark.parametrize("name", BOUNDS)
def test_the_tree_reads_within_its_bound(name, figures):
    assert figures[name] <= BOUNDS[name]


def test_every_figure_has_its_bound(figures):
    assert set(figures) == set(BOUNDS)
