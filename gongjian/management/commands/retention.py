"""`manage.py retention`: count personal data past its time, or end it in somebody's name."""

from django.core.exceptions import PermissionDenied
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.office.privacy.services import count_due, run_retention
from gongjian.workflow import WrongState


class Command(BaseCommand):
    help = "清点超过保存期限的个人信息；写 --confirmed-by 账号（安全管理员）才处理。"

    def add_arguments(self, parser) -> None:
        act = parser.add_mutually_exclusive_group(required=True)
        act.add_argument("--dry-run", action="store_true", help="只清点，不改动")
        act.add_argument("--confirmed-by", metavar="账号", help="以这位安全管理员的名义处理")

    def handle(self, *args, **options) -> None:
        at = timezone.now()
        if options["dry_run"]:
            for due in count_due(at):
                self.stdout.write(f"{due.kind.label}：{due.count}（{due.kind.rule}）")
            return
        by = User.objects.filter(username=options["confirmed_by"], is_active=True).first()
        if by is None:
            raise CommandError(f"没有在用的账号“{options['confirmed_by']}”")
        try:
            counts = run_retention(by=by.on(timezone.localdate(at)), at=at)
        except (PermissionDenied, WrongState) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write("；".join(f"{name} {count}" for name, count in counts.items()))
