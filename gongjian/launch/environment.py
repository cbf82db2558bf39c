"""The environment in `.venv`: made from the hash-checked lock, whole or not at all.

A stamp inside says which lock it was made from. No stamp means that the making was broken off: it is made anew.
The runtime lock is a subset of the development lock, so a development environment serves every command.
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

ROOM_NEEDED = (
    600 * 1024 * 1024
)  # bytes: the runtime packages take 260 MB, the development ones about twice that


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
        """What the environment was made from; empty where it is missing, broken off or its Python is gone."""
        try:
            stamp = json.loads(self.stamp.read_text())
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) and os.access(str(self.python), os.X_OK) else {}

    def ready(self, dev: bool) -> bool:
        stamp = self.stamped()
        return stamp.get("runtime") == _digest(self.lock(False)) and (
            not dev or stamp.get("dev") == _digest(self.lock(True))
        )

    def inside(self) -> bool:
        """Whether the running Python is this environment's own."""
        return os.path.realpath(sys.prefix) == os.path.realpath(str(self.folder))

    def fits_this_python(self) -> bool:
        """Whether the running Python is the one it was made with; a system upgrade exchanges it underneath."""
        return self.stamped().get("python") in (None, list(sys.version_info[:2]))

    def ensure(self, dev: bool, system: bool) -> None:
        """Make or complete the environment where the lock asks for it; raises `Refusal` where that cannot be done."""
        if self.ready(dev):
            return
        with self._alone():
            if not self.ready(dev):
                self._install(dev or bool(self.stamped().get("dev")), system)

    def discard(self) -> None:
        """Forget an environment whose Python was exchanged under it; `ensure` makes it anew."""
        with self._alone(), contextlib.suppress(FileNotFoundError):
            self.stamp.unlink()

    @contextlib.contextmanager
    def _alone(self):
        """One process at a time. The lock is on the project folder itself, so nothing is left behind or goes stale."""
        held = os.open(str(self.base), os.O_RDONLY)
        try:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                say("另一个进程正在准备运行环境，等它完成……")
                fcntl.flock(held, fcntl.LOCK_EX)
            yield
        finally:
            os.close(held)

    def _install(self, dev: bool, system: bool) -> None:
        begun = time.monotonic()
        self._refuse_a_full_disk()
        uv = pythons.working_uv()
        if self.stamped() and (uv or self._has_pip()):
            self.stamp.unlink()
        else:
            self._make(find_python(self.folder, uv, system), uv)
        command = install_line(
            self.python, uv, self.base / "wheels", ["--require-hashes", "-r", str(self.lock(dev))]
        )
        run_installer(command, self.base)
        self._write_stamp(dev)
        say(f"运行环境已就绪，用时 {time.monotonic() - begun:.0f} 秒。")

    def _make(self, python: pythons.Python, uv: str | None) -> None:
        version = ".".join(map(str, python.version))
        say(
            f"正在准备运行环境：Python {version}（{python.path}），用 {'uv' if uv else 'pip'} 安装，只需一次……"
        )
        if self.folder.is_symlink():
            self.folder.unlink()
        shutil.rmtree(str(self.folder), ignore_errors=True)
        maker = (
            [uv, "venv", "--quiet", "--python", python.path] if uv else [python.path, "-m", "venv"]
        )
        run_installer([*maker, str(self.folder)], self.base)

    def _has_pip(self) -> bool:
        return (
            subprocess.run(
                [str(self.python), "-c", "import pip"], stderr=subprocess.DEVNULL
            ).returncode
            == 0
        )

    def _refuse_a_full_disk(self) -> None:
        free = shutil.disk_usage(str(self.base)).free
        if free < ROOM_NEEDED:
            left = f"{self.base} 所在的盘只剩 {free >> 20} MB"
            raise Refusal(
                f"磁盘空间不足：安装需要 {ROOM_NEEDED >> 20} MB，{left}。请腾出空间后再试。",
                "df -h",
            )

    def _write_stamp(self, dev: bool) -> None:
        made = {
            "python": pythons.ask(str(self.python)).version[:2],
            "runtime": _digest(self.lock(False)),
            "dev": _digest(self.lock(True)) if dev else None,
        }
        unfinished = self.stamp.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(made))
        unfinished.rename(self.stamp)


def find_python(not_below: Path, uv: str | None, system: bool) -> pythons.Python:
    """A Python 3.11 or newer that can make the environment, installed by the system's packages if there is none."""
    python = _first(not_below, uv)
    if (
        python is None
        and system
        and any(packages.install([need]) for need in packages.python_needs())
    ):
        python = _first(not_below, uv)
    if python is None:
        raise _no_python(any(True for _ in pythons.usable(not_below)))
    return python


def _first(not_below: Path, uv: str | None) -> pythons.Python | None:
    return next(
        (python for python in pythons.usable(not_below) if uv or python.makes_environments), None
    )


def _no_python(without_venv: bool) -> Refusal:
    lacking = "需要 Python 3.11 或更新版本，这台机器上没有找到。"
    if without_venv:
        lacking = "这台机器的 Python 缺少 venv 模块，不能建运行环境。"
    return Refusal(lacking, packages.line(packages.python_needs()[:1]))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
