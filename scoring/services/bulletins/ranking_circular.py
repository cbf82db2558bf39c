"""The words of the ranking circular: 依据 → 概况 → 成效 → 问题 → 要求; figures only from the data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from gongjian.lib.points import round_half_up
from gongjian.lib.quarters import month_of
from gongjian.lib.templatetags.office import signed
from inspections.models.self_checks import due_on
from scoring.models import Score
from scoring.rules.rubrics.rubric import Rubric
from scoring.services.bulletins.annexes import Annex
from scoring.services.bulletins.figures import QuarterFigures, Rise, Theme
from scoring.services.scores.in_force import sha256_in_force

POLICY = "《社区共建实施意见》"
EVERYONE = "各社区共建领导小组，各牵头单位、共建单位，有关职能部门"
NUMERALS = "一二三四五六七八九十"
NAMED_FIRST, NAMED_LAST, ITEMS_NAMED = 5, 3, 3
DAYS_TO_PUT_RIGHT, DAYS_TO_PLAN = 10, 15
"""Working days from the drafting of a circular; the drafter may write other dates."""
COMPONENTS = (
    ("assessment", "全市考评", "assessment_points"),
    ("self_check", "月度自查", "self_check_points"),
    ("rectification", "问题整改", "rectification_points"),
)
WIDEST_FIGURE, FIGURES_WIDTH, REST_WIDTH = 11, 33, 63
"""Percent of the ranking table: of one component, of all, of all with the two columns of names."""
MOST_COMPONENTS = 5
"""More do not fit on the page; they stand in each community's 反馈单."""


@dataclass(frozen=True)
class Words:
    """What a drafter finds on the table: body one paragraph a line, headings as 一、（一）1."""

    title: str
    body: str
    main_recipient: str = EVERYONE
    attachments: list[dict] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)
    """The JPEGs that the attachments name."""

    def with_annexes(self, annexes: Iterable[Annex]) -> "Words":
        """The same words with more attachments."""
        found = list(annexes)
        pictures = []
        for annex in found:
            for content in annex.pictures:
                pictures.append(content)
        attachments = [*self.attachments, *(annex.attachment for annex in found)]
        return replace(self, attachments=attachments, pictures=[*self.pictures, *pictures])


def ranking_words(figures: QuarterFigures, issuer) -> Words:
    """考核评议情况通报, with the whole ranking as a table."""
    quarter = figures.round.span.title_in_text
    lines = [_opening(figures)]
    chapters = (
        ("总体情况", _overview(figures)),
        ("主要成效", _achievements(figures)),
        ("存在的主要问题", _problems(figures)),
        ("下一步工作要求", _demands(figures)),
    )
    lines += in_chapters(chapters)
    title = f"{issuer.name}关于{quarter}社区共建考核评议情况的通报"
    return Words(
        title=title,
        body="\n".join(lines),
        attachments=[_ranking_table(figures)],
    )


def _opening(figures: QuarterFigures) -> str:
    round = figures.round
    return (
        f"根据{POLICY}和《{round.rubric.title}》，{_day(round.starts_on)}至{_day(round.ends_on)}，我办会同相关部门，"
        f"对全市{len(figures.scores)}个社区{round.span.title_in_text}共建工作进行了考核评议。{_how(figures)}现将有关情况通报如下。"
    )


def _how(figures: QuarterFigures) -> str:
    """By whom it was scored, how long that lay open and what was appealed against, as far as the rubric has it."""
    appeals = "没有收到申诉"
    if figures.appeals:
        appeals = f"收到申诉{figures.appeals}件，已全部复核，其中申诉成立{figures.upheld}件"
    day = _day(figures.round.notice_ends_on)
    notice = f"得分公示至{day}，公示期间{appeals}。"
    if not figures.rubric.assessment.is_set:
        names = []
        for rules in _components(figures.rubric):
            names.append(rules.name)
        named = "、".join(names)
        return f"按评分细则计算{named}得分。{notice}"
    drawn = "考评员抽签确定、回避利害关系、独立打分"
    return f"{drawn}，{figures.assessors}名考评员共评定打分表{figures.sheets}份。{notice}"


