"""What is not a whole backup of this very release is refused, and then nothing has been written."""

import json
import random
import re
import tarfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from gongjian.accounts.models import User
from gongjian.office.backup.manifest import ThisSite
from gongjian.office.backup.reading import check_backup
from gongjian.office.backup.refusals import BackupRefused
from gongjian.office.backup.restoring import restore_backup
from gongjian.office.backup.sealing import LENGTH
from tests.cast import NOW, make_user
from tests.office.backup.forging import contents, forge, manifest_of, rewrite

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FLIPS = 200
SOME = random.Random(20261123)


def restore(path, **given):
    return restore_backup(path, at=NOW, say=lambda line: None, **given)


def nothing_written() -> bool:
    media = Path(settings.MEDIA_ROOT)
    return not User.objects.exists() and not (media.exists() and any(media.iterdir()))


@pytest.fixture(scope="module")
def whole(backup) -> bytes:
    return backup.path.read_bytes()


def test_a_flipped_bit_anywhere_is_found(whole, tmp_path):
    """Bits at random and every byte of both ends, where gzip keeps fields that its own check does
    not cover.
    """
    ends = [*range(40), *range(len(whole) - LENGTH - 20, len(whole))]
    path = tmp_path / "flipped.tar.gz"
    for position in [*ends, *(SOME.randrange(len(whole)) for _ in range(FLIPS))]:
        flipped = bytearray(whole)
        flipped[position] ^= 1 << SOME.randrange(8)
        path.write_bytes(flipped)
        with pytest.raises(BackupRefused, match="不完整或被改动"):
            check_backup(path)


@pytest.mark.parametrize("length", [0, 1, 100, -1, -LENGTH, -LENGTH - 1])
def test_a_truncated_file_is_found(whole, tmp_path, length):
    path = tmp_path / "short.tar.gz"
    path.write_bytes(whole[:length])
    with pytest.raises(BackupRefused, match="不完整或被改动"):
        check_backup(path)


def test_a_lengthened_file_is_found(whole, tmp_path):
    path = tmp_path / "long.tar.gz"
    path.write_bytes(whole + b"\x00")
    with pytest.raises(BackupRefused, match="不完整或被改动"):
        check_backup(path)


def test_an_altered_file_writes_nothing(whole, tmp_path):
    path = tmp_path / "altered.tar.gz"
    path.write_bytes(whole[:5000] + b"?" + whole[5001:])
    with pytest.raises(BackupRefused):
        restore(path)
    assert nothing_written()


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BackupRefused, match=r"没有 .*nowhere"):
        check_backup(tmp_path / "nowhere.tar.gz")


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, link
    return made


@pytest.mark.parametrize(
    "strange",
    [
        member("../../etc/cron.d/x"),
        member("/etc/passwd"),
        member("media/../../x"),
        member("media/.hidden"),
        member("media"),
        member("media/a\\..\\b"),
        member("elsewhere/x.jpg"),
        member("data/accounts.user/../../x.jsonl"),
        member("media/x", tarfile.SYMTYPE, "/etc/passwd"),
        member("media/x", tarfile.LNKTYPE, "/etc/passwd"),
        member("media/x", tarfile.CHRTYPE),
        member("media/x", tarfile.FIFOTYPE),
        member("media/x", tarfile.DIRTYPE),
        member("media/x", tarfile.GNUTYPE_SPARSE),
    ],
    ids=lambda one: f"{one.name} {one.type!r}",
)
def test_a_strange_member_is_refused(strange, tmp_path):
    with pytest.raises(BackupRefused, match="不该有的内容"):
        check_backup(forge(tmp_path / "forged.tar.gz", [(strange, b"")]))


def test_a_long_header_is_refused(tmp_path):
    long = member("media/" + "长" * 200 + ".jpg")
    with pytest.raises(BackupRefused, match="不该有的内容"):
        check_backup(forge(tmp_path / "forged.tar.gz", [(long, b"")], tarfile.PAX_FORMAT))


def test_the_same_file_twice_is_refused(tmp_path):
    with pytest.raises(BackupRefused, match="重复"):
        check_backup(
            forge(
                tmp_path / "forged.tar.gz", [(member("media/x"), b"1"), (member("media/x"), b"2")]
            )
        )


def test_a_bomb_is_refused_before_it_unfolds(tmp_path):
    path = forge(tmp_path / "bomb.tar.gz", [(member("media/zeros"), bytes(160 << 20))])
    assert path.stat().st_size < 300_000
    with pytest.raises(BackupRefused, match="展开后过大"):
        check_backup(path)


def test_a_backup_without_its_manifest_is_refused(tmp_path):
    with pytest.raises(BackupRefused, match="不完整"):
        check_backup(forge(tmp_path / "forged.tar.gz", [(member("media/x"), b"1")]))


def test_a_member_that_is_not_as_listed_is_named(backup, tmp_path):
    held = contents(backup.path)
    photo = next(name for name in held if name.startswith("media/"))
    held[photo] += b"!"
    path = forge(
        tmp_path / "forged.tar.gz", [(member(name), content) for name, content in held.items()]
    )
    with pytest.raises(BackupRefused, match=f"{photo} 与清单不符"):
        check_backup(path)


