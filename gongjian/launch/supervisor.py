"""Several programs under one command: started in order, restarted when they die, gone with it.

Knows nothing of Django nor of what the programs do. Neither honcho nor circus restarts what died
and also leaves no orphan when the command itself is killed, hence our own (docs/decisions/0017).
"""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a restart; doubled at each death
STEADY = 60.0  # seconds of life after which a death counts as the first again
GRACE = 8.0  # seconds between the request to stop and the order
LARGEST_LOG = 5 * 1024 * 1024  # bytes, looked at when a program starts
KEPT_LOGS = 3
STEP = 0.1  # seconds between two looks at the children
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Program:
    """One thing to keep running: `title` is for people, `name` for its log file."""

    name: str
    title: str
    command: list[str]
    surroundings: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    folder: Path | None = None


def die_with_parent(parent: int, order: int = signal.SIGKILL) -> Callable[[], None]:
    """Return a `preexec_fn`: the kernel sends `order` to the child when `parent` is gone.

    `parent` is the process that starts the child.
    """

    def arrange() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, order)
        if os.getppid() != parent:  # it died between the fork and the line above
            os.kill(os.getpid(), order)

    return arrange


def spawn(
    command: list[str], surroundings: Mapping[str, str], **options: Any
) -> "subprocess.Popen[bytes]":
    """Start a process without input that dies with this one.

    Its session is its own: Ctrl-C is for the supervisor, which then stops everyone in order.
    """
    return subprocess.Popen(  # noqa: S603
        command,
        env=dict(surroundings),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent(os.getpid()),
        **options,
    )


class Child:
    """A program and its present process; counts its deaths."""

    def __init__(self, program: Program, logs: Path) -> None:
        self.program = program
        self.log = logs / f"{program.name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.deaths = 0
        self.started = self.due = 0.0

    def start(self, at: float) -> None:
        """Start the process, its words going to the end of its log."""
        turn_over(self.log)
        with self.log.open("ab") as log:
            program = self.program
            streams = {"stdout": log, "stderr": subprocess.STDOUT}
            self.process = spawn(
                program.command, program.surroundings, cwd=program.folder, **streams
            )
        self.started = at

    def pause(self, at: float) -> float:
        """Count a death; return the seconds to wait before the next start.

        The pause doubles at each death, and begins anew after a steady life.
        """
        self.deaths = 1 if at - self.started > STEADY else self.deaths + 1
        return min(FIRST_PAUSE * 2 ** (self.deaths - 1), LONGEST_PAUSE)


class Supervisor:
    """Keeps children running until a signal or `stop` ends the watch.

    One thread: the children's death signal is tied to the thread that starts them.
    """

    def __init__(self, logs: Path, say: Callable[[str], None]) -> None:
        logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.logs = logs
        self.say = say
        self.batches: list[list[Child]] = []
        self.stopping = False
        self._handlers_before: dict[int, Any] = {}

    def __enter__(self) -> "Supervisor":
        for order in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._handlers_before[order] = signal.signal(order, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        for order, handler in self._handlers_before.items():
            signal.signal(order, handler)

    def _on_signal(self, *_: object) -> None:
        self.stopping = True

    def start(self, programs: Iterable[Program]) -> None:
        """Start `programs` now. Those of a later call may need them and are stopped before them."""
        batch = [Child(program, self.logs) for program in programs]
        self.batches.append(batch)
        for child in batch:
            child.start(time.monotonic())

    def deaths(self, program: Program) -> int:
        """Return how often `program` has died in this run."""
        return sum(child.deaths for child in self.children() if child.program == program)

    def children(self) -> list[Child]:
        """Return every child, in the order of their start."""
        return list(chain.from_iterable(self.batches))

    def dismiss(self, program: Program) -> None:
        """Stop `program` for good."""
        for batch in self.batches:
            for child in list(batch):
                if child.program == program:
                    batch.remove(child)
                    end([child.process])

    def wait_for(self, there: Callable[[], bool], seconds: float) -> bool:
        """Watch until `there()` is true; False when it is not within `seconds` or a signal came."""
        limit = time.monotonic() + seconds
        while not self.stopping and time.monotonic() < limit:
            if there():
                return True
            self.look()
            time.sleep(STEP / 5)
        return False

    def accompany(self, command: list[str], surroundings: Mapping[str, str]) -> int | None:
        """Run a command to its end on this terminal while watching the children.

        Return its exit status, or None where a signal ended it.
        """
        running = spawn(command, surroundings)
        while running.poll() is None:
            if self.stopping:
                end([running])
                return None
            self.look()
            time.sleep(STEP)
        return running.returncode

    def watch(self) -> None:
        """Keep everyone running until a signal comes."""
        while not self.stopping:
            self.look()
            time.sleep(STEP)

    def look(self) -> None:
        """Look at every child once: say who died, start those whose pause is over."""
        now = time.monotonic()
        for child in self.children():
            if child.process is None:
                if now >= child.due:
                    child.start(now)
            elif child.process.poll() is not None:
                self.bury(child, child.process.returncode, now)

    def bury(self, child: Child, status: int, now: float) -> None:
        """Say how a child ended and when it is started again."""
        pause = child.pause(now)
        child.process, child.due = None, now + pause
        event = f"{time.strftime('%H:%M:%S')} {child.program.title}{cause_of_death(status)}"
        self.say(f"{event}，{pause:g} 秒后重新启动。日志：{child.log}")

    def stop(self) -> None:
        """End everyone, the last batch first."""
        self.stopping = True
        while self.batches:
            end([child.process for child in self.batches.pop()])


def end(processes: "Iterable[subprocess.Popen[bytes] | None]") -> None:
    """End processes and their sessions: a request first, an order after the grace period."""
    living = [process for process in processes if process is not None and process.poll() is None]
    for process in living:
        os.killpg(process.pid, signal.SIGTERM)
    limit = time.monotonic() + GRACE
    for process in living:
        try:
            process.wait(max(0.0, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def cause_of_death(status: int) -> str:
    """Return a process's `returncode` in words."""
    if status >= 0:
        return f"已退出（退出码 {status}）"
    return f"被信号 {signal.Signals(-status).name} 终止"


def turn_over(log: Path) -> None:
    """Begin a new log when the old one has grown large; keep the last three."""
    if not log.exists() or log.stat().st_size < LARGEST_LOG:
        return
    for number in range(KEPT_LOGS, 1, -1):
        newer = log.with_suffix(f".log.{number - 1}")
        if newer.exists():
            newer.replace(log.with_suffix(f".log.{number}"))
    log.replace(log.with_suffix(".log.1"))


def last_lines(log: Path, count: int = 15) -> str:
    """Return the end of a log, for a person who must see why a program does not start."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return ""
