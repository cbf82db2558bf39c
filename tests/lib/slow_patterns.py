"""Finds every regular expression of the source, and texts that would make it slow.

A pattern is slow when the time for a text grows faster than the text: one cell of 58 KB then stops
a worker for a quarter of a minute. What to try is read from the pattern itself: each of its
repeated characters, alone and with its neighbours, many times over, with and without an end that
does not fit.
"""

import ast
import importlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from re import _constants, _parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[2]
ROOMS = ("gongjian", "units", "communities", "inspections", "funds", "scoring")
METHODS = {"match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}
# Patterns in a table (levels of headings, rows of rules) are asked of the start of a line.
IN_TABLES = {"match"}
# Something before and behind that does not fit: a run at the very start may be eaten at once.
AROUND = (("", "\x00"), ("x", "x"), ("", "号"))


@dataclass(frozen=True)
class Pattern:
    """One regular expression as the source writes it, and how it is asked."""

    place: str
    pattern: str | bytes
    flags: int
    method: str

    def __str__(self) -> str:
        return f"{self.place}:{self.method}"


def patterns() -> Iterator[Pattern]:
    """Yield every pattern written out or compiled in the source, once for each way it is asked."""
    methods = methods_by_name()
    for path in sources():
        place = path.relative_to(ROOT).as_posix()
        constants: dict[str, Any] = {}
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = name_of_re_call(node)
            if not called:
                continue
            if not constants and not isinstance(node.args[0], ast.Constant):
                constants = constants_of(path)
            text = value_of(node.args[0], constants)
            flags = flags_of(node)
            name = assigned_name(path, node)
            compiled = None
            if text is None and name:
                compiled = vars(module_of(path)).get(name)
            if compiled is not None:
                text, flags = compiled.pattern, compiled.flags & ~re.UNICODE
            if text is None:
                yield Pattern(f"{place}:{node.lineno}", "", 0, "unread")
                continue
            asked = {called}
            if called == "compile":
                asked = methods.get(name, {"search"} if name else IN_TABLES)
            for method in sorted(asked):
                yield Pattern(f"{place}:{node.lineno}", text, flags, method)


def sources() -> list[Path]:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    return sorted(path for path in files if "migrations" not in path.parts)


def name_of_re_call(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Name) and function.id == "RegexValidator":
        return "search"
    of_re = isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)
    if of_re and function.value.id == "re" and function.attr in METHODS | {"compile"}:
        return function.attr
    return ""


def methods_by_name() -> dict[str, set[str]]:
    """Return how each name is asked anywhere: NAME.sub(…), module.NAME.match(…)."""
    methods: dict[str, set[str]] = {}
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Attribute) or node.attr not in METHODS:
                continue
            owner = node.value
            name = getattr(owner, "id", getattr(owner, "attr", ""))
            if name:
                methods.setdefault(name, set()).add(node.attr)
    return methods


def assigned_name(path: Path, call: ast.Call) -> str:
    for node in ast.walk(ast.parse(path.read_text())):
        is_here = isinstance(node, ast.Assign) and node.value.lineno == call.lineno
        if is_here and isinstance(node.targets[0], ast.Name):
            return node.targets[0].id
    return ""


def constants_of(path: Path) -> dict[str, Any]:
    """Return the names of the module that stand for text, its own and those it imports."""
    module = vars(module_of(path))
    return {name: value for name, value in module.items() if isinstance(value, str | bytes)}


def module_of(path: Path) -> ModuleType:
    dotted = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    return importlib.import_module(dotted.removesuffix(".__init__"))


def value_of(node: ast.expr, constants: dict[str, Any]) -> str | bytes | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
        return node.value
    if isinstance(node, ast.Name):
        return constants.get(node.id)
    if not isinstance(node, ast.JoinedStr):
        return None
    parts = []
    for part in node.values:
        inner = part.value if isinstance(part, ast.FormattedValue) else part
        value = value_of(inner, constants)
        if not isinstance(value, str):
            return None
        parts.append(value)
    return "".join(parts)


def flags_of(node: ast.Call) -> int:
    names = {attribute.attr for attribute in ast.walk(node) if isinstance(attribute, ast.Attribute)}
    flags = 0
    for name in names & {"I", "ASCII", "DOTALL", "MULTILINE", "VERBOSE", "IGNORECASE", "X", "S"}:
        flags |= getattr(re, name)
    return flags


def hostile_units(pattern: str | bytes, flags: int) -> list[str]:
    """Return short texts that the pattern repeats: one for each of its parts, and neighbours."""
    text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    singles: list[str] = []
    for part in parts_of(_parser.parse(text, flags & ~re.ASCII)):
        character = character_for(part)
        if character and character not in singles:
            singles.append(character)
    pairs = [first + second for first, second in pairwise(singles)]
    return [*singles, *pairs, "".join(singles)]


def parts_of(parsed: Any) -> Iterator[Any]:
    """Yield the literals and sets of a parsed pattern, at any depth."""
    for operation, argument in parsed:
        if operation in (_constants.LITERAL, _constants.NOT_LITERAL, _constants.IN, _constants.ANY):
            yield operation, argument
            continue
        values = argument if isinstance(argument, tuple | list) else [argument]
        for value in values:
            branches = value if isinstance(value, list) else [value]
            for branch in branches:
                if isinstance(branch, _parser.SubPattern):
                    yield from parts_of(branch)


def character_for(part: Any) -> str:
    operation, argument = part
    if operation is _constants.LITERAL:
        return chr(argument)
    if operation is _constants.IN:
        for kind, value in argument:
            if kind is _constants.LITERAL:
                return chr(value)
            if kind is _constants.RANGE:
                return chr(value[0])
            if kind is _constants.CATEGORY:
                return (
                    "0"
                    if value is _constants.CATEGORY_DIGIT
                    else " a"[value is _constants.CATEGORY_WORD]
                )
    return "一"


def seconds_for(pattern: Pattern, unit: str, around: tuple[str, str], length: int) -> float:
    """Return the processor time of one question to a text of about `length` characters."""
    before, behind = around
    text: Any = before + unit * (length // len(unit)) + behind
    if isinstance(pattern.pattern, bytes):
        text = text.encode("latin-1", "replace")
    compiled = re.compile(pattern.pattern, pattern.flags)
    start = time.process_time()
    if pattern.method in ("sub", "subn"):
        compiled.sub(text[:0], text)
    elif pattern.method == "finditer":
        compiled.findall(text)
    else:
        getattr(compiled, pattern.method)(text)
    return time.process_time() - start


LENGTHS = (18, 24, 300, 1_000, 3_000, 10_000, 30_000, 100_000)
MOST_SECONDS = 1.0


def slow_text(pattern: Pattern) -> str:
    """Return what makes the pattern slow, or nothing."""
    for unit in hostile_units(pattern.pattern, pattern.flags):
        for around in AROUND:
            for length in LENGTHS:
                seconds = seconds_for(pattern, unit, around, length)
                if seconds > MOST_SECONDS:
                    return f"{unit!r} × {length:,} within {around}: {seconds:.2f} s"
    return ""
