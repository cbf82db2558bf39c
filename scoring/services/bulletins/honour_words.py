"""The words of praise, criticism and the year's decision; names and grounds from the lists."""

from collections.abc import Sequence
from itertools import groupby

from scoring.models import Nomination
from scoring.services.bulletins.figures import QuarterFigures
from scoring.services.bulletins.ranking_circular import NUMERALS, POLICY, Words, columns_of

NAMED_COLUMNS = (
    ("序号", "center", 8),
    ("名称", "left", 32),
    ("身份", "left", 16),
    ("依据", "left", 44),
)


def praise_words(figures: QuarterFigures, named: Sequence[Nomination], issuer) -> Words:
    """通报表扬: everyday praise, never called 表彰."""
    quarter, who = figures.round.span.title_in_text, _who(named)
    body = [
        f"{quarter}，各社区、各单位认真落实{POLICY}，扎实推进社区共建各项工作。根据考核评议结果，报经市委、市政府批准，"
        f"决定对以下{who}予以通报表扬。",
        *_by_standing(named),
        f"希望受表扬的{who}珍惜荣誉、再接再厉。各社区、各单位要学习先进，进一步做好社区共建工作。",
    ]
    title = f"{issuer.name}关于表扬{quarter}社区共建工作先进{who}的通报"
    attachments = [_named_table(f"{quarter}社区共建工作通报表扬名单", named)]
    return Words(
        title=title,
        body="\n".join(body),
        attachments=attachments,
    )


def criticism_words(figures: QuarterFigures, named: Sequence[Nomination], issuer) -> Words:
    """通报批评 of communities, organs and subordinate units; a written report is due within a month (3.1.13)."""
    quarter, who = figures.round.span.title_in_text, _who(named)
    body = [
        f"{quarter}社区共建考核评议中，部分{who}工作推进不力，得分靠后。根据{POLICY}关于考核评比的规定，"
        f"报经市委、市政府批准，决定对以下{who}予以通报批评。",
        *_by_standing(named),
        f"被通报批评的{who}要认真查找原因，明确整改措施、责任人和完成时限，自本通报印发之日起一个月内向我办报送书面整改报告。"
        "我办将在下一季度考评中对整改情况进行复核。",
    ]
    title = f"{issuer.name}关于对{quarter}社区共建工作成绩欠佳{who}予以批评的通报"
    attachments = [_named_table(f"{quarter}社区共建工作通报批评名单", named)]
    return Words(
        title=title,
        body="\n".join(body),
        attachments=attachments,
    )


def commendation_words(period: str, named: Sequence[Nomination], issuer) -> Words:
    """年终表彰决定, on the mean of four published quarters."""
    who = _who(named)
    body = [
        f"{period}，各社区和各级各部门积极参加社区共建，工作取得明显成效。根据{POLICY}和四个季度公布的平均分，"
        f"报经市委、市政府批准，决定对以下{who}予以表彰。",
        *_by_standing(named),
        f"希望受表彰的{who}谦虚谨慎、再创佳绩。各社区、各单位要以先进为榜样，齐心协力推进社区共建。",
    ]
    title = f"{issuer.name}关于表彰{period}社区共建工作先进{who}的决定"
    attachments = [_named_table(f"{period}社区共建工作表彰名单", named)]
    return Words(
        title=title,
        body="\n".join(body),
        attachments=attachments,
    )


def _who(named: Sequence[Nomination]) -> str:
    """社区和单位, or those of the two that are named."""
    standings = set()
    for one in named:
        standings.add(bool(one.standing))
    return "和".join(
        word for word, is_unit in (("社区", False), ("单位", True)) if is_unit in standings
    )


def _by_standing(named: Sequence[Nomination]) -> list[str]:
    """一、社区（3个）, a line of names beneath, and so on for each standing."""
    groups = [
        (kind, list(members)) for kind, members in groupby(named, key=lambda one: one.named_as)
    ]
    lines = []
    for numeral, (kind, members) in zip(NUMERALS, groups, strict=False):
        unit = "个" if kind == "社区" else "家"
        names = [one.name for one in members]
        lines += [
            f"{numeral}、{kind}（{len(members)}{unit}）",
            f"{'、'.join(names)}。",
        ]
    return lines


def _named_table(title: str, named: Sequence[Nomination]) -> dict:
    rows = []
    for place, one in enumerate(named, 1):
        rows.append([str(place), one.name, one.named_as, one.reason])
    table = {"columns": columns_of(NAMED_COLUMNS), "rows": rows}
    return {"title": title, "table": table}