def _components(rubric: Rubric) -> list:
    """Those that the rubric has, in the order of its figures."""
    fixed = (getattr(rubric, code) for code, _, _ in COMPONENTS)
    return [*(rules for rules in fixed if rules.is_set), *rubric.measured]


def _overview(figures: QuarterFigures) -> list[str]:
    texts = []
    for name, count in figures.grades:
        if count:
            texts.append(f"{name}{count}个")
    grades = "、".join(texts)
    first = f"全市平均得分{figures.mean_points}分{against_last_quarter(figures.mean_change)}，其中{grades}。"
    best, last = figures.scores[:NAMED_FIRST], figures.scores[NAMED_FIRST:][-NAMED_LAST:]
    first += f"得分居前的是{_with_points(best)}"
    first += f"；得分居后的是{_with_points(last)}。" if last else "。"
    if len(figures.classes) == 1:
        return [first]
    return [first, *_numbered(_of_class(name, scores) for name, scores in figures.classes)]


def against_last_quarter(change: Decimal | None) -> str:
    """，较上季度提高0.13分: in words, as a sign would part from its figure at a line's end; empty without one."""
    if change is None:
        return ""
    if not change:
        return "，与上季度持平"
    return f"，较上季度{'提高' if change > 0 else '下降'}{abs(change)}分"


def _of_class(name: str, scores: Sequence[Score]) -> str:
    fractions = []
    for score in scores:
        fractions.append(Fraction(score.total_points))
    value = sum(fractions, Fraction(0)) / len(scores)
    points = round_half_up(value)
    best = [score for score in scores if score.class_rank == 1]
    return f"{name}。共{len(scores)}个，平均得分{points}分，第1名为{_with_points(best)}。"


def _achievements(figures: QuarterFigures) -> list[str]:
    """成效: what was done, who rose, what is found less often, who put everything right in time."""
    paragraphs = [
        *(_self_checked(figures) if figures.rubric.self_check.is_set else []),
        *(_put_right(figures) if figures.rubric.rectification.is_set or figures.due else []),
        f"例会、劳动和走访。{figures.meetings}个社区召开了共建领导小组例会，{figures.labour_days}个社区开展了劳动日活动，"
        f"联系领导走访社区{figures.visits}次。",
    ]
    if figures.risen:
        paragraphs.append(f"名次上升。{_risen(figures.risen)}")
    if figures.fewer:
        texts = []
        for item, now, before in figures.fewer[:ITEMS_NAMED]:
            texts.append(f"“{item.text}”由{before}件减少到{now}件")
        said = "、".join(texts)
        paragraphs.append(f"问题减少。与上季度相比，登记的问题{said}。")
    return _numbered(paragraphs)


def _self_checked(figures: QuarterFigures) -> list[str]:
    checks, due = figures.self_checks, figures.self_checks.total()
    percent = _percent(checks["on_time"], due)
    return [
        f"每月自查自评。全市应报自查表{due}份，按时上报{checks['on_time']}份，逾期上报{checks['late']}份，"
        f"未上报{checks['missing']}份，按时上报率{percent}。"
    ]


def _put_right(figures: QuarterFigures) -> list[str]:
    if not figures.due:
        return ["问题整改销号。本季度没有到期的问题。"]
    percent = _percent(figures.closed_in_time, figures.due)
    return [
        f"问题整改销号。本季度到期问题{figures.due}件，按期整改销号{figures.closed_in_time}件，"
        f"按期整改率{percent}。{_prompt(figures.prompt)}"
    ]


def _prompt(scores: Sequence[Score]) -> str:
    """到期问题全部按期整改 communities by name, the best first, and how many more."""
    if not scores:
        return ""
    names = "、".join(score.community.name for score in scores[:NAMED_FIRST])
    return f"{names}{f'等{len(scores)}个社区' if len(scores) > NAMED_FIRST else ''}到期问题全部按期整改销号。"


