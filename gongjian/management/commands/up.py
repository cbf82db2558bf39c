"""`manage.py up`: the whole site under one command."""

import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, CommandParser, call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from gongjian.launch import broker
from gongjian.launch.arguments import add_up_arguments
from gongjian.launch.occupied import SiteLock, refuse_busy_address
from gongjian.launch.speech import Refusal
from gongjian.launch.supervisor import Program, Supervisor, last_lines
from gongjian.management.commands.demo import half_built
from gongjian.management.speaking import SpeakingCommand

OPENING = 60.0  # seconds for the first page to be served
MOST_WORKERS = 2


class Command(SpeakingCommand):
    help = "准备并运行整个站点：迁移数据库、（新站点）建演示城市、提供网页、处理作业。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        add_up_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with SiteLock(settings.DATA_DIR):
                refuse_busy_address(options["host"], options["port"])
                with Supervisor(settings.DATA_DIR / "logs", self.say) as supervisor:
                    self.prepare_database()
                    self.run(supervisor, options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.say("站点已停止。")

    def prepare_database(self) -> None:
        if behind():
            self.say("正在更新数据库……")
            call_command("migrate", interactive=False, verbosity=0, stdout=self.stdout)
        if settings.PRODUCTION:
            call_command("collectstatic", interactive=False, verbosity=0)

    def run(self, supervisor: Supervisor, options: dict[str, Any]) -> None:
        """Start everyone, fill a new site, then watch until somebody stops it."""
        host, port = options["host"], options["port"]
        surroundings = self.start_everyone(supervisor, host, port)
        if supervisor.stopping:
            return
        address = f"http://{host}:{port}/"
        self.say(f"网页已打开：{address}")
        if host not in settings.ALLOWED_HOSTS and "ALLOWED_HOSTS" not in os.environ:
            self.explain_allowed_hosts(host)
        self.furnish(supervisor, options, surroundings)
        if supervisor.stopping:
            return
        self.say(f"\n地址：{address}\n公文：{Path(settings.MEDIA_ROOT) / 'documents'}")
        self.say(f"日志：{settings.DATA_DIR / 'logs'}\n按 Ctrl-C 停止。")
        supervisor.watch()

    def explain_allowed_hosts(self, host: str) -> None:
        """Say how other machines reach a site that listens beyond its own."""
        example = f"ALLOWED_HOSTS=gongjian.example,127.0.0.1 python3 manage.py up --host {host}"
        self.say("从别的机器访问前，请停下站点，写明它们所用的名称或 IP 后再启动，例如：")
        self.say(f"  {example}")

    def start_everyone(self, supervisor: Supervisor, host: str, port: int) -> dict[str, str]:
        """Start the broker, then the pages, then the rest; return the environment they share.

        The rest waits until the first page is there: on two cores it would keep it waiting.
        """
        surroundings = {**os.environ, "GONGJIAN_DATA_DIR": str(settings.DATA_DIR)}
        surroundings["CELERY_BROKER_URL"] = start_broker(supervisor, settings.BROKER_DIR)
        supervisor.start([web(host, port, surroundings)])
        opened = supervisor.wait_for(lambda: listening(host, port), OPENING)
        if not opened and not supervisor.stopping:
            log = settings.DATA_DIR / "logs" / "web.log"
            raise CommandError(f"网页服务没有起来。它的日志 {log} 末尾是：\n{last_lines(log)}")
        supervisor.start(workers_and_beat(surroundings))
        return surroundings

    def furnish(
        self, supervisor: Supervisor, options: dict[str, Any], surroundings: Mapping[str, str]
    ) -> None:
        """Give a new site its first contents: the demo city, or one administrator."""
        command = first_command(empty=options["empty"], no_demo=options["no_demo"])
        connections.close_all()  # this process only watches from here on
        if command is None:
            return
        manage = str(settings.BASE_DIR / "manage.py")
        status = supervisor.accompany([sys.executable, manage, command], surroundings)
        if status:
            raise CommandError(
                f"manage.py {command} 没有完成（退出码 {status}），原因见上。改正后请再运行 up。"
            )


def behind() -> bool:
    """Whether the database lacks a migration; half the time of running `migrate` for nothing."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    latest = executor.loader.graph.leaf_nodes()
    return bool(executor.migration_plan(latest))


def first_command(*, empty: bool, no_demo: bool) -> str | None:
    """Return the command that fills a new site, None where nothing is to be filled.

    Raises CommandError on a site whose demo broke off half-way.
    """
    if half_built():
        raise CommandError(
            f"上次的演示城市只建了一半。请删除数据目录 {settings.DATA_DIR}，再运行 up。"
        )
    if no_demo or get_user_model()._default_manager.exists():
        return None
    return "first_administrator" if empty else "demo"


def start_broker(supervisor: Supervisor, folder: Path) -> str:
    """Return the broker's address, having started the site's own where none is configured.

    Its own is the bundled Valkey; where that does not come up, a file serves in its place.
    """
    if broker.configured_url():
        return broker.configured_url()
    program = broker.bundled(folder)
    if program is None:
        return broker.file_url(folder)
    supervisor.start([program])
    supervisor.wait_for(
        lambda: broker.answers(folder) or supervisor.deaths(program) > 0, broker.PATIENCE
    )
    if broker.answers(folder):
        return broker.socket_url(folder)
    supervisor.dismiss(program)
    return broker.file_url(folder)


def web(host: str, port: int, surroundings: Mapping[str, str]) -> Program:
    command = [sys.executable, "-m", "gongjian.launch.web", host, str(port)]
    return Program("web", "网页服务", command, surroundings, settings.BASE_DIR)


def workers_and_beat(surroundings: Mapping[str, str]) -> list[Program]:
    """Return up to two workers, and the one beat.

    Workers are processes of their own, not one pool: two documents render 2.05 times as fast as
    one in processes started separately, 1.6 times in forked ones, and two take 130 MB, not 190.
    """
    celery = [sys.executable, "-m", "celery", "-A", "gongjian.celery"]
    worker = [*celery, "worker", "-P", "solo", "--loglevel", "INFO"]
    worker += ["--without-gossip", "--without-mingle"]
    programs = []
    for number in range(1, min(MOST_WORKERS, os.cpu_count() or 1) + 1):
        name, title = f"worker-{number}", f"作业进程 {number}"
        command = [*worker, "-n", f"{name}@%h"]
        programs.append(Program(name, title, command, surroundings, settings.BASE_DIR))
    schedule = str(settings.BROKER_DIR / "beat-schedule")
    beat = [*celery, "beat", "--loglevel", "INFO", "--pidfile=", "--schedule", schedule]
    programs.append(Program("beat", "定时器", beat, surroundings, settings.BASE_DIR))
    return programs


def listening(host: str, port: int) -> bool:
    """Whether somebody answers there; the catch-all addresses answer on the loopback one."""
    loopback = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    try:
        with socket.create_connection((loopback, port), timeout=1):
            return True
    except OSError:
        return False
