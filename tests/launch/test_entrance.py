import os
import socket
import sys

import pytest

from gongjian.launch import entrance
from gongjian.launch.occupied import SiteLock
from gongjian.launch.speech import Refusal


class Recorder:
    """What the entrance asked of the environment and of the system."""

    def __init__(self):
        self.environments = []
        self.systems = []

    def go_inside(self, words, dev, system):
        self.environments.append((dev, system))

    def prepare_system(self, tests, allowed, again):
        self.systems.append((tests, allowed, again))


@pytest.fixture
def asked(monkeypatch, tmp_path):
    recorder = Recorder()
    monkeypatch.setattr(entrance, "go_inside", recorder.go_inside)
    monkeypatch.setattr(entrance, "prepare_system", recorder.prepare_system)
    monkeypatch.setattr(entrance.suite, "run", lambda python, base, words: words)
    monkeypatch.setenv("GONGJIAN_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("GONGJIAN_ENVIRONMENT", raising=False)
    return recorder


def test_an_ordinary_command_needs_the_runtime_environment_and_no_system(asked):
    assert entrance.prepare(["migrate", "--plan"]) == ["migrate", "--plan"]
    assert (asked.environments, asked.systems) == ([(False, True)], [])


def test_up_prepares_the_system_too(asked):
    entrance.prepare(["up", "--port", str(free_port())])
    assert (asked.environments, asked.systems) == ([(False, True)], [(False, True, False)])


def test_up_without_system_installs_nothing_there(asked):
    entrance.prepare(["up", "--no-system", "--port", str(free_port())])
    assert (asked.environments, asked.systems) == ([(False, False)], [(False, False, False)])


def test_test_needs_the_development_environment_and_the_servers(asked):
    with pytest.raises(SystemExit) as ended:
        entrance.prepare(["test", "--no-system", "tests/units", "-k", "liaison"])
    assert (asked.environments, asked.systems) == ([(True, False)], [(True, False, True)])
    assert ended.value.code == ["tests/units", "-k", "liaison"]


def test_the_fast_part_needs_no_servers(asked):
    with pytest.raises(SystemExit):
        entrance.prepare(["test", "--fast"])
    assert (asked.environments, asked.systems) == ([(True, True)], [(False, True, True)])


def test_a_given_environment_is_taken_as_it_is(asked, monkeypatch):
    monkeypatch.setenv("GONGJIAN_ENVIRONMENT", "given")
    entrance.prepare(["migrate"])
    assert asked.environments == []


def test_a_taken_port_is_said_before_anything_is_installed(asked):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SystemExit, match="已被别的程序占用"):
            entrance.prepare(["up", "--port", str(taken.getsockname()[1])])
    assert asked.environments == []


def test_a_second_site_is_refused_before_anything_is_installed(asked, tmp_path):
    with SiteLock(tmp_path), pytest.raises(SystemExit, match=f"已在运行（进程 {os.getpid()}"):
        entrance.prepare(["up"])
    assert asked.environments == []


def test_a_refusal_ends_with_its_sentence_and_its_line(asked, monkeypatch):
    def refuse(words, dev, system):
        raise Refusal("磁盘已满。", "df -h")

    monkeypatch.setattr(entrance, "go_inside", refuse)
    with pytest.raises(SystemExit) as ended:
        entrance.prepare(["migrate"])
    assert ended.value.code == "磁盘已满。\n  请运行：df -h"


def test_an_interrupt_is_an_end_with_a_sentence(asked, monkeypatch):
    def interrupt(words, dev, system):
        raise KeyboardInterrupt

    monkeypatch.setattr(entrance, "go_inside", interrupt)
    with pytest.raises(SystemExit) as ended:
        entrance.prepare(["migrate"])
    assert ended.value.code == "已中断。再运行一次会接着做。"


