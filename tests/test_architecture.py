"""The rooms keep their order: imports and relations run one way, at the top and in every room."""

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter

import pytest
from django.apps import apps

from tests import rooms
from tests.rooms import MAY_IMPORT, PROCEDURES, ROOT, layer_of, may_use

SOURCES = rooms.source_files()
every_source = pytest.mark.parametrize(
    "path", SOURCES, ids=lambda path: str(path.relative_to(ROOT))
)
# Every folder of the product that holds modules.
PACKAGES = sorted({rooms.module_name(path.parent / "__init__.py") for path in SOURCES})


@every_source
def test_imports_point_down(path):
    here = layer_of(rooms.module_name(path))
    upward = []
    for name in rooms.imported_names(path):
        there = layer_of(name)
        if there and not may_use(here, there):
            upward.append(name)
    assert upward == []


def relations():
    """Yield each relation of a model of ours to another one, with the rooms of both."""
    for model in apps.get_models():
        here = layer_of(model.__module__)
        for field in model._meta.get_fields():
            if here and field.is_relation and not field.auto_created and field.related_model:
                yield model, field, here, layer_of(field.related_model.__module__)


def test_relations_point_down():
    upward = [
        f"{model._meta.label}.{field.name}"
        for model, field, here, there in relations()
        if there and not may_use(here, there)
    ]
    assert upward == []


def kind_of_module(module):
    """Return the app of a module and its kind inside it, ("communities", "services"), or None."""
    app = layer_of(module)
    kind = module.removeprefix(f"{app}.").split(".")[0] if app else ""
    return (app, kind) if kind in MAY_IMPORT else None


@every_source
def test_modules_inside_an_app_keep_their_order(path):
    here = kind_of_module(rooms.module_name(path))
    if here is None:
        return
    app, kind = here
    wrong = []
    for name in rooms.imported_names(path):
        there = kind_of_module(name)
        if there and there[0] == app and there[1] not in MAY_IMPORT[kind]:
            wrong.append(name)
    assert wrong == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_room_has_a_circle_inside(package):
    if package == "gongjian":
        return  # its rooms and the apps between them are ordered by the layers
    try:
        list(TopologicalSorter(rooms.arrows_inside(package)).static_order())
    except CycleError as circle:
        pytest.fail(f"{package}: {' <- '.join(circle.args[1])}")


def test_the_rest_of_the_top_has_no_circle():
    """Settings, addresses, middleware, the demo and the commands above all rooms."""
    arrows = rooms.arrows_inside("gongjian")
    list(TopologicalSorter(arrows).static_order())


@pytest.mark.parametrize("package", PROCEDURES)
def test_procedures_keep_their_order(package):
    order = PROCEDURES[package]
    arrows = rooms.arrows_inside(package)
    assert set(arrows) | {used for all_used in arrows.values() for used in all_used} <= set(order)
    upward = [
        f"{user} -> {used}"
        for user, all_used in arrows.items()
        for used in all_used
        if order.index(used) > order.index(user)
    ]
    assert upward == []


def test_the_rules_know_no_django():
    program = (
        "import sys, pkgutil, importlib, scoring.rules as rules\n"
        "for module in pkgutil.walk_packages(rules.__path__, 'scoring.rules.'):\n"
        "    importlib.import_module(module.name)\n"
        "print('scoring.rules.records.freezing' in sys.modules, 'django' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["True", "False"]


def test_the_pictures_of_the_rooms_are_fresh():
    page = rooms.PAGE.read_text(encoding="utf-8")
    assert page == rooms.page_with_pictures(page), "run: python -m tests.rooms"


CLOCK = {"now", "localdate", "localtime", "today", "utcnow"}
MAY_READ_CLOCK = {
    *("views", "listing", "jobs", "api", "commands", "middleware", "tokens", "backends"),
    "sign_ins",
}


def clock_reads(path):
    """Yield the places of a file that ask what time it is; localdate(at) converts, it does not."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or node.args:
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK:
            yield f"{path.name}:{node.lineno}"


@every_source
def test_no_clock_below_views_and_jobs(path):
    parts = set(path.relative_to(ROOT).with_suffix("").parts)
    assert parts & MAY_READ_CLOCK or list(clock_reads(path)) == []
