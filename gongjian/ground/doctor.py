"""`manage.py doctor`: everything that is missing, and the line that brings it on this very system."""

# ruff: noqa: S603  the commands are lists of our own words, never a line for a shell

from __future__ import annotations

import os
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

from gongjian.ground import arguments, fonts, packages, pythons
from gongjian.ground.environment import Environment
from gongjian.ground.occupied import SiteLock, refuse_busy_address
from gongjian.ground.places import data_folder, fonts_folder
from gongjian.ground.speech import Refusal

GOOD, LACKING, ADVICE = "好", "缺", "注意"
Finding = namedtuple("Finding", "grade what line")

# Run by the environment's own Python: each line of the lock whose marker holds, against what is installed.
COMPARE = """
import sys
from importlib.metadata import PackageNotFoundError, version
from packaging.requirements import Requirement
for row in open(sys.argv[1], encoding="utf-8"):
    row = row.strip()
    if not row or row[0] in "#-":
        continue
    wanted = Requirement(row.rstrip("\\\\ "))
    if wanted.marker and not wanted.marker.evaluate():
        continue
    try:
        if version(wanted.name) not in wanted.specifier:
            print(wanted.name, version(wanted.name))
    except PackageNotFoundError:
        print(wanted.name)
"""


def report(environment: Environment, words: list[str]) -> int:
    """Print every finding; 1 where something that the site needs is missing."""
    findings = examine(environment, words)
    for finding in findings:
        sys.stdout.write(f"[{finding.grade}] {finding.what}\n" + (f"      {finding.line}\n" if finding.line else ""))
    lacking = sum(finding.grade == LACKING for finding in findings)
    advice = sum(finding.grade == ADVICE for finding in findings)
    sys.stdout.write(f"缺 {lacking} 项，注意 {advice} 项。\n" if lacking or advice else "一切就绪。\n")
    return 1 if lacking else 0


def examine(environment: Environment, words: list[str]) -> list[Finding]:
    return [
        _python(),
        *_environment(environment),
        *(_package(need, LACKING) for need in [packages.PANGO]),
        *(_package(need, ADVICE) for need in [packages.HARFBUZZ, packages.RARE_GLYPHS]),
        *_faces(fonts_folder()),
        *(_package(need, ADVICE) for need in packages.TESTS),
        _data_folder(data_folder()),
        _address(words),
    ]


def _python() -> Finding:
    found = list(pythons.usable())
    able = [python for python in found if python.makes_environments or pythons.working_uv()]
    if able:
        return Finding(GOOD, f"Python {'.'.join(map(str, able[0].version))}（{able[0].path}）", "")
    what = "Python 缺少 venv 模块" if found else "Python 3.11 或更新版本"
    return Finding(LACKING, what, packages.line(packages.python_needs()[:1]))


def _environment(environment: Environment):
    if not environment.stamped():
        yield Finding(LACKING, "运行环境 .venv 还没有建好", "python3 manage.py environment")
        return
    wrong = _unlike_the_lock(environment, bool(environment.stamped().get("dev")))
    if wrong:
        yield Finding(
            LACKING,
            f"运行环境与锁文件不符：{'、'.join(wrong[:8])}{' 等' if len(wrong) > 8 else ''}",
            "rm -rf .venv && python3 manage.py environment",
        )
    elif not environment.ready(dev=False):
        yield Finding(ADVICE, "锁文件已更新，下次启动时会自动安装", "python3 manage.py environment")
    else:
        yield Finding(GOOD, "运行环境 .venv 与锁文件一致", "")
    if not environment.ready(dev=True):
        yield Finding(ADVICE, "测试所用的软件包未装（只在开发和测试时需要）", "python3 manage.py environment --dev")


def _unlike_the_lock(environment: Environment, dev: bool) -> list[str]:
    command = [str(environment.python), "-c", COMPARE, str(environment.lock(dev))]
    compared = subprocess.run(command, capture_output=True)
    if compared.returncode:
        return [compared.stderr.decode(errors="replace").strip().rsplit("\n", 1)[-1]]
    return compared.stdout.decode().splitlines()


def _package(need: packages.Need, grade: str) -> Finding:
    what = f"{need.title}（{need.why}）"
    return Finding(grade, what, packages.line([need])) if need.missing() else Finding(GOOD, what, "")


def _faces(folder: Path):
    lacking = fonts.missing(folder)
    for name, use in fonts.FACES.items():
        if name not in lacking:
            yield Finding(GOOD, f"公文字体 {use} {name}", "")
        elif fonts.stood_in(folder):
            yield Finding(ADVICE, f"公文字体 {use} {name}：现以思源字体代替", fonts.line())
        else:
            yield Finding(LACKING, f"公文字体 {use} {name}：{folder} 里没有", fonts.line())


def _data_folder(folder: Path) -> Finding:
    there = next(path for path in [folder, *folder.parents] if path.exists())
    if os.access(str(there), os.W_OK | os.X_OK):
        return Finding(GOOD, f"数据目录可写：{folder}", "")
    return Finding(LACKING, f"数据目录不可写：{folder}", f"sudo chown -R $(id -un) {there}")


def _address(words: list[str]) -> Finding:
    asked = arguments.read_up(words)
    try:
        if data_folder().is_dir():
            with SiteLock(data_folder()):
                pass
        refuse_busy_address(asked.host, asked.port)
    except Refusal as refusal:
        return Finding(ADVICE, refusal.sentence, refusal.line)
    return Finding(GOOD, f"端口 {asked.port} 空闲", "")
