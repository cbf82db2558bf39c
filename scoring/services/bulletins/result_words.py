"""The words of a 反馈单: one community's or one unit's quarter, its figures, what was deducted and what is overdue."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Avg
from django.utils import timezone

from gongjian.documents.layout.document import Attachment, Column, PrintedSheet, Table
from gongjian.documents.layout.printed_sheet import chinese_date
from gongjian.documents.models import Issuer
from gongjian.lib.checklists import item_scores
from gongjian.lib.points import round_half_up
from inspections.models import Finding
from scoring.models import ResultSheet, Round, Score, UnitScore
from scoring.models import Sheet as MarkSheet
from scoring.models.bulletins import BulletinKind
from scoring.models.scores import Standing
from scoring.rules.sheets.lists import mark_note
from scoring.services.bulletins.figures import previous_points
from scoring.services.bulletins.ranking_circular import (
    NUMERALS,
    POLICY,
    against_last_quarter,
    in_chapters,
)
from scoring.services.scores.explanations import Explanations
from scoring.services.scores.in_force import as_corrected, corrected_explanations
from scoring.services.sheets.lettering import assessor_names
from scoring.services.sheets.lists import checklist_of, own_list_of

DEDUCTED = (
    Column("考评员", "center", 14),
    Column("时段", "center", 9),
    Column("项目", "left", 36),
    Column("扣分", "right", 8),
    Column("原因", "left", 33),
)
OVERDUE = (
    Column("编号", "center", 16),
    Column("问题", "left", 34),
    Column("位置", "left", 22),
    Column("责任单位", "left", 16),
    Column("整改时限", "center", 12),
)


@dataclass(frozen=True)
class City:
    """What every 反馈单 of a round sets its own figures against."""

    round: Round
    issuer: Issuer
    circular: str
    count: int
    mean: Decimal
    classes: Counter
    standings: Counter
    previous: Mapping[int, Decimal]
    day: date
    explanations: Explanations = field(default_factory=Explanations)


@dataclass(frozen=True)
class Facts:
    """What is said on the 反馈单 of a few subjects, by the subject's id."""

    scores: Mapping[int, Score]
    corrected: Mapping[int, dict]
    unit_scores: Mapping[int, list[UnitScore]]
    deducted: Mapping[int, list[tuple[str, ...]]]
    sheets: Counter
    overdue: Mapping[int, list[Finding]]


def city_of(round: Round, *, day: date) -> City:
    """The round as a whole. Six queries."""
    bulletins = round.bulletins.filter(kind=BulletinKind.RANKING)
    ranking = bulletins.select_related("document__issuer").first()
    if ranking:
        issuer = ranking.document.issuer
    else:
        issuer = Issuer.objects.order_by("pk").first()
    kinds = Counter(round.scores.values_list("community__kind", flat=True))
    mean = round.scores.in_force().aggregate(mean=Avg("total_points_now"))["mean"]
    standings = Counter(round.unit_scores.values_list("standing", flat=True))
    circular = ranking.document.title if ranking else ""
    return City(
        round=round,
        issuer=issuer,
        circular=circular,
        count=kinds.total(),
        mean=round_half_up(mean or Decimal(0)),
        classes=kinds,
        standings=standings,
        previous=previous_points(round),
        day=day,
    )


def facts_of(round: Round, rows: Sequence[ResultSheet], *, at) -> Facts:
    """Everything said of these communities and units, by the figures in force. Seven queries, however many they are."""
    communities = []
    for row in rows:
        if row.community_id:
            communities.append(row.community_id)
    units = [row.unit_id for row in rows if row.unit_id]
    scores = round.scores.filter(community__in=communities)
    by_community = as_corrected(scores.select_related("round__rubric", "community"))
    of_units = defaultdict(list)
    unit_scores = round.unit_scores.filter(unit__in=units)
    for score in as_corrected(unit_scores.select_related("unit")):
        of_units[score.unit_id].append(score)
    overdue = defaultdict(list)
    findings = Finding.objects.overdue(at)
    late = findings.select_related("responsible_unit").order_by("due_at", "number")
    for finding in late.filter(community__in=communities):
        overdue["community", finding.community_id].append(finding)
    for finding in late.filter(responsible_unit__in=units):
        overdue["unit", finding.responsible_unit_id].append(finding)
    deducted, counted = _deductions(round, communities)
    return Facts(
        {one.community_id: one for one in by_community},
        corrected_explanations(scores),
        of_units,
        deducted,
        counted,
        overdue,
    )


