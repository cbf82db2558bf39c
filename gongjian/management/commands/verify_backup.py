"""`manage.py verify_backup FILE`: whether a backup is whole, without restoring it."""

from pathlib import Path

from django.core.management import BaseCommand, CommandError

from gongjian.office.backup.manifest import (
    BackupManifest,
    ThisSite,
    refuse_lost_keys,
    refuse_other_release,
)
from gongjian.office.backup.reading import check_backup
from gongjian.office.backup.refusals import BackupRefused


class Command(BaseCommand):
    help = "核对一个备份文件是否完整、能否由本程序恢复，不写入任何内容。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="备份文件")
        parser.add_argument("--sha256", help="另处记下的 SHA-256：一并核对")

    def handle(self, *args, **options) -> None:
        try:
            backup = check_backup(options["file"])
            if options["sha256"] and options["sha256"].lower() != backup.sha256:
                raise BackupRefused(
                    f"文件本身完整，但 SHA-256 是 {backup.sha256}，与记下的不同：这不是那一份备份。"
                )
            self.describe(backup.manifest)
            refuse_other_release(backup.manifest, ThisSite())
            refuse_lost_keys(backup.manifest, ThisSite())
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"备份完整，可以恢复。SHA-256 {backup.sha256}")

    def describe(self, manifest: BackupManifest) -> None:
        """Say where the backup is from and what it holds."""
        origin = f"{manifest.city}，{manifest.created_at}，版本 {manifest.version}"
        self.stdout.write(f"{origin}，取自 {manifest.vendor}")
        tables = f"{len(manifest.tables)} 张表 {manifest.rows} 行"
        self.stdout.write(f"{tables}，照片和公文 {manifest.media_files} 个")
        for label, table in manifest.tables.items():
            for name, total in table.sums.items():
                self.stdout.write(f"  {label} {name} 合计 {total}")
        count, last_hash = manifest.chain
        self.stdout.write(f"操作记录 {count} 条，链尾 {last_hash}")
        for name in manifest.absent_files[:5]:
            self.stdout.write(f"注意：备份时文件目录里没有 {name}")
