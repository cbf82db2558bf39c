"""The system's own packages: what is missing, really looked for, and how this system installs it.

Debian's and Red Hat's families are installed from here where we are root or may sudo without a password.
Elsewhere one line is printed and the work goes on: nothing here ever asks a question.
"""

# ruff: noqa: S603  the commands are lists of our own words, never a line for a shell

from __future__ import annotations

import ctypes
import glob
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

from gongjian.launch import pythons
from gongjian.launch.places import fonts_folder
from gongjian.launch.speech import say

APT, DNF, OTHER = "apt", "dnf", ""
APT_GET = ["apt-get", "-qq", "-o", "Acquire::http::Timeout=20", "-o", "Acquire::Retries=1"]
Need = namedtuple("Need", "title why missing apt dnf plain")
"""`missing()` looks; `apt`: packages; `dnf`: alternatives, tried in turn; `plain`: what other systems call it."""


def no_library(*names: str):
    def missing() -> bool:
        return not all(_loads(name) for name in names)

    return missing


def no_program(*names: str):
    def missing() -> bool:
        return not any(find_program(name) for name in names)

    return missing


def find_program(name: str) -> str | None:
    """On PATH, or where database servers hide their programs."""
    hidden = [
        *sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True),
        *sorted(glob.glob("/usr/pgsql-*/bin"), reverse=True),
    ]
    return shutil.which(name) or shutil.which(
        name, path=os.pathsep.join([*hidden, "/usr/sbin", "/usr/local/sbin"])
    )


def rare_glyph_face() -> Path | None:
    """A face on this machine that has 镕, 喆 and 堃, which Fandol has not; None where there is none."""
    names = (
        "wqy-microhei.tt*",
        "wqy-zenhei.tt*",
        "NotoS*CJK*.tt*",
        "NotoS*CJK*.ot*",
        "NotoS*SC*.otf",
        "SourceHan*.ot*",
        "uming.tt*",
    )
    folders = [
        fonts_folder(),
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        Path.home() / ".local/share/fonts",
        Path.home() / ".fonts",
    ]
    return next(
        (path for folder in folders for name in names for path in sorted(folder.rglob(name))), None
    )


PANGO = Need(
    "Pango",
    "排版公文 PDF",
    no_library("libpango-1.0.so.0", "libpangoft2-1.0.so.0"),
    ["libpango-1.0-0", "libpangoft2-1.0-0"],
    ["pango"],
    "pango",
)
HARFBUZZ = Need(
    "HarfBuzz 字体裁剪库",
    "没有它，PDF 慢 5 倍以上",
    no_library("libharfbuzz-subset.so.0"),
    ["libharfbuzz-subset0"],
    ["harfbuzz"],
    "harfbuzz",
)
RARE_GLYPHS = Need(
    "生僻字后备字体",
    "公文里的镕、喆、堃等字",
    lambda: rare_glyph_face() is None,
    ["fonts-wqy-microhei"],
    ["wqy-microhei-fonts", *(f"google-noto-sans-cjk-{kind}fonts" for kind in ("", "ttc-", "vf-"))],
    "wqy-microhei",
)
CHROMIUM = Need(
    "Chromium",
    "浏览器测试",
    no_program("chromium", "chromium-browser", "google-chrome"),
    ["chromium"],
    ["chromium", "chromium-headless"],
    "chromium",
)
POSTGRESQL = Need(
    "PostgreSQL",
    "数据库测试",
    no_program("initdb"),
    ["postgresql"],
    ["postgresql-server"],
    "postgresql",
)
REDIS = Need(
    "Redis",
    "消息队列测试",
    no_program("redis-server", "valkey-server"),
    ["redis-server"],
    ["redis", "valkey"],
    "redis",
)
POPPLER = Need(
    "Poppler", "公文测试", no_program("pdftoppm"), ["poppler-utils"], ["poppler-utils"], "poppler"
)
LIBREOFFICE = Need(
    "LibreOffice",
    "公文 Word 稿测试",
    no_program("soffice", "libreoffice"),
    ["libreoffice-writer-nogui"],
    ["libreoffice-writer"],
    "libreoffice",
)
QPDF = Need("qpdf", "公文测试", no_program("qpdf"), ["qpdf"], ["qpdf"], "qpdf")
RUNTIME = [PANGO, HARFBUZZ, RARE_GLYPHS]
TESTS = [CHROMIUM, POSTGRESQL, REDIS, POPPLER, QPDF, LIBREOFFICE]