def _deductions(
    round: Round, communities: Sequence[int]
) -> tuple[dict[int, list[tuple[str, ...]]], Counter]:
    """By community: each deducted item of each locked sheet with its reason; and how many sheets there are."""
    rules, found, counted = checklist_of(round), defaultdict(list), Counter()
    own = own_list_of(round)
    by_community = defaultdict(list)
    mark_sheets = MarkSheet.objects.locked().filter(round=round, community__in=communities)
    for sheet in mark_sheets.order_by("pk"):
        by_community[sheet.community_id].append(sheet)
    for community, sheets in by_community.items():
        names = assessor_names(sheets, by_name=False)
        counted[community] = len(sheets)
        for sheet in sheets:
            found[community] += _deducted_of(sheet, names[sheet.pk], rules, own)
    return found, counted


def _deducted_of(sheet: MarkSheet, assessor: str, rules, own) -> list[tuple[str, ...]]:
    entries = []
    for one in item_scores(sheet.marks, rules):
        if one.deducted:
            mark = sheet.marks[one.item.code]
            entries.append(
                (
                    assessor,
                    sheet.get_on_pass_display(),
                    f"{one.item.code} {one.item.text}",
                    f"{one.deducted}",
                    mark_note(mark, own, one.item.code),
                )
            )
    return entries


def sheet_of(row: ResultSheet, city: City, facts: Facts) -> PrintedSheet:
    """The 反馈单 as it is printed, without an imprint: it is not issued by itself. Reads nothing."""
    quarter = city.round.span.title_in_text
    if row.community_id:
        chapters = _of_community(row, city, facts)
    else:
        chapters = _of_unit(row, city, facts)
    following = f"本单随《{city.circular}》下发，不另编号。" if city.circular else "本单不另编号。"
    opening = f"根据{POLICY}和《{city.round.rubric.title}》，现将{quarter}考核评议结果反馈如下。{following}"
    lines = [opening, *in_chapters(chapters)]
    if row.community_id:
        recipient = f"{row.community.name}共建领导小组"
    else:
        recipient = row.unit.name
    title = f"关于{row.subject.name}{quarter}社区共建考核评议结果的反馈"
    attachments = tuple(_attachments(row, facts))
    return PrintedSheet(
        issuer_mark=city.issuer.mark,
        number="反馈单",
        title=title,
        main_recipient=recipient,
        body="\n".join(lines),
        signature=city.issuer.name,
        document_date=city.day,
        attachments=attachments,
    )


def _of_community(row: ResultSheet, city: City, facts: Facts) -> Iterable[tuple[str, list[str]]]:
    score = facts.scores[row.community_id]
    kind = row.community.get_kind_display()
    before = city.previous.get(row.community_id)
    change = against_last_quarter(None if before is None else score.total_points - before)
    yield (
        "得分和名次",
        [
            f"得分{score.total_points}分{_corrected(score)}{change}，等次为{score.grade}。全市第{score.rank}名（共{city.count}个社区），"
            f"{kind}第{score.class_rank}名（共{city.classes[row.community.kind]}个）。全市平均{city.mean}分。",
            *_parts(facts.corrected.get(row.community_id) or city.explanations.of(score)),
        ],
    )
    deducted, sheets = facts.deducted.get(row.community_id, []), facts.sheets[row.community_id]
    if sheets:  # a rubric of readings alone has none
        found = f"共扣分{len(deducted)}处，项目和原因见附件" if deducted else "没有扣分"
        yield "扣分项目", [f"{sheets}份考评打分表{found}。"]
    findings = facts.overdue.get(("community", row.community_id), [])
    yield "逾期未整改的问题", [_late(findings, city)]
    yield "工作要求", _demands(bool(deducted), ("community", row.community_id) in facts.overdue)


