"""One site a folder, one program a port: refused before anything long is done."""

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
        self.open()
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(self._file, 20).decode().strip()
            self.__exit__()
            raise already_running(holder, self.path.parent) from None
        os.ftruncate(self._file, 0)
        os.write(self._file, str(os.getpid()).encode())
        return self

    def open(self) -> None:
        """Open the file, made with its folder where absent; raise `Refusal` where we may not."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = os.open(str(self.path), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            sentence = f"不能写入数据目录 {self.path.parent}：{error.strerror}。"
            sentence += "请改用有权限的用户，或用 GONGJIAN_DATA_DIR 另指一个目录："
            line = "GONGJIAN_DATA_DIR=~/gongjian-data python3 manage.py up"
            raise Refusal(sentence, line) from error

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def already_running(holder: str, data: Path) -> Refusal:
    """Return the refusal that names the process `holder` and how to stop it."""
    sentence = f"这个站点已在运行（进程 {holder or '未知'}，数据在 {data}）。"
    sentence += "要另开一个站点，请为它另设 GONGJIAN_DATA_DIR 和 --port；要停下正在运行的："
    line = f"kill {holder}" if holder else "python3 manage.py doctor"
    return Refusal(sentence, line)


def refuse_busy_address(host: str, port: int) -> None:
    """Raise `Refusal` where the site could not listen: port taken or reserved, address foreign."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise Refusal(f"不认识的地址 {host}：--host 应为本机的 IP 地址或主机名。") from error
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise explain_busy(error, host, port) from error


def explain_busy(error: OSError, host: str, port: int) -> Refusal:
    """Return why the address cannot be had, and which one to take."""
    if error.errno == errno.EADDRINUSE:
        sentence = f"端口 {port} 已被别的程序占用，请换一个："
        return Refusal(sentence, f"python3 manage.py up --port {port + 1}")
    if error.errno == errno.EACCES:
        sentence = f"没有权限使用端口 {port}（1024 以下的端口只有 root 能用），请换一个："
        return Refusal(sentence, "python3 manage.py up --port 8000")
    if error.errno == errno.EADDRNOTAVAIL:
        choices = "127.0.0.1（只本机）或 0.0.0.0（所有网卡）"
        return Refusal(f"{host} 不是本机的地址：--host 可用 {choices}。")
    return Refusal(f"不能在 {host}:{port} 提供服务：{error.strerror}。")
