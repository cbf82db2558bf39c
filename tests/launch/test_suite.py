import socket

import pytest

from gongjian.launch import suite
from tests import servers


@pytest.fixture
def runs(monkeypatch):
    """Every command that the suite starts, with its variables; `runs.status` is how it ends."""

    class Runs(list):
        status = staticmethod(lambda command: 0)

        def call(self, command, cwd, env):
            self.append((command, env))
            return self.status(command)

    recorded = Runs()
    monkeypatch.setattr(suite.subprocess, "call", recorded.call)
    return recorded


def on_postgresql(command):
    return "tests.servers" in command


def test_runs_everything_on_sqlite_then_on_postgresql(runs, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/site")
    assert suite.run("python", tmp_path, []) == 0
    (first, variables), (second, _) = runs
    assert first == ["python", "-m", "pytest", "-n", "2"]
    assert "DATABASE_URL" not in variables
    assert second[:5] == ["python", "-m", "tests.servers", "postgresql", "--"]
    assert second[-2:] == ["-m", "not browser and not documents"]


@pytest.mark.parametrize("fails", [on_postgresql, lambda command: not on_postgresql(command)])
def test_fails_when_either_run_fails(runs, tmp_path, fails):
    runs.status = lambda command: 1 if fails(command) else 0
    assert suite.run("python", tmp_path, []) == 1
    assert len(runs) == 2


def test_words_for_pytest_run_once_as_given(runs, tmp_path):
    suite.run("python", tmp_path, ["tests/units", "-x"])
    assert [command for command, _ in runs] == [["python", "-m", "pytest", "tests/units", "-x"]]


def test_fast_runs_once_on_sqlite_without_browser_documents_and_slow_tests(
    runs, tmp_path, monkeypatch
):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/site")
    suite.run("python", tmp_path, ["--fast", "tests/units"])
    [(command, variables)] = runs
    assert command[:5] == ["python", "-m", "pytest", "-n", "2"]
    assert command[5:] == ["-m", "not browser and not documents and not slow", "tests/units"]
    assert "DATABASE_URL" not in variables


def test_never_touches_the_data_of_the_site(runs, tmp_path, monkeypatch):
    monkeypatch.setenv("GONGJIAN_DATA_DIR", str(tmp_path / "site"))
    monkeypatch.delenv("GONGJIAN_FONTS_DIR", raising=False)
    suite.run("python", tmp_path, ["-x"])
    variables = runs[0][1]
    assert not variables["GONGJIAN_DATA_DIR"].startswith(str(tmp_path / "site"))
    assert variables["GONGJIAN_FONTS_DIR"] == str(tmp_path / "site" / "fonts")
    assert variables["GONGJIAN_MODE"] == "test"


def missing_server(*_):
    raise servers.NotInstalled("没有装 PostgreSQL。")


@pytest.mark.parametrize(
    ("variables", "status"), [({}, 0), ({"CI": "true"}, 1), ({"GONGJIAN_REQUIRE_SERVERS": "1"}, 1)]
)
def test_a_missing_server_is_loud_and_on_ci_an_error(variables, status, monkeypatch, capsys):
    for name in ("CI", "GONGJIAN_REQUIRE_SERVERS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setitem(servers.SERVERS, "postgresql", (missing_server, "DATABASE_URL"))
    assert servers.main(["postgresql", "--", "true"]) == status
    assert "已跳过 postgresql 上的测试：没有装 PostgreSQL。" in capsys.readouterr().err


def port_of(url):
    return int(url.rsplit(":", 1)[1].split("/")[0])


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=getattr(pytest.mark, name)) for name in servers.SERVERS]
)
def test_a_server_answers_while_it_is_needed_and_is_gone_afterwards(name):
    start, _ = servers.SERVERS[name]
    try:
        with start() as url:
            assert answers(port_of(url))
    except servers.NotInstalled as reason:
        pytest.fail(str(reason)) if servers.required() else pytest.skip(str(reason))
    assert not answers(port_of(url))


def test_a_server_that_is_not_installed_names_the_line(monkeypatch):
    monkeypatch.setattr(servers.packages, "find_program", lambda _: None)
    with pytest.raises(servers.NotInstalled, match="没有装 Redis。请运行："), servers.redis():
        pass
