"""`manage.py backup [FILE]`: the whole site in one file."""

from pathlib import Path
from time import perf_counter

from django.core.management import CommandError
from django.utils import timezone

from gongjian.management.speaking import SpeakingCommand
from gongjian.office.backup.nightly import backup_folder
from gongjian.office.backup.refusals import BackupRefused
from gongjian.office.backup.writing import backup_name, log_backup, write_backup


class Command(SpeakingCommand):
    help = "把整个站点（数据、照片、公文，不含密钥）备份成一个文件；站点不必停下。"

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "file", metavar="FILE", type=Path, nargs="?", help="备份文件；默认按时间取名"
        )

    def handle(self, *args, **options) -> None:
        begun, at = perf_counter(), timezone.now()
        path = (options["file"] or backup_folder() / backup_name(at)).absolute()
        self.stdout.write(f"正在备份到 {path}")
        try:
            written = write_backup(path, at=at, say=self.say)
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        log_backup(written, at=at)
        size, rows = f"{written.size / 1e6:.1f} MB", written.manifest.rows
        self.say(f"备份完成：{size}，{rows} 行，{perf_counter() - begun:.1f} 秒。")
        self.say(f"SHA-256 {written.sha256}")
        self.say("备份里没有密钥：SECRET_KEY（数据目录的 secret_key）和加密字段的密钥请另处保管。")
