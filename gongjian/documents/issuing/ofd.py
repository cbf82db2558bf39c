"""OFD (GB/T 33190) by a converter of the site's own choice: the project brings none.

The converter is a command line in GONGJIAN_OFD_CONVERTER, e.g. `ofdconvert {pdf} {ofd}`. It is run
without a shell in an empty folder of its own, for a minute at most, and what it leaves is looked at
before anybody gets it.
"""

# ruff: noqa: S603 the command is the administrator's own setting, split into words, never a line
# for a shell

import shlex
import shutil
import subprocess
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

# Seconds.
TIMEOUT = 60

LARGEST = 100 << 20
# The entry that every OFD file begins with (GB/T 33190 §7.3).
ROOT = "OFD.xml"


class NotConverted(Exception):
    """There is no OFD file; str() is one Chinese sentence that says why."""


def is_offered() -> bool:
    return bool(settings.OFD_CONVERTER)


def faults_of_setting() -> list[str]:
    """What is wrong with the setting, in words for an administrator; nothing where none is set."""
    if not is_offered():
        return []
    try:
        program, *words = shlex.split(settings.OFD_CONVERTER)
    except ValueError as error:
        return [f"GONGJIAN_OFD_CONVERTER 引号不成对：{error}"]
    line = " ".join(words)
    faults = []
    for part in ("{pdf}", "{ofd}"):
        if part not in line:
            faults.append(f"GONGJIAN_OFD_CONVERTER 缺少 {part}")
    if not shutil.which(program):
        faults.append(f"GONGJIAN_OFD_CONVERTER 的程序 {program} 不存在或不能执行")
    return faults


def convert(content: bytes) -> bytes:
    """The PDF as an OFD file. Raises NotConverted."""
    faults = faults_of_setting()
    if faults:
        raise NotConverted("；".join(faults))
    with TemporaryDirectory() as folder:
        pdf = Path(folder, "document.pdf")
        ofd = Path(folder, "document.ofd")
        pdf.write_bytes(content)
        places = {"{pdf}": str(pdf), "{ofd}": str(ofd)}
        filled = []
        for word in shlex.split(settings.OFD_CONVERTER):
            filled.append(_filled(word, places))
        _run(filled, folder)
        return _checked(ofd)


def _filled(word: str, places: dict[str, str]) -> str:
    for name, path in places.items():
        word = word.replace(name, path)
    return word


def _run(command: list[str], folder: str) -> None:
    try:
        process = subprocess.run(
            command, cwd=folder, capture_output=True, timeout=TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise NotConverted(
            f"OFD 转换程序 {TIMEOUT} 秒内没有完成，已停止；请稍后再试或请管理员检查"
        ) from late
    except OSError as error:
        raise NotConverted(f"OFD 转换程序不能运行：{error.strerror}") from error
    if process.returncode:
        last_line = process.stderr.decode(errors="replace").strip().splitlines()[-1:] or [
            "没有说明"
        ]
        raise NotConverted(f"OFD 转换程序失败（返回 {process.returncode}）：{last_line[0][:200]}")


def _checked(ofd: Path) -> bytes:
    """The file, if it is one and an OFD file."""
    if not ofd.is_file():
        raise NotConverted("OFD 转换程序没有写出文件；请管理员检查 GONGJIAN_OFD_CONVERTER")
    if ofd.stat().st_size > LARGEST:
        raise NotConverted(f"OFD 转换程序写出的文件超过 {LARGEST >> 20} MB")
    try:
        with zipfile.ZipFile(ofd) as packed:
            whole = ROOT in packed.namelist() and packed.testzip() is None
    except zipfile.BadZipFile:
        whole = False
    if not whole:
        raise NotConverted("OFD 转换程序写出的不是 OFD 文件")
    return ofd.read_bytes()
