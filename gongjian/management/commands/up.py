"""`manage.py up`: the whole site under one command."""

import os
import socket
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from gongjian.launch import broker
from gongjian.launch.arguments import add_up_arguments
from gongjian.launch.occupied import SiteLock, refuse_busy_address
from gongjian.launch.speech import Refusal
from gongjian.launch.supervisor import Program, Supervisor, last_lines
from gongjian.management.commands.demo import half_built

OPENING = 60.0  # seconds for the first page to be served


class Command(BaseCommand):
    help = "准备并运行整个站点：迁移数据库、（新站点）建演示城市、提供网页、处理作业。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        add_up_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with SiteLock(settings.DATA_DIR):
                refuse_busy_address(options["host"], options["port"])
                with Supervisor(settings.DATA_DIR / "logs", self._say) as supervisor:
                    self._prepare_database()
                    self._run(supervisor, options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self._say("站点已停止。")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _prepare_database(self) -> None:
        if behind():
            self._say("正在更新数据库……")
            call_command("migrate", interactive=False, verbosity=0, stdout=self.stdout)
        if settings.PRODUCTION:
            call_command("collectstatic", interactive=False, verbosity=0)

    def _run(self, supervisor: Supervisor, options: dict[str, Any]) -> None:
        surroundings = self._start_everyone(supervisor, options["host"], options["port"])
        if supervisor.stopping:
            return
        address = f"http://{options['host']}:{options['port']}/"
        self._say(f"网页已打开：{address}")
        if options["host"] not in settings.ALLOWED_HOSTS and "ALLOWED_HOSTS" not in os.environ:
            self._say("从别的机器访问前，请停下站点，写明它们所用的名称或 IP 后再启动，例如：")
            self._say(
                f"  ALLOWED_HOSTS=gongjian.example,127.0.0.1 python3 manage.py up --host {options['host']}"
            )
        self._furnish(supervisor, options, surroundings)
        if supervisor.stopping:
            return
        self._say(f"\n地址：{address}\n公文：{Path(settings.MEDIA_ROOT) / 'documents'}")
        self._say(f"日志：{settings.DATA_DIR / 'logs'}\n按 Ctrl-C 停止。")
        supervisor.watch()

    def _start_everyone(self, supervisor: Supervisor, host: str, port: int) -> dict[str, str]:
        """Start the messenger, then the rest; the environment that they share."""
        surroundings = {**os.environ, "GONGJIAN_DATA_DIR": str(settings.DATA_DIR)}
        surroundings["CELERY_BROKER_URL"] = start_broker(supervisor, settings.BROKER_DIR)
        web, *others = programs(host, port, surroundings)
        supervisor.start([web])
        if (
            not supervisor.wait_for(lambda: listening(host, port), OPENING)
            and not supervisor.stopping
        ):
            log = settings.DATA_DIR / "logs" / "web.log"
            raise CommandError(f"网页服务没有起来。它的日志 {log} 末尾是：\n{last_lines(log)}")
        supervisor.start(
            others
        )  # after the first page is there: on two cores they would keep it waiting
        return surroundings

    def _furnish(
        self, supervisor: Supervisor, options: dict[str, Any], surroundings: Mapping[str, str]
    ) -> None:
        """Give a new site its first contents: the demo city, or one administrator."""
        command = first_command(empty=options["empty"], no_demo=options["no_demo"])
        connections.close_all()  # this process only watches from here on
        if command is None:
            return
        status = supervisor.accompany(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), command], surroundings
        )
        if status:
            raise CommandError(
                f"manage.py {command} 没有完成（退出码 {status}），原因见上。改正后请再运行 up。"
            )


def behind() -> bool:
    """Whether the database lacks a migration; asking takes half as long as running `migrate` for nothing."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def first_command(*, empty: bool, no_demo: bool) -> str | None:
    """What a new site begins with; None for a site that has accounts already, or is to be filled otherwise."""
    if half_built():
        raise CommandError(
            f"上次的演示城市只建了一半。请删除数据目录 {settings.DATA_DIR}，再运行 up。"
        )
    if no_demo or get_user_model()._default_manager.exists():
        return None
    return "first_administrator" if empty else "demo"


def start_broker(supervisor: Supervisor, folder: Path) -> str:
    """The messenger's address, its own process started where it has one."""
    if broker.given():
        return broker.given()
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


def programs(host: str, port: int, surroundings: Mapping[str, str]) -> list[Program]:
    """Web first, then workers and beat.

    Workers are processes of their own, not one pool: two documents render 2.05 times as fast as one in processes
    started separately, 1.6 times in forked ones, and two workers take 130 MB instead of 190.
    """
    celery = [sys.executable, "-m", "celery", "-A", "gongjian.celery"]
    worker = [
        *celery,
        "worker",
        "-P",
        "solo",
        "--loglevel",
        "INFO",
        "--without-gossip",
        "--without-mingle",
    ]
    beat = [
        *celery,
        "beat",
        "--loglevel",
        "INFO",
        "--pidfile=",
        "--schedule",
        str(settings.BROKER_DIR / "beat-schedule"),
    ]
    count = min(2, os.cpu_count() or 1)
    program = partial(Program, surroundings=surroundings, folder=settings.BASE_DIR)
    return [
        program("web", "网页服务", [sys.executable, "-m", "gongjian.launch.web", host, str(port)]),
        *(
            program(f"worker-{n}", f"作业进程 {n}", [*worker, "-n", f"worker-{n}@%h"])
            for n in range(1, count + 1)
        ),
        program("beat", "定时器", beat),
    ]


def listening(host: str, port: int) -> bool:
    """Whether somebody answers at the address; the catch-all addresses answer on the loopback one."""
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    try:
        with socket.create_connection((near, port), timeout=1):
            return True
    except OSError:
        return False
