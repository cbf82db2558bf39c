"""Dependencies run one way: a module may import, and a model may point at, its own layer or a lower one."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).parent.parent
LAYERS = [  # lowest first; names on one line stand side by side and never see each other
    ["gongjian.lib"],
    ["gongjian.accounts"],
    ["gongjian.audit"],
    ["gongjian.workflow"],
    ["gongjian.holidays"],
    ["gongjian.recycling"],
    ["gongjian.jobs"],
    ["gongjian.notifications"],
    ["gongjian.documents"],
    ["units"],
    ["communities"],
    ["inspections", "funds"],
    ["scoring"],
    ["gongjian"],
]
RANK = {name: rank for rank, row in enumerate(LAYERS) for name in row}


def layer(module):
    """The longest layer name that `module` starts with, or None for a module outside the project."""
    parts = module.split(".")
    return next((n for i in range(len(parts), 0, -1) if (n := ".".join(parts[:i])) in RANK), None)


def may_use(user, used):
    return user == used or RANK[used] < RANK[user]


def imports(path):
    """Every absolute module name imported in `path`, at the top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


SOURCES = sorted(
    path
    for top in {name.split(".")[0] for name in RANK}
    for path in (ROOT / top).rglob("*.py")
    if "migrations" not in path.parts
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_down(path):
    here = layer(".".join(path.relative_to(ROOT).with_suffix("").parts))
    wrong = [m for m in imports(path) if (there := layer(m)) and not may_use(here, there)]
    assert wrong == []


def test_relations_point_down():
    wrong = [
        f"{m._meta.label}.{f.name} -> {f.related_model._meta.label}"
        for m in apps.get_models()
        if layer(m.__module__)
        for f in m._meta.get_fields()
        if f.is_relation
        and not f.auto_created
        and f.related_model
        and layer(f.related_model.__module__)
        and not may_use(layer(m.__module__), layer(f.related_model.__module__))
    ]
    assert wrong == []


INSIDE = ["models", "permissions", "states", "services", "forms", "filters", "views", "api", "jobs"]
"""Inside an app: models <- permissions <- states <- services <- {forms, filters} <- {views, api, jobs}."""
SEES = {
    "models": {"models"},
    "permissions": {"models", "permissions"},
    "states": {"models", "permissions", "states"},
    "services": {"models", "permissions", "states", "services"},
    "forms": {"models", "permissions", "states", "services", "forms"},
    "filters": {"models", "permissions", "states", "services", "filters"},
    "views": set(INSIDE) - {"api", "jobs"},
    "api": set(INSIDE) - {"views", "forms", "jobs"},
    "jobs": {"models", "permissions", "states", "services", "jobs"},
}


def room(module):
    """The app of a module and its room inside it: ("communities", "services"), or None."""
    app = layer(module)
    rest = module.removeprefix(app + ".").split(".")[0] if app else ""
    return (app, rest) if rest in SEES else None


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_rooms_inside_an_app_keep_their_order(path):
    here = room(".".join(path.relative_to(ROOT).with_suffix("").parts))
    if here is None:
        return
    app, name = here
    wrong = [
        m
        for m in imports(path)
        if (there := room(m)) and there[0] == app and there[1] not in SEES[name]
    ]
    assert wrong == []


CLOCK = {"now", "localdate", "localtime", "today", "utcnow"}
MAY_READ_CLOCK = {
    "views",
    "listing",
    "jobs",
    "api",
    "commands",
    "middleware",
    "tokens",
    "backends",
    "sign_ins",
}


def clock_reads(path):
    for node in ast.walk(ast.parse(path.read_text())):
        called = (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in CLOCK
        )
        if called and not node.args:  # localdate(at) converts a given moment, it reads no clock
            yield f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_clock_below_views_and_jobs(path):
    parts = set(path.relative_to(ROOT).with_suffix("").parts)
    assert parts & MAY_READ_CLOCK or list(clock_reads(path)) == []
