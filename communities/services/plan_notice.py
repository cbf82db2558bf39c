"""The words of the notice that hands down a quarter's work (任务通知), composed from the plan."""

from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from communities.models.plans import PlanItem, WorkArea, WorkPlan
from gongjian.documents.models import Issuer
from gongjian.lib.numerals import chinese_numeral

MAIN_RECIPIENT = "各共建领导小组、各牵头单位、各共建单位"
# What each work area is for, in the headings of policy 三.
AIMS = {
    WorkArea.IDEAS: "共建文明风尚",
    WorkArea.SECURITY: "共建平安社区",
    WorkArea.ENVIRONMENT: "共建优美社区",
    WorkArea.FACILITIES: "共建公益设施",
    WorkArea.RESOURCES: "共建特色社区",
    WorkArea.FUNDS: "共建和谐社区",
}
COLUMNS = [
    {"label": "序号", "align": "center", "width": 8},
    {"label": "社区", "align": "center", "width": 18},
    {"label": "工作重点", "align": "center", "width": 20},
    {"label": "工作内容", "align": "left", "width": 38},
    {"label": "完成时限", "align": "center", "width": 16},
]


@dataclass(frozen=True)
class NoticeWords:
    """Fields of an OfficialDocument: `body` has a paragraph a line, headings begin with 一、 or
    （一）.
    """

    title: str
    main_recipient: str
    body: str
    attachments: list[dict[str, Any]]


def notice_words(plan: WorkPlan, *, issuer: Issuer) -> NoticeWords:
    """Compose the notice of a plan, issued or not. One query for the items."""
    items = list(plan.items.select_related("community").order_by("community__code", "pk"))
    own_items = [item for item in items if item.community_id]
    general = []
    for item in items:
        if not item.community_id:
            general.append(item)
    quarter = plan.span.title_in_text
    opening = (
        "为深入推进社区共建，按照每季度下达工作任务的要求，"
        f"现将{quarter}各社区主要工作内容下达如下，请认真组织实施。"
    )
    lines = [opening]
    lines += chapters_of(plan, general, has_own=bool(own_items))
    body = "\n".join(lines)
    attachments = []
    if own_items:
        attachments.append(table_of_own_items(quarter, own_items))
    title = f"{issuer.name}关于下达{quarter}社区共建工作任务的通知"
    return NoticeWords(
        title=title,
        main_recipient=MAIN_RECIPIENT,
        body=body,
        attachments=attachments,
    )


def chapters_of(plan: WorkPlan, general: list[PlanItem], *, has_own: bool) -> list[str]:
    """Return the headed parts, numbered in the order in which they stand."""
    foreword = []
    for line in plan.foreword.splitlines():
        if line.strip():
            foreword.append(line.strip())
    parts = [
        ("总体要求", foreword),
        ("主要工作内容", lines_by_area(general)),
        ("工作要求", demands_of(plan, has_own)),
    ]
    numbers = count(1)
    chapters: list[str] = []
    for name, lines in parts:
        if lines:
            chapters.append(f"{chinese_numeral(next(numbers))}、{name}")
            chapters += lines
    return chapters


def lines_by_area(items: list[PlanItem]) -> list[str]:
    """Return the items under their work area, in the policy's order; several are numbered."""
    numbers = count(1)
    lines: list[str] = []
    for area in WorkArea:
        sentences = [_sentence(item) for item in items if item.area == area]
        if not sentences:
            continue
        lines.append(f"（{chinese_numeral(next(numbers))}）{area.label}，{AIMS[area]}")
        if len(sentences) > 1:
            sentences = numbered(sentences)
        lines += sentences
    return lines


def numbered(sentences: list[str]) -> list[str]:
    """Return the sentences with "1. ", "2. " … before them."""
    texts = []
    for place, sentence in enumerate(sentences, start=1):
        texts.append(f"{place}. {sentence}")
    return texts


def _sentence(item: PlanItem) -> str:
    limit = ""
    if item.due_on:
        limit = f"（{_day(item.due_on)}前完成）"
    return f"{item.text.strip().rstrip('。；;')}{limit}。"


def demands_of(plan: WorkPlan, has_own: bool) -> list[str]:
    """Return what every group is asked besides: to sign, to meet, to work together, to report."""
    due = f"{plan.due_on.year}年{_day(plan.due_on)}"
    demands = [
        "各牵头单位应及时签收任务，牵头组织实施，"
        "本季度召开一次共建领导小组例会，组织一次劳动日活动。",
        "各共建单位应按照分工密切配合，各联系领导应加强走访协调。",
        f"各社区应于{due}前完成任务，并报告完成情况。",
    ]
    if has_own:
        demands.append("部分社区另行安排的工作任务见附件，一并抓好落实。")
    return numbered(demands)


def table_of_own_items(quarter: str, items: list[PlanItem]) -> dict[str, Any]:
    """Return the attachment with what single communities are asked, a row an item."""
    rows = []
    for place, item in enumerate(items, start=1):
        limit = _day(item.due_on) if item.due_on else "按通知要求"
        area = item.get_area_display()
        rows.append([str(place), str(item.community), area, item.text, limit])
    return {
        "title": f"{quarter}部分社区工作任务表",
        "text": "",
        "table": {"columns": COLUMNS, "rows": rows},
    }


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