def _risen(risen: Sequence[Rise]) -> str:
    texts = []
    for rise in risen[:ITEMS_NAMED]:
        texts.append(f"{rise.score.community.name}由第{rise.before}名上升到第{rise.score.rank}名")
    named = "，".join(texts)
    return f"与上季度相比，{len(risen)}个社区名次上升，其中{named}。"


def _problems(figures: QuarterFigures) -> list[str]:
    if not figures.findings:
        by = "自查和检查" if figures.rubric.self_check.is_set else "检查"
        return [f"本季度{by}没有登记问题，各社区要防止松懈，如实查找。"]
    change = ""
    if figures.findings_before:
        change = _more_or_less(figures.findings, figures.findings_before)
    where = "自查、抽查和考评" if figures.rubric.assessment.is_set else "自查和抽查"
    opening = f"本季度{where}共登记问题{figures.findings}件{change}，主要表现在以下方面。"
    return [opening, *_numbered(_of_theme(theme, figures) for theme in figures.themes)]


def _of_theme(theme: Theme, figures: QuarterFigures) -> str:
    texts = []
    for item, count in theme.items[:ITEMS_NAMED]:
        texts.append(f"“{item.text}”方面{count}件")
    items = "、".join(texts)
    change = ""
    if figures.findings_before:
        change = _more_or_less(theme.count, theme.before)
    share = _percent(theme.count, figures.findings)
    text = f"“{theme.section.name}”方面。{theme.count}件，占{share}{change}，较多的是{items}。"
    often = [(name, count) for name, count in theme.named if count > 1][:ITEMS_NAMED]
    if often:
        who = "市考评" if figures.rubric.assessment.is_set else "市检查"
        text += f"{who}发现较多的是{'、'.join(f'{name}（{count}件）' for name, count in often)}。"
    return text


def _more_or_less(now: int, before: int) -> str:
    if now == before:
        return "，与上季度持平"
    return f"，较上季度{'增加' if now > before else '减少'}{abs(now - before)}件"


def _demands(figures: QuarterFigures) -> list[str]:
    """下一步工作要求, each with the day by which it is done."""
    by = figures.calendar.add_workdays
    demands = []
    if figures.open_findings:
        late = (
            f"（其中已超过整改时限的{figures.overdue_findings}件）"
            if figures.overdue_findings
            else ""
        )
        day = _day(by(figures.on, DAYS_TO_PUT_RIGHT))
        demands.append(
            f"抓紧整改销号。对尚未销号的{figures.open_findings}件问题{late}，各牵头单位要逐件落实责任单位和整改措施，"
            f"于{day}前整改到位，并及时报请复查。"
        )
    short = figures.self_checks["late"] + figures.self_checks["missing"]
    if short and figures.rubric.self_check.is_set:
        due = due_on(month_of(figures.on))
        demands.append(
            f"坚持每月自查。本季度逾期、未报自查表合计{short}份，有关社区要查明原因，如实开展自查，"
            f"{month_in_text(figures.on)}的自查表于{_day(due)}前上报。"
        )
    demands.append(
        f"对照查找差距。各社区要对照考评得分和扣分项目逐项分析原因。{_last_to_plan(figures)}"
    )
    demands.append(
        f"加强协作配合。各共建单位、有关职能部门要按照职责分工，主动帮助社区解决共建工作中的困难和问题。"
        f"本通报所列问题的整改情况，我办将在{figures.round.span.next().title_in_text}考评中复核。"
    )
    texts = []
    for number, demand in enumerate(demands, 1):
        texts.append(f"{number}. {demand}")
    return texts


def _last_to_plan(figures: QuarterFigures) -> str:
    names = []
    for score in figures.scores[NAMED_FIRST:][-NAMED_LAST:]:
        names.append(score.community.name)
    last = "、".join(names)
    if not last:
        return "得分居后的要由牵头单位主要领导牵头，制定措施限期改进。"
    add_workdays = figures.calendar.add_workdays(figures.on, DAYS_TO_PLAN)
    day = _day(add_workdays)
    return f"得分居后的{last}要由牵头单位主要领导牵头，制定整改措施，于{day}前报送我办。"