def test_a_list_that_the_manifest_does_not_name_is_refused(backup, tmp_path):
    held = contents(backup.path)
    manifest = {**json.loads(held["manifest.json"]), "members_sha256": "0" * 64}
    held["manifest.json"] = json.dumps(manifest).encode()
    path = forge(
        tmp_path / "forged.tar.gz", [(member(name), content) for name, content in held.items()]
    )
    with pytest.raises(BackupRefused, match="不完整"):
        check_backup(path)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"format": 2}, "格式版本是 2"),
        (
            {"migrations": {"funds": ["0001_initial", "0099_of_the_future"]}},
            r"funds\.0099_of_the_future",
        ),
        ({"migrations": {}}, r"还没有数据库变更 account\.0001_initial"),
        ({"key_ids": ["sm4-2031"]}, "密钥 sm4-2031"),
    ],
)
def test_what_does_not_fit_this_release_is_refused_by_name(backup, tmp_path, said, sentence):
    path = rewrite(backup.path, tmp_path / "other.tar.gz", **said)
    with pytest.raises(BackupRefused, match=sentence):
        restore(path)
    assert nothing_written()


def test_a_site_that_holds_the_keys_takes_the_backup(backup, tmp_path, monkeypatch):
    path = rewrite(backup.path, tmp_path / "keys.tar.gz", key_ids=["sm4-2026"])
    monkeypatch.setattr(ThisSite, "key_ids", ["sm4-2025", "sm4-2026"])
    assert restore(path, verify=False).key_ids == ["sm4-2026"]


def test_a_site_without_the_keys_takes_the_backup_when_told_to(backup, tmp_path):
    path = rewrite(backup.path, tmp_path / "keys.tar.gz", key_ids=["sm4-2026"])
    restore(path, verify=False, without_keys=True)
    assert User.objects.exists()


def test_a_site_with_data_is_left_alone(backup):
    make_user("yiyou")
    with pytest.raises(BackupRefused, match="站点里已有数据（账号"):
        restore(backup.path)
    assert list(User.objects.values_list("username", flat=True)) == ["yiyou"]


def test_a_site_with_files_is_left_alone(backup):
    kept = Path(settings.MEDIA_ROOT) / "photos" / "kept.jpg"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"kept")
    with pytest.raises(BackupRefused, match=r"已有文件（如 photos/kept\.jpg）"):
        restore(backup.path)
    assert kept.read_bytes() == b"kept"
    assert not User.objects.exists()


def changed(label: str, old: bytes, new: bytes):
    return lambda name, content: (
        content.replace(old, new, 1) if f"data/{label}/" in name else content
    )


def keyed(label: str, new: bytes):
    """The first row under another key, whatever its own is."""
    return lambda name, content: (
        re.sub(rb"\n\[\d+,", new, content, count=1) if f"data/{label}/" in name else content
    )


def twice(name: str, content: bytes) -> bytes:
    """The first user under the second one's key."""
    if "data/accounts.user/" not in name:
        return content
    head, first, second, *rest = content.split(b"\n")
    return b"\n".join(
        [head, second.partition(b",")[0] + b"," + first.partition(b",")[2], second, *rest]
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (changed("funds.contribution", b'.00",', b'.01",'), "amount_yuan 合计应为"),
        (changed("units.unit", "局".encode(), "署".encode()), "units.unit：内容与备份不同"),
        (changed("audit.entry", b"\n[1,", b"\n[900001,"), "操作记录"),
        (keyed("units.posting", b"\n[999999999999,"), "内容与备份不同"),
        (changed("accounts.user", b'["id"', b'["no"'), "accounts.user 的列与本站不同"),
        (keyed("accounts.user", b"\n[1"), "写不进本站"),
        (twice, "写不进本站"),
    ],
    ids=["a sum", "a name", "the log", "a key", "a column", "a broken line", "a key twice"],
)
def test_rows_that_are_not_as_said_are_taken_back(backup, tmp_path, change, sentence):
    """A forger who mends list and seal still fails at the manifest's sums; the photos leave with
    the rows.
    """
    path = rewrite(backup.path, tmp_path / "forged.tar.gz", change)
    assert contents(path) != contents(backup.path)
    with pytest.raises(BackupRefused, match=sentence):
        restore(path, verify=True)
    assert nothing_written()


def lonely(name: str, content: bytes) -> bytes:
    """Appointments of people who are not there."""
    return content.split(b"\n", 1)[0] + b"\n" if "data/accounts.user/" in name else content


def test_rows_that_point_nowhere_are_taken_back(backup, tmp_path):
    path = rewrite(backup.path, tmp_path / "forged.tar.gz", lonely)
    with pytest.raises(BackupRefused, match="写不进本站"):
        restore(path, verify=False)
    assert nothing_written()


def test_the_commands_say_so_and_fail(backup, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    make_user("yiyou")
    with pytest.raises(CommandError, match="站点里已有数据"):
        call_command("restore", backup.path)
    with pytest.raises(CommandError, match="与记下的不同"):
        call_command("verify_backup", backup.path, sha256="0" * 64)
    assert manifest_of(backup.path).rows > 1000
