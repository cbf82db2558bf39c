"""Commands that are not there: small scripts on a PATH of the test's own, which write down how they
were called.
"""

import json
import sys
from pathlib import Path

SHELL = "/bin/sh"


def fake_command(folder: Path, name: str, script: str = "exit 0") -> Path:
    """An executable `name` in `folder`; its words are appended to `name.calls` beside it."""
    path = folder / name
    path.write_text(f'#!{SHELL}\necho "$@" >> "{folder}/{name}.calls"\n{script}\n')
    path.chmod(0o755)
    return path


def calls(folder: Path, name: str) -> list[str]:
    path = folder / f"{name}.calls"
    return path.read_text().splitlines() if path.exists() else []


def fake_python(
    folder: Path, name: str, version: tuple[int, int, int], makes_environments: bool = True
) -> Path:
    """A Python that answers the one question it is asked."""
    answer = json.dumps([str(folder / name), list(version), makes_environments])
    return fake_command(folder, name, f"echo '{answer}'")


def fake_uv(folder: Path, script: str = "exit 0") -> Path:
    """A uv that makes an environment whose Python is this one; `script` is what `uv pip` does."""
    fake_command(folder, "this-python", f'exec "{sys.executable}" "$@"')
    make = (
        f'for last; do :; done; mkdir -p "$last/bin"; ln -s "{folder}/this-python" '
        '"$last/bin/python"; exit 0'
    )
    return fake_command(folder, "uv", f'case "$1" in\nvenv) {make};;\npip) {script};;\nesac')
