import os
import sys

import pytest


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A folder that is the whole PATH, beside the shell's own bare tools."""
    folder = tmp_path / "commands"
    folder.mkdir()
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("mkdir", "ln", "cat", "sleep", "cp"):
        (tools / name).symlink_to(f"/bin/{name}")
    monkeypatch.setenv("PATH", os.pathsep.join([str(folder), str(tools)]))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "no-pyenv"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return folder


@pytest.fixture
def asked_by_an_old_python(path, monkeypatch):
    """The Python that started us is too old to run the site."""
    from tests.launch.fakes import fake_python

    old = path.parent / "old"
    old.mkdir()
    monkeypatch.setattr(sys, "executable", str(fake_python(old, "python3", (3, 8, 10))))
