import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gongjian.launch import supervisor as watch
from gongjian.launch.supervisor import (
    Child,
    Program,
    Supervisor,
    cause_of_death,
    last_lines,
    turn_over,
)
from tests.launch.processes import alive, until

ROOT = Path(__file__).parent.parent.parent
FOREVER = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(600)",
]


def program(command=FOREVER, name="clock"):
    return Program(name, "时钟", command)


@pytest.fixture
def said():
    return []


@pytest.fixture
def supervisor(tmp_path, said):
    with Supervisor(tmp_path / "logs", said.append) as supervisor:
        yield supervisor


def first(supervisor):
    return supervisor.batches[0][0]


def test_starts_a_program_and_keeps_its_words(supervisor):
    supervisor.start([program()])
    assert supervisor.wait_for(lambda: last_lines(first(supervisor).log) == "here", 5)


def test_restarts_what_was_killed_and_says_so(supervisor, said):
    supervisor.start([program()])
    before = first(supervisor).process.pid
    os.kill(before, signal.SIGKILL)
    assert supervisor.wait_for(
        lambda: first(supervisor).process is not None and first(supervisor).process.pid != before, 5
    )
    assert len(said) == 1
    assert "时钟被信号 SIGKILL 终止，0.5 秒后重新启动" in said[0]
    assert supervisor.deaths(first(supervisor).program) == 1


def test_waits_longer_after_each_death_and_forgets_after_a_steady_life(tmp_path):
    child = Child(program(), tmp_path)
    assert [child.pause(1.0) for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert child.pause(watch.STEADY + 1) == 0.5


def test_stops_everyone_within_the_grace(supervisor):
    supervisor.start([program(name="one")])
    supervisor.start([program(name="two")])
    pids = [child.process.pid for batch in supervisor.batches for child in batch]
    begun = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - begun < 3
    assert not any(map(alive, pids))


def test_orders_what_will_not_be_asked(supervisor, monkeypatch):
    monkeypatch.setattr(watch, "GRACE", 0.3)
    supervisor.start([program(STUBBORN)])
    assert supervisor.wait_for(lambda: last_lines(first(supervisor).log) == "1", 5)
    pid = first(supervisor).process.pid
    supervisor.stop()
    assert not alive(pid)


def test_stops_what_was_started_last_first(supervisor, monkeypatch):
    stopped = []
    supervisor.start([program(name="ground")])
    supervisor.start([program(name="leaning")])
    names = {
        child.process.pid: child.program.name for batch in supervisor.batches for child in batch
    }
    kill = os.killpg
    monkeypatch.setattr(
        watch.os, "killpg", lambda pid, order: (stopped.append(names[pid]), kill(pid, order))
    )
    supervisor.stop()
    assert stopped == ["leaning", "ground"]


def test_a_dismissed_program_is_not_restarted(supervisor, said):
    supervisor.start([program()])
    supervisor.dismiss(first(supervisor).program)
    supervisor.look()
    assert (supervisor.batches, said) == ([[]], [])


def test_accompanies_a_command_to_its_end(supervisor):
    assert supervisor.accompany([sys.executable, "-c", "raise SystemExit(3)"], os.environ) == 3


def test_keeps_watch_while_it_accompanies(supervisor, said):
    supervisor.start([program()])
    os.kill(first(supervisor).process.pid, signal.SIGKILL)
    supervisor.accompany([sys.executable, "-c", "import time; time.sleep(1)"], os.environ)
    assert len(said) == 1
    assert alive(first(supervisor).process.pid)


def test_a_signal_ends_the_watch(supervisor):
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    supervisor.start([program()])
    supervisor.watch()
    assert supervisor.stopping


SUPERVISE = """
import sys, pathlib
from gongjian.launch.supervisor import Program, Supervisor
with Supervisor(pathlib.Path(sys.argv[1]), print) as supervisor:
    sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
    supervisor.start([Program("a", "a", sleep), Program("b", "b", sleep)])
    print(*(child.process.pid for child in supervisor.batches[0]), flush=True)
    supervisor.watch()
"""


@pytest.fixture
def command(tmp_path):
    """A supervisor in a process of its own, and the process ids of its two children."""
    running = subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE
    )
    yield running, [int(word) for word in running.stdout.readline().split()]
    running.kill()
    running.communicate()


def test_no_child_outlives_a_killed_supervisor(command):
    running, pids = command
    assert all(map(alive, pids))
    running.kill()
    assert until(lambda: not any(map(alive, pids)))


@pytest.mark.parametrize("order", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_stop_is_an_orderly_end(command, order):
    running, pids = command
    running.send_signal(order)
    assert running.wait(10) == 0
    assert not any(map(alive, pids))


def test_a_large_log_is_turned_over_and_three_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(watch, "LARGEST_LOG", 10)
    log = tmp_path / "web.log"
    for number in range(6):
        log.write_text(f"{number} is a long line")
        turn_over(log)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "web.log.1",
        "web.log.2",
        "web.log.3",
    ]
    assert (tmp_path / "web.log.1").read_text() == "5 is a long line"


def test_a_small_log_goes_on(tmp_path):
    (tmp_path / "web.log").write_text("short")
    turn_over(tmp_path / "web.log")
    assert (tmp_path / "web.log").read_text() == "short"


@pytest.mark.parametrize(
    ("status", "words"), [(1, "退出码 1"), (0, "退出码 0"), (-9, "SIGKILL"), (-15, "SIGTERM")]
)
def test_tells_how_a_program_ended(status, words):
    assert words in cause_of_death(status)
