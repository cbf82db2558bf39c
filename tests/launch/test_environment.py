import json
import subprocess
import sys
from pathlib import Path

import pytest

from gongjian.launch import environment as room
from gongjian.launch.environment import Environment
from gongjian.launch.installing import explain, install_line
from gongjian.launch.speech import Refusal
from tests.launch.fakes import calls, fake_command, fake_python, fake_uv

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def project(tmp_path):
    base = tmp_path / "project"
    base.mkdir()
    (base / "requirements.lock").write_text("django==5.2\n")
    (base / "requirements-dev.lock").write_text("django==5.2\npytest==9\n")
    return Environment(base)


def installs(path):
    return [call for call in calls(path, "uv") if call.startswith("pip")]


def makings(path):
    return [call for call in calls(path, "uv") if call.startswith("venv")]


def test_installs_the_lock_with_its_hashes(path, project):
    fake_uv(path)
    project.ensure(dev=False, system=False)
    assert "--require-hashes" in installs(path)[0]
    assert installs(path)[0].endswith("/requirements.lock")


def test_a_second_start_runs_nothing(path, project):
    fake_uv(path)
    project.ensure(dev=False, system=False)
    before = calls(path, "uv")
    project.ensure(dev=False, system=False)
    assert calls(path, "uv") == before


def test_a_changed_lock_is_installed_into_the_same_environment(path, project):
    fake_uv(path)
    project.ensure(dev=False, system=False)
    project.lock(dev=False).write_text("django==5.2.1\n")
    project.ensure(dev=False, system=False)
    assert (len(installs(path)), len(makings(path))) == (2, 1)


def test_test_packages_are_added_to_a_runtime_environment(path, project):
    fake_uv(path)
    project.ensure(dev=False, system=False)
    project.ensure(dev=True, system=False)
    assert installs(path)[-1].endswith("/requirements-dev.lock")
    assert len(makings(path)) == 1


def test_a_development_environment_serves_the_site_too(path, project):
    fake_uv(path)
    project.ensure(dev=True, system=False)
    assert project.ready(dev=False)


def test_a_development_environment_is_never_thinned(path, project):
    fake_uv(path)
    project.ensure(dev=True, system=False)
    project.lock(dev=False).write_text("django==5.2.1\n")
    project.ensure(dev=False, system=False)
    assert installs(path)[-1].endswith("/requirements-dev.lock")


def test_a_broken_off_install_is_made_anew(path, project):
    fake_uv(path, "exit 1")
    with pytest.raises(Refusal):
        project.ensure(dev=False, system=False)
    fake_uv(path)
    project.ensure(dev=False, system=False)
    assert len(makings(path)) == 2
    assert project.ready(dev=False)


def test_an_update_that_was_broken_off_is_made_anew(path, project):
    fake_uv(path)
    project.ensure(dev=False, system=False)
    project.lock(dev=False).write_text("django==5.2.1\n")
    fake_uv(path, "exit 1")
    with pytest.raises(Refusal):
        project.ensure(dev=False, system=False)
    assert not project.stamped()


def test_an_environment_whose_python_is_gone_is_made_anew(path, project):
    fake_uv(path)
    project.ensure(dev=False, system=False)
    project.python.unlink()
    assert not project.ready(dev=False)
    project.ensure(dev=False, system=False)
    assert project.ready(dev=False)


def test_a_python_exchanged_underneath_is_noticed(path, project):
    fake_uv(path)
    project.ensure(dev=False, system=False)
    assert project.fits_this_python()
    project.stamp.write_text(json.dumps({**project.stamped(), "python": [3, 9]}))
    assert not project.fits_this_python()


def test_a_torn_stamp_counts_as_none(project):
    project.folder.mkdir()
    project.stamp.write_text("{")
    assert project.stamped() == {}


