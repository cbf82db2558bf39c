"""Measure how the tree reads: what one statement asks of its reader, whatever the lines look like.

    python -m tests.shape [ROOT ...]    prints the figures of other trees as well

Migrations, tests and environments are left out. A statement counts its syntax nodes without the
statements inside it; a column is a display column, of which a Chinese character takes two.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

SKIPPED = {
    *(".git", ".venv", "node_modules", "__pycache__", "migrations", "tests", "test", "vendor"),
    ".data",
}
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
INNER_BLOCKS = (ast.stmt, ast.ExceptHandler, ast.match_case)
VAGUE_NAMES = {
    *("one", "found", "given", "held", "said", "told", "kept", "each", "known", "shown"),
    *("taken", "left", "own", "done", "mine", "wanted", "asked"),
}
LARGE_STATEMENT = 40
PYTHON_COLUMNS = 100
MARKUP_COLUMNS = 120
FIRST_WIDE_CHARACTER = 0x2E80


def width(line: str) -> int:
    return sum(2 if ord(character) > FIRST_WIDE_CHARACTER else 1 for character in line)


def files(root: Path, suffixes: set[str]) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        skipped = SKIPPED & set(path.relative_to(root).parts)
        if path.suffix in suffixes and path.is_file() and not skipped:
            yield path


def filled_lines(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8", errors="ignore")
    return [line for line in text.splitlines() if line.strip()]


def percentile(values: list[int], share: float) -> int:
    ordered = sorted(values) or [0]
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def own_nodes(statement: ast.stmt) -> int:
    """Return the number of syntax nodes of a statement, those of statements inside it left out."""
    count, waiting = 0, [statement]
    while waiting:
        node = waiting.pop()
        count += 1
        waiting += [
            child for child in ast.iter_child_nodes(node) if not isinstance(child, INNER_BLOCKS)
        ]
    return count


def is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


class Tree:
    """Everything counted in one tree."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.lines = self.wide_lines = 0
        self.comprehensions = self.nested = self.all_statements = 0
        self.function_lines: list[int] = []
        self.statement_nodes: list[int] = []
        self.bound_names: Counter[str] = Counter()
        self.used_names: Counter[str] = Counter()
        self.private_functions: set[str] = set()
        for path in files(root, {".py"}):
            if not path.name.startswith("test_") and path.name != "conftest.py":
                self.read(path)

    def read(self, path: Path) -> None:
        lines = filled_lines(path)
        self.lines += len(lines)
        self.wide_lines += sum(width(line) > PYTHON_COLUMNS for line in lines)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            self.count(node)

    def count(self, node: ast.AST) -> None:
        if isinstance(node, ast.stmt) and not is_docstring(node):
            self.all_statements += 1
        if isinstance(node, COMPREHENSIONS):
            self.count_comprehension(node)
        elif isinstance(node, ast.Name):
            self.used_names[node.id] += 1
            self.bound_names[node.id] += isinstance(node.ctx, ast.Store)
        elif isinstance(node, ast.arg):
            self.bound_names[node.arg] += 1
        elif isinstance(node, ast.Attribute):
            self.used_names[node.attr] += 1
        elif isinstance(node, FUNCTIONS):
            self.count_function(node)

    def count_comprehension(self, node) -> None:
        self.comprehensions += 1
        inside = any(
            isinstance(child, COMPREHENSIONS) for child in ast.walk(node) if child is not node
        )
        self.nested += inside or len(node.generators) > 1

    def count_function(self, node) -> None:
        self.function_lines.append(node.end_lineno - node.lineno + 1)
        body = [child for child in ast.walk(node) if isinstance(child, ast.stmt)]
        self.statement_nodes += [
            own_nodes(child) for child in body if child is not node and not is_docstring(child)
        ]
        if node.name.startswith("_") and not node.name.startswith("__"):
            self.private_functions.add(node.name)

    def figures(self) -> dict[str, float]:
        nodes = self.statement_nodes or [0]
        large = sum(count > LARGE_STATEMENT for count in nodes)
        used_once = sum(self.used_names[name] == 1 for name in self.private_functions)
        vague = sum(self.bound_names[name] for name in VAGUE_NAMES)
        markup = [
            line for path in files(self.root, {".html", ".css"}) for line in filled_lines(path)
        ]
        wide_markup = sum(width(line) > MARKUP_COLUMNS for line in markup)
        return {
            "function lines, median": percentile(self.function_lines, 0.5),
            "function lines, p90": percentile(self.function_lines, 0.9),
            "function lines, max": percentile(self.function_lines, 1),
            "syntax nodes a statement, mean": round(sum(nodes) / len(nodes), 1),
            "syntax nodes a statement, p90": percentile(nodes, 0.9),
            "statements over 40 nodes, %": share(large, len(nodes)),
            "comprehensions per 100 statements": share(self.comprehensions, self.all_statements),
            "nested comprehensions per 100 statements": share(self.nested, self.all_statements, 2),
            "private helpers used once, % of functions": share(used_once, len(self.function_lines)),
            "vague names, % of all bound": share(vague, self.bound_names.total()),
            "Python lines over 100 columns, %": share(self.wide_lines, self.lines, 2),
            "markup lines over 120 columns, %": share(wide_markup, len(markup), 2),
        }


def share(part: int, whole: int, digits: int = 1) -> float:
    return round(100 * part / max(whole, 1), digits)


if __name__ == "__main__":
    for root in sys.argv[1:] or ["."]:
        print(root)
        for name, value in Tree(Path(root)).figures().items():
            print(f"  {name:44} {value}")
