"""Running uv or pip, and saying in plain words why it failed."""

# ruff: noqa: S603  the commands are lists of our own words, never a line for a shell

from __future__ import annotations

import os
import subprocess
from collections import deque
from pathlib import Path

from gongjian.launch.speech import Refusal

AGAIN = "python3 manage.py up"
FETCH_WHEELS = "pip download --require-hashes -r requirements.lock -d wheels"
NO_NETWORK = (
    "Temporary failure in name resolution",
    "Name or service not known",
    "Could not resolve",
    "dns error",
    "Network is unreachable",
    "error sending request",
    "Connection refused",
    "Connection reset",
    "timed out",
    "NewConnectionError",
    "Failed to fetch",
    "Could not fetch URL",
    "Failed to establish",
)
NO_SUCH_PACKAGE = (
    "No matching distribution",
    "no wheels with a matching",
    "No solution found",
    "no matching",
)
# Words of uv and pip, the reason in Chinese, the line to run.
REASONS = (
    (
        ("No space left on device", "os error 28"),
        "磁盘已满，装不下运行环境。请腾出空间后再试。",
        "df -h",
    ),
    (
        ("DO NOT MATCH THE HASHES", "Hash mismatch", "hash mismatch"),
        "下载到的软件包与锁文件的校验值不符，已拒绝安装："
        "可能是软件源被改动，或 wheels/ 里放了别的版本。",
        "",
    ),
    (
        ("Permission denied", "Operation not permitted", "os error 13"),
        "没有权限写入项目目录。请改用目录的主人运行，或改目录的主人：",
        'sudo chown -R "$USER" .',
    ),
    (
        NO_NETWORK,
        "连不上软件源，运行环境没有装好。请检查网络；"
        "不能联网的机器，请在别处备好 wheels/ 目录，放在 manage.py 旁：",
        FETCH_WHEELS,
    ),
    (
        NO_SUCH_PACKAGE,
        "软件源（或 wheels/ 目录）里没有适合这台机器的软件包。"
        "请用同样的系统、同样的 Python 版本备好 wheels/ 目录：",
        FETCH_WHEELS,
    ),
)
# Variables that would send packages elsewhere than into the environment.
MISLEADING = {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "PIP_TARGET"}


def install_line(python: Path, uv: str | None, wheels: Path, what: list[str]) -> list[str]:
    """Return the command that installs `what` for `python`, by uv or pip.

    Where a folder of wheels is there, it is the only source.
    """
    if uv:
        command = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python)]
    else:
        command = [str(python), "-m", "pip", "install", "--quiet", "--no-input"]
        command.append("--disable-pip-version-check")
    if wheels.is_dir():
        command += ["--no-index", "--find-links", str(wheels)]
    return command + what


def run_installer(command: list[str], folder: Path) -> None:
    """Run it in `folder`; raise `Refusal` with the reason above the installer's last lines."""
    surroundings = {key: text for key, text in os.environ.items() if key not in MISLEADING}
    surroundings["PIP_USER"] = "0"
    last_lines = deque(maxlen=12)
    with subprocess.Popen(
        command, cwd=str(folder), env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as running:
        for raw in running.stdout:
            last_lines.append(raw.decode(errors="replace").rstrip())
    if running.returncode:
        raise explain("\n".join(last_lines))


def explain(output: str) -> Refusal:
    """Return the first known reason that the installer's words name, under those words."""
    quoted = "\n".join("  | " + line[:200] for line in output.splitlines())
    for signs, sentence, line in REASONS:
        if any(sign in output for sign in signs):
            return Refusal(f"{quoted}\n{sentence}", line)
    sentence = "运行环境没有装好，原因见上。改正后再运行一次，会从头装起："
    return Refusal(f"{quoted}\n{sentence}", AGAIN)
