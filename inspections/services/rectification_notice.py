"""整改通知书: the office tells one unit on paper what to put right, until when and why."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.audit.services import record_many
from gongjian.documents.models import DocumentKind, Issuer, OfficialDocument
from gongjian.documents.permissions import may_draft_document
from gongjian.documents.services import draft_document
from gongjian.workflow import require
from inspections.models import Finding, NoticedFinding
from inspections.services.checklists import item_names

COLUMNS = [
    {"label": "序号", "align": "center", "width": 7},
    {"label": "编号", "align": "center", "width": 17},
    {"label": "社区、位置", "align": "left", "width": 22},
    {"label": "存在问题", "align": "left", "width": 24},
    {"label": "依据（检查项目）", "align": "left", "width": 16},
    {"label": "整改时限", "align": "center", "width": 14},
]


def draft_rectification_notice(
    findings: Iterable[Finding], *, issuer: Issuer, by: User, at: datetime
) -> OfficialDocument:
    """Draft the notice of what one unit has not put right; it then goes the way of all documents.

    Raises ValidationError when nothing fits, or when the findings lie with several units.
    """
    require(may_draft_document(by), "只有共建办可以拟整改通知书")
    rows = [finding for finding in findings if finding.is_with_unit]
    rows.sort(key=place_in_notice)
    _refuse_unless_one_unit(rows)
    fields = notice_fields(rows, issuer=issuer, at=at)
    with transaction.atomic():
        document = draft_document(by=by, at=at, **fields)
        lines = [NoticedFinding(document=document, finding=finding) for finding in rows]
        NoticedFinding.objects.bulk_create(lines)
        remark = f"列入《{document.title}》"
        record_many(rows, "inspections.finding.notice", by=by, at=at, remark=remark)
    return document


def place_in_notice(finding: Finding) -> tuple[str, datetime, str]:
    """Return the key of the order: by community, then by deadline."""
    return finding.community.code, finding.due_at, finding.number


def _refuse_unless_one_unit(rows: list[Finding]) -> None:
    if not rows:
        raise ValidationError("所选问题中没有待整改的，不能拟整改通知书")
    units = {finding.responsible_unit for finding in rows}
    if len(units) > 1:
        names = "、".join(sorted(str(unit) for unit in units))
        advice = "整改通知书一次只发给一个单位，请按责任单位筛选后再选"
        raise ValidationError(f"所选问题分属{names}：{advice}")


def notice_fields(rows: list[Finding], *, issuer: Issuer, at: datetime) -> dict[str, Any]:
    """Return title, recipient, body and annex of the draft; every figure comes from the data."""
    names = list(dict.fromkeys(finding.community.name for finding in rows))
    where = names[0]
    if len(names) > 1:
        where = f"{where}等{len(names)}个社区"
    unit = rows[0].responsible_unit
    assert unit is not None
    title = f"{issuer.name}关于{where}{len(rows)}个问题的整改通知书"
    body = "\n".join(notice_paragraphs(rows, where, at))
    annex = annex_of(rows, where)
    fields = {"kind": DocumentKind.RECTIFICATION_NOTICE, "issuer": issuer, "title": title}
    return fields | {"main_recipient": unit.name, "body": body, "attachments": [annex]}


def notice_paragraphs(rows: list[Finding], where: str, at: datetime) -> list[str]:
    """Return the paragraphs of the notice's body."""
    overdue = [finding for finding in rows if finding.due_at < at]
    limits = "附件所列问题，请逐项落实措施和责任人，于各项所列时限前整改到位。"
    if overdue:
        limits += f"其中{len(overdue)}个问题已超过时限，请自收到本通知书之日起立即整改。"
    return [
        f"经自查、抽查和考评，{where}发现由你单位负责整改的问题{len(rows)}个（见附件）。"
        "根据《社区共建实施意见》和社区共建检查表，现就整改工作通知如下。",
        "一、整改内容和时限",
        limits,
        "二、整改要求",
        "1. 整改完成后，请及时登记整改情况，并附整改后的照片。",
        "2. 整改情况由整改单位以外的人员复查，符合要求的予以销号，不符合要求的退回重改。",
        "3. 对责任归属或者时限有异议的，请在时限届满前提出，并说明理由。",
        "三、有关责任",
        "逾期没有整改的，予以督办；弄虚作假的，按虚假整改处理，并在季度考评中扣分。",
    ]


def annex_of(rows: list[Finding], where: str) -> dict[str, Any]:
    """Return the annex: a table with a line for each finding."""
    last_found_at = max(finding.found_at for finding in rows)
    names = dict(item_names(timezone.localdate(last_found_at)))
    lines = []
    for serial, finding in enumerate(rows, 1):
        place = f"{finding.community.name} {finding.place}"
        item = names.get(finding.item_code, finding.item_code)
        problem = description_without_shop(finding)
        due = written_deadline(finding.due_at)
        lines.append([str(serial), finding.number, place, problem, item, due])
    table = {"columns": COLUMNS, "rows": lines}
    return {"title": f"{where}限期整改问题清单", "text": "", "table": table}


def description_without_shop(finding: Finding) -> str:
    """Return the description without the shop's name: the place says which one is meant.

    Private shops are not criticised by name (assessment, red lines).
    """
    if finding.frontage is None or not finding.frontage.shop_name:
        return finding.description
    return finding.description.replace(finding.frontage.shop_name, "该处商户")


def written_deadline(due_at: datetime) -> str:
    """Return 2026年11月25日, with the hour where it is not the end of the day."""
    due = timezone.localtime(due_at)
    day = f"{due.year}年{due.month}月{due.day}日"
    is_end_of_day = (due.hour, due.minute) == (23, 59)
    return day if is_end_of_day else f"{day}{due:%H:%M}"
