"""Throw-away servers for tests: a real PostgreSQL and a real Redis on free loopback ports, gone
afterwards.

    with postgresql() as url: ...
    with redis() as url: ...
    python -m tests.servers postgresql -- COMMAND    runs COMMAND with DATABASE_URL set

Raises `NotInstalled` with the reason where the machine has no such server; `required()` says
whether that is an error.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gongjian.launch import packages
from gongjian.launch.supervisor import die_with_parent

PATIENCE = 30.0  # seconds for a server to answer
TRIES = 3  # another program may take the free port before the server does
FAST = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "unix_socket_directories=",
    "max_connections=50",
]


class NotInstalled(Exception):
    """The machine lacks the server; the message names the line that brings it."""


def required() -> bool:
    """Return whether a missing server is an error: on CI, or when the caller says so."""
    return os.environ.get("CI", "").lower() in {"1", "true"} or bool(
        os.environ.get("GONGJIAN_REQUIRE_SERVERS")
    )


@contextmanager
def postgresql() -> Iterator[str]:
    """Start a PostgreSQL with an empty database and yield its DATABASE_URL."""
    initdb, server = (
        _program("initdb", packages.POSTGRESQL),
        _program("postgres", packages.POSTGRESQL),
    )
    password = secrets.token_hex(16)
    with _room("postgres") as (room, person):
        (room / "password").write_text(password)
        _hand_over(room / "password", person)
        cluster = room / "cluster"
        first = [
            "-U",
            "gongjian",
            "--auth=scram-sha-256",
            f"--pwfile={room / 'password'}",
            "-E",
            "UTF8",
            "--locale=C",
        ]
        _run([initdb, "-D", str(cluster), "--no-sync", *first], room, person)
        options = [word for option in FAST for word in ("-c", option)]

        def command(port: int) -> list[str]:
            return [
                server,
                "-D",
                str(cluster),
                "-p",
                str(port),
                "-c",
                "listen_addresses=127.0.0.1",
                *options,
            ]

        def answers(port: int) -> bool:
            return _connects(_address(password, port, "postgres"))

        with _running(command, answers, room, person) as port:
            yield _address(password, port, "postgres")


@contextmanager
def redis() -> Iterator[str]:
    """Start an empty Redis that keeps nothing and yield its REDIS_URL."""
    server = packages.find_program("redis-server") or _program("valkey-server", packages.REDIS)

    def command(port: int) -> list[str]:
        return [
            server,
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--daemonize",
            "no",
        ]

    with _room("redis") as (room, person), _running(command, _pings, room, person) as port:
        yield f"redis://127.0.0.1:{port}/0"


def _program(name: str, need: packages.Need) -> str:
    path = packages.find_program(name)
    if path is None:
        raise NotInstalled(f"没有装 {need.title}。请运行：{packages.line([need])}")
    return path


@contextmanager
def _room(person: str) -> Iterator[tuple[Path, pwd.struct_passwd | None]]:
    """Yield a folder of the server's own, and the account that runs it: servers refuse to run as
    root.
    """
    lesser = _lesser_person(person) if os.geteuid() == 0 else None
    room = Path(tempfile.mkdtemp(prefix="gongjian-server-"))
    try:
        _hand_over(room, lesser)
        yield room, lesser
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _lesser_person(name: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return pwd.getpwnam("nobody")


def _hand_over(path: Path, person: pwd.struct_passwd | None) -> None:
    if person is not None:
        os.chown(path, person.pw_uid, person.pw_gid)


def _as(person: pwd.struct_passwd | None) -> dict[str, Any]:
    """Return the arguments with which Popen runs a program as `person`."""
    if person is None:
        return {}
    return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}


def _run(command: list[str], room: Path, person: pwd.struct_passwd | None) -> None:
    result = subprocess.run(command, cwd=room, capture_output=True, text=True, **_as(person))
    if result.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{result.stdout}{result.stderr}")


@contextmanager
def _running(
    command: Callable[[int], list[str]],
    answers: Callable[[int], bool],
    room: Path,
    person: pwd.struct_passwd | None,
) -> Iterator[int]:
    """Start the server on a free port, yield the port once it answers, stop it afterwards."""
    log = room / "log"
    for _ in range(TRIES):
        port = _free_port()
        with log.open("wb") as output:
            server = subprocess.Popen(
                command(port),
                cwd=room,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(os.getpid()),
                **_as(person),
            )
        try:
            if _wait(server, lambda port=port: answers(port)):
                yield port
                return
        finally:
            _stop(server)
    raise RuntimeError(
        f"{command(0)[0]} does not answer:\n{log.read_text(errors='replace')[-2000:]}"
    )


def _wait(server: "subprocess.Popen[bytes]", answers: Callable[[], bool]) -> bool:
    limit = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < limit:
        if answers():
            return True
        time.sleep(0.05)
    return False


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.send_signal(2)  # to PostgreSQL: end every session and leave at once
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _address(password: str, port: int, database: str) -> str:
    return f"postgresql://gongjian:{password}@127.0.0.1:{port}/{database}"


def _connects(address: str) -> bool:
    import psycopg2  # only where a PostgreSQL is started

    try:
        psycopg2.connect(address, connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True


def _pings(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
    except OSError:
        return False


SERVERS = {"postgresql": (postgresql, "DATABASE_URL"), "redis": (redis, "REDIS_URL")}


def main(words: list[str]) -> int:
    """Run a command beside a server and return its exit status.

    Where the server is not installed, return 1 if it is required, else say so and return 0.
    """
    name, _, *command = words
    start, variable = SERVERS[name]
    try:
        with start() as url:
            return subprocess.call(command, env={**os.environ, variable: url})
    except NotInstalled as reason:
        print(f"{'!' * 8} 已跳过 {name} 上的测试：{reason} {'!' * 8}", file=sys.stderr)
        return 1 if required() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
