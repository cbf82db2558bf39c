"""The linter, the formatters and the type checker find nothing; the suite fails where they do."""

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command

from tests import dead_code

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("command", ["ruff check .", "ruff format --check .", "mypy"])
def test_finds_nothing(command):
    result = subprocess.run(
        [sys.executable, "-m", *command.split()], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout[-3000:]


def test_the_templates_are_laid_out_by_the_formatter():
    formatter = Path(sys.executable).with_name("djangofmt")
    result = subprocess.run(
        [formatter, "--check", "templates"], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


MARKUP_COLUMNS = 120
# Lines of running Chinese without a blank: a browser would show a line break there as one.
UNBREAKABLE_LINES = {
    "templates/calendars/year.html": 1,
    "templates/funds/disclosure_detail.html": 1,
    "templates/inspections/papers/agreement.html": 5,
    "templates/public/frontage.html": 1,
    "templates/public/report.html": 1,
    "templates/staffing/hand_over.html": 1,
}


def markup_files() -> list[Path]:
    folders = (ROOT / "templates", ROOT / "static")
    suffixes = {".html", ".svg", ".css"}
    return [path for folder in folders for path in folder.rglob("*") if path.suffix in suffixes]


def columns(line: str) -> int:
    """Return how wide a line is shown: a Chinese character takes two columns."""
    return sum(2 if ord(character) > 0x2E80 else 1 for character in line)


def test_markup_and_style_sheets_keep_within_120_columns():
    wide_lines = Counter()
    for path in markup_files():
        for line in path.read_text(encoding="utf-8").splitlines():
            if columns(line) > MARKUP_COLUMNS:
                wide_lines[str(path.relative_to(ROOT))] += 1
    assert wide_lines == UNBREAKABLE_LINES


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
    """What several tests need lives in factories, worlds and other modules of tests/ that hold no
    test.
    """
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
