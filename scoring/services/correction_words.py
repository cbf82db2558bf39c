"""The words of a circular that corrects published scores: 原通报 → 更正内容 → 影响; figures from the records."""

from collections.abc import Sequence
from decimal import Decimal

from gongjian.documents.models import OfficialDocument
from gongjian.lib.templatetags.office import signed
from scoring.models import Correction, Round
from scoring.rules.corrections import Moved
from scoring.services.circulars import Words

COLUMNS = (
    ("社区", "left", 28),
    ("原得分", "right", 12),
    ("更正后", "right", 12),
    ("增减", "right", 12),
    ("原名次", "center", 12),
    ("更正后", "center", 12),
    ("等次", "center", 12),
)


def correction_words(
    correction: Correction, round: Round, moved: Sequence[Moved], corrects: OfficialDocument, sha256: str
) -> Words:
    """关于更正……的通报, with everyone whose figure or place changed as a table."""
    quarter = round.span.title_in_text
    what = f"{correction.community.name}{correction.change['said']}"
    body = [
        f"我办《{corrects.title}》（{corrects.number}）公布的{quarter}考核评议得分有误，现更正如下（第{correction.number}号更正）。",
        "一、更正内容",
        f"{what}。更正原因：{_sentence(correction.reason)}依据：{_sentence(correction.basis)}",
        "二、对得分和名次的影响",
        f"按原评分细则重新计算，{_influence(moved)}其余社区的得分和名次不变。原公布的数据快照保留备查。",
    ]
    return Words(
        title=f"{corrects.issuer.name}关于更正{quarter}社区共建考核评议得分的通报",
        body="\n".join(body),
        attachments=[_table(f"{quarter}社区共建考核评议得分更正表", moved, sha256)] if moved else [],
    )


def _sentence(text: str) -> str:
    return text if text.endswith(("。", "！", "？")) else f"{text}。"


def _influence(moved: Sequence[Moved]) -> str:
    points = [one for one in moved if one.before["points"] != one.after["points"]]
    if not moved:
        return "各社区的得分和名次没有变化。"
    named = "、".join(f"{one.after['name']}由{one.before['points']}分更正为{one.after['points']}分" for one in points)
    places = sum(one.before["place"] != one.after["place"] for one in moved)
    return f"{named or '各社区得分不变'}，{places}个社区的名次有变化（见附件）。"


def _table(title: str, moved: Sequence[Moved], sha256: str) -> dict:
    return {
        "title": title,
        "table": {
            "columns": [{"label": label, "align": align, "width": width} for label, align, width in COLUMNS],
            "rows": [_row(one.before, one.after) for one in moved],
        },
        "text": f"更正后的数据快照校验值（SHA-256）：{sha256}。",
    }


def _row(before, after) -> list[str]:
    change = Decimal(after["points"]) - Decimal(before["points"])
    grade = after["grade"] if after["grade"] == before["grade"] else f"{before['grade']}→{after['grade']}"
    places = str(before["place"]), str(after["place"])
    return [after["name"], before["points"], after["points"], signed(change), *places, grade]