def _of_unit(row: ResultSheet, city: City, facts: Facts) -> Iterable[tuple[str, list[str]]]:
    order = list(Standing)
    for score in sorted(facts.unit_scores[row.unit_id], key=lambda one: order.index(one.standing)):
        label = score.get_standing_display()
        yield (
            f"作为{label}的得分和名次",
            [
                f"得分{score.total_points}分{_corrected(score)}，{label}第{score.rank}名（共{city.standings[score.standing]}家）。",
                *_parts(score.explanation),
            ],
        )
    findings = facts.overdue.get(("unit", row.unit_id), [])
    yield "逾期未整改的问题", [_late(findings, city)]
    yield "工作要求", _demands(False, ("unit", row.unit_id) in facts.overdue)


def _corrected(score: Score | UnitScore) -> str:
    """By which correction the figure stands, if it is not the published one."""
    return f"（已按第{score.corrected_by}号更正）" if score.corrected_by else ""


def _parts(explanation: Mapping) -> list[str]:
    """（一）全市考评。得分92.31分，权重60%，计入55.39分。Each part of the figure, with what lies directly under it."""
    parts = explanation["parts"]
    if not parts and explanation["note"]:
        return [f"{_close(explanation['note'])}。"]
    if len(parts) > len(NUMERALS):  # a member unit of many communities: a list, without headings
        return ["；".join(_close(one["name"]) + _figure(one) for one in parts) + "。"]
    texts = []
    for numeral, part in zip(NUMERALS, parts, strict=False):
        texts.append(f"（{numeral}）{_part(part)}")
    return texts


def _part(part: Mapping) -> str:
    close = _close(part["name"])
    said = [close, _figure(part)]
    texts = []
    for one in part["parts"]:
        texts.append(f"{_close(one['name'])}{_figure(one)}")
    under = "；".join(texts)
    if under:
        said.append(f"其中{under}")
    return "。".join(said) + "。"


def _figure(part: Mapping) -> str:
    """得分88.89分，权重20%，计入17.78分; 加1.00分 where it has no weight; and the note, where there is one."""
    note = ""
    if part["note"]:
        note = f"（{_close(part['note'])}）"
    if part["value"] is None:
        return _close(part["note"]) or "不计入"
    if part["weight"] is None:
        value = Decimal(part["value"])
        return f"{'减' if value < 0 else '加'}{_two(abs(value))}分{note}"
    percent = round_half_up(Decimal(part["weight"]) * 100, 1).normalize()
    two = _two(part["value"])
    return f"得分{two}分，权重{percent:f}%，计入{_two(part['contribution'])}分{note}"


def _close(text: str) -> str:
    """As documents are written: without the blanks that pages set between characters and figures."""
    return text.replace(" ", "")


def _two(value: str | Decimal) -> str:
    return f"{round_half_up(Decimal(value)):.2f}"


def _late(findings: Sequence[Finding], city: City) -> str:
    if not findings:
        return f"截至{chinese_date(city.day)}，没有逾期未整改的问题。"
    return f"截至{chinese_date(city.day)}，逾期未整改的问题{len(findings)}件，见附件。"


def _demands(deducted: bool, overdue: bool) -> list[str]:
    demands = []
    if overdue:
        demands.append("逾期问题要立即整改，完成后上传照片报请复查；确有困难的，写明原因报共建办。")
    if deducted:
        demands.append("对扣分项目逐项查明原因，明确责任单位和完成时限，列入下季度工作任务。")
    demands.append("对照得分构成查找差距，把反馈结果提交最近一次共建例会研究。")
    texts = []
    for number, demand in enumerate(demands, 1):
        texts.append(f"{number}. {demand}")
    return texts


def _attachments(row: ResultSheet, facts: Facts) -> Iterable[Attachment]:
    deducted = facts.deducted.get(row.community_id, [])
    if deducted:
        table = Table(DEDUCTED, tuple(deducted))
        yield Attachment("扣分项目和原因", table)
    if row.community_id:
        key = ("community", row.community_id)
    else:
        key = ("unit", row.unit_id)
    late = facts.overdue.get(key, [])
    if late:
        yield Attachment("逾期未整改的问题", Table(OVERDUE, tuple(map(_late_row, late))))


def _late_row(finding: Finding) -> tuple[str, ...]:
    unit = finding.responsible_unit
    return (
        finding.number,
        finding.description,
        finding.place,
        unit.short_name if unit else "未派发",
        f"{timezone.localdate(finding.due_at):%Y-%m-%d}",
    )
