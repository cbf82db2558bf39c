"""The linter, the formatter and the type checker find nothing; the suite fails where they do."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests import dead_code

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("command", ["ruff check .", "ruff format --check .", "mypy"])
def test_finds_nothing(command):
    result = subprocess.run(
        [sys.executable, "-m", *command.split()], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout[-3000:]


def imported_modules(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
            modules |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
    return modules


def test_no_test_imports_from_another_test_module():
    """What several tests need lives in factories, worlds and other modules of tests/ that hold no test."""
    test_modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "tests").rglob("test_*.py")
    }
    offenders = {
        str(path.relative_to(ROOT)): sorted(shared)
        for path in (ROOT / "tests").rglob("*.py")
        if (shared := imported_modules(path) & test_modules)
    }
    assert offenders == {}


def test_nothing_stands_that_nobody_uses():
    assert dead_code.unused() == []


def test_what_is_let_through_as_unused_still_stands():
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for room in dead_code.ROOMS
        for path in (ROOT / room).rglob("*.py")
    )
    assert [name for name in dead_code.KEPT if f"def {name}(" not in text] == []
