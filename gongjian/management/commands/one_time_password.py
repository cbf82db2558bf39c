"""`manage.py one_time_password USERNAME`: for when no administrator is left to reset it."""

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.office.security.services.passwords import give_at_console


class Command(BaseCommand):
    help = (
        "给一个账号新的一次性密码（24 小时内有效，只能用一次）。"
        "最后一名管理员进不来时在服务器上用。"
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("username", help="账号")

    def handle(self, *args, **options) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"没有在用的账号 {options['username']}")
        password = give_at_console(user, at=timezone.now())
        self.stdout.write(f"  {user.username}  {password}  {user.name}")
