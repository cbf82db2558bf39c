"""`manage.py import_register FILE [--dry-run]`: the register from a workbook, all or nothing."""

import hashlib
from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from gongjian.lib.spreadsheets import UnreadableWorkbook, read_tables
from gongjian.office.register.applying import apply_import, register_file
from gongjian.office.register.planning import plan_import
from gongjian.office.register.plans import ImportPlan


class Command(BaseCommand):
    help = "导入名册（.xlsx、.xls、.ods 或单张表的 .csv）：先预览，任何一格有误都不写入。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="名册文件")
        parser.add_argument("--dry-run", action="store_true", help="只预览，不写入")

    def handle(self, *args, **options) -> None:
        path: Path = options["file"]
        plan = self.plan(path)
        self.show(plan)
        if plan.errors:
            raise CommandError(f"{path.name} 有 {len(plan.errors)} 处错误，没有写入任何内容。")
        if options["dry_run"]:
            self.stdout.write("只是预览，没有写入。")
        elif plan.is_empty:
            self.stdout.write("与在册内容一致，没有需要写入的变动。")
        else:
            file = register_file(hashlib.sha256(path.read_bytes()).hexdigest()[:40], path.name)
            apply_import(plan, file=file, at=timezone.now())
            self.stdout.write("已写入。")

    def plan(self, path: Path) -> ImportPlan:
        try:
            return plan_import(read_tables(path, path.name))
        except OSError as missing:
            raise CommandError(f"读不了 {path}：{missing.strerror}") from missing
        except UnreadableWorkbook as unreadable:
            raise CommandError(str(unreadable)) from unreadable

    def show(self, plan: ImportPlan) -> None:
        """Say what was not read, what to look at, what would change, and every error."""
        for name in plan.unknown_worksheets:
            self.stdout.write(f"没有读取：工作表“{name}”不是名册。")
        for name, columns in plan.ignored_columns.items():
            self.stdout.write(f"没有读取：{name}中多出的列 {'、'.join(columns)}。")
        for warning in plan.warnings:
            self.stdout.write(f"请核对 {warning}")
        for name, counts in plan.counts.items():
            missing = "（文件中没有这张表）" if name in plan.missing_worksheets else ""
            rows = f"新增 {counts['new']}，变更 {counts['changed']}，不变 {counts['unchanged']}"
            self.stdout.write(f"{name}：{rows}{missing}")
        for worksheet in plan.worksheets.values():
            for change in worksheet.changes:
                moves = "；".join(f"{header} {old} → {new}" for header, old, new in change.fields)
                self.stdout.write(f"  {change.where} {change.label}：{moves}")
        for error in plan.errors:
            self.stderr.write(str(error))
