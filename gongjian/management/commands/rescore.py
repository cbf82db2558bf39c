"""`manage.py rescore FILE`: recompute a published quarter from its frozen record alone."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from gongjian.lib.canonical import fingerprint
from gongjian.lib.rulebooks import WrongRulebook
from scoring.rules.corrections.correcting import broken_link
from scoring.rules.records.comparing import differences, identity, in_words
from scoring.rules.records.reading import read_record
from scoring.rules.refusals import Missing, Refused

NOT_WHOLE = (Refused, Missing, WrongRulebook, KeyError, TypeError, AttributeError)


class Command(BaseCommand):
    help = (
        "用定分快照复算社区和单位的全部得分、名次和等次，逐一列出不同之处。"
        "不连数据库，不留文件；有不同时退出码为 1。"
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
        parser.add_argument(
            "--sha256", metavar="校验值", help="通报中公布的校验值，与文件逐字节比照"
        )

    def handle(
        self, *args, file: Path, sha256: str | None, original: Path | None, **options
    ) -> None:
        content = contents_of(file)
        record = record_in(file, content)
        self.stdout.write(f"文件校验值 {hashlib.sha256(content).hexdigest()}")
        if sha256:
            compare_bytes(content, record, sha256.strip().lower())
            self.stdout.write("与公布的校验值一致。")
        else:
            self.stdout.write(
                "没有给出公布的校验值（--sha256）：以下只核对计算，不能证明这就是公布的那一份。"
            )
        try:
            sentences = differences(record)
        except NOT_WHOLE as wrong:
            raise CommandError(f"{file} 不是完整的定分快照：{wrong}") from wrong
        if sentences:
            listed = "\n".join(sentences)
            raise CommandError(f"复算结果与存档有 {len(sentences)} 处不同：\n{listed}")
        if original:
            refuse_broken_chain(original, record)
        self.describe(record)

    def describe(self, record: dict[str, Any]) -> None:
        """Say which correction it is, what agrees, and which listed units have no figure."""
        if correction := record.get("correction"):
            corrected = f"更正校验值为 {correction['corrects']} 的快照"
            change = correction["change"]["said"]
            self.stdout.write(f"更正（第{correction['number']}号），{corrected}：{change}")
        units = f"、{len(record['unit_results'])} 项单位得分" if "unit_results" in record else ""
        results = f"{record['quarter']} 共 {len(record['results'])} 个社区{units}"
        self.stdout.write(f"{results}，复算与存档完全一致。")
        unrated = unrated_units(record)
        if unrated:
            self.stdout.write(
                f"列入而没有应办事项、不参评的单位 {len(unrated)} 项：{'、'.join(unrated)}"
            )


def contents_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"读不了 {file}：{error.strerror}") from error


def record_in(file: Path, content: bytes) -> dict[str, Any]:
    try:
        return read_record(content)
    except NOT_WHOLE as wrong:
        raise CommandError(f"{file} 不能作为定分快照复算：{wrong}") from wrong


def compare_bytes(content: bytes, record: Mapping[str, Any], sha256: str) -> None:
    """Raise `CommandError` unless the file is, byte for byte, the one whose sum was published."""
    if hashlib.sha256(content).hexdigest() == sha256:
        return
    if fingerprint(record) == sha256:
        raise CommandError("内容与公布的相同，但文件被重新保存过：请用考评页面上下载的原文件。")
    raise CommandError("文件的校验值与公布的不同：这不是定分时的快照。")


def refuse_broken_chain(original: Path, record: dict[str, Any]) -> None:
    """Raise `CommandError` if the record changes more of its original than it says."""
    before = record_in(original, contents_of(original))
    try:
        break_in_chain = broken_link(before, record)
    except NOT_WHOLE as wrong:
        raise CommandError(f"{original} 不是完整的定分快照：{wrong}") from wrong
    if break_in_chain:
        raise CommandError(f"与原件对不上：{break_in_chain}。")


def unrated_units(record: Mapping[str, Any]) -> list[str]:
    """Return the units on record that have no figure, because nothing was due of them."""
    rated = {identity(row) for row in record.get("unit_results", ())}
    names = []
    for row in record.get("units", ()):
        if identity(row) not in rated:
            names.append(in_words(row))
    return names
