import os

import pytest

from gongjian.launch import attempts, packages
from gongjian.launch.packages import Need
from tests.launch.fakes import calls, fake_command

pytestmark = pytest.mark.usefixtures("path")


def need(marker, apt=("thing",), dnf=("thing",)):
    """A need that is met once the file `marker` is there."""
    return Need("某软件", "试验", lambda: not marker.exists(), list(apt), list(dnf), "thing")


@pytest.fixture
def as_root(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)


@pytest.fixture
def as_a_clerk(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


@pytest.fixture
def env_command(path):
    """`env NAME=VALUE COMMAND` on the bare PATH."""
    (path / "env").symlink_to("/usr/bin/env")


@pytest.fixture
def debian(path, env_command):
    fake_command(path, "dpkg-deb")
    return fake_command(path, "apt-get")


def test_a_library_is_really_looked_for():
    assert packages.no_library("libnever-there.so.7")()
    assert not packages.no_library("libc.so.6")()


def test_a_program_counts_under_any_of_its_names(path):
    fake_command(path, "valkey-server")
    assert not packages.no_program("redis-server", "valkey-server")()


def test_a_rare_glyph_face_may_lie_with_the_fonts_of_the_site(tmp_path, monkeypatch):
    monkeypatch.setenv("GONGJIAN_FONTS_DIR", str(tmp_path))
    (tmp_path / "wqy-microhei.ttc").touch()
    assert packages.rare_glyph_face() == tmp_path / "wqy-microhei.ttc"


def test_names_one_line_for_debian(debian, as_a_clerk):
    assert packages.line([packages.HARFBUZZ, packages.QPDF]) == (
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends "
        "libharfbuzz-subset0 qpdf"
    )


def test_names_one_line_for_red_hat(path, as_root):
    fake_command(path, "dnf")
    assert (
        packages.line([packages.PANGO, packages.POSTGRESQL])
        == "dnf install -y pango postgresql-server"
    )


def test_names_one_line_for_a_system_it_does_not_know():
    assert packages.line([packages.PANGO, packages.QPDF]) == "用本机的软件包管理器安装 pango qpdf"


def test_an_apt_over_rpm_is_not_debian(path):
    fake_command(path, "apt-get")
    assert packages.family() == packages.OTHER


def test_installs_as_root_without_a_question(path, tmp_path, debian, as_root, monkeypatch):
    marker = tmp_path / "installed"
    fake_command(path, "apt-get", f'echo > "{marker}"')
    monkeypatch.setattr(packages, "has_apt_lists", lambda: True)
    assert packages.install([need(marker)])
    assert calls(path, "apt-get")[0].endswith("install -y --no-install-recommends thing")


def test_does_not_update_the_lists_when_they_serve(path, tmp_path, debian, as_root, monkeypatch):
    monkeypatch.setattr(packages, "has_apt_lists", lambda: True)
    packages.install([need(tmp_path / "installed")])
    assert not any(call.endswith("update") for call in calls(path, "apt-get"))


def test_updates_the_lists_of_an_empty_machine_first(path, tmp_path, debian, as_root, monkeypatch):
    monkeypatch.setattr(packages, "has_apt_lists", lambda: False)
    packages.install([need(tmp_path / "installed")])
    assert [call.split()[-1] for call in calls(path, "apt-get")] == ["update", "thing"]


def test_updates_old_lists_and_tries_again(path, tmp_path, env_command, as_root, monkeypatch):
    fake_command(path, "dpkg-deb")
    fake_command(path, "apt-get", 'for word; do [ "$word" = install ] && exit 100; done; exit 0')
    monkeypatch.setattr(packages, "has_apt_lists", lambda: True)
    assert not packages.install([need(tmp_path / "installed")])
    assert [call.split()[-1] for call in calls(path, "apt-get")] == ["thing", "update", "thing"]


def test_success_is_looked_for_and_not_believed(path, tmp_path, debian, as_root, monkeypatch):
    monkeypatch.setattr(packages, "has_apt_lists", lambda: True)
    assert not packages.install([need(tmp_path / "never")])


def test_uses_sudo_only_where_it_asks_no_password(path, tmp_path, debian, as_a_clerk, monkeypatch):
    monkeypatch.setattr(packages, "has_apt_lists", lambda: True)
    fake_command(path, "sudo", "exit 1")
    assert not packages.install([need(tmp_path / "installed")])
    assert calls(path, "apt-get") == []
    fake_command(path, "sudo", 'shift; exec "$@"')
    (path / "true").symlink_to("/bin/true")
    packages.install([need(tmp_path / "installed")])
    assert calls(path, "apt-get") != []


def test_red_hat_tries_each_name_until_one_serves(path, tmp_path, as_root):
    marker = tmp_path / "installed"
    fake_command(path, "dnf", f'for last; do :; done; [ "$last" = second ] && echo > "{marker}"')
    assert packages.install([need(marker, dnf=["first", "second", "third"])])
    assert [call.split()[-1] for call in calls(path, "dnf")] == ["first", "second"]


def test_elsewhere_prints_one_line_and_goes_on(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(packages, "RUNTIME", [need(tmp_path / "never")])
    assert not packages.ensure(tests=False, allowed=True)
    assert capsys.readouterr().err.splitlines() == [
        "还缺系统软件：某软件（试验）。",
        "  请运行：用本机的软件包管理器安装 thing",
    ]


def test_no_system_installs_nothing(path, debian, as_root, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(packages, "RUNTIME", [need(tmp_path / "never")])
    packages.ensure(tests=False, allowed=False)
    assert calls(path, "apt-get") == []
    assert "apt-get install -y --no-install-recommends thing" in capsys.readouterr().err


def test_says_nothing_when_nothing_is_missing(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(packages, "RUNTIME", [need(tmp_path)])
    assert packages.ensure(tests=False, allowed=True)
    assert capsys.readouterr().err == ""


def test_what_failed_today_is_not_due_until_it_succeeds(tmp_path):
    assert attempts.due(tmp_path, "fonts")
    attempts.note(tmp_path, "fonts", succeeded=False)
    assert not attempts.due(tmp_path, "fonts")
    attempts.note(tmp_path, "fonts", succeeded=True)
    assert attempts.due(tmp_path, "fonts")


def test_what_failed_yesterday_is_due(tmp_path):
    attempts.note(tmp_path, "fonts", succeeded=False)
    os.utime(tmp_path / "tried-fonts", (0, 0))
    assert attempts.due(tmp_path, "fonts")


def test_nothing_is_needed_where_nothing_is_missing():
    assert packages.line([]) == ""


def test_what_was_installed_is_not_asked_for_again(monkeypatch, capsys, tmp_path):
    marker = tmp_path / "installed"

    def install(needs):
        marker.touch()
        return True

    monkeypatch.setattr(packages, "RUNTIME", [need(marker)])
    monkeypatch.setattr(packages, "install", install)
    assert packages.ensure(tests=False, allowed=True)
    assert capsys.readouterr().err == ""


def test_the_tests_need_more_than_the_site(monkeypatch, tmp_path):
    ours, theirs = need(tmp_path / "never"), need(tmp_path / "nowhere")
    monkeypatch.setattr(packages, "RUNTIME", [ours])
    monkeypatch.setattr(packages, "TESTS", [theirs])
    assert packages.missing(tests=False) == [ours]
    assert packages.missing(tests=True) == [ours, theirs]


def test_a_clerk_without_sudo_installs_nothing(path, debian, as_a_clerk, monkeypatch, tmp_path):
    assert packages.privilege() is None
    assert not packages.update_apt_lists()
    assert not packages.install([need(tmp_path / "never")])
    assert calls(path, "apt-get") == []


def test_an_installer_that_fails_is_quoted(path, as_root, capsys):
    fake_command(path, "apt-get", "echo 'E: Could not resolve deb.debian.org'; exit 100")
    assert not packages.update_apt_lists()
    assert capsys.readouterr().err == "  | E: Could not resolve deb.debian.org\n"