def test_the_doctor_looks_and_prepares_nothing(asked, monkeypatch):
    monkeypatch.setattr(entrance.doctor, "report", lambda environment, words: words)
    with pytest.raises(SystemExit) as ended:
        entrance.prepare(["doctor", "--port", "8100"])
    assert ended.value.code == ["--port", "8100"]
    assert (asked.environments, asked.systems) == ([], [])


def test_the_environment_alone_is_made_and_the_process_ends(asked):
    with pytest.raises(SystemExit) as ended:
        entrance.prepare(["environment", "--dev"])
    assert ended.value.code == 0
    assert (asked.environments, asked.systems) == ([(True, True)], [(True, True, True)])


def test_an_environment_whose_python_was_exchanged_is_made_anew(monkeypatch):
    done = []
    environment = entrance.Environment
    monkeypatch.setattr(environment, "inside", lambda self: True)
    monkeypatch.setattr(environment, "fits_this_python", lambda self: False)
    monkeypatch.setattr(environment, "discard", lambda self: done.append("discarded"))
    monkeypatch.setattr(environment, "ensure", lambda self, dev, system: done.append("made"))
    monkeypatch.setattr(entrance.os, "execv", lambda path, words: done.append(words[-1]))
    entrance.go_inside(["check"], dev=False, system=True)
    assert done == ["discarded", "made", "check"]


@pytest.fixture
def bare_machine(monkeypatch, tmp_path):
    """A machine without packages and faces; what was tried on it, and whether it may install."""
    tried = []
    monkeypatch.setattr(entrance, "BASE_DIR", tmp_path)
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(entrance.packages, "missing", lambda tests: ["Pango"])
    monkeypatch.setattr(entrance.fonts, "missing", lambda folder: ["仿宋"])

    def install(tests, allowed):
        tried.append(("packages", allowed))
        return False

    def fetch(folder, python, wheels, allowed):
        tried.append(("fonts", allowed))
        return False

    monkeypatch.setattr(entrance.packages, "ensure", install)
    monkeypatch.setattr(entrance.fonts, "ensure", fetch)
    return tried


def test_what_failed_is_tried_again_only_when_asked(bare_machine):
    entrance.prepare_system(tests=False, allowed=True, again=False)
    assert bare_machine == [("packages", True), ("fonts", True)]
    bare_machine.clear()
    entrance.prepare_system(tests=False, allowed=True, again=False)
    assert bare_machine == [("packages", False)]  # looked at, not installed
    bare_machine.clear()
    entrance.prepare_system(tests=False, allowed=True, again=True)
    assert bare_machine == [("packages", True), ("fonts", True)]


def test_a_complete_machine_is_left_alone(bare_machine, monkeypatch):
    monkeypatch.setattr(entrance.packages, "missing", lambda tests: [])
    monkeypatch.setattr(entrance.fonts, "missing", lambda folder: [])
    entrance.prepare_system(tests=True, allowed=True, again=True)
    assert bare_machine == []


def test_starts_over_in_the_python_of_the_environment(monkeypatch):
    started = []
    monkeypatch.setattr(entrance.Environment, "ensure", lambda self, dev, system: None)
    monkeypatch.setattr(entrance.Environment, "inside", lambda self: False)
    monkeypatch.setattr(entrance.os, "execv", lambda path, words: started.append((path, words)))
    entrance.go_inside(["check"], dev=False, system=True)
    python = str(entrance.BASE_DIR / ".venv" / "bin" / "python")
    assert started == [(python, [python, str(entrance.BASE_DIR / "manage.py"), "check"])]


def test_goes_on_where_it_is_when_it_is_at_home(monkeypatch):
    monkeypatch.setattr(entrance.Environment, "ensure", lambda self, dev, system: None)
    monkeypatch.setattr(entrance.Environment, "inside", lambda self: True)
    monkeypatch.setattr(entrance.Environment, "fits_this_python", lambda self: True)
    monkeypatch.setattr(entrance.os, "execv", lambda *_: sys.exit("started over"))
    entrance.go_inside(["check"], dev=False, system=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
