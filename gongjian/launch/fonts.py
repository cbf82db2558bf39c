"""The faces of official documents, fetched and never committed.

The Fandol faces are the only open set with 仿宋, 楷, 黑 and a bold 宋 in simplified forms. Debian
carries them in `texlive-lang-chinese`; they are taken out of that one package without installing
TeX (49 MB fetched, 31 MB kept). Where apt is absent, a font package of the Python registry stands
in, with 宋 for 仿宋, 楷 and 小标宋.
"""

# ruff: noqa: S603  the commands are lists of our own words, never a line for a shell

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from gongjian.launch import packages
from gongjian.launch.installing import install_line, run_installer
from gongjian.launch.pythons import working_uv
from gongjian.launch.speech import Refusal, say

FACES = {
    "FandolFang-Regular.otf": "仿宋（正文）",
    "FandolKai-Regular.otf": "楷体（二级标题）",
    "FandolHei-Regular.otf": "黑体（一级标题）",
    "FandolSong-Bold.otf": "小标宋（公文标题）",
    "FandolSong-Regular.otf": "宋体（页码）",
}
STAND_INS = {"NotoSerifSC-Regular.otf": "思源宋体", "NotoSansSC-Regular.otf": "思源黑体"}
DEBIAN_PACKAGE = "texlive-lang-chinese"
TEX_FOLDERS = (
    "/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol",
    "/usr/share/texmf-dist/fonts/opentype/public/fandol",
)
STAND_IN_LOCK = (
    "pylopdf-fonts-zh-cn==0.1.1 "
    "--hash=sha256:e2661ef3790cbe0f0f6aa5338b6859b7cd288ee75bc88cd4239c62cd025d4fb3\n"
)
SIGNATURES = (b"OTTO", b"\0\1\0\0", b"true")  # the first bytes of an OpenType file
SMALLEST = 1_000_000  # bytes


def missing(folder: Path) -> list[str]:
    """Return the file names of the faces that `folder` lacks."""
    return [name for name in FACES if not is_font(folder / name)]


def stood_in(folder: Path) -> bool:
    """Whether the plainer stand-ins are there, so that documents can be set without Fandol."""
    return all(is_font(folder / name) for name in STAND_INS)


def ensure(folder: Path, python: Path, wheels: Path, may_update: bool) -> bool:
    """Fill `folder` by the first way that works here; False, with a sentence, where none did.

    `python` is the environment's own; `may_update` allows a fresh copy of apt's lists.
    """
    if not missing(folder):
        return True
    folder.mkdir(parents=True, exist_ok=True)
    take_from_installed_tex(folder)
    if missing(folder) and packages.family() == packages.APT:
        take_from_debian(folder, may_update)
    if missing(folder) and not stood_in(folder):
        take_stand_ins(folder, python, wheels)
    if missing(folder) and not stood_in(folder):
        say("公文字体没有取到：站点照常运行，但不生成公文 PDF。")
        say(f"  联网后请运行：{line()}")
        return False
    return True


def line() -> str:
    """Return the one line that brings the faces."""
    return "python3 manage.py environment"


def take_from_installed_tex(folder: Path) -> None:
    for name in missing(folder):
        for tex in map(Path, TEX_FOLDERS):
            if is_font(tex / name):
                copy(tex / name, folder / name)


def take_from_debian(folder: Path, may_update: bool) -> None:
    say("正在取公文字体（仿宋、楷体、黑体、小标宋、宋体），约 49 MB，只需一次……")
    with tempfile.TemporaryDirectory(prefix="gongjian-fonts-") as scratch:
        package = download(Path(scratch), may_update)
        if package is not None:
            unpack(package, folder)


def download(scratch: Path, may_update: bool) -> Path | None:
    """Fetch the Debian package, after one update of the lists where they are empty or old."""
    command = [*packages.APT_GET, "-o", "APT::Sandbox::User=root", "download", DEBIAN_PACKAGE]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    for ready in (packages.has_apt_lists, lambda: may_update and packages.update_apt_lists()):
        if ready() and subprocess.run(command, cwd=str(scratch), **quiet).returncode == 0:
            return next(scratch.glob("*.deb"), None)
    return None


def unpack(package: Path, folder: Path) -> None:
    """Take the faces and their licence out of the package, straight from its stream."""
    stream = ["dpkg-deb", "--fsys-tarfile", str(package)]
    with subprocess.Popen(stream, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as opened:
        try:
            with tarfile.open(fileobj=opened.stdout, mode="r|") as archive:
                for member in archive:
                    if member.isfile():
                        unpack_member(member, archive, folder)
        except tarfile.TarError:
            say("字体包不完整，下次启动时再取。")


def unpack_member(member: tarfile.TarInfo, archive: tarfile.TarFile, folder: Path) -> None:
    """Write the file if it is a face or the licence of the faces."""
    name = member.name.rsplit("/", 1)[-1]
    if name in FACES:
        put(archive.extractfile(member), folder / name)
    elif member.name.endswith("/fandol/COPYING.gz"):
        licence = gzip.GzipFile(fileobj=archive.extractfile(member))
        put(licence, folder / "COPYING")


def take_stand_ins(folder: Path, python: Path, wheels: Path) -> None:
    say("正在取代用字体（思源宋体、思源黑体），约 17 MB……")
    with tempfile.TemporaryDirectory(prefix="gongjian-fonts-") as scratch:
        lock, target = Path(scratch) / "fonts.lock", Path(scratch) / "package"
        lock.write_text(STAND_IN_LOCK)
        what = ["--target", str(target), "--require-hashes", "-r", str(lock)]
        try:
            run_installer(install_line(python, working_uv(), wheels, what), folder)
        except Refusal:
            return
        for path in target.rglob("*"):
            if path.name in STAND_INS:
                copy(path, folder / path.name)
            elif path.name == "LICENSE":
                copy(path, folder / "LICENSE-Noto")


def copy(source: Path, path: Path) -> None:
    with source.open("rb") as file:
        put(file, path)


def put(content, path: Path) -> None:
    """Write whole or not at all: another process may be reading the folder."""
    handle, unfinished = tempfile.mkstemp(dir=str(path.parent), prefix=path.name)
    try:
        with open(handle, "wb") as file:
            shutil.copyfileobj(content, file)
        os.chmod(unfinished, 0o644)
        os.rename(unfinished, str(path))
    except BaseException:
        os.unlink(unfinished)
        raise


def is_font(path: Path) -> bool:
    """Whether it is a whole OpenType file: an error page or a torn download is not."""
    try:
        with path.open("rb") as face:
            signature = face.read(4)
        return signature in SIGNATURES and path.stat().st_size > SMALLEST
    except OSError:
        return False
