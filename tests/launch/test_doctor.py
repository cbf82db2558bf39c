import os
import socket

import pytest

from gongjian.launch import doctor, fonts, packages
from gongjian.launch.doctor import ADVICE, GOOD, LACKING
from gongjian.launch.environment import Environment
from gongjian.launch.occupied import SiteLock
from gongjian.launch.packages import Need
from tests.launch.fakes import fake_command, fake_uv

pytestmark = pytest.mark.slow


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with locks that any environment satisfies, and a data folder of its own."""
    base = tmp_path / "project"
    base.mkdir()
    (base / "requirements.lock").write_text("# nothing\n")
    (base / "requirements-dev.lock").write_text("# nothing at all\n")
    monkeypatch.setenv("GONGJIAN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("GONGJIAN_FONTS_DIR", str(tmp_path / "fonts"))
    for name in (doctor.OFD, doctor.CERTIFICATE, doctor.PASSPHRASE):
        monkeypatch.delenv(name, raising=False)
    return Environment(base)


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def furnished(project, path, tmp_path, monkeypatch):
    """Everything is there."""
    fake_uv(path)
    project.ensure(dev=True, system=False)
    (tmp_path / "fonts").mkdir()
    for name in fonts.FACES:
        (tmp_path / "fonts" / name).write_bytes(b"OTTO" + bytes(1_000_001))
    there = Need("某软件", "试验", lambda: False, ["thing"], ["thing"], "thing")
    for name in ("PANGO", "HARFBUZZ", "RARE_GLYPHS"):
        monkeypatch.setattr(packages, name, there)
    monkeypatch.setattr(packages, "TESTS", [there])
    return project


def grades(findings, words):
    return {finding.grade for finding in findings if words in finding.what}


def test_a_complete_machine_is_well(furnished, free_port, capsys):
    assert doctor.report(furnished, ["--port", free_port]) == 0
    assert capsys.readouterr().out.endswith("一切就绪。\n")


def test_an_empty_machine_lacks_environment_and_faces(project, path, free_port, capsys):
    assert doctor.report(project, ["--port", free_port]) == 1
    said = capsys.readouterr().out
    assert "[缺] 运行环境 .venv 还没有建好\n      python3 manage.py environment" in said
    for name in fonts.FACES:
        assert f"{name}：" in said


def test_everything_missing_comes_with_a_line(project, path, monkeypatch):
    for command in ("apt-get", "dpkg-deb"):
        fake_command(path, command)
    gone = packages.PANGO._replace(missing=lambda: True)
    for name in ("PANGO", "HARFBUZZ", "RARE_GLYPHS"):
        monkeypatch.setattr(packages, name, gone)
    monkeypatch.setattr(
        packages, "TESTS", [need._replace(missing=lambda: True) for need in packages.TESTS]
    )
    findings = doctor.examine(project, [])
    assert [
        finding.what for finding in findings if finding.grade != GOOD and not finding.line
    ] == []
    assert grades(findings, "Pango") == {LACKING, ADVICE}
    assert grades(findings, "PostgreSQL") == {ADVICE}


def test_packages_unlike_the_lock_are_named(furnished, free_port):
    furnished.lock(dev=True).write_text(
        "django==1.0\nno-such-package==3 ; python_version >= '3'\nnot-for-us==1 ; "
        "python_version < '3'\n"
    )
    [finding] = [
        found for found in doctor.examine(furnished, ["--port", free_port]) if "不符" in found.what
    ]
    assert finding.grade == LACKING
    assert "django" in finding.what
    assert "no-such-package" in finding.what
    assert "not-for-us" not in finding.what


def test_stand_ins_are_no_lack(furnished, tmp_path):
    for name in fonts.STAND_INS:
        (tmp_path / "fonts" / name).write_bytes(b"OTTO" + bytes(1_000_001))
    (tmp_path / "fonts" / "FandolKai-Regular.otf").unlink()
    assert grades(doctor.examine(furnished, []), "FandolKai") == {ADVICE}


@pytest.mark.slow
def test_a_converter_and_a_certificate_are_well_unset_and_looked_at_where_set(
    furnished, path, tmp_path, monkeypatch
):
    assert grades(doctor.examine(furnished, []), "未配置（可选") == {GOOD}
    fake_command(path, "ofdconvert")
    monkeypatch.setenv("GONGJIAN_OFD_CONVERTER", "ofdconvert {pdf} {ofd}")
    monkeypatch.setenv("GONGJIAN_SIGNING_P12", str(tmp_path / "office.p12"))
    findings = doctor.examine(furnished, [])
    assert grades(findings, "OFD 转换程序：已配置，可用") == {GOOD}
    [lost] = [finding for finding in findings if "签名证书：" in finding.what]
    assert lost.grade == LACKING
    assert "读不出来" in lost.what
    assert f"-in {tmp_path / 'office.p12'}" in lost.line


def test_a_converter_without_its_places_is_advice_with_a_line(furnished, monkeypatch):
    monkeypatch.setenv("GONGJIAN_OFD_CONVERTER", "no-such-program {pdf}")
    found = [finding for finding in doctor.examine(furnished, []) if "OFD 转换程序" in finding.what]
    assert [finding.grade for finding in found] == [ADVICE, ADVICE]
    assert "缺少 {ofd}" in found[0].what
    assert "no-such-program 不存在" in found[1].what
    assert all("{pdf} {ofd}" in finding.line for finding in found)


def test_a_taken_port_is_advice(furnished):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        findings = doctor.examine(furnished, ["--port", str(taken.getsockname()[1])])
    assert grades(findings, "已被别的程序占用") == {ADVICE}


def test_a_data_folder_that_cannot_be_written_is_a_lack(furnished, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert doctor.examine_data_folder(furnished.base / "data").grade == LACKING


def test_a_machine_without_a_python_is_told_which_one_is_lacking(path, monkeypatch):
    monkeypatch.setattr(doctor.pythons, "usable", lambda: iter([]))
    assert doctor.examine_python()[:2] == (LACKING, "Python 3.11 或更新版本")
    python = doctor.pythons.Python("/usr/bin/python3", (3, 11, 2), makes_environments=False)
    monkeypatch.setattr(doctor.pythons, "usable", lambda: iter([python]))
    assert doctor.examine_python()[:2] == (LACKING, "Python 缺少 venv 模块")
    fake_command(path, "uv")
    assert doctor.examine_python() == (GOOD, "Python 3.11.2（/usr/bin/python3）", "")


def test_a_lock_that_changed_is_installed_at_the_next_start(furnished):
    furnished.lock(dev=False).write_text("# another\n")
    assert grades(doctor.examine(furnished, []), "锁文件已更新") == {ADVICE}


def test_many_packages_unlike_the_lock_are_named_in_part(furnished):
    names = [f"no-such-package-{number}" for number in range(9)]
    furnished.lock(dev=True).write_text("".join(f"{name}==1\n" for name in names))
    (finding,) = [one for one in doctor.examine_environment(furnished) if one.grade == LACKING]
    assert finding.what.endswith("no-such-package-7 等")


def test_an_environment_that_cannot_tell_what_is_in_it_is_a_lack_with_its_reason(furnished):
    furnished.python.unlink()
    reason = "ModuleNotFoundError: No module named packaging"
    fake_command(
        furnished.python.parent, "python", f"echo Traceback >&2; echo {reason} >&2; exit 1"
    )
    (finding,) = [one for one in doctor.examine_environment(furnished) if one.grade == LACKING]
    assert finding.what == f"运行环境与锁文件不符：{reason}"


def test_an_option_is_looked_at_once_the_environment_is_there(project, path, monkeypatch):
    monkeypatch.setenv(doctor.OFD, "ofdconvert {pdf} {ofd}")
    (finding,) = doctor.examine_option(project, "OFD", doctor.OFD, "no.such.module", LACKING)
    assert (finding.grade, finding.line) == (ADVICE, doctor.MAKE_IT)


def test_a_module_that_cannot_be_asked_is_a_fault_with_its_reason(furnished, monkeypatch):
    monkeypatch.setenv(doctor.OFD, "ofdconvert {pdf} {ofd}")
    (finding,) = doctor.examine_option(furnished, "OFD", doctor.OFD, "no.such.module", LACKING)
    assert "No module named" in finding.what


def test_the_line_for_a_certificate_names_its_passphrase_file(monkeypatch):
    monkeypatch.setenv(doctor.CERTIFICATE, "/etc/office seal.p12")
    monkeypatch.setenv(doctor.PASSPHRASE, "/etc/passphrase")
    line = doctor.remedy(doctor.CERTIFICATE)
    assert "-in '/etc/office seal.p12' -passin file:/etc/passphrase" in line


def test_a_site_that_runs_on_the_data_folder_is_advice(furnished, tmp_path):
    (tmp_path / "data").mkdir()
    with SiteLock(tmp_path / "data"):
        assert grades(doctor.examine(furnished, []), "已在运行") == {ADVICE}


def test_the_line_that_says_something_is_quoted():
    pointed = b"Traceback\nInvalidRequirement: Expected a name\n    ===\n    ^\n"
    assert doctor.last_line(pointed) == ["InvalidRequirement: Expected a name"]
    assert doctor.last_line(b"") == []