def python_needs() -> list[Need]:
    """Ways to a Python that is new enough and can make environments, tried in turn. Debian splits off the second."""

    def none() -> bool:
        return not any(python.makes_environments for python in pythons.usable())

    plain = "python3 (>= 3.11)"
    return [
        Need(
            "Python 3.11",
            "运行整个系统",
            none,
            ["python3", "python3-venv"],
            ["python3.12", "python3.11"],
            plain,
        ),
        Need(
            "Python 3.12",
            "运行整个系统",
            none,
            ["python3.12", "python3.12-venv"],
            ["python3"],
            plain,
        ),
        Need(
            "Python 3.11",
            "运行整个系统",
            none,
            ["python3.11", "python3.11-venv"],
            ["python3"],
            plain,
        ),
    ]


def missing(tests: bool) -> list[Need]:
    return [need for need in RUNTIME + (TESTS if tests else []) if need.missing()]


def family() -> str:
    """Which way this system installs packages: `apt`, `dnf`, or neither."""
    if shutil.which("apt-get") and shutil.which("dpkg-deb"):  # ALT Linux has an apt-get over rpm
        return APT
    return DNF if _dnf() else OTHER


def line(needs: list[Need]) -> str:
    """The one line that installs `needs` on this system; empty when nothing is needed."""
    if not needs:
        return ""
    before = "" if os.geteuid() == 0 else "sudo "
    if family() == APT:
        names = [name for need in needs for name in need.apt]
        return f"{before}apt-get update && {before}apt-get install -y --no-install-recommends {' '.join(names)}"
    if family() == DNF:
        return f"{before}{Path(_dnf()).name} install -y {' '.join(need.dnf[0] for need in needs)}"
    return "用本机的软件包管理器安装 " + " ".join(need.plain for need in needs)


def ensure(tests: bool, allowed: bool) -> bool:
    """Install what is missing where we may; otherwise print the one line and go on. Whether nothing is missing now."""
    needs = missing(tests)
    if needs and allowed and install(needs):
        return True
    needs = [need for need in needs if need.missing()]
    if needs:
        say(f"还缺系统软件：{'、'.join(f'{need.title}（{need.why}）' for need in needs)}。")
        say(f"  请运行：{line(needs)}")
    return not needs


def install(needs: list[Need]) -> bool:
    """Install without a question; False where we may not or it did not work. Success is looked for, not believed."""
    before = _privilege()
    if before is None or family() == OTHER:
        return False
    say(f"正在安装系统软件：{'、'.join(need.title for need in needs)}……")
    (_install_by_apt if family() == APT else _install_by_dnf)(before, needs)
    return not any(need.missing() for need in needs)


def _install_by_apt(before: list[str], needs: list[Need]) -> None:
    names = [name for need in needs for name in need.apt]
    put_in = [
        *before,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        *APT_GET,
        "install",
        "-y",
        "--no-install-recommends",
        *names,
    ]
    if not (has_apt_lists() and _succeeds(put_in)) and update_apt_lists():
        _succeeds(put_in, speak=True)


def _install_by_dnf(before: list[str], needs: list[Need]) -> None:
    for need in needs:
        for name in need.dnf:
            if _succeeds([*before, _dnf(), "install", "-y", "-q", name]) and not need.missing():
                break


def has_apt_lists() -> bool:
    """Whether apt knows any package: an empty machine's lists are empty until the first update."""
    return bool(glob.glob("/var/lib/apt/lists/*_Packages*"))


def update_apt_lists() -> bool:
    """Fetch the lists anew; False where we may not or the network does not answer."""
    before = _privilege()
    return before is not None and _succeeds([*before, *APT_GET, "update"], speak=True)


def _privilege() -> list[str] | None:
    """What to put before a command that only root may run; None where we may not."""
    if os.geteuid() == 0:
        return []
    return ["sudo", "-n"] if shutil.which("sudo") and _succeeds(["sudo", "-n", "true"]) else None


def _succeeds(command: list[str], speak: bool = False) -> bool:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode and speak:
        sys.stderr.write(
            "".join(
                f"  | {row}\n" for row in done.stdout.decode(errors="replace").splitlines()[-5:]
            )
        )
    return done.returncode == 0


def _dnf() -> str:
    return shutil.which("dnf") or shutil.which("yum") or shutil.which("microdnf") or ""


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
