"""The words of the notice that hands down a quarter's work (任务通知), composed from the plan."""

from dataclasses import dataclass
from datetime import date

from communities.models.plans import Area, WorkPlan

NUMERALS = "一二三四五六"
MAIN_RECIPIENT = "各共建领导小组、各牵头单位、各共建单位"
# What each work area is for, in the headings of policy 三.
AIMS = {
    Area.IDEAS: "共建文明风尚",
    Area.SECURITY: "共建平安社区",
    Area.ENVIRONMENT: "共建优美社区",
    Area.FACILITIES: "共建公益设施",
    Area.RESOURCES: "共建特色社区",
    Area.FUNDS: "共建和谐社区",
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
    attachments: list[dict]


def notice_words(plan: WorkPlan, *, issuer) -> NoticeWords:
    """Compose the notice of a plan, issued or not. One query for the items."""
    items = list(plan.items.select_related("community").order_by("community__code", "pk"))
    own_items = [item for item in items if item.community_id]
    general = []
    for item in items:
        if not item.community_id:
            general.append(item)
    quarter = plan.span.title_in_text
    body = "\n".join([_opening(quarter), *_chapters(plan, general, bool(own_items))])
    if own_items:
        attachments = [_own_items(quarter, own_items)]
    else:
        attachments = []
    title = f"{issuer.name}关于下达{quarter}社区共建工作任务的通知"
    return NoticeWords(
        title=title,
        main_recipient=MAIN_RECIPIENT,
        body=body,
        attachments=attachments,
    )


def _opening(quarter: str) -> str:
    return f"为深入推进社区共建，按照每季度下达工作任务的要求，现将{quarter}各社区主要工作内容下达如下，请认真组织实施。"


def _chapters(plan: WorkPlan, general: list, has_own: bool) -> list[str]:
    """The headed parts, numbered in the order in which they stand."""
    foreword = []
    for line in plan.foreword.splitlines():
        if line.strip():
            foreword.append(line.strip())
    parts = [
        ("总体要求", foreword),
        ("主要工作内容", _by_area(general)),
        ("工作要求", _demands(plan, has_own)),
    ]
    present = []
    for name, lines in parts:
        if lines:
            present.append((name, lines))
    return [
        line
        for numeral, (name, lines) in zip(NUMERALS, present, strict=False)
        for line in (f"{numeral}、{name}", *lines)
    ]


def _by_area(items: list) -> list[str]:
    """Items under their work area, in the policy's order; numbered where there is more than one."""
    lines: list[str] = []
    areas = [area for area in Area if any(item.area == area for item in items)]
    for numeral, area in zip(NUMERALS, areas, strict=False):
        lines.append(f"（{numeral}）{area.label}，{AIMS[area]}")
        inside = []
        for item in items:
            if item.area == area:
                inside.append(item)
        lines += [
            f"{place}. {_sentence(item)}" if len(inside) > 1 else _sentence(item)
            for place, item in enumerate(inside, start=1)
        ]
    return lines


def _sentence(item) -> str:
    limit = ""
    if item.due_on:
        limit = f"（{_day(item.due_on)}前完成）"
    return f"{item.text.strip().rstrip('。；;')}{limit}。"


def _demands(plan: WorkPlan, has_own: bool) -> list[str]:
    due = f"{plan.due_on.year}年{_day(plan.due_on)}"
    demands = [
        "各牵头单位应及时签收任务，牵头组织实施，本季度召开一次共建领导小组例会，组织一次劳动日活动。",
        "各共建单位应按照分工密切配合，各联系领导应加强走访协调。",
        f"各社区应于{due}前完成任务，并报告完成情况。",
    ]
    if has_own:
        demands.append("部分社区另行安排的工作任务见附件，一并抓好落实。")
    texts = []
    for place, demand in enumerate(demands, start=1):
        texts.append(f"{place}. {demand}")
    return texts


def _own_items(quarter: str, items: list) -> dict:
    rows = []
    for place, item in enumerate(items, start=1):
        rows.append(
            [
                str(place),
                item.community.name,
                item.get_area_display(),
                item.text,
                _day(item.due_on) if item.due_on else "按通知要求",
            ]
        )
    return {
        "title": f"{quarter}部分社区工作任务表",
        "text": "",
        "table": {"columns": COLUMNS, "rows": rows},
    }


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
