"""The words of a circular that corrects published scores: 原通报 → 更正内容 → 影响."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from gongjian.documents.models import OfficialDocument
from gongjian.lib.templatetags.office import signed
from scoring.models import Correction, Round
from scoring.models.scores import Standing
from scoring.rules.corrections.correcting import Influence, MovedResult
from scoring.services.drafting.words import CircularWords, printed_table

UNIT_COLUMNS = (
    ("单位", "left", 36),
    ("身份", "center", 16),
    ("原得分", "right", 12),
    ("更正后", "right", 12),
    ("增减", "right", 12),
    ("原名次", "center", 12),
    ("更正后", "center", 12),
)
COMMUNITY_COLUMNS = (
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
) -> CircularWords:
    """Return the words of 关于更正……的通报, with the tables of whose figure or place changed."""
    quarter = round.span.title_in_text
    published = f"我办《{corrects.title}》（{corrects.number}）公布的{quarter}考核评议得分有误"
    what = f"{correction.community.name}{correction.change['said']}"
    reason = _sentence(correction.reason)
    basis = _sentence(correction.basis)
    others = "其余社区和单位" if moved.units else "其余社区"
    body = [
        f"{published}，现更正如下（第{correction.number}号更正）。",
        "一、更正内容",
        f"{what}。更正原因：{reason}依据：{basis}",
        "二、对得分和名次的影响",
        f"按原评分细则重新计算，{influence_words(moved)}{others}的得分和名次不变。"
        "原公布的数据快照保留备查。",
    ]
    title = f"{corrects.issuer.name}关于更正{quarter}社区共建考核评议得分的通报"
    tables = list(correction_tables(quarter, moved, sha256))
    return CircularWords(title, "\n".join(body), attachments=tables)


def _sentence(text: str) -> str:
    return text if text.endswith(("。", "！", "？")) else f"{text}。"


def influence_words(moved: Influence) -> str:
    clauses = [_changed(moved.communities, "社区", "个") or "各社区的得分和名次没有变化"]
    if moved.units:
        clauses.append(_changed(moved.units, "单位", "家"))
    attached = "（见附件）" if moved.communities or moved.units else ""
    return f"{'；'.join(clauses)}{attached}。"


def _changed(moved: Sequence[MovedResult], what: str, counter: str) -> str:
    """Say who moved from which figure to which, and how many places changed; "" if nobody did."""
    if not moved:
        return ""
    clauses, places = [], 0
    for result in moved:
        before = result.before
        after = result.after
        if before["points"] != after["points"]:
            change = f"由{before['points']}分更正为{after['points']}分"
            clauses.append(f"{after['name']}{change}")
        if before["place"] != after["place"]:
            places += 1
    points = "、".join(clauses) or f"各{what}得分不变"
    return f"{points}，{places}{counter}{what}的名次有变化"


def correction_tables(quarter: str, moved: Influence, sha256: str) -> Iterator[dict[str, Any]]:
    text = f"更正后的数据快照校验值（SHA-256）：{sha256}。"
    if moved.communities:
        title = f"{quarter}社区共建考核评议得分更正表"
        rows = [community_row(result) for result in moved.communities]
        yield printed_table(title, COMMUNITY_COLUMNS, rows, text)
    if moved.units:
        title = f"{quarter}社区共建单位得分更正表"
        rows = [unit_row(result) for result in moved.units]
        yield printed_table(title, UNIT_COLUMNS, rows, text)


def community_row(moved: MovedResult) -> list[str]:
    grade_before = moved.before["grade"]
    grade = moved.after["grade"]
    if grade != grade_before:
        grade = f"{grade_before}→{grade}"
    return [moved.after["name"], *_figures(moved), grade]


def unit_row(moved: MovedResult) -> list[str]:
    standing = Standing(moved.after["standing"]).label
    return [moved.after["name"], standing, *_figures(moved)]


def _figures(moved: MovedResult) -> list[str]:
    """Return points before and after, their difference, and the places before and after."""
    before = moved.before
    after = moved.after
    change = signed(Decimal(after["points"]) - Decimal(before["points"]))
    places = [str(before["place"]), str(after["place"])]
    return [before["points"], after["points"], change, *places]
