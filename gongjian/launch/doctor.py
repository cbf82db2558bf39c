"""`manage.py doctor`: what is missing, and the line that brings it on this very system."""

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
# The name of a variable that names a file.
PASSPHRASE = "GONGJIAN_SIGNING_PASSPHRASE_FILE"  # noqa: S105
GOOD, LACKING, ADVICE = "好", "缺", "注意"
MAKE_IT = "python3 manage.py environment"
MOST_NAMED = 8
Finding = namedtuple("Finding", "grade what line")

# Run by the environment's own Python: prints what is installed otherwise than the lock says, of
# those lines whose marker holds.
COMPARE = """
import sys
from importlib.metadata import PackageNotFoundError, version
from packaging.requirements import Requirement
for row in open(sys.argv[1], encoding="utf-8"):
    row = row.strip()
    if not row or row[0] in "#-":
        continue
    requirement = Requirement(row.rstrip("\\\\ "))
    if requirement.marker and not requirement.marker.evaluate():
        continue
    try:
        if version(requirement.name) not in requirement.specifier:
            print(requirement.name, version(requirement.name))
    except PackageNotFoundError:
        print(requirement.name)
"""

# Likewise: the faults of one setting, in the words of the module that uses it. Asks no database
# and no other setting.
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
    """Print every finding; return 1 where something that the site needs is missing."""
    findings = examine(environment, words)
    for finding in findings:
        sys.stdout.write(f"[{finding.grade}] {finding.what}\n")
        if finding.line:
            sys.stdout.write(f"      {finding.line}\n")
    grades = [finding.grade for finding in findings]
    lacking, advice = grades.count(LACKING), grades.count(ADVICE)
    if lacking or advice:
        sys.stdout.write(f"缺 {lacking} 项，注意 {advice} 项。\n")
    else:
        sys.stdout.write("一切就绪。\n")
    return 1 if lacking else 0


def examine(environment: Environment, words: list[str]) -> list[Finding]:
    """Return a finding for everything that the site needs or may have."""
    findings = [examine_python(), *examine_environment(environment)]
    findings.append(examine_package(packages.PANGO, LACKING))
    findings.append(examine_package(packages.HARFBUZZ, ADVICE))
    findings.append(examine_package(packages.RARE_GLYPHS, ADVICE))
    findings += examine_faces(fonts_folder())
    ofd, signing = "gongjian.documents.issuing.ofd", "gongjian.documents.issuing.signing"
    findings += examine_option(environment, "OFD 转换程序", OFD, ofd, ADVICE)
    findings += examine_option(environment, "签名证书", CERTIFICATE, signing, LACKING)
    for need in packages.TESTS:
        findings.append(examine_package(need, ADVICE))
    return [*findings, examine_data_folder(data_folder()), examine_address(words)]


def examine_python() -> Finding:
    """Find a Python 3.11 that can make the environment: by its own venv module or by uv."""
    pythons_here = list(pythons.usable())
    for python in pythons_here:
        if python.makes_environments or pythons.working_uv():
            version = ".".join(map(str, python.version))
            return Finding(GOOD, f"Python {version}（{python.path}）", "")
    what = "Python 缺少 venv 模块" if pythons_here else "Python 3.11 或更新版本"
    return Finding(LACKING, what, packages.line(packages.python_needs()[:1]))


def examine_environment(environment: Environment):
    """Yield whether `.venv` is there, is what the locks say, and serves the tests."""
    stamp = environment.stamped()
    if not stamp:
        yield Finding(LACKING, "运行环境 .venv 还没有建好", MAKE_IT)
        return
    different = unlike_the_lock(environment, bool(stamp.get("dev")))
    if different:
        names = "、".join(different[:MOST_NAMED])
        more = " 等" if len(different) > MOST_NAMED else ""
        yield Finding(LACKING, f"运行环境与锁文件不符：{names}{more}", f"rm -rf .venv && {MAKE_IT}")
    elif not environment.ready(dev=False):
        yield Finding(ADVICE, "锁文件已更新，下次启动时会自动安装", MAKE_IT)
    else:
        yield Finding(GOOD, "运行环境 .venv 与锁文件一致", "")
    if not environment.ready(dev=True):
        what = "测试所用的软件包未装（只在开发和测试时需要）"
        yield Finding(ADVICE, what, f"{MAKE_IT} --dev")


