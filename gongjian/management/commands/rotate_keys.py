"""`manage.py rotate_keys`: seal all personal data anew under the newest field key."""

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from gongjian.lib.crypto import CannotOpen, ring
from gongjian.office.privacy.services import rotate_keys


class Command(BaseCommand):
    help = (
        "用 GONGJIAN_FIELD_KEYS 最前面的密钥重新加密全部加密列；可中断、可重复。"
        "报“可以移除”后才移除旧密钥。"
    )

    def handle(self, *args, **options) -> None:
        try:
            newest = ring().newest.id
            counts = rotate_keys(at=timezone.now())
        except CannotOpen as wrong:
            raise CommandError(str(wrong)) from wrong
        for count in counts:
            faults = f"缺密钥 {count.missing}，内容不符 {count.broken}"
            self.stdout.write(f"{count.place}：重新加密 {count.sealed}，{faults}")
        if missing := sum(count.missing for count in counts):
            raise CommandError(
                f"有 {missing} 个值的密钥不在 GONGJIAN_FIELD_KEYS 中："
                "请把旧密钥补在末尾，再运行一次"
            )
        if broken := sum(count.broken for count in counts):
            raise CommandError(
                f"有 {broken} 个值与密钥不符（密文被改动，或同一编号换了密钥）：请从备份核对"
            )
        self.stdout.write(f"全部用密钥 {newest} 加密，其他密钥可以移除。")
