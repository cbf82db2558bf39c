"""Finding a Python that can run the site, whichever Python was asked."""

# ruff: noqa: S603  the commands are lists of our own words, never a line for a shell

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

OLDEST = (3, 11)
NEWEST_KNOWN = 14
Python = namedtuple("Python", "path version makes_environments")

# `_base_executable` is the Python below a virtual environment; `ensurepip` is what Debian splits off into python3-venv.
QUESTION = """
import importlib.util, json, sys
print(json.dumps([getattr(sys, "_base_executable", "") or sys.executable, list(sys.version_info[:3]),
                  importlib.util.find_spec("ensurepip") is not None]))
"""


def ask(path: str) -> Python | None:
    """What the Python at `path` is, by running it; None for a shim that leads nowhere or anything else that fails."""
    try:
        answer = subprocess.run(
            [path, "-c", QUESTION], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=20
        )
        base, version, makes = json.loads(answer.stdout.decode())
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Python(base, tuple(version), makes)


def usable(not_below: Path | None = None):
    """Pythons 3.11 and newer on this machine, the asked one first; none that lies inside `not_below`."""
    seen: set[str] = set()
    for path in candidates():
        python = ask(path)
        if python is None or python.version < OLDEST or python.path in seen:
            continue
        seen.add(python.path)
        if not_below is None or not_below not in Path(python.path).parents:
            yield python


def candidates():
    """Every path that may be a Python: the asking one, those on PATH newest first, pyenv's, uv's."""
    yield sys.executable
    folders = [folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder]
    for name in [f"python3.{minor}" for minor in range(NEWEST_KNOWN, OLDEST[1] - 1, -1)] + [
        "python3"
    ]:
        for folder in folders:
            path = os.path.join(folder, name)
            if os.access(path, os.X_OK):
                yield path
    yield from _kept_by_pyenv()
    yield from _kept_by_uv()


def _kept_by_pyenv():
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for minor in range(NEWEST_KNOWN, OLDEST[1] - 1, -1):
        for path in sorted(root.glob(f"versions/3.{minor}*/bin/python3.{minor}")):
            yield str(path)


def _kept_by_uv():
    uv = working_uv()
    if uv:
        found = subprocess.run(
            [uv, "python", "find", "--no-python-downloads", f">=3.{OLDEST[1]}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        if found.returncode == 0:
            yield found.stdout.decode().strip()


def working_uv() -> str | None:
    """The path of a uv that really runs: a pyenv shim may be there and lead nowhere."""
    path = shutil.which("uv")
    try:
        runs = (
            path
            and subprocess.run(
                [path, "--version"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=20,
            ).returncode
            == 0
        )
    except (OSError, subprocess.SubprocessError):
        runs = False
    return path if runs else None
