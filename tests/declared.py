"""What the folders of the tests declare for the matrices: access.py, edits.py, machines.py."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

TESTS = Path(__file__).parent


def declaring_modules(name: str) -> Iterator[ModuleType]:
    """Yield every module called `name` below a folder of tests/, in the order of their paths."""
    for path in sorted(TESTS.rglob(f"*/{name}.py")):
        parts = path.relative_to(TESTS.parent).with_suffix("").parts
        yield importlib.import_module(".".join(parts))
