"""One site, one address: what stands in the way of starting is said before anything long is done."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from pathlib import Path

from gongjian.launch.speech import Refusal


class SiteLock:
    """Held while a site runs. The kernel frees it with its process, so it can never be stale."""

    def __init__(self, data: Path) -> None:
        self.path = data / "up.lock"
        self._file: int | None = None

    def __enter__(self) -> SiteLock:
        self._open()
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(self._file, 20).decode().strip()
            self.__exit__()
            raise _running(holder, self.path.parent) from None
        os.ftruncate(self._file, 0)
        os.write(self._file, str(os.getpid()).encode())
        return self

    def _open(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = os.open(str(self.path), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            why = f"不能写入数据目录 {self.path.parent}：{error.strerror}。"
            way_out = "请改用有权限的用户，或用 GONGJIAN_DATA_DIR 另指一个目录："
            raise Refusal(
                why + way_out, "GONGJIAN_DATA_DIR=~/gongjian-data python3 manage.py up"
            ) from error

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _running(holder: str, data: Path) -> Refusal:
    return Refusal(
        f"这个站点已在运行（进程 {holder or '未知'}，数据在 {data}）。"
        "要另开一个站点，请为它另设 GONGJIAN_DATA_DIR 和 --port；要停下正在运行的：",
        f"kill {holder}" if holder else "python3 manage.py doctor",
    )


def refuse_busy_address(host: str, port: int) -> None:
    """Raise `Refusal` where the site could not listen: port taken, port reserved, or no such address here."""
    family, kind, protocol, _, address = _resolve(host, port)
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise _why(error, host, port) from error


def _resolve(host: str, port: int):
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError as error:
        raise Refusal(f"不认识的地址 {host}：--host 应为本机的 IP 地址或主机名。") from error


def _why(error: OSError, host: str, port: int) -> Refusal:
    if error.errno == errno.EADDRINUSE:
        return Refusal(
            f"端口 {port} 已被别的程序占用，请换一个：", f"python3 manage.py up --port {port + 1}"
        )
    if error.errno == errno.EACCES:
        return Refusal(
            f"没有权限使用端口 {port}（1024 以下的端口只有 root 能用），请换一个：",
            "python3 manage.py up --port 8000",
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return Refusal(
            f"{host} 不是本机的地址：--host 可用 127.0.0.1（只本机）或 0.0.0.0（所有网卡）。"
        )
    return Refusal(f"不能在 {host}:{port} 提供服务：{error.strerror}。")
