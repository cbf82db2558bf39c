"""The words of the ranking circular: 依据 → 概况 → 成效 → 问题 → 要求, from the data."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from gongjian.documents.layout.printed_sheet import chinese_date
from gongjian.documents.models import Issuer
from gongjian.lib.points import mean, round_half_up
from gongjian.lib.quarters import month_of
from inspections.models.self_checks import due_on
from scoring.models import Score
from scoring.services.bulletins.finding_figures import Theme
from scoring.services.bulletins.quarter_figures import QuarterFigures
from scoring.services.bulletins.ranking_table import components_of, ranking_table
from scoring.services.drafting.words import (
    POLICY,
    CircularWords,
    in_chapters,
    month_in_text,
    numbered,
    numbered_in_brackets,
)

NAMED_FIRST, NAMED_LAST, ITEMS_NAMED = 5, 3, 3
# Working days from the drafting of a circular; the drafter may write other dates.
DAYS_TO_PUT_RIGHT, DAYS_TO_PLAN = 10, 15


def ranking_words(figures: QuarterFigures, issuer: Issuer) -> CircularWords:
    """Return the words of the 考核评议情况通报, with the whole ranking as a table."""
    chapters = (
        ("总体情况", overview_paragraphs(figures)),
        ("主要成效", achievement_paragraphs(figures)),
        ("存在的主要问题", problem_paragraphs(figures)),
        ("下一步工作要求", demand_paragraphs(figures)),
    )
    lines = [opening_paragraph(figures), *in_chapters(chapters)]
    quarter = figures.round.span.title_in_text
    title = f"{issuer.name}关于{quarter}社区共建考核评议情况的通报"
    return CircularWords(title, "\n".join(lines), attachments=[ranking_table(figures)])


def opening_paragraph(figures: QuarterFigures) -> str:
    round = figures.round
    basis = f"根据{POLICY}和《{round.rubric.title}》"
    days = f"{chinese_date(round.starts_on)}至{chinese_date(round.ends_on)}"
    what = f"全市{len(figures.scores)}个社区{round.span.title_in_text}共建工作"
    return (
        f"{basis}，{days}，我办会同相关部门，对{what}进行了考核评议。"
        f"{how_it_was_scored(figures)}{public_notice_sentence(figures)}现将有关情况通报如下。"
    )


def how_it_was_scored(figures: QuarterFigures) -> str:
    """Say who gave the points, or of what they are computed where there are no assessors."""
    if not figures.rubric.assessment.is_set:
        named = "、".join(rules.name for rules in components_of(figures.rubric))
        return f"按评分细则计算{named}得分。"
    drawn = "考评员抽签确定、回避利害关系、独立打分"
    assessment = figures.assessment
    return f"{drawn}，{assessment.assessors}名考评员共评定打分表{assessment.sheets}份。"


def public_notice_sentence(figures: QuarterFigures) -> str:
    """Say until when the scores were on public notice and what was appealed against."""
    assessment = figures.assessment
    appeals = "没有收到申诉"
    if assessment.appeals:
        upheld = f"其中申诉成立{assessment.appeals_upheld}件"
        appeals = f"收到申诉{assessment.appeals}件，已全部复核，{upheld}"
    ends_on = figures.round.notice_ends_on
    assert ends_on is not None  # the quarter is frozen after it
    return f"得分公示至{chinese_date(ends_on)}，公示期间{appeals}。"


def overview_paragraphs(figures: QuarterFigures) -> list[str]:
    grades = [f"{name}{count}个" for name, count in figures.grades if count]
    change = against_last_quarter(figures.mean_change)
    best = figures.scores[:NAMED_FIRST]
    last = _last(figures)
    places = f"得分居前的是{_with_points(best)}"
    if last:
        places += f"；得分居后的是{_with_points(last)}"
    mean_points = f"全市平均得分{figures.mean_points}分{change}"
    city = f"{mean_points}，其中{'、'.join(grades)}。{places}。"
    if len(figures.classes) == 1:
        return [city]
    classes = [class_sentence(name, scores) for name, scores in figures.classes]
    return [city, *numbered_in_brackets(classes)]


def _last(figures: QuarterFigures) -> list[Score]:
    """Return the last of the ranking, none of whom is among the first."""
    return figures.scores[NAMED_FIRST:][-NAMED_LAST:]


def against_last_quarter(change: Decimal | None) -> str:
    """Return ，较上季度提高0.13分; empty without a change to tell.

    In words, as a sign would part from its figure at a line's end.
    """
    if change is None:
        return ""
    if not change:
        return "，与上季度持平"
    verb = "提高" if change > 0 else "下降"
    return f"，较上季度{verb}{abs(change)}分"


def class_sentence(name: str, scores: Sequence[Score]) -> str:
    points = round_half_up(mean([score.total_points for score in scores]))
    best = [score for score in scores if score.class_rank == 1]
    first = f"第1名为{_with_points(best)}"
    return f"{name}。共{len(scores)}个，平均得分{points}分，{first}。"


def achievement_paragraphs(figures: QuarterFigures) -> list[str]:
    """成效: what was done, who rose, what is found less often, who put everything right in time."""
    paragraphs = []
    if figures.rubric.self_check.is_set:
        paragraphs.append(self_check_paragraph(figures))
    if figures.rubric.rectification.is_set or figures.recorded.due:
        paragraphs.append(rectification_paragraph(figures))
    work = figures.work
    meetings = f"{work.meetings}个社区召开了共建领导小组例会"
    labour_days = f"{work.labour_days}个社区开展了劳动日活动"
    visits = f"联系领导走访社区{work.visits}次"
    paragraphs.append(f"例会、劳动和走访。{meetings}，{labour_days}，{visits}。")
    if figures.risen:
        paragraphs.append(f"名次上升。{risen_sentence(figures)}")
    if figures.findings.fewer:
        paragraphs.append(f"问题减少。{fewer_sentence(figures)}")
    return numbered_in_brackets(paragraphs)


def self_check_paragraph(figures: QuarterFigures) -> str:
    states = figures.recorded.self_checks
    due = states.total()
    counts = (
        f"按时上报{states['on_time']}份，逾期上报{states['late']}份，未上报{states['missing']}份"
    )
    share = _percent(states["on_time"], due)
    return f"每月自查自评。全市应报自查表{due}份，{counts}，按时上报率{share}。"


def rectification_paragraph(figures: QuarterFigures) -> str:
    due = figures.recorded.due
    closed_in_time = figures.recorded.closed_in_time
    if not due:
        return "问题整改销号。本季度没有到期的问题。"
    share = _percent(closed_in_time, due)
    return (
        f"问题整改销号。本季度到期问题{due}件，按期整改销号{closed_in_time}件，"
        f"按期整改率{share}。{prompt_sentence(figures.prompt)}"
    )


def prompt_sentence(scores: Sequence[Score]) -> str:
    """Name those who put everything right in time, the best first, and say how many there are."""
    if not scores:
        return ""
    names = "、".join(score.community.name for score in scores[:NAMED_FIRST])
    if len(scores) > NAMED_FIRST:
        names += f"等{len(scores)}个社区"
    return f"{names}到期问题全部按期整改销号。"


def risen_sentence(figures: QuarterFigures) -> str:
    named = []
    for rise in figures.risen[:ITEMS_NAMED]:
        name = rise.score.community.name
        named.append(f"{name}由第{rise.place_before}名上升到第{rise.score.rank}名")
    return f"与上季度相比，{len(figures.risen)}个社区名次上升，其中{'，'.join(named)}。"


def fewer_sentence(figures: QuarterFigures) -> str:
    named = []
    for fewer in figures.findings.fewer[:ITEMS_NAMED]:
        change = f"由{fewer.count_before}件减少到{fewer.count}件"
        named.append(f"“{fewer.item.text}”{change}")
    return f"与上季度相比，登记的问题{'、'.join(named)}。"


def problem_paragraphs(figures: QuarterFigures) -> list[str]:
    findings = figures.findings
    if not findings.count:
        looks = "自查和检查" if figures.rubric.self_check.is_set else "检查"
        return [f"本季度{looks}没有登记问题，各社区要防止松懈，如实查找。"]
    change = ""
    if findings.count_before:
        change = _more_or_fewer(findings.count, findings.count_before)
    looks = "自查、抽查和考评" if figures.rubric.assessment.is_set else "自查和抽查"
    opening = f"本季度{looks}共登记问题{findings.count}件{change}，主要表现在以下方面。"
    themes = [theme_paragraph(theme, figures) for theme in findings.themes]
    return [opening, *numbered_in_brackets(themes)]


def theme_paragraph(theme: Theme, figures: QuarterFigures) -> str:
    findings = figures.findings
    change = ""
    if findings.count_before:
        change = _more_or_fewer(theme.count, theme.count_before)
    counts = []
    for item_count in theme.items[:ITEMS_NAMED]:
        counts.append(f"“{item_count.item.text}”方面{item_count.count}件")
    share = _percent(theme.count, findings.count)
    heading = f"“{theme.section.name}”方面"
    most = "、".join(counts)
    text = f"{heading}。{theme.count}件，占{share}{change}，较多的是{most}。"
    often = []
    for name, count in theme.by_community[:ITEMS_NAMED]:
        if count > 1:
            often.append(f"{name}（{count}件）")
    if often:
        look = "市考评" if figures.rubric.assessment.is_set else "市检查"
        text += f"{look}发现较多的是{'、'.join(often)}。"
    return text


def _more_or_fewer(count: int, count_before: int) -> str:
    if count == count_before:
        return "，与上季度持平"
    verb = "增加" if count > count_before else "减少"
    return f"，较上季度{verb}{abs(count - count_before)}件"


def demand_paragraphs(figures: QuarterFigures) -> list[str]:
    """下一步工作要求, each with the day by which it is done."""
    demands = []
    if figures.findings.open:
        demands.append(demand_to_put_right(figures))
    states = figures.recorded.self_checks
    if figures.rubric.self_check.is_set and (states["late"] or states["missing"]):
        demands.append(demand_to_self_check(figures))
    compare = "对照查找差距。各社区要对照考评得分和扣分项目逐项分析原因。"
    demands.append(f"{compare}{last_to_plan_sentence(figures)}")
    next_quarter = figures.round.span.next().title_in_text
    demands.append(
        "加强协作配合。各共建单位、有关职能部门要按照职责分工，"
        "主动帮助社区解决共建工作中的困难和问题。"
        f"本通报所列问题的整改情况，我办将在{next_quarter}考评中复核。"
    )
    return numbered(demands)


def demand_to_put_right(figures: QuarterFigures) -> str:
    findings = figures.findings
    overdue = f"（其中已超过整改时限的{findings.overdue}件）" if findings.overdue else ""
    until = _workday_after_drafting(figures, DAYS_TO_PUT_RIGHT)
    return (
        f"抓紧整改销号。对尚未销号的{findings.open}件问题{overdue}，"
        "各牵头单位要逐件落实责任单位和整改措施，"
        f"于{chinese_date(until)}前整改到位，并及时报请复查。"
    )


def demand_to_self_check(figures: QuarterFigures) -> str:
    states = figures.recorded.self_checks
    late_or_missing = states["late"] + states["missing"]
    month = month_in_text(figures.drafted_on)
    until = due_on(month_of(figures.drafted_on))
    return (
        f"坚持每月自查。本季度逾期、未报自查表合计{late_or_missing}份，"
        "有关社区要查明原因，如实开展自查，"
        f"{month}的自查表于{chinese_date(until)}前上报。"
    )


def last_to_plan_sentence(figures: QuarterFigures) -> str:
    last = "、".join(score.community.name for score in _last(figures))
    if not last:
        return "得分居后的要由牵头单位主要领导牵头，制定措施限期改进。"
    until = _workday_after_drafting(figures, DAYS_TO_PLAN)
    return (
        f"得分居后的{last}要由牵头单位主要领导牵头，制定整改措施，"
        f"于{chinese_date(until)}前报送我办。"
    )


def _workday_after_drafting(figures: QuarterFigures, days: int) -> date:
    return figures.calendar.add_workdays(figures.drafted_on, days)


def _with_points(scores: Sequence[Score]) -> str:
    named = [f"{score.community.name}（{score.total_points}分）" for score in scores]
    return "、".join(named)


def _percent(part: int, whole: int) -> str:
    return f"{round_half_up(Fraction(100 * part, whole), 1)}%" if whole else "—"
