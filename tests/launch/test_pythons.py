import sys

from gongjian.launch import pythons
from tests.launch.fakes import fake_command, fake_python


def versions():
    return [python.version[:2] for python in pythons.usable()]


def test_prefers_the_python_that_was_asked(path):
    fake_python(path, "python3.14", (3, 14, 0))
    assert next(pythons.usable()).version == sys.version_info[:3]


def test_finds_a_newer_one_when_asked_by_an_old_python(path, asked_by_an_old_python):
    fake_python(path, "python3.12", (3, 12, 1))
    assert versions() == [(3, 12)]


def test_takes_the_newest_first(path, asked_by_an_old_python):
    fake_python(path, "python3.11", (3, 11, 2))
    fake_python(path, "python3.13", (3, 13, 0))
    assert versions() == [(3, 13), (3, 11)]


def test_passes_by_a_shim_that_leads_nowhere(path, asked_by_an_old_python):
    fake_command(path, "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")
    fake_python(path, "python3.11", (3, 11, 2))
    assert versions() == [(3, 11)]


def test_looks_into_every_folder_on_the_path(path, asked_by_an_old_python, monkeypatch):
    behind = path.parent / "behind"
    behind.mkdir()
    fake_command(path, "python3.12", "exit 127")
    fake_python(behind, "python3.12", (3, 12, 4))
    monkeypatch.setenv("PATH", f"{path}:{behind}")
    assert versions() == [(3, 12)]


def test_finds_what_pyenv_keeps_beside_its_shims(path, asked_by_an_old_python, monkeypatch):
    kept = path.parent / "pyenv" / "versions" / "3.13.1" / "bin"
    kept.mkdir(parents=True)
    fake_python(kept, "python3.13", (3, 13, 1))
    monkeypatch.setenv("PYENV_ROOT", str(path.parent / "pyenv"))
    assert versions() == [(3, 13)]


def test_never_builds_on_the_environment_that_is_to_be_made_anew(path, asked_by_an_old_python):
    inside = path.parent / ".venv" / "bin"
    inside.mkdir(parents=True)
    fake_python(inside, "python3.12", (3, 12, 1))
    (path / "python3.12").symlink_to(inside / "python3.12")
    assert list(pythons.usable(not_below=path.parent / ".venv")) == []


def test_a_uv_that_does_not_run_is_none(path):
    fake_command(path, "uv", "exit 127")
    assert pythons.working_uv() is None


def test_a_python_that_uv_installed_is_found(path, asked_by_an_old_python):
    fake_python(path.parent, "uv-python", (3, 13, 2))
    answer = f'case "$1" in python) echo "{path.parent}/uv-python";; esac'
    fake_command(path, "uv", answer)
    assert versions() == [(3, 13)]


def test_a_uv_without_a_python_of_its_own_adds_none(path, asked_by_an_old_python):
    fake_command(path, "uv", 'case "$1" in python) exit 2;; esac')
    assert versions() == []


def test_a_uv_that_cannot_be_run_is_none(path):
    (path / "uv").write_bytes(b"no program")
    (path / "uv").chmod(0o755)
    assert pythons.working_uv() is None
