"""Take a backup into an empty site: rows, keys and files as they were, or nothing at all."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction

from gongjian.audit.services import record
from gongjian.audit.verifying import verify_log
from gongjian.office.backup.archive import Member
from gongjian.office.backup.catalogue import FURNISHED, Table, copied_tables, label_of
from gongjian.office.backup.log import backup_file
from gongjian.office.backup.manifest import (
    BackupManifest,
    TableCounter,
    ThisSite,
    refuse_lost_keys,
    refuse_other_release,
)
from gongjian.office.backup.media import MediaRoom, media_files, media_room, refuse_present_files
from gongjian.office.backup.reading import ReadBackup, check_backup, read_backup
from gongjian.office.backup.refusals import BackupRefused
from gongjian.office.backup.rows import Inserter, header_of, read_rows, to_line

Say = Callable[[str], None]


def restore_backup(
    path: Path, *, at: datetime, say: Say, verify: bool = True, without_keys: bool = False
) -> BackupManifest:
    """Restore `path` and compare; with `verify` every row and every file is read back.

    Raises BackupRefused, and then the site is as empty as before.
    """
    say("正在核对备份文件……")
    backup = check_backup(path)
    site = ThisSite()
    refuse_other_release(backup.manifest, site)
    if not without_keys:
        refuse_lost_keys(backup.manifest, site)
    _refuse_filled(_standing(copied_tables()))
    refuse_present_files()
    say("正在建立数据表……")
    call_command("migrate", interactive=False, verbosity=0)
    _restore(backup, at=at, say=say, verify=verify)
    return backup.manifest


def _restore(backup: ReadBackup, *, at: datetime, say: Say, verify: bool) -> None:
    with media_room(backup.manifest.media_bytes) as room, transaction.atomic():
        _refuse_filled(copied_tables())
        _clear_furniture()
        say("正在写入……")
        _load(backup, room, verify)
        _reset_sequences()
        room.move_in()
        say("正在对账……")
        wrong = list(_differences(backup.manifest, verify))
        if wrong:
            raise BackupRefused("恢复后与备份不符，已全部撤回：\n- " + "\n- ".join(wrong[:20]))
        file = backup_file(backup.sha256, backup.path.name)
        record(
            file,
            "backup.file.restore",
            by=None,
            at=at,
            sha256=backup.sha256,
            made_at=backup.manifest.created_at,
        )


def _standing(models: list[Table]) -> list[Table]:
    """Those of `models` whose tables exist already: a new site has none."""
    present = set(connection.introspection.table_names())
    standings = []
    for model in models:
        if model._meta.db_table in present:
            standings.append(model)
    return standings


def _refuse_filled(models: list[Table]) -> None:
    filled = []
    for model in models:
        if label_of(model) not in FURNISHED and _holds_a_row(model):
            filled.append(model)
    if filled:
        names = "、".join(str(model._meta.verbose_name) for model in filled[:5])
        raise BackupRefused(
            f"站点里已有数据（{names} 等 {len(filled)} 张表）：只能恢复到空站点。"
            "请另设一个空的数据目录（GONGJIAN_DATA_DIR）或空的数据库（DATABASE_URL）再恢复。"
        )


def _holds_a_row(model: Table) -> bool:
    """Asked of the table alone: before `migrate` its columns may be older than the model's."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(model._meta.db_table)} LIMIT 1")  # noqa: S608
        return cursor.fetchone() is not None


def _clear_furniture() -> None:
    for model in reversed(copied_tables()):
        if label_of(model) in FURNISHED:
            model._base_manager.all().delete()


def _load(backup: ReadBackup, room: MediaRoom, verify: bool) -> None:
    """Write every table part and unpack every file, reading the archive through once more."""
    inserters = {}
    for model in copied_tables():
        inserters[label_of(model)] = (header_of(model), Inserter(model))

    def take(member: Member) -> None:
        if member.label is None:
            room.take(member, read_back=verify)
            return
        if member.label not in inserters:
            raise BackupRefused(f"本站没有 {member.label} 这张表，没有写入任何内容。")
        header, inserter = inserters[member.label]
        lines = member.content().splitlines(keepends=True)
        if lines[:1] != [header]:
            raise BackupRefused(f"{member.label} 的列与本站不同，没有写入任何内容。")
        inserter.write(lines[1:])

    try:
        read_backup(backup.path, take)
        connection.check_constraints()
    except (DatabaseError, ValueError, OSError) as error:
        raise BackupRefused(f"备份里的内容写不进本站，已全部撤回：{error}") from error


def _reset_sequences() -> None:
    """Let new rows follow the restored keys (PostgreSQL; SQLite does so by itself)."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), copied_tables()):
            cursor.execute(statement)


def _differences(backup: BackupManifest, verify: bool) -> Iterator[str]:
    """What the site holds otherwise than the backup says, in sentences."""
    chain = ThisSite().chain()
    if chain != backup.chain:
        expected_count, expected_hash = backup.chain
        count, last_hash = chain
        expected = f"应为 {expected_count} 条、链尾 {expected_hash[:12]}"
        yield f"操作记录：{expected}，现为 {count} 条、{last_hash[:12]}"
    files = sum(1 for _ in media_files())
    if files != backup.media_files:
        yield f"照片和公文：应为 {backup.media_files} 个，现为 {files} 个"
    for label, expected in backup.tables.items():
        model = apps.get_model(label)
        if not verify and (rows := model._base_manager.count()) != expected.rows:
            yield f"{label}：应为 {expected.rows} 行，现为 {rows} 行"
        if verify:
            yield from _table_differences(model, expected)
    if verify:
        yield from (
            f"操作记录：{fault}（备份时即已如此的，先查明原因）" for fault in verify_log().faults
        )


def _table_differences(model, expected) -> Iterator[str]:
    counter = TableCounter(model)
    for row in read_rows(model):
        counter.take(row, to_line(row))
    sums = counter.sums_so_far
    label = label_of(model)
    if sums.rows != expected.rows:
        yield f"{label}：应为 {expected.rows} 行，现为 {sums.rows} 行"
    for name, total in expected.sums.items():
        if sums.sums.get(name) != total:
            yield f"{label}：{name} 合计应为 {total}，现为 {sums.sums.get(name)}"
    if sums.sha256 != expected.sha256:
        yield f"{label}：内容与备份不同"
