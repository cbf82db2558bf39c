"""`manage.py first_administrator`: the accounts with which an empty site begins."""

from django.core.management import BaseCommand
from django.utils import timezone

from gongjian.founding import found_site


class Command(BaseCommand):
    help = "给空站点开三个账号：系统管理员、安全管理员和共建办主任。已有账号的站点不受影响。"

    def handle(self, *args, **options) -> None:
        accounts = found_site(at=timezone.now())
        if not accounts:
            self.stdout.write("站点里已有账号，不再新开。")
            return
        self.stdout.write(
            "已启用自查表和评分细则。"
            "账号（一次性密码只显示这一次，24 小时内有效，登录一次后须改密）："
        )
        for account in accounts:
            self.stdout.write(f"  {account.username}  {account.password}  {account.role}")
        self.stdout.write("请先由系统管理员为各单位人员开账号，由共建办导入名册（社区-名册）。")
