"""`manage.py rescore FILE`: recompute a published quarter from its frozen record alone."""

import hashlib
import json
from pathlib import Path

from django.core.management import BaseCommand, CommandError

from gongjian.lib.canonical import fingerprint
from gongjian.lib.rulebooks import WrongRulebook
from scoring.rules.corrections.correcting import broken_link
from scoring.rules.records.freezing import first_difference
from scoring.rules.refusals import Missing, Refused


class Command(BaseCommand):
    help = (
        "用定分快照复算社区和单位的全部得分、名次和等次，指出第一处不同。"
        "不连数据库；有不同时退出码为 1。"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "file", type=Path, metavar="文件", help="考评页面上下载的定分快照（.json）"
        )
        parser.add_argument(
            "--original",
            type=Path,
            metavar="原件",
            help="更正快照所更正的那一份，核对只改了写明的一处",
        )
        parser.add_argument("--sha256", metavar="校验值", help="通报中公布的校验值，与文件比照")

    def handle(
        self, *args, file: Path, sha256: str | None, original: Path | None, **options
    ) -> None:
        content = read(file)
        frozen = parse(file, content)
        self.stdout.write(f"文件校验值 {hashlib.sha256(content).hexdigest()}")
        if sha256 and fingerprint(frozen) != sha256.strip().lower():
            raise CommandError(
                f"内容校验值是 {fingerprint(frozen)}，与公布的不同：这不是定分时的快照。"
            )
        before = parse(original, read(original)) if original else None
        try:
            difference = first_difference(frozen)
            break_in_chain = broken_link(before, frozen) if before is not None else ""
        except (Refused, Missing, WrongRulebook, KeyError, TypeError, AttributeError) as wrong:
            raise CommandError(f"{file} 不是完整的定分快照：{wrong}") from wrong
        if difference:
            raise CommandError(f"复算结果与存档不同，第一处：{difference}")
        if break_in_chain:
            raise CommandError(f"与原件对不上：{break_in_chain}。")
        self.describe(frozen)

    def describe(self, frozen: dict) -> None:
        """Say which correction the record is, and what was recomputed and agrees."""
        if correction := frozen.get("correction"):
            corrected = f"更正校验值为 {correction['corrects']} 的快照"
            change = correction["change"]["said"]
            self.stdout.write(f"更正（第{correction['number']}号），{corrected}：{change}")
        units = f"、{len(frozen['unit_results'])} 项单位得分" if "unit_results" in frozen else ""
        results = f"{frozen['quarter']} 共 {len(frozen['results'])} 个社区{units}"
        self.stdout.write(f"{results}，复算与存档完全一致。")


def read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"读不了 {file}：{error.strerror}") from error


def parse(file: Path, content: bytes) -> dict:
    try:
        frozen = json.loads(content)
    except ValueError as wrong:
        raise CommandError(f"{file} 不是 JSON 文件：{wrong}") from wrong
    if not isinstance(frozen, dict):
        raise CommandError(f"{file} 不是定分快照")
    return frozen
