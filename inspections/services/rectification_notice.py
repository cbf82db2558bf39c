"""整改通知书: the office tells one unit on paper what it has to put right, until when and on what basis."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from gongjian.audit.services import record_many
from gongjian.documents.models import Issuer, Kind, OfficialDocument
from gongjian.documents.permissions import may_draft_document
from gongjian.documents.services import draft_document
from gongjian.workflow import WrongState, require
from inspections.models import Finding, NoticedFinding
from inspections.models.findings import FindingStatus
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
    findings: Iterable[Finding], *, issuer: Issuer, by, at: datetime
) -> OfficialDocument:
    """Draft the notice of what lies with one unit and is not put right; it then goes the way of every document.

    Raises WrongState when nothing fits, or when the findings lie with several units.
    """
    require(may_draft_document(by), "只有共建办可以拟整改通知书")
    rows = [
        one for one in findings if one.status == FindingStatus.ASSIGNED and one.responsible_unit_id
    ]
    rows.sort(key=lambda one: (one.community.code, one.due_at, one.number))
    if not rows:
        raise WrongState("所选问题中没有待整改的，不能拟整改通知书")
    if len(units := {one.responsible_unit for one in rows}) > 1:
        names = "、".join(sorted(str(unit) for unit in units))
        raise WrongState(
            f"所选问题分属{names}：整改通知书一次只发给一个单位，请按责任单位筛选后再选"
        )
    with transaction.atomic():
        document = draft_document(
            kind=Kind.RECTIFICATION_NOTICE,
            issuer=issuer,
            by=by,
            at=at,
            **_words(rows, issuer=issuer, at=at),
        )
        NoticedFinding.objects.bulk_create(
            [NoticedFinding(document=document, finding=one) for one in rows]
        )
        record_many(
            rows, "inspections.finding.notice", by=by, at=at, remark=f"列入《{document.title}》"
        )
    return document


def _words(rows: list[Finding], *, issuer: Issuer, at: datetime) -> dict:
    """The fields of the draft; figures only from the data. A shop is named by its door, never by its name."""
    count = len(rows)
    places = list(dict.fromkeys(one.community.name for one in rows))
    where = places[0] if len(places) == 1 else f"{places[0]}等{len(places)}个社区"
    return {
        "title": f"{issuer.name}关于{where}{count}个问题的整改通知书",
        "main_recipient": rows[0].responsible_unit.name,
        "body": "\n".join(_body(rows, where, at)),
        "attachments": [_table(rows, where)],
    }


def _body(rows: list[Finding], where: str, at: datetime) -> list[str]:
    late = sum(one.due_at < at for one in rows)
    limits = "附件所列问题，请逐项落实措施和责任人，于各项所列时限前整改到位。"
    if late:
        limits += f"其中{late}个问题已超过时限，请自收到本通知书之日起立即整改。"
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


def _table(rows: list[Finding], where: str) -> dict:
    names = dict(item_names(max(timezone.localdate(one.found_at) for one in rows)))
    lines = [
        [
            str(place),
            one.number,
            f"{one.community.name} {one.place}",
            _without_shop(one),
            names.get(one.item_code, one.item_code),
            _limit(one.due_at),
        ]
        for place, one in enumerate(rows, 1)
    ]
    return {
        "title": f"{where}限期整改问题清单",
        "text": "",
        "table": {"columns": COLUMNS, "rows": lines},
    }


def _without_shop(finding: Finding) -> str:
    """Private shops are not criticised by name (assessment, red lines): the door says which one is meant."""
    shop = finding.frontage.shop_name if finding.frontage else ""
    return finding.description.replace(shop, "该处商户") if shop else finding.description


def _limit(due_at: datetime) -> str:
    due = timezone.localtime(due_at)
    day = f"{due.year}年{due.month}月{due.day}日"
    return day if (due.hour, due.minute) == (23, 59) else f"{day}{due:%H:%M}"
