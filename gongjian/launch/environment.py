"""The environment in `.venv`: made from the hash-checked lock, whole or not at all.

A stamp inside says which lock it was made from; without one it is made anew. The runtime lock is a
subset of the development lock, so a development environment serves every command.
uv installs where it runs, pip elsewhere; uv alone would not do (docs/decisions/0017).
"""

# ruff: noqa: S603  the commands are lists of our own words, never a line for a shell

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from gongjian.launch import packages, pythons
from gongjian.launch.installing import install_line, run_installer
from gongjian.launch.speech import Refusal, say

# Bytes: the runtime packages take 260 MB, the development ones about twice that.
ROOM_NEEDED = 600 * 1024 * 1024


class Environment:
    """The `.venv` beside `manage.py` in `base`."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.folder = base / ".venv"
        self.python = self.folder / "bin" / "python"
        self.stamp = self.folder / "gongjian-stamp.json"

    def lock(self, dev: bool) -> Path:
        return self.base / ("requirements-dev.lock" if dev else "requirements.lock")

    def stamped(self) -> dict:
        """Return what it was made from; empty where it is missing, broken off or without Python."""
        try:
            stamp = json.loads(self.stamp.read_text())
        except (OSError, ValueError):
            return {}
        is_usable = isinstance(stamp, dict) and os.access(str(self.python), os.X_OK)
        return stamp if is_usable else {}

    def ready(self, dev: bool) -> bool:
        """Whether it was made from the locks as they are now."""
        stamp = self.stamped()
        if stamp.get("runtime") != digest(self.lock(False)):
            return False
        return not dev or stamp.get("dev") == digest(self.lock(True))

    def inside(self) -> bool:
        """Whether the running Python is this environment's own."""
        return os.path.realpath(sys.prefix) == os.path.realpath(str(self.folder))

    def fits_this_python(self) -> bool:
        """Whether the running Python made it; a system upgrade exchanges the Python underneath."""
        return self.stamped().get("python") in (None, list(sys.version_info[:2]))

    def ensure(self, dev: bool, system: bool) -> None:
        """Make or complete the environment where the lock asks for it, or raise `Refusal`."""
        if self.ready(dev):
            return
        with self.alone():
            if not self.ready(dev):
                self.install(dev or bool(self.stamped().get("dev")), system)

    def discard(self) -> None:
        """Forget an environment whose Python was exchanged under it; `ensure` makes it anew."""
        with self.alone(), contextlib.suppress(FileNotFoundError):
            self.stamp.unlink()

    @contextlib.contextmanager
    def alone(self):
        """Keep other processes out. The lock is on the project folder, so none is left behind."""
        lock = os.open(str(self.base), os.O_RDONLY)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                say("另一个进程正在准备运行环境，等它完成……")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def install(self, dev: bool, system: bool) -> None:
        """Install the lock, into a new environment unless a whole one is there; stamp it last."""
        begun = time.monotonic()
        self.refuse_a_full_disk()
        uv = pythons.working_uv()
        if self.stamped() and (uv or self.has_pip()):
            self.stamp.unlink()
        else:
            self.make(find_python(self.folder, uv, system), uv)
        what = ["--require-hashes", "-r", str(self.lock(dev))]
        run_installer(install_line(self.python, uv, self.base / "wheels", what), self.base)
        self.write_stamp(dev)
        say(f"运行环境已就绪，用时 {time.monotonic() - begun:.0f} 秒。")

    def make(self, python: pythons.Python, uv: str | None) -> None:
        """Make an empty environment in place of whatever is there."""
        version = ".".join(map(str, python.version))
        installer = "uv" if uv else "pip"
        say(f"正在准备运行环境：Python {version}（{python.path}），用 {installer} 安装，只需一次……")
        if self.folder.is_symlink():
            self.folder.unlink()
        shutil.rmtree(str(self.folder), ignore_errors=True)
        command = [python.path, "-m", "venv"]
        if uv:
            command = [uv, "venv", "--quiet", "--python", python.path]
        run_installer([*command, str(self.folder)], self.base)

    def has_pip(self) -> bool:
        command = [str(self.python), "-c", "import pip"]
        return subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0

    def refuse_a_full_disk(self) -> None:
        free = shutil.disk_usage(str(self.base)).free
        if free < ROOM_NEEDED:
            need = f"磁盘空间不足：安装需要 {ROOM_NEEDED >> 20} MB"
            rest = f"{self.base} 所在的盘只剩 {free >> 20} MB"
            raise Refusal(f"{need}，{rest}。请腾出空间后再试。", "df -h")

    def write_stamp(self, dev: bool) -> None:
        """Write down what it was made from, whole or not at all."""
        stamp = {"python": pythons.ask(str(self.python)).version[:2]}
        stamp["runtime"] = digest(self.lock(False))
        stamp["dev"] = digest(self.lock(True)) if dev else None
        unfinished = self.stamp.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(stamp))
        unfinished.rename(self.stamp)


def find_python(not_below: Path, uv: str | None, system: bool) -> pythons.Python:
    """Return a Python 3.11 or newer that can make the environment.

    Where there is none the system's packages are tried, if `system` allows it. Raises `Refusal`.
    """
    python = first_able(not_below, uv)
    if python is None and system:
        for need in packages.python_needs():
            if packages.install([need]):
                python = first_able(not_below, uv)
                break
    if python is not None:
        return python
    sentence = "需要 Python 3.11 或更新版本，这台机器上没有找到。"
    if next(pythons.usable(not_below), None):
        sentence = "这台机器的 Python 缺少 venv 模块，不能建运行环境。"
    raise Refusal(sentence, packages.line(packages.python_needs()[:1]))


def first_able(not_below: Path, uv: str | None) -> pythons.Python | None:
    """Return the first Python that can make an environment; with uv every one can."""
    for python in pythons.usable(not_below):
        if uv or python.makes_environments:
            return python
    return None


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
