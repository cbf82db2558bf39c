"""`manage.py restore FILE --verify`: a backup into an empty site."""

from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.core.management import CommandError
from django.utils import timezone

from gongjian.launch.occupied import SiteLock
from gongjian.launch.speech import Refusal
from gongjian.management.speaking import SpeakingCommand
from gongjian.office.backup.manifest import BackupManifest, ThisSite
from gongjian.office.backup.refusals import BackupRefused
from gongjian.office.backup.restoring import restore_backup


class Command(SpeakingCommand):
    help = "把备份恢复到空站点（SQLite 或 PostgreSQL），并对账；有任何不符就全部撤回。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="备份文件")
        parser.add_argument(
            "--verify", action="store_true", help="逐行逐张读回核对：行数、合计、照片、操作记录"
        )
        parser.add_argument(
            "--without-keys",
            action="store_true",
            help="缺少加密字段的密钥也恢复（这些内容将读不出）",
        )

    def handle(self, *args, **options) -> None:
        begun = perf_counter()
        choices = {name: options[name] for name in ("verify", "without_keys")}
        at = timezone.now()
        try:
            with SiteLock(settings.DATA_DIR):
                manifest = restore_backup(options["file"], at=at, say=self.say, **choices)
        except (BackupRefused, Refusal) as refused:
            raise CommandError(str(refused)) from refused
        self.say_farewell(manifest, options["verify"], perf_counter() - begun)

    def say_farewell(self, manifest: BackupManifest, verified: bool, seconds: float) -> None:
        compared = "内容、合计、照片、操作记录" if verified else "行数、文件数、操作记录链尾"
        agreement = "均与备份一致" if verified else "与备份一致"
        restored = f"{manifest.rows} 行，文件 {manifest.media_files} 个"
        self.say(f"恢复完成：{restored}，{seconds:.1f} 秒。{compared}{agreement}。")
        if manifest.secret_id != ThisSite().secret_id:
            self.say("注意：本站的 SECRET_KEY 与备份时不同。请放回原来的；否则接口令牌须重新发放。")
