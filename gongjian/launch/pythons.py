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

# `_base_executable` is the Python below a virtual environment; Debian splits off `ensurepip`.
QUESTION = """
import importlib.util, json, sys
base = getattr(sys, "_base_executable", "") or sys.executable
makes_environments = importlib.util.find_spec("ensurepip") is not None
print(json.dumps([base, list(sys.version_info[:3]), makes_environments]))
"""


def ask(path: str) -> Python | None:
    """Return what the Python at `path` is, by running it; None where that fails.

    A shim may be there and lead nowhere.
    """
    try:
        answer = subprocess.run(
            [path, "-c", QUESTION], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=20
        )
        base, version, makes_environments = json.loads(answer.stdout.decode())
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Python(base, tuple(version), makes_environments)


def usable(not_below: Path | None = None):
    """Yield Pythons 3.11 and newer, the running one first; none that lies inside `not_below`."""
    seen: set[str] = set()
    for path in candidates():
        python = ask(path)
        if python is None or python.version < OLDEST or python.path in seen:
            continue
        seen.add(python.path)
        if not_below is None or not_below not in Path(python.path).parents:
            yield python


def candidates():
    """Yield every path that may be a Python: the running one, those on PATH, pyenv's, uv's."""
    yield sys.executable
    minors = range(NEWEST_KNOWN, OLDEST[1] - 1, -1)
    names = [f"python3.{minor}" for minor in minors] + ["python3"]
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    for name in names:
        for folder in filter(None, folders):
            path = os.path.join(folder, name)
            if os.access(path, os.X_OK):
                yield path
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for minor in minors:
        for path in sorted(pyenv.glob(f"versions/3.{minor}*/bin/python3.{minor}")):
            yield str(path)
    uv = working_uv()
    if uv:
        yield from installed_by_uv(uv)


def installed_by_uv(uv: str):
    """Yield the Python that uv has installed itself, if any; it downloads none."""
    command = [uv, "python", "find", "--no-python-downloads", f">=3.{OLDEST[1]}"]
    answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if answer.returncode == 0:
        yield answer.stdout.decode().strip()


def working_uv() -> str | None:
    """Return the path of a uv that really runs: a pyenv shim may be there and lead nowhere."""
    path = shutil.which("uv")
    if path is None:
        return None
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        answer = subprocess.run([path, "--version"], timeout=20, **quiet)
    except (OSError, subprocess.SubprocessError):
        return None
    return path if answer.returncode == 0 else None
