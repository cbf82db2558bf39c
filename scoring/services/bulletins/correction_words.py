"""The words of a circular that corrects published scores: 原通报 → 更正内容 → 影响; figures from the records."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from gongjian.documents.models import OfficialDocument
from gongjian.lib.templatetags.office import signed
from scoring.models import Correction, Round
from scoring.models.scores import Standing
from scoring.rules.corrections.correcting import Influence, Moved
from scoring.services.bulletins.ranking_circular import Words

UNIT_COLUMNS = (
    ("单位", "left", 36),
    ("身份", "center", 16),
    ("原得分", "right", 12),
    ("更正后", "right", 12),
    ("增减", "right", 12),
    ("原名次", "center", 12),
    ("更正后", "center", 12),
)
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
    correction: Correction, round: Round, moved: Influence, corrects: OfficialDocument, sha256: str
) -> Words:
    """关于更正……的通报, with everyone whose figure or place changed as a table: communities, then units."""
    quarter = round.span.title_in_text
    what = f"{correction.community.name}{correction.change['said']}"
    body = [
        f"我办《{corrects.title}》（{corrects.number}）公布的{quarter}考核评议得分有误，现更正如下（第{correction.number}号更正）。",
        "一、更正内容",
        f"{what}。更正原因：{_sentence(correction.reason)}依据：{_sentence(correction.basis)}",
        "二、对得分和名次的影响",
        f"按原评分细则重新计算，{_influence(moved)}{_others(moved)}的得分和名次不变。原公布的数据快照保留备查。",
    ]
    title = f"{corrects.issuer.name}关于更正{quarter}社区共建考核评议得分的通报"
    attachments = list(_tables(quarter, moved, sha256))
    return Words(
        title=title,
        body="\n".join(body),
        attachments=attachments,
    )


def _sentence(text: str) -> str:
    if text.endswith(("。", "！", "？")):
        return text
    return f"{text}。"


def _influence(moved: Influence) -> str:
    communities = _changed(moved.communities, "社区", "个") or "各社区的得分和名次没有变化"
    units = _changed(moved.units, "单位", "家")
    attached = "（见附件）" if moved.communities or moved.units else ""
    return "；".join(filter(None, (communities, units))) + attached + "。"


def _changed(moved: Sequence[Moved], what: str, counter: str) -> str:
    """Who moved from which figure to which, and how many places changed; nothing if nobody did."""
    if not moved:
        return ""
    points = []
    for one in moved:
        if one.before["points"] != one.after["points"]:
            points.append(one)
    texts = [
        f"{one.after['name']}由{one.before['points']}分更正为{one.after['points']}分"
        for one in points
    ]
    named = "、".join(texts)
    places = sum(one.before["place"] != one.after["place"] for one in moved)
    return f"{named or f'各{what}得分不变'}，{places}{counter}{what}的名次有变化"


def _others(moved: Influence) -> str:
    return "其余社区和单位" if moved.units else "其余社区"


def _tables(quarter: str, moved: Influence, sha256: str) -> Iterator[dict]:
    text = f"更正后的数据快照校验值（SHA-256）：{sha256}。"
    if moved.communities:
        yield _table(
            f"{quarter}社区共建考核评议得分更正表", COLUMNS, map(_row, moved.communities), text
        )
    if moved.units:
        yield _table(
            f"{quarter}社区共建单位得分更正表", UNIT_COLUMNS, map(_unit_row, moved.units), text
        )


def _table(title: str, columns, rows: Iterable[list[str]], text: str) -> dict:
    labelled = []
    for label, align, width in columns:
        labelled.append({"label": label, "align": align, "width": width})
    table = {"columns": labelled, "rows": list(rows)}
    return {"title": title, "table": table, "text": text}


def _row(one: Moved) -> list[str]:
    before, after = one.before, one.after
    if after["grade"] == before["grade"]:
        grade = after["grade"]
    else:
        grade = f"{before['grade']}→{after['grade']}"
    return [after["name"], *_points(one), *_places(one), grade]


def _unit_row(one: Moved) -> list[str]:
    standing = Standing(one.after["standing"])
    return [one.after["name"], standing.label, *_points(one), *_places(one)]


def _points(one: Moved) -> list[str]:
    before, after = one.before["points"], one.after["points"]
    return [before, after, signed(Decimal(after) - Decimal(before))]


def _places(one: Moved) -> list[str]:
    return [str(one.before["place"]), str(one.after["place"])]