def unlike_the_lock(environment: Environment, dev: bool) -> list[str]:
    """Return the packages installed otherwise than the lock says, or why that cannot be told."""
    command = [str(environment.python), "-c", COMPARE, str(environment.lock(dev))]
    answer = subprocess.run(command, capture_output=True)
    if answer.returncode:
        return last_line(answer.stderr)
    return answer.stdout.decode().splitlines()


def last_line(output: bytes) -> list[str]:
    """Return the last line that says something: a parser points at its error with a bare ^."""
    lines = output.decode(errors="replace").splitlines()
    telling = [line.strip() for line in lines if any(map(str.isalnum, line))]
    return telling[-1:]


def examine_package(need: packages.Need, grade: str) -> Finding:
    what = f"{need.title}（{need.why}）"
    if need.missing():
        return Finding(grade, what, packages.line([need]))
    return Finding(GOOD, what, "")


def examine_faces(folder: Path):
    """Yield a finding for each face of official documents."""
    lacking = fonts.missing(folder)
    for name, use in fonts.FACES.items():
        what = f"公文字体 {use} {name}"
        if name not in lacking:
            yield Finding(GOOD, what, "")
        elif fonts.stood_in(folder):
            yield Finding(ADVICE, f"{what}：现以思源字体代替", fonts.line())
        else:
            yield Finding(LACKING, f"{what}：{folder} 里没有", fonts.line())


def examine_option(environment: Environment, what: str, name: str, module: str, grade: str):
    """Yield whether an optional variable is unset, set and well, or each of its faults.

    A bad certificate stops every document that is to be issued, a bad converter only a further
    form of those that were: hence the `grade`.
    """
    if not os.environ.get(name):
        yield Finding(GOOD, f"{what}：未配置（可选，{name}）", "")
        return
    if not environment.stamped():
        yield Finding(ADVICE, f"{what}：已配置，运行环境建好后才能查验", MAKE_IT)
        return
    faults = faults_of_setting(environment, module)
    for fault in faults:
        yield Finding(grade, f"{what}：{fault}", remedy(name))
    if not faults:
        yield Finding(GOOD, f"{what}：已配置，可用", "")


def faults_of_setting(environment: Environment, module: str) -> list[str]:
    """Return the faults that the module itself names; relative paths are the project's."""
    command = [str(environment.python), "-c", FAULTS, module]
    surroundings = dict(os.environ, PYTHONUTF8="1")
    answer = subprocess.run(command, capture_output=True, cwd=str(BASE_DIR), env=surroundings)
    if answer.returncode:
        return last_line(answer.stderr)
    return answer.stdout.decode(errors="replace").strip().splitlines()


def remedy(name: str) -> str:
    """Return the line that shows what a converter needs, or opens the certificate like the site."""
    if name == OFD:
        return f"{OFD}='程序的完整路径 {{pdf}} {{ofd}}'；不用 OFD 时 unset {OFD}"
    passphrase_file = os.environ.get(PASSPHRASE, "")
    option = f" -passin {shlex.quote('file:' + passphrase_file)}" if passphrase_file else ""
    certificate = shlex.quote(os.environ[CERTIFICATE])
    return f"openssl pkcs12 -noout -info -in {certificate}{option}；不签名时 unset {CERTIFICATE}"


def examine_data_folder(folder: Path) -> Finding:
    existing = next(path for path in [folder, *folder.parents] if path.exists())
    if os.access(str(existing), os.W_OK | os.X_OK):
        return Finding(GOOD, f"数据目录可写：{folder}", "")
    return Finding(LACKING, f"数据目录不可写：{folder}", f"sudo chown -R $(id -un) {existing}")


def examine_address(words: list[str]) -> Finding:
    """Find whether the site could start now: no other one runs and its port is free."""
    options = arguments.read_up(words)
    try:
        if data_folder().is_dir():
            with SiteLock(data_folder()):
                pass
        refuse_busy_address(options.host, options.port)
    except Refusal as refusal:
        return Finding(ADVICE, refusal.sentence, refusal.line)
    return Finding(GOOD, f"端口 {options.port} 空闲", "")
