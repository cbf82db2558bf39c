"""The ground stands before anything is installed: nothing but the standard library, readable to an
old Python.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
# Run inside the environment: the web server's package and the broker's are there by then.
LATER = {"web.py", "broker.py"}
GROUND = [
    ROOT / "manage.py",
    *(path for path in sorted((ROOT / "gongjian/launch").glob("*.py")) if path.name not in LATER),
]


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def is_ground(module):
    return module.split(".")[0] in sys.stdlib_module_names or module.startswith("gongjian.launch")


@pytest.mark.parametrize("path", GROUND, ids=lambda path: path.name)
def test_imports_only_the_standard_library(path):
    allowed = {"django.core.management"} if path.name == "manage.py" else set()
    assert [
        module for module in imported(path) if not is_ground(module) and module not in allowed
    ] == []


def test_manage_reaches_django_only_after_the_ground_is_prepared():
    main = (ROOT / "manage.py").read_text().split("def main", 1)[1]
    assert main.index("prepare(sys.argv") < main.index("from django")


@pytest.mark.parametrize("path", GROUND, ids=lambda path: path.name)
def test_is_readable_to_python_3_7(path):
    ast.parse(path.read_text(), feature_version=(3, 7))


def test_loads_where_no_package_is_installed():
    code = "import gongjian.launch.entrance, sys; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-S", "-c", code], cwd=ROOT).returncode == 0


def test_the_package_above_costs_nothing():
    assert (ROOT / "gongjian" / "__init__.py").read_text() == ""
