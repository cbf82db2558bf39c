"""What the code does not contain: whole families of attack have nothing to hold on to."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
ROOMS = ("gongjian", "units", "communities", "inspections", "funds", "scoring")
SOURCES = sorted(
    path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts
)
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))

RUNS_TEXT = {"eval", "exec", "compile", "__import__"}
THROUGH_A_SHELL = {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"}
NEVER_IMPORTED = {
    *("pickle", "marshal", "shelve", "dill", "jsonpickle"),  # make objects out of what was sent
    *("ldap", "ldap3", "lxml", "pymemcache", "pylibmc", "smtplib", "imaplib"),
    *("channels", "websockets", "graphene", "strawberry"),
}
CALLS_OUT = {
    "requests",
    "httpx",
    "aiohttp",
    "urllib.request",
    "http.client",
    "ftplib",
    "telnetlib",
    "paramiko",
}
# Only what prepares a machine; a page that may be told an address to fetch does not exist.
MAY_CALL_OUT = {"gongjian/launch"}
# Where SQL is written out; the linter refuses text put together from values there too (S608).
RAW_SQL = {
    "communities/services/issuing.py",
    "gongjian/accounts/limits.py",
    "gongjian/audit",
    "gongjian/office/backup",
    "gongjian/office/dashboards/views.py",
    "gongjian/lib/sealing.py",
    "gongjian/lib/triggers.py",
    "scoring/services/scores/figures_in_sql",
}
WRITES_MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc"
)
KEEPS_OR_TALKS = re.compile(
    r"localStorage|sessionStorage|indexedDB|document\.cookie\s*=|postMessage|__proto__|onpaste|paste"
)

# A self-check filled in without signal stays on the phone until the server has it: scores, words
# and photos.
KEEPS_WHAT_IS_UNSENT = {"queue.js", "checklist.js"}


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def within(path: Path, places: set[str]) -> bool:
    return any(place(path) == one or place(path).startswith(f"{one}/") for one in places)


def parsed(skip: frozenset[str] = frozenset()) -> Iterator[tuple[Path, ast.AST]]:
    for path in SOURCES:
        if not within(path, set(skip)):
            for node in ast.walk(ast.parse(path.read_text())):
                yield path, node


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def is_of(name: str, families: set[str]) -> bool:
    return any(name == family or name.startswith(f"{family}.") for family in families)


def test_no_text_is_run_as_code():
    found = [
        f"{place(path)}:{node.lineno}"
        for path, node in parsed()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in RUNS_TEXT
    ]
    assert found == []


def test_programs_are_started_without_a_shell():
    found = []
    for path, node in parsed():
        if isinstance(node, ast.Call):
            shell = [word for word in node.keywords if word.arg == "shell"]
            found += (
                [f"{place(path)}:{node.lineno}"]
                if shell or ast.unparse(node.func) in THROUGH_A_SHELL
                else []
            )
    assert found == []


def test_nothing_is_imported_that_makes_objects_or_speaks_protocols_we_have_not():
    found = {f"{place(path)}: {name}" for path, node in parsed() for name in imported(node)}
    assert sorted(one for one in found if is_of(one.partition(": ")[2], NEVER_IMPORTED)) == []


def test_yaml_is_read_in_one_place_without_making_objects():
    """Rule files: SafeLoader, and a narrower one still."""
    assert {place(path) for path, node in parsed() if "yaml" in imported(node)} == {
        "gongjian/lib/yaml_files.py"
    }
    used = [
        node
        for path, node in parsed()
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "yaml"
    ]
    assert {node.attr for node in used if node.attr.endswith(("Loader", "load"))} <= {
        "SafeLoader",
        "load",
    }


def test_xml_from_outside_is_read_in_one_place():
    """The decoder of spreadsheets: a process of its own, short of memory and of time.

    The other reads our own pages, in which the templates have escaped whatever people wrote: an
    entity can be declared in none.
    """
    found = {
        place(path)
        for path, node in parsed()
        for name in imported(node)
        if is_of(name, {"xml.etree", "xml.dom"})
    }
    assert found == {"gongjian/lib/spreadsheets/decoder.py", "gongjian/lib/pdf_source.py"}


def test_no_page_calls_out():
    found = {
        place(path)
        for path, node in parsed(frozenset(MAY_CALL_OUT))
        if any(is_of(n, CALLS_OUT) for n in imported(node))
    }
    assert found == set()


def test_sql_is_written_in_few_places():
    words = {"raw", "extra", "RawSQL", "cursor"}
    found = {
        path
        for path, node in parsed()
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in words
    }
    assert sorted(place(path) for path in found if not within(path, RAW_SQL)) == []


def test_templates_and_patterns_are_never_put_together_from_what_was_sent():
    found = []
    for path, node in parsed():
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in {"Template", "engines.from_string", "Engine.from_string"} or name.endswith(
                ".from_string"
            ):
                found.append(f"{place(path)}:{node.lineno} {name}")
            found += [
                f"{place(path)}:{node.lineno} {word.arg}"
                for word in node.keywords
                if is_pattern_lookup(word.arg)
            ]
    assert found == []


def is_pattern_lookup(name: str | None) -> bool:
    """Whether a query would hand a pattern to the database."""
    return (name or "").endswith(("__regex", "__iregex"))


def test_format_strings_are_our_own_constants():
    found = []
    for path, node in parsed(
        frozenset({"gongjian/lib/expressions.py"})
    ):  # written as SQL templates in the code itself
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {
            "format",
            "format_map",
        }:
            text = node.func.value
            name = getattr(text, "attr", getattr(text, "id", ""))
            found += (
                []
                if isinstance(text, ast.Constant) or name.isupper()
                else [f"{place(path)}:{node.lineno}"]
            )
    assert found == []


def test_every_form_names_its_fields():
    found = []
    for path, node in parsed():
        if isinstance(node, ast.ClassDef) and node.name == "Meta":
            for line in node.body:
                named = isinstance(line, ast.Assign) and ast.unparse(line.targets[0])
                open_wide = named == "exclude" or (
                    named == "fields" and "__all__" in ast.unparse(line.value)
                )
                found += [f"{place(path)}:{line.lineno}"] if open_wide else []
    assert found == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_write_text_and_no_markup(script):
    assert WRITES_MARKUP.findall(script.read_text()) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_keep_nothing_and_leave_pasting_alone(script):
    allowed = {"indexedDB"} if script.name in KEEPS_WHAT_IS_UNSENT else set()
    assert set(KEEPS_OR_TALKS.findall(script.read_text())) <= allowed