def test_two_at_once_install_once(path, project):
    fake_uv(path, "sleep 0.7")
    ensure = f"Environment(Path({str(project.base)!r})).ensure(dev=False, system=False)"
    code = (
        f"from pathlib import Path; from gongjian.launch.environment import Environment; {ensure}"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    said = [process.communicate()[1].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert len(installs(path)) == 1
    assert sum("另一个进程正在准备运行环境" in words for words in said) == 2


def test_says_that_no_python_was_found_and_the_line_to_run(path, project, asked_by_an_old_python):
    fake_command(path, "apt-get")
    fake_command(path, "dpkg-deb")
    with pytest.raises(Refusal, match=r"需要 Python 3.11.*没有找到") as refused:
        project.ensure(dev=False, system=False)
    assert "apt-get install -y --no-install-recommends python3 python3-venv" in refused.value.line


def test_says_that_the_python_lacks_venv(path, project, asked_by_an_old_python):
    fake_python(path, "python3.11", (3, 11, 2), makes_environments=False)
    with pytest.raises(Refusal, match="缺少 venv 模块"):
        project.ensure(dev=False, system=False)


def test_a_full_disk_is_said_before_anything_is_touched(path, project, monkeypatch):
    fake_uv(path)
    monkeypatch.setattr(room, "ROOM_NEEDED", 1 << 60)
    with pytest.raises(Refusal, match="磁盘空间不足"):
        project.ensure(dev=False, system=False)
    assert makings(path) == []


def test_a_wheels_folder_means_no_network(tmp_path):
    (tmp_path / "wheels").mkdir()
    for uv in ("uv", None):
        command = install_line(Path("python"), uv, tmp_path / "wheels", ["-r", "lock"])
        assert command[command.index("--no-index") : -2] == [
            "--no-index",
            "--find-links",
            str(tmp_path / "wheels"),
        ]


def test_pip_serves_where_uv_is_absent(tmp_path):
    command = install_line(Path(".venv/bin/python"), None, tmp_path / "wheels", ["-r", "lock"])
    assert command[:4] == [".venv/bin/python", "-m", "pip", "install"]


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("error: dns error: failed to lookup address information", "连不上软件源"),
        (
            "NewConnectionError: Failed to establish a new connection: [Errno 101] Network "
            "is unreachable",
            "连不上软件源",
        ),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "校验值不符"),
        ("error: Hash mismatch for `django==5.2`", "校验值不符"),
        ("OSError: [Errno 28] No space left on device", "磁盘已满"),
        ("ERROR: No matching distribution found for cffi==2.0", "没有适合这台机器的软件包"),
        ("error: failed to create directory: Permission denied (os error 13)", "没有权限写入"),
        ("something never seen", "原因见上"),
    ],
)
def test_a_failure_is_explained_and_quoted(output, sentence):
    refusal = explain(output)
    assert sentence in refusal.sentence
    assert f"  | {output}" in refusal.sentence


def test_an_environment_that_is_discarded_is_made_anew(path, project):
    fake_uv(path)
    project.ensure(dev=False, system=False)
    project.discard()
    assert not project.ready(dev=False)
    project.discard()  # by another process, too
    project.ensure(dev=False, system=False)
    assert len(makings(path)) == 2


def test_a_link_in_its_place_is_removed_and_what_it_leads_to_stays(path, project, tmp_path):
    fake_uv(path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    project.folder.symlink_to(elsewhere)
    project.ensure(dev=False, system=False)
    assert not project.folder.is_symlink()
    assert (elsewhere / "kept").exists()


def test_without_uv_the_pythons_own_venv_and_pip_serve(path, project, monkeypatch):
    ran = []

    def run(command, folder):
        ran.append(command)
        if "venv" in command:
            project.python.parent.mkdir(parents=True)
            project.python.symlink_to(sys.executable)

    monkeypatch.setattr(room, "run_installer", run)
    monkeypatch.setattr(room.pythons, "working_uv", lambda: None)
    project.ensure(dev=False, system=False)
    assert [command[1:3] for command in ran] == [["-m", "venv"], ["-m", "pip"]]
    assert project.ready(dev=False)


@pytest.mark.parametrize(("has_pip", "makings_then"), [(True, 1), (False, 2)])
def test_an_environment_without_pip_is_made_anew_for_an_update(
    path, project, monkeypatch, has_pip, makings_then
):
    fake_uv(path)
    project.ensure(dev=False, system=False)
    made = []
    monkeypatch.setattr(room.pythons, "working_uv", lambda: None)
    monkeypatch.setattr(Environment, "has_pip", lambda self: has_pip)
    monkeypatch.setattr(room, "run_installer", lambda command, folder: made.append(command))
    monkeypatch.setattr(Environment, "make", lambda self, python, uv: made.append("anew"))
    project.lock(dev=False).write_text("django==5.2.1\n")
    project.ensure(dev=False, system=False)
    assert len(made) == makings_then
    assert project.ready(dev=False)


def test_a_python_is_installed_by_the_system_where_that_is_allowed(
    path, project, asked_by_an_old_python, monkeypatch
):
    def install(needs):
        fake_python(path, "python3.12", (3, 12, 1))
        return True

    monkeypatch.setattr(room.packages, "install", install)
    assert room.find_python(project.folder, None, system=True).version == (3, 12, 1)


def test_every_way_to_a_python_is_tried_before_it_is_refused(
    path, project, asked_by_an_old_python, monkeypatch
):
    tried = []
    monkeypatch.setattr(room.packages, "install", lambda needs: tried.append(needs[0].apt[0]))
    with pytest.raises(Refusal, match="没有找到"):
        room.find_python(project.folder, None, system=True)
    assert tried == ["python3", "python3.12", "python3.11"]
