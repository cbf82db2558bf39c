"""`manage.py demo`: an empty site becomes a city that has lived through a quarter."""

from datetime import date, datetime
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management import CommandError, CommandParser, call_command
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.audit.models import Entry
from gongjian.audit.services import record
from gongjian.demo.accounts import DemoAccount, open_demo_accounts
from gongjian.demo.calendar import clock
from gongjian.demo.city import COMMUNITIES_IN_ALL, SEED
from gongjian.demo.paperwork import PaperworkFailed
from gongjian.demo.quarter import replay
from gongjian.documents.models import DocumentStatus, OfficialDocument
from gongjian.management.speaking import SpeakingCommand
from gongjian.office.register.applying import register_file

BEGUN, FINISHED = "demo.city.begin", "demo.city.finish"
CITY = register_file("demo", "演示城市")


def half_built() -> bool:
    """Whether a demo broke off here: nobody may take such a city for a whole one."""
    events = Entry.objects.filter(event__in=[BEGUN, FINISHED]).values_list("event", flat=True)
    return set(events) == {BEGUN}


def number_of_communities(text: str) -> int:
    if text.isdigit() and 0 < int(text) <= COMMUNITIES_IN_ALL:
        return int(text)
    raise ValueError(text)


class Command(SpeakingCommand):
    help = "在空站点上建演示城市，并走完一个季度：从下达任务到印发通报。已有数据的站点不受影响。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--today", type=date.fromisoformat, help="演到哪一天，如 2026-11-23；默认今天"
        )
        parser.add_argument(
            "--seed", type=int, default=SEED, help="随机种子：同一种子得到同一座城市"
        )
        parser.add_argument(
            "--communities",
            type=number_of_communities,
            default=COMMUNITIES_IN_ALL,
            help=f"建几个社区，默认全部 {COMMUNITIES_IN_ALL} 个",
        )
        parser.add_argument(
            "--no-print", action="store_true", help="不印公文，考评停在报批：开发时几秒建好"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if Entry.objects.filter(event=FINISHED).exists():
            self.say("演示城市已经建好，不再重复。")
            return
        if User.objects.exists():
            raise CommandError(
                "站点里已有账号或没有建完的演示：请换一个空的数据目录（GONGJIAN_DATA_DIR）再建。"
            )
        until = clock(options["today"], 18) if options["today"] else timezone.now()
        begun = perf_counter()
        record(CITY, BEGUN, by=None, at=until, seed=options["seed"])
        self.play(until, options)
        accounts = open_demo_accounts(at=until)
        record(CITY, FINISHED, by=None, at=until, seed=options["seed"])
        self.say_farewell(accounts, perf_counter() - begun)

    def play(self, until: datetime, options: dict[str, Any]) -> None:
        size = {"communities": options["communities"], "seed": options["seed"]}
        prints = not options["no_print"]
        try:
            cycle = replay(until=until, say=self.say, **size, prints=prints)
        except PaperworkFailed as failed:
            raise CommandError(f"演示没有建完：{failed}") from failed
        whole = cycle.whole
        today = timezone.localdate(until)
        self.say(f"{whole.title}已走完，{whole.next().title}进行到 {today}。")

    def say_farewell(self, accounts: list[DemoAccount], seconds: float) -> None:
        published = OfficialDocument.objects.filter(status=DocumentStatus.PUBLISHED).count()
        self.say(f"印发公文 {published} 件，存放在 {settings.MEDIA_ROOT / 'documents'}")
        self.say(f"全部用时 {seconds:.1f} 秒。")
        self.say("演示账号（密码只显示这一次）：")
        for account in accounts:
            self.say(f"  {account.line}")
