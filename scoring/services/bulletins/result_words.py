"""The words of a 反馈单: one subject's quarter, its figures, deductions and overdue findings."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from communities.models import Community
from gongjian.documents.layout.document import Attachment, PrintedColumn, PrintedSheet, PrintedTable
from gongjian.documents.layout.printed_sheet import chinese_date
from gongjian.lib.points import round_half_up
from inspections.models import Finding
from scoring.models import ResultSheet, Score, UnitScore
from scoring.models.scores import Standing
from scoring.services.bulletins.ranking_circular import against_last_quarter
from scoring.services.bulletins.result_facts import CityFigures, Facts
from scoring.services.drafting.words import (
    POLICY,
    Chapter,
    in_chapters,
    numbered,
    numbered_in_brackets,
)

MOST_HEADINGS = 10
DEDUCTED = (
    PrintedColumn("考评员", "center", 14),
    PrintedColumn("时段", "center", 9),
    PrintedColumn("项目", "left", 36),
    PrintedColumn("扣分", "right", 8),
    PrintedColumn("原因", "left", 33),
)
LOSSES = (PrintedColumn("项目", "left", 24), PrintedColumn("事由", "left", 76))
OVERDUE = (
    PrintedColumn("编号", "center", 16),
    PrintedColumn("问题", "left", 34),
    PrintedColumn("位置", "left", 22),
    PrintedColumn("责任单位", "left", 16),
    PrintedColumn("整改时限", "center", 12),
)

# What cost or brought points by records of its own: late months, findings, cases.
BESIDE_SHEETS = "打分表以外的加减分"


def printed_result_sheet(row: ResultSheet, city: CityFigures, facts: Facts) -> PrintedSheet:
    """Return the 反馈单 as it is printed. Reads nothing.

    It has no imprint, as it is not issued by itself.
    """
    quarter = city.round.span.title_in_text
    basis = f"根据{POLICY}和《{city.round.rubric.title}》"
    following = f"本单随《{city.circular}》下发，不另编号。" if city.circular else "本单不另编号。"
    opening = f"{basis}，现将{quarter}考核评议结果反馈如下。{following}"
    recipient = row.subject.name
    if row.community:
        chapters = community_chapters(row.community, row, city, facts)
        recipient += "共建领导小组"
    else:
        chapters = unit_chapters(row, city, facts)
    lines = [opening, *in_chapters(chapters)]
    issuer = city.issuer
    assert issuer is not None  # nothing is made before there is one
    return PrintedSheet(
        issuer_mark=issuer.mark,
        number="反馈单",
        title=f"关于{row.subject.name}{quarter}社区共建考核评议结果的反馈",
        main_recipient=recipient,
        body="\n".join(lines),
        signature=issuer.name,
        document_date=city.day,
        attachments=tuple(attachments_of(row, facts)),
    )


def community_chapters(
    community: Community, row: ResultSheet, city: CityFigures, facts: Facts
) -> Iterator[Chapter]:
    score = facts.scores[community.pk]
    explanation = facts.corrected.get(community.pk) or city.explanations.of(score)
    yield "得分和名次", [community_places(score, community, city), *_parts(explanation)]
    deductions = facts.deductions_of(row)
    sheets = facts.sheets[community.pk]
    if sheets:  # a rubric of readings alone has none
        deducted = "没有扣分"
        if deductions:
            deducted = f"共扣分{len(deductions)}处，项目和原因见附件"
        yield "扣分项目", [f"{sheets}份考评打分表{deducted}。"]
    losses = facts.losses_of(row)
    if losses:
        yield BESIDE_SHEETS, [f"共{len(losses)}项，事由见附件。"]
    overdue = facts.overdue_of(row)
    yield "逾期未整改的问题", [_overdue(overdue, city)]
    yield "工作要求", _demands(deducted=bool(deductions), overdue=bool(overdue))


def community_places(score: Score, community: Community, city: CityFigures) -> str:
    previous = city.previous.get(community.pk)
    change = None if previous is None else score.total_points - previous
    points = f"得分{score.total_points}分{_corrected(score)}{against_last_quarter(change)}"
    in_city = f"全市第{score.rank}名（共{city.count}个社区）"
    class_size = city.classes[community.kind]
    in_class = f"{community.get_kind_display()}第{score.class_rank}名（共{class_size}个）"
    return f"{points}，等次为{score.grade}。{in_city}，{in_class}。全市平均{city.mean}分。"


def unit_chapters(row: ResultSheet, city: CityFigures, facts: Facts) -> Iterator[Chapter]:
    order = Standing.values
    scores = facts.unit_scores[row.subject.pk]
    for score in sorted(scores, key=lambda score: order.index(score.standing)):
        label = score.get_standing_display()
        place = f"{label}第{score.rank}名（共{city.standings[score.standing]}家）"
        points = f"得分{score.total_points}分{_corrected(score)}，{place}。"
        yield f"作为{label}的得分和名次", [points, *_parts(score.explanation)]
    overdue = facts.overdue_of(row)
    yield "逾期未整改的问题", [_overdue(overdue, city)]
    yield "工作要求", _demands(deducted=False, overdue=bool(overdue))


def _corrected(score: Score | UnitScore) -> str:
    """Say by which correction the figure stands, if it is not the published one."""
    return f"（已按第{score.corrected_by}号更正）" if score.corrected_by else ""


def _parts(explanation: Mapping[str, Any]) -> list[str]:
    """Return each part of the figure with what lies directly under it.

    Such as （一）全市考评。得分92.31分，权重60%，计入55.39分。
    """
    parts = explanation["parts"]
    if not parts and explanation["note"]:
        return [f"{_without_blanks(explanation['note'])}。"]
    if len(parts) > MOST_HEADINGS:  # a member unit of many communities: a list, without headings
        listed = [_named_figure(part) for part in parts]
        return ["；".join(listed) + "。"]
    return numbered_in_brackets(_part(part) for part in parts)


def _part(part: Mapping[str, Any]) -> str:
    sentences = [_without_blanks(part["name"]), _figure(part)]
    if part["parts"]:
        below = "；".join(_named_figure(inner) for inner in part["parts"])
        sentences.append(f"其中{below}")
    return "。".join(sentences) + "。"


def _named_figure(part: Mapping[str, Any]) -> str:
    return f"{_without_blanks(part['name'])}{_figure(part)}"


def _figure(part: Mapping[str, Any]) -> str:
    """Return 得分88.89分，权重20%，计入17.78分, or 加1.00分 for a part without a weight.

    With the part's note, where it has one.
    """
    remark = _without_blanks(part["note"])
    if part["value"] is None:
        return remark or "不计入"
    note = f"（{remark}）" if part["note"] else ""
    if part["weight"] is None:
        value = Decimal(part["value"])
        verb = "减" if value < 0 else "加"
        return f"{verb}{_two_places(abs(value))}分{note}"
    percent = round_half_up(Decimal(part["weight"]) * 100, 1).normalize()
    points = _two_places(part["value"])
    counted = _two_places(part["contribution"])
    return f"得分{points}分，权重{percent:f}%，计入{counted}分{note}"


def _without_blanks(text: str) -> str:
    """Return the text as documents are written.

    Only pages set blanks between characters and figures.
    """
    return text.replace(" ", "")


def _two_places(value: str | Decimal) -> str:
    return f"{round_half_up(Decimal(value)):.2f}"


def _overdue(findings: Sequence[Finding], city: CityFigures) -> str:
    until = chinese_date(city.day)
    if not findings:
        return f"截至{until}，没有逾期未整改的问题。"
    return f"截至{until}，逾期未整改的问题{len(findings)}件，见附件。"


def _demands(*, deducted: bool, overdue: bool) -> list[str]:
    demands = []
    if overdue:
        demands.append("逾期问题要立即整改，完成后上传照片报请复查；确有困难的，写明原因报共建办。")
    if deducted:
        demands.append("对扣分项目逐项查明原因，明确责任单位和完成时限，列入下季度工作任务。")
    demands.append("对照得分构成查找差距，把反馈结果提交最近一次共建例会研究。")
    return numbered(demands)


def attachments_of(row: ResultSheet, facts: Facts) -> Iterator[Attachment]:
    if deductions := facts.deductions_of(row):
        yield Attachment("扣分项目和原因", PrintedTable(DEDUCTED, tuple(deductions)))
    if losses := facts.losses_of(row):
        lines = tuple((loss.part, loss.what) for loss in losses)
        yield Attachment(BESIDE_SHEETS, PrintedTable(LOSSES, lines))
    if overdue := facts.overdue_of(row):
        rows = tuple(overdue_row(finding) for finding in overdue)
        yield Attachment("逾期未整改的问题", PrintedTable(OVERDUE, rows))


def overdue_row(finding: Finding) -> tuple[str, ...]:
    unit = finding.responsible_unit
    unit_name = unit.short_name if unit else "未派发"
    due_on = f"{timezone.localdate(finding.due_at):%Y-%m-%d}"
    return (finding.number, finding.description, finding.place, unit_name, due_on)
