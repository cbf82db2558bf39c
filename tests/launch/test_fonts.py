import gzip
import io
import tarfile
from pathlib import Path

import pytest

from gongjian.launch import fonts, packages
from gongjian.launch.speech import Refusal
from tests.launch.fakes import calls, fake_command

FACE = b"OTTO" + bytes(1_000_001)
PLACE = "./usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/"


def archive(names):
    """What `dpkg-deb --fsys-tarfile` writes for a package with these faces."""
    stream = io.BytesIO()
    licence = gzip.compress(b"GPL-3 with font exception")
    with tarfile.open(fileobj=stream, mode="w") as made:
        for name, content in [
            *((PLACE + name, FACE) for name in names),
            ("./usr/share/doc/texlive-doc/fonts/fandol/COPYING.gz", licence),
            (PLACE + "FandolBraille-Regular.otf", FACE),
        ]:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
    return stream.getvalue()


@pytest.fixture
def debian(path, tmp_path, monkeypatch):
    """An apt that fetches the package, and a dpkg-deb that opens it."""
    (tmp_path / "package.tar").write_bytes(archive(fonts.FACES))
    fake_command(path, "apt-get", "echo > texlive-lang-chinese_1_all.deb")
    fake_command(path, "dpkg-deb", f'cat "{tmp_path}/package.tar"')
    monkeypatch.setattr(packages, "has_apt_lists", lambda: True)
    monkeypatch.setattr(fonts, "TEX_FOLDERS", ())


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "fonts"


def ensure(folder, may_update=True):
    return fonts.ensure(folder, Path("python"), folder.parent / "wheels", may_update)


def test_takes_the_faces_and_their_licence_out_of_the_package(debian, folder):
    assert ensure(folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted(["COPYING", *fonts.FACES])
    assert (folder / "COPYING").read_text() == "GPL-3 with font exception"


def test_fetches_nothing_when_every_face_is_there(debian, path, folder):
    ensure(folder)
    ensure(folder)
    assert len(calls(path, "apt-get")) == 1


def test_a_torn_download_leaves_no_torn_face(debian, path, tmp_path, folder, monkeypatch):
    (tmp_path / "package.tar").write_bytes(archive(fonts.FACES)[:1_500_000])
    monkeypatch.setattr(fonts, "take_stand_ins", lambda *_: None)
    assert not ensure(folder)
    assert [path.name for path in folder.iterdir()] == ["FandolFang-Regular.otf"]


def test_updates_the_lists_only_where_it_may(debian, path, folder, monkeypatch):
    monkeypatch.setattr(packages, "has_apt_lists", lambda: False)
    monkeypatch.setattr(packages, "update_apt_lists", lambda: True)
    monkeypatch.setattr(fonts, "take_stand_ins", lambda *_: None)
    assert not ensure(folder, may_update=False)
    assert ensure(folder, may_update=True)


def test_copies_the_faces_of_an_installed_tex(path, tmp_path, folder, monkeypatch):
    tex = tmp_path / "tex"
    tex.mkdir()
    for name in fonts.FACES:
        (tex / name).write_bytes(FACE)
    monkeypatch.setattr(fonts, "TEX_FOLDERS", (str(tex),))
    assert ensure(folder)


def test_takes_the_stand_ins_where_apt_is_absent(path, folder, monkeypatch):
    def put_package(command, _):
        target = Path(command[command.index("--target") + 1]) / "pylopdf_fonts_zh_cn"
        target.mkdir(parents=True)
        for name in fonts.STAND_INS:
            (target / name).write_bytes(FACE)

    monkeypatch.setattr(fonts, "TEX_FOLDERS", ())
    monkeypatch.setattr(fonts, "run_installer", put_package)
    assert ensure(folder)
    assert fonts.stood_in(folder)
    assert len(fonts.missing(folder)) == len(fonts.FACES)


def test_says_so_where_no_face_can_be_had(path, folder, monkeypatch, capsys):
    monkeypatch.setattr(fonts, "TEX_FOLDERS", ())
    monkeypatch.setattr(fonts, "take_stand_ins", lambda *_: None)
    assert not ensure(folder)
    assert "不生成公文 PDF" in capsys.readouterr().err


def test_an_error_page_is_no_font(folder):
    folder.mkdir()
    (folder / "FandolFang-Regular.otf").write_bytes(b"<html>" + bytes(2_000_000))
    assert "FandolFang-Regular.otf" in fonts.missing(folder)


def test_faces_of_an_installed_tex_are_taken_as_far_as_they_go(path, tmp_path, folder, monkeypatch):
    tex = tmp_path / "tex"
    tex.mkdir()
    (tex / "FandolHei-Regular.otf").write_bytes(FACE)
    monkeypatch.setattr(fonts, "TEX_FOLDERS", (str(tmp_path / "nowhere"), str(tex)))
    monkeypatch.setattr(fonts, "take_stand_ins", lambda *_: None)
    assert not ensure(folder)
    assert [path.name for path in folder.iterdir()] == ["FandolHei-Regular.otf"]


def test_stand_ins_that_cannot_be_had_are_no_error(path, folder, monkeypatch, capsys):
    def refuse(command, _):
        raise Refusal("连不上软件源")

    monkeypatch.setattr(fonts, "TEX_FOLDERS", ())
    monkeypatch.setattr(fonts, "run_installer", refuse)
    assert not ensure(folder)
    assert "不生成公文 PDF" in capsys.readouterr().err


def test_stand_ins_come_with_their_licence(path, folder, monkeypatch):
    def put_package(command, _):
        target = Path(command[command.index("--target") + 1])
        target.mkdir(parents=True)
        for name in fonts.STAND_INS:
            (target / name).write_bytes(FACE)
        (target / "LICENSE").write_text("OFL")

    monkeypatch.setattr(fonts, "TEX_FOLDERS", ())
    monkeypatch.setattr(fonts, "run_installer", put_package)
    assert ensure(folder)
    assert (folder / "LICENSE-Noto").read_text() == "OFL"


def test_a_package_that_apt_does_not_have_leaves_the_folder_empty(
    debian, path, folder, monkeypatch
):
    fake_command(path, "apt-get", "exit 100")
    monkeypatch.setattr(packages, "update_apt_lists", lambda: False)
    monkeypatch.setattr(fonts, "take_stand_ins", lambda *_: None)
    assert not ensure(folder)
    assert list(folder.iterdir()) == []
