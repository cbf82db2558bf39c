"""`manage.py demo`: an empty site becomes a city that has lived through a quarter."""

import argparse
from datetime import date, datetime
from time import perf_counter

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.audit.models import Entry
from gongjian.audit.services import record
from gongjian.demo.accounts import DemoAccount, open_demo_accounts
from gongjian.demo.calendar import clock
from gongjian.demo.city import COMMUNITIES_IN_ALL, SEED
from gongjian.demo.paperwork import PaperworkFailed
from gongjian.demo.quarter import replay
from gongjian.documents.models import OfficialDocument, Status
from gongjian.office.register.applying import RegisterFile

BEGUN, FINISHED = "demo.city.begin", "demo.city.finish"
CITY = RegisterFile("demo", "演示城市")


def half_built() -> bool:
    """Whether a demo was begun here and broken off: nobody may take such a city for a whole one."""
    told = set(Entry.objects.filter(event__in=[BEGUN, FINISHED]).values_list("event", flat=True))
    return told == {BEGUN}


class Command(BaseCommand):
    help = "在空站点上建演示城市，并走完一个季度：从下达任务到印发通报。已有数据的站点不受影响。"

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--today", type=date.fromisoformat, help="演到哪一天，如 2026-11-23；默认今天"
        )
        parser.add_argument(
            "--seed", type=int, default=SEED, help="随机种子：同一种子得到同一座城市"
        )
        parser.add_argument(
            "--communities", type=int, default=COMMUNITIES_IN_ALL, help=argparse.SUPPRESS
        )

    def handle(self, *args, **options) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if Entry.objects.filter(event=FINISHED).exists():
            self._say("演示城市已经建好，不再重复。")
            return
        if User.objects.exists():
            raise CommandError(
                "站点里已有账号或没有建完的演示：请换一个空的数据目录（GONGJIAN_DATA_DIR）再建。"
            )
        until = clock(options["today"], 18) if options["today"] else timezone.now()
        begun = perf_counter()
        record(CITY, BEGUN, by=None, at=until, seed=options["seed"])
        self._play(until, options)
        accounts = open_demo_accounts(at=until)
        record(CITY, FINISHED, by=None, at=until, seed=options["seed"])
        self._farewell(accounts, perf_counter() - begun)

    def _play(self, until: datetime, options: dict) -> None:
        try:
            cycle = replay(
                until=until, say=self._say, communities=options["communities"], seed=options["seed"]
            )
        except PaperworkFailed as failed:
            raise CommandError(f"演示没有建完：{failed}") from failed
        self._say(
            f"{cycle.whole.title}已走完，{cycle.whole.next().title}进行到 {timezone.localdate(until):%Y-%m-%d}。"
        )

    def _farewell(self, accounts: list[DemoAccount], seconds: float) -> None:
        printed = OfficialDocument.objects.filter(status=Status.PUBLISHED).count()
        self._say(f"印发公文 {printed} 件，存放在 {settings.MEDIA_ROOT / 'documents'}")
        self._say(f"全部用时 {seconds:.1f} 秒。")
        self._say("演示账号（密码只显示这一次）：")
        for account in accounts:
            self._say(f"  {account.line}")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
