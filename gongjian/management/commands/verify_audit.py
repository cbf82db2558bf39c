"""`manage.py verify_audit`: whether the log of acts is whole and what was written."""

import json
from pathlib import Path

from django.core.management import BaseCommand, CommandError

from gongjian.audit.sealing import WrongSeal, sealed_heads, verify_export
from gongjian.audit.verifying import Verdict, verify_log


class Command(BaseCommand):
    help = "核对操作记录：逐条重算摘要、查断链、查缺尾、查数据库保护规则。发现问题时退出码为 1。"

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--export", type=Path, metavar="文件", help="只核对一份封存（.json 清单或 .jsonl.gz）"
        )
        head = "记下本次末条的编号和摘要，下次核对时比照；宜放在另一台机器或移动介质上"
        parser.add_argument("--head", type=Path, metavar="文件", help=head)

    def handle(self, *args, export: Path | None, head: Path | None, **options) -> None:
        verdict = self.verdict_on_export(export) if export else self.verdict_on_log(head)
        self.describe(verdict)
        if not verdict.is_whole:
            raise CommandError(
                f"操作记录不完整：发现 {verdict.fault_count} 处问题。"
                "请保全现场，不要继续使用数据库。"
            )
        if head and not export and verdict.last:
            head.write_text(json.dumps(verdict.last._asdict()), encoding="utf-8")
        self.stdout.write("封存完整。" if export else "操作记录完整。")

    def verdict_on_export(self, path: Path) -> Verdict:
        try:
            manifest, verdict = verify_export(path)
        except WrongSeal as wrong:
            raise CommandError(str(wrong)) from wrong
        self.stdout.write(
            f"封存日期 {manifest.on}，第 {manifest.first_number} 至 {manifest.last_number} 条"
        )
        return verdict

    def verdict_on_log(self, head: Path | None) -> Verdict:
        on_seals = Verdict()
        heads = sealed_heads(on_seals)
        self.stdout.write(f"比照封存 {len(heads)} 份")
        heads |= head_of_last_time(head)
        verdict = verify_log(known=heads)
        for fault in on_seals.faults:
            verdict.blame(fault)
        return verdict

    def describe(self, verdict: Verdict) -> None:
        self.stdout.write(f"共 {verdict.count:,} 条")
        for word, end in (("首条", verdict.first), ("末条", verdict.last)):
            if end:
                self.stdout.write(f"{word} 第 {end.number} 条 {end.hash}")
        for fault in verdict.faults:
            self.stderr.write(fault)
        if verdict.fault_count > len(verdict.faults):
            self.stderr.write(f"……另有 {verdict.fault_count - len(verdict.faults)} 处")


def head_of_last_time(head: Path | None) -> dict[int, str]:
    """Return number and hash of the last entry written down last time; nothing at the first."""
    if head is None or not head.exists():
        return {}
    try:
        entry = json.loads(head.read_text(encoding="utf-8"))
        return {int(entry["number"]): str(entry["hash"])}
    except (ValueError, KeyError, TypeError) as wrong:
        raise CommandError(f"{head} 不是核对记下的文件") from wrong