def _ranking_table(figures: QuarterFigures) -> dict:
    texts = []
    for rules in _components(figures.rubric):
        texts.append(f"{rules.name}×{rules.weight}")
    weights = "＋".join(texts)
    rows = []
    for score in figures.scores:
        rows.append(_ranking_row(score, figures))
    columns = columns_of(_ranking_columns(figures.rubric))
    table = {
        "columns": columns,
        "rows": rows,
    }
    text = (
        f"得分＝{weights}＋加分－减分，保留两位小数。{_unplaced(figures)}"
        f"数据快照校验值（SHA-256）：{sha256_in_force(figures.round)}。"
    )
    title = f"{figures.round.span.title_in_text}社区共建考核评议得分排名表"
    return {
        "title": title,
        "table": table,
        "text": text,
    }


def _ranking_columns(rubric: Rubric) -> list[tuple[str, str, int]]:
    """The rubric's own components between the names and the total."""
    labels = []
    for code, label, _ in COMPONENTS:
        if getattr(rubric, code).is_set:
            labels.append(label)
    labels += [rules.name for rules in rubric.measured]
    labels = labels if len(labels) <= MOST_COMPONENTS else []
    each = min(WIDEST_FIGURE, FIGURES_WIDTH // max(len(labels), 1))
    names = REST_WIDTH - each * len(labels)
    return [
        ("名次", "center", 6),
        ("社区", "left", names // 2),
        ("牵头单位", "left", names - names // 2),
        *((label, "right", each) for label in labels),
        ("加减分", "right", 10),
        ("得分", "right", 10),
        ("较上季", "right", 11),
    ]


def _unplaced(figures: QuarterFigures) -> str:
    """Those listed without a place, with why."""
    absent = []
    for one in figures.round.frozen["communities"]:
        if one.get("absent"):
            absent.append(f"{one['name']}（{one['absent']}）")
    return f"未参评、不列名次的：{'、'.join(absent)}。" if absent else ""


def _ranking_row(score: Score, figures: QuarterFigures) -> list[str]:
    group, previous = (
        getattr(score.community, "group", None),
        figures.previous.get(score.community_id),
    )
    return [
        str(score.rank),
        score.community.name,
        group.lead_unit.short_name if group else "",
        *_component_points(score, figures),
        signed(score.bonus_points - score.malus_points),
        f"{score.total_points}",
        "—" if previous is None else signed(score.total_points - previous),
    ]


def _component_points(score: Score, figures: QuarterFigures) -> list[str]:
    found = [
        getattr(score, field)
        for code, _, field in COMPONENTS
        if getattr(figures.rubric, code).is_set
    ]
    found += figures.measured.get(score.community_id, [])
    if len(found) <= MOST_COMPONENTS:
        component_points = []
        for points in found:
            component_points.append("—" if points is None else f"{points}")
        return component_points
    return []


def columns_of(columns) -> list[dict]:
    return [{"label": label, "align": align, "width": width} for label, align, width in columns]


def in_chapters(chapters: Iterable[tuple[str, Iterable[str]]]) -> list[str]:
    """一、heading and its paragraphs, and so on."""
    lines: list[str] = []
    for numeral, (heading, paragraphs) in zip(NUMERALS, chapters, strict=False):
        lines += [f"{numeral}、{heading}", *paragraphs]
    return lines


def _numbered(paragraphs: Iterable[str]) -> list[str]:
    texts = []
    for numeral, paragraph in zip(NUMERALS, paragraphs, strict=False):
        texts.append(f"（{numeral}）{paragraph}")
    return texts


def _with_points(scores: Sequence[Score]) -> str:
    return "、".join(f"{score.community.name}（{score.total_points}分）" for score in scores)


def _percent(part: int, whole: int) -> str:
    if whole:
        value = Fraction(100 * part, whole)
        return f"{round_half_up(value, 1)}%"
    return "—"


def month_in_text(day: date) -> str:
    return f"{day.year}年{day.month}月"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
