"""The system's own packages: what is missing, really looked for, and how this system installs it.

On Debian's and Red Hat's families they are installed where we are root or may sudo without a
password. Elsewhere one line is printed and the work goes on: nothing here ever asks a question.
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
HIDDEN_SERVERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
RARE_GLYPH_FACES = (
    *("wqy-microhei.tt*", "wqy-zenhei.tt*", "NotoS*CJK*.tt*", "NotoS*CJK*.ot*"),
    *("NotoS*SC*.otf", "SourceHan*.ot*", "uming.tt*"),
)

# `missing()` looks; `apt` lists packages; `dnf` lists alternatives, tried in turn; `plain` is what
# other systems call it.
Need = namedtuple("Need", "title why missing apt dnf plain")


def no_library(*names: str):
    """Return a check whether one of the libraries cannot be loaded."""

    def missing() -> bool:
        return not all(loads(name) for name in names)

    return missing


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def no_program(*names: str):
    """Return a check whether none of the programs is there."""

    def missing() -> bool:
        return not any(find_program(name) for name in names)

    return missing


def find_program(name: str) -> str | None:
    """Return the program's path: on PATH, or where database servers hide their programs."""
    folders = []
    for pattern in HIDDEN_SERVERS:
        folders += sorted(glob.glob(pattern), reverse=True)
    folders += ["/usr/sbin", "/usr/local/sbin"]
    return shutil.which(name) or shutil.which(name, path=os.pathsep.join(folders))


def rare_glyph_face() -> Path | None:
    """Return a face on this machine that has 镕, 喆 and 堃, which Fandol lacks, or None."""
    home = Path.home()
    system = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]
    for folder in [fonts_folder(), *system, home / ".local/share/fonts", home / ".fonts"]:
        for pattern in RARE_GLYPH_FACES:
            for path in sorted(folder.rglob(pattern)):
                return path
    return None


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
    [
        "wqy-microhei-fonts",
        "google-noto-sans-cjk-fonts",
        "google-noto-sans-cjk-ttc-fonts",
        "google-noto-sans-cjk-vf-fonts",
    ],
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
    """Return ways to a Python that is new enough and can make environments, tried in turn.

    Debian splits the making of environments off into a second package.
    """

    def missing() -> bool:
        return not any(python.makes_environments for python in pythons.usable())

    def need(title: str, name: str, dnf: list[str]) -> Need:
        apt = [name, f"{name}-venv"]
        return Need(title, "运行整个系统", missing, apt, dnf, "python3 (>= 3.11)")

    return [
        need("Python 3.11", "python3", ["python3.12", "python3.11"]),
        need("Python 3.12", "python3.12", ["python3"]),
        need("Python 3.11", "python3.11", ["python3"]),
    ]


def missing(tests: bool) -> list[Need]:
    """Return what is not there of what the site needs, and of what the tests need."""
    needs = RUNTIME + TESTS if tests else RUNTIME
    return [need for need in needs if need.missing()]


def family() -> str:
    """Return which way this system installs packages: `apt`, `dnf`, or neither."""
    if shutil.which("apt-get") and shutil.which("dpkg-deb"):  # ALT Linux has an apt-get over rpm
        return APT
    return DNF if dnf_program() else OTHER


def line(needs: list[Need]) -> str:
    """Return the line that installs `needs` on this system; empty when nothing is needed."""
    if not needs:
        return ""
    sudo = "" if os.geteuid() == 0 else "sudo "
    if family() == APT:
        install = f"{sudo}apt-get install -y --no-install-recommends {' '.join(apt_names(needs))}"
        return f"{sudo}apt-get update && {install}"
    if family() == DNF:
        names = " ".join(need.dnf[0] for need in needs)
        return f"{sudo}{Path(dnf_program()).name} install -y {names}"
    return "用本机的软件包管理器安装 " + " ".join(need.plain for need in needs)


def ensure(tests: bool, allowed: bool) -> bool:
    """Install what is missing where we may, else print the one line and go on.

    Return whether nothing is missing now.
    """
    needs = missing(tests)
    if needs and allowed and install(needs):
        return True
    needs = [need for need in needs if need.missing()]
    if needs:
        titles = [f"{need.title}（{need.why}）" for need in needs]
        say(f"还缺系统软件：{'、'.join(titles)}。")
        say(f"  请运行：{line(needs)}")
    return not needs


def install(needs: list[Need]) -> bool:
    """Install without a question; False where we may not or it did not work.

    Success is looked for, not believed.
    """
    before = privilege()
    if before is None or family() == OTHER:
        return False
    say(f"正在安装系统软件：{'、'.join(need.title for need in needs)}……")
    if family() == APT:
        install_by_apt(before, needs)
    else:
        install_by_dnf(before, needs)
    return not any(need.missing() for need in needs)


def install_by_apt(before: list[str], needs: list[Need]) -> None:
    command = [*before, "env", "DEBIAN_FRONTEND=noninteractive", *APT_GET]
    command += ["install", "-y", "--no-install-recommends", *apt_names(needs)]
    if has_apt_lists() and succeeds(command):
        return
    if update_apt_lists():
        succeeds(command, speak=True)


def install_by_dnf(before: list[str], needs: list[Need]) -> None:
    for need in needs:
        for name in need.dnf:
            command = [*before, dnf_program(), "install", "-y", "-q", name]
            if succeeds(command) and not need.missing():
                break


def apt_names(needs: list[Need]) -> list[str]:
    names = []
    for need in needs:
        names += need.apt
    return names


def has_apt_lists() -> bool:
    """Whether apt knows any package: on an empty machine it knows none until its first update."""
    return bool(glob.glob("/var/lib/apt/lists/*_Packages*"))


def update_apt_lists() -> bool:
    """Fetch the lists anew; False where we may not or the network does not answer."""
    before = privilege()
    return before is not None and succeeds([*before, *APT_GET, "update"], speak=True)


def privilege() -> list[str] | None:
    """Return what to put before a command that only root may run; None where we may not."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and succeeds(["sudo", "-n", "true"]):
        return ["sudo", "-n"]
    return None


def succeeds(command: list[str], speak: bool = False) -> bool:
    """Run a command without input; `speak` shows its last lines where it fails."""
    answer = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if answer.returncode and speak:
        for row in answer.stdout.decode(errors="replace").splitlines()[-5:]:
            sys.stderr.write(f"  | {row}\n")
    return answer.returncode == 0


def dnf_program() -> str:
    return shutil.which("dnf") or shutil.which("yum") or shutil.which("microdnf") or ""
