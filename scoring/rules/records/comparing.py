"""Where the results on record part from those recomputed, in the office's words."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from scoring.rules.records.freezing import Record, recompute

Row = Mapping[str, Any]

FIGURES = {
    "points": "得分",
    "grade": "等次",
    "place": "名次",
    "class_place": "分类名次",
    "class_name": "类别",
    "name": "名称",
    "statement": "说明",
}
CONTRIBUTIONS = {
    "name": "名称",
    "value": "得分",
    "weight": "权重",
    "contribution": "计入",
    "clause": "依据",
    "note": "说明",
}
STANDINGS = {"lead": "牵头单位", "member": "共建单位", "department": "职能部门"}
LONGEST = 80


def differences(frozen: Record) -> list[str]:
    """Return every difference, a line each: who, which figure, as recorded and as recomputed.

    Published figures come first, then how they are made up. Raises what `recompute` raises.
    """
    computed = recompute(frozen)
    figures: list[str] = []
    contributions: list[str] = []
    for name in ("results", "unit_results"):
        recorded_rows = {identity(row): row for row in frozen.get(name, ())}
        computed_rows = {identity(row): row for row in computed.get(name, ())}
        figures += differing_lists(recorded_rows, computed_rows)
        for key, row in computed_rows.items():
            recorded = recorded_rows.get(key)
            if recorded is not None:
                whose = in_words(row)
                figures += differing_fields(whose, FIGURES, recorded, row)
                parts = recorded.get("explanation"), row.get("explanation")
                contributions += differing_parts(whose, *parts)
    return figures + contributions


def identity(row: Row) -> str:
    """Return what tells a row from the others of its list: a community's code, a unit's number."""
    if "code" in row:
        return str(row["code"])
    return f"{row['standing']} {row['ref']}"


def in_words(row: Row) -> str:
    """Return a community by its name, a unit by its name in one of its standings."""
    if "code" in row:
        return f"{row['name']}（{row['code']}）"
    standing = STANDINGS.get(row["standing"], row["standing"])
    return f"{row['name']}（{standing}）"


def differing_lists(recorded: Mapping[str, Row], computed: Mapping[str, Row]) -> list[str]:
    """Return who stands in one list only; where nobody does, whether the order is another."""
    sentences = []
    for key, row in recorded.items():
        if key not in computed:
            sentences.append(f"{in_words(row)}：存档中有得分，复算没有")
    for key, row in computed.items():
        if key not in recorded:
            sentences.append(f"{in_words(row)}：复算有得分，存档中没有")
    if not sentences and list(recorded) != list(computed):
        sentences.append("存档没有按名次先后排列")
    return sentences


def differing_fields(
    whose: str, fields: Mapping[str, str], recorded: Row, computed: Row
) -> list[str]:
    """Return a sentence for each field that is told otherwise, and for each that nobody knows."""
    sentences = []
    for name, word in fields.items():
        if recorded.get(name) != computed.get(name):
            both = f"存档为 {shown(recorded.get(name))}，复算为 {shown(computed.get(name))}"
            sentences.append(f"{whose}：{word}{both}")
    strange = sorted(set(recorded) - set(computed))
    if strange:
        sentences.append(f"{whose}：存档中多出“{'、'.join(strange)}”")
    return sentences


def differing_parts(whose: str, recorded: Row | None, computed: Row | None) -> list[str]:
    """Return the differences of a figure's parts, level by level, each by the way down to it."""
    if not recorded or not computed:
        if recorded == computed:
            return []
        return [f"{whose}：得分构成{'多出' if recorded else '缺少'}一项"]
    path = f"{whose} › {computed['name']}"
    sentences = differing_fields(path, CONTRIBUTIONS, recorded, computed)
    for old_part, new_part in zip_longest(recorded.get("parts", ()), computed["parts"]):
        sentences += differing_parts(path, old_part, new_part)
    return sentences


def shown(value: object) -> str:
    """Return a value as it is quoted: not longer than a line."""
    text = "空" if value in (None, "") else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
