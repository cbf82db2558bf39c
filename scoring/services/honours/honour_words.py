"""The words of praise, criticism and the year's decision; names and grounds from the lists."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from gongjian.documents.models import Issuer
from scoring.models import Nomination, Round
from scoring.services.drafting.words import POLICY, CircularWords, in_chapters, printed_table

NAMED_COLUMNS = (
    ("序号", "center", 8),
    ("名称", "left", 32),
    ("身份", "left", 16),
    ("依据", "left", 44),
)


def praise_words(round: Round, nominations: Sequence[Nomination], issuer: Issuer) -> CircularWords:
    """Return the words of 通报表扬: everyday praise, never called 表彰."""
    quarter = round.span.title_in_text
    subjects = _subjects(nominations)
    opening = (
        f"{quarter}，各社区、各单位认真落实{POLICY}，扎实推进社区共建各项工作。"
        f"根据考核评议结果，报经市委、市政府批准，决定对以下{subjects}予以通报表扬。"
    )
    closing = (
        f"希望受表扬的{subjects}珍惜荣誉、再接再厉。"
        "各社区、各单位要学习先进，进一步做好社区共建工作。"
    )
    title = f"{issuer.name}关于表扬{quarter}社区共建工作先进{subjects}的通报"
    body = _body(opening, nominations, closing)
    table = _names_table(f"{quarter}社区共建工作通报表扬名单", nominations)
    return CircularWords(title, body, attachments=[table])


def criticism_words(
    round: Round, nominations: Sequence[Nomination], issuer: Issuer
) -> CircularWords:
    """Return the words of 通报批评 of communities, organs and subordinate units.

    A written report is due within a month (3.1.13).
    """
    quarter = round.span.title_in_text
    subjects = _subjects(nominations)
    opening = (
        f"{quarter}社区共建考核评议中，部分{subjects}工作推进不力，得分靠后。"
        f"根据{POLICY}关于考核评比的规定，报经市委、市政府批准，"
        f"决定对以下{subjects}予以通报批评。"
    )
    closing = (
        f"被通报批评的{subjects}要认真查找原因，明确整改措施、责任人和完成时限，"
        "自本通报印发之日起一个月内向我办报送书面整改报告。"
        "我办将在下一季度考评中对整改情况进行复核。"
    )
    title = f"{issuer.name}关于对{quarter}社区共建工作成绩欠佳{subjects}予以批评的通报"
    body = _body(opening, nominations, closing)
    table = _names_table(f"{quarter}社区共建工作通报批评名单", nominations)
    return CircularWords(title, body, attachments=[table])


def commendation_words(
    period: str, nominations: Sequence[Nomination], issuer: Issuer
) -> CircularWords:
    """Return the words of the year's decision, on the mean of four published quarters."""
    subjects = _subjects(nominations)
    opening = (
        f"{period}，各社区和各级各部门积极参加社区共建，工作取得明显成效。"
        f"根据{POLICY}和四个季度公布的平均分，报经市委、市政府批准，"
        f"决定对以下{subjects}予以表彰。"
    )
    closing = (
        f"希望受表彰的{subjects}谦虚谨慎、再创佳绩。"
        "各社区、各单位要以先进为榜样，齐心协力推进社区共建。"
    )
    title = f"{issuer.name}关于表彰{period}社区共建工作先进{subjects}的决定"
    body = _body(opening, nominations, closing)
    table = _names_table(f"{period}社区共建工作表彰名单", nominations)
    return CircularWords(title, body, attachments=[table])


def _subjects(nominations: Iterable[Nomination]) -> str:
    """Return 社区和单位, or the one of the two that is named."""
    words = set()
    for nomination in nominations:
        words.add("单位" if nomination.unit_id else "社区")
    return "和".join(word for word in ("社区", "单位") if word in words)


def _body(opening: str, nominations: Sequence[Nomination], closing: str) -> str:
    """Return the body: 一、社区（3个） with a line of names below, and so on for each standing."""
    chapters = []
    for named_as, group in groupby(nominations, key=lambda nomination: nomination.named_as):
        members = list(group)
        counter = "家" if members[0].unit_id else "个"
        names = "、".join(nomination.name for nomination in members)
        heading = f"{named_as}（{len(members)}{counter}）"
        chapters.append((heading, [f"{names}。"]))
    return "\n".join([opening, *in_chapters(chapters), closing])


def _names_table(title: str, nominations: Sequence[Nomination]) -> dict[str, Any]:
    rows = []
    for place, nomination in enumerate(nominations, 1):
        rows.append([str(place), nomination.name, nomination.named_as, nomination.reason])
    return printed_table(title, NAMED_COLUMNS, rows)
