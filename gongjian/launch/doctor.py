"""`manage.py doctor`: everything that is missing, and the line that brings it on this very system."""

# ruff: noqa: S603  the commands are lists of our own words, never a line for a shell

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

from gongjian.launch import arguments, fonts, packages, pythons
from gongjian.launch.environment import Environment
from gongjian.launch.occupied import SiteLock, refuse_busy_address
from gongjian.launch.places import BASE_DIR, data_folder, fonts_folder
from gongjian.launch.speech import Refusal

OFD, CERTIFICATE = "GONGJIAN_OFD_CONVERTER", "GONGJIAN_SIGNING_P12"
PASSPHRASE = "GONGJIAN_SIGNING_PASSPHRASE_FILE"  # noqa: S105  the name of a variable that names a file
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

# Likewise: the faults of one setting, in the words of the module that uses it. Asks no database and no other setting.
FAULTS = """
import sys
from importlib import import_module
from os import environ
from django.conf import settings
names = ("OFD_CONVERTER", "SIGNING_P12", "SIGNING_PASSPHRASE_FILE")
settings.configure(**{name: environ.get("GONGJIAN_" + name, "") for name in names})
print("\\n".join(import_module(sys.argv[1]).faults_of_setting()))
"""


def report(environment: Environment, words: list[str]) -> int:
    """Print every finding; 1 where something that the site needs is missing."""
    findings = examine(environment, words)
    for finding in findings:
        sys.stdout.write(
            f"[{finding.grade}] {finding.what}\n"
            + (f"      {finding.line}\n" if finding.line else "")
        )
    lacking = sum(finding.grade == LACKING for finding in findings)
    advice = sum(finding.grade == ADVICE for finding in findings)
    sys.stdout.write(
        f"缺 {lacking} 项，注意 {advice} 项。\n" if lacking or advice else "一切就绪。\n"
    )
    return 1 if lacking else 0


def examine(environment: Environment, words: list[str]) -> list[Finding]:
    return [
        _python(),
        *_environment(environment),
        *(_package(need, LACKING) for need in [packages.PANGO]),
        *(_package(need, ADVICE) for need in [packages.HARFBUZZ, packages.RARE_GLYPHS]),
        *_faces(fonts_folder()),
        *_chosen(environment, "OFD 转换程序", OFD, "gongjian.documents.issuing.ofd", ADVICE),
        *_chosen(
            environment, "签名证书", CERTIFICATE, "gongjian.documents.issuing.signing", LACKING
        ),
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
        yield Finding(
            ADVICE,
            "测试所用的软件包未装（只在开发和测试时需要）",
            "python3 manage.py environment --dev",
        )


def _unlike_the_lock(environment: Environment, dev: bool) -> list[str]:
    command = [str(environment.python), "-c", COMPARE, str(environment.lock(dev))]
    compared = subprocess.run(command, capture_output=True)
    if compared.returncode:
        return [compared.stderr.decode(errors="replace").strip().rsplit("\n", 1)[-1]]
    return compared.stdout.decode().splitlines()


def _package(need: packages.Need, grade: str) -> Finding:
    what = f"{need.title}（{need.why}）"
    return (
        Finding(grade, what, packages.line([need])) if need.missing() else Finding(GOOD, what, "")
    )


def _faces(folder: Path):
    lacking = fonts.missing(folder)
    for name, use in fonts.FACES.items():
        if name not in lacking:
            yield Finding(GOOD, f"公文字体 {use} {name}", "")
        elif fonts.stood_in(folder):
            yield Finding(ADVICE, f"公文字体 {use} {name}：现以思源字体代替", fonts.line())
        else:
            yield Finding(LACKING, f"公文字体 {use} {name}：{folder} 里没有", fonts.line())


def _chosen(environment: Environment, what: str, name: str, module: str, grade: str):
    """What a site may have or not: not set, set and well, or each fault. A bad certificate stops every document that
    is to be issued, a bad converter only a further form of those that were."""
    if not os.environ.get(name):
        yield Finding(GOOD, f"{what}：未配置（可选，{name}）", "")
    elif not environment.stamped():
        yield Finding(
            ADVICE, f"{what}：已配置，运行环境建好后才能查验", "python3 manage.py environment"
        )
    else:
        faults = _faults_of(environment, module)
        yield from [Finding(grade, f"{what}：{fault}", _mending(name)) for fault in faults]
        if not faults:
            yield Finding(GOOD, f"{what}：已配置，可用", "")


def _faults_of(environment: Environment, module: str) -> list[str]:
    """Relative paths are the site's, which runs in the project's folder."""
    command = [str(environment.python), "-c", FAULTS, module]
    looked = subprocess.run(
        command, capture_output=True, cwd=str(BASE_DIR), env=dict(os.environ, PYTHONUTF8="1")
    )
    said = (looked.stderr if looked.returncode else looked.stdout).decode(errors="replace").strip()
    return said.splitlines()[-1:] if looked.returncode else said.splitlines()


def _mending(name: str) -> str:
    """The line that shows what a converter must be given, or that opens the certificate as the site would."""
    if name == OFD:
        return f"{OFD}='程序的完整路径 {{pdf}} {{ofd}}'；不用 OFD 时 unset {OFD}"
    phrase = os.environ.get(PASSPHRASE, "")
    asked = f" -passin {shlex.quote('file:' + phrase)}" if phrase else ""
    certificate = shlex.quote(os.environ[CERTIFICATE])
    return f"openssl pkcs12 -noout -info -in {certificate}{asked}；不签名时 unset {CERTIFICATE}"


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
