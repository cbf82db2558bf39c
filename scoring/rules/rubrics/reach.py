"""What a new rubric says and could never happen, refused by its place, a sentence each.

A rubric in force or frozen is never asked: its quarters are scored as it was adopted.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from gongjian.lib.rulebooks import Section
from scoring.rules.rubrics.items import (
    Item,
    ItemList,
    Ladder,
    PerInstance,
    Range,
    Rule,
    Threshold,
)
from scoring.rules.rubrics.parts import (
    MOST_ASSESSORS,
    NO_BONUS,
    NO_HONOURS,
    AssessmentRules,
    BonusRules,
    Grade,
    MalusRule,
    Rubric,
    VetoRule,
)
from scoring.rules.rubrics.whole_checks import is_sound

# The place of each value that could never come to bear, and why.
Faults = Iterator[tuple[str, str]]


def refuse_unreachable(top: Section, rubric: Rubric) -> None:
    """Note all that could never happen; of a value that is wrong already nothing more is said."""
    if is_sound(top, "grades"):
        _note(top, unreachable_bounds(rubric))
        _note(top, unreachable_honours(rubric))
        vetoes = vetoes_without_effect(rubric.vetoes, rubric.grades)
        _note(top, vetoes)
    _note(top, unreachable_trimming(rubric.assessment))
    _note(top, unreachable_bonus(rubric.bonus))
    _note(top, maluses_without_effect(rubric.maluses))
    for path, items in item_lists(rubric):
        for number, item in enumerate(items.items, 1):
            place = f"{path}.items[{number}]"
            if is_sound(top, place):
                _note(top, unreachable_points(place, item, item.rule))


def _note(top: Section, faults: Faults) -> None:
    for path, sentence in faults:
        if is_sound(top, path):
            top.fault(path, sentence)


def item_lists(rubric: Rubric) -> Iterator[tuple[str, ItemList]]:
    """Yield every list of items with its path in the file."""
    if rubric.assessment.sheet is not None:
        yield "components.assessment.sheet", rubric.assessment.sheet
    for number, part in enumerate(rubric.measured, 1):
        yield f"components.measured[{number}]", part.items


def unreachable_trimming(rules: AssessmentRules) -> Faults:
    """Yield a trimming that needs more sheets than can be drawn."""
    trim = rules.trim_from_sheets
    if trim and trim > MOST_ASSESSORS:
        drawn = f"每个社区每轮最多抽 {MOST_ASSESSORS} 名考评员，永远用不上"
        sentence = f"满 {trim} 张评分表才去掉最高分和最低分，{drawn}"
        yield "components.assessment.trim_from_sheets", sentence


def unreachable_bounds(rubric: Rubric) -> Faults:
    """Yield bounds of the total by which some grade cannot be had."""
    lowest = rubric.lowest_points
    highest = rubric.highest_points
    for grade in rubric.grades:
        if grade.from_points > highest:
            start = f"“{grade.name}”的起点 {grade.from_points} 分"
            yield "total.highest_points", f"总分上限 {highest} 分，够不到{start}，谁也评不上"
    for above, grade in pairwise(rubric.grades):
        if lowest >= above.from_points:
            start = f"“{above.name}”的起点 {above.from_points} 分"
            sentence = f"总分下限 {lowest} 分，已到{start}，按得分没有人会是“{grade.name}”"
            yield "total.lowest_points", sentence


def unreachable_honours(rubric: Rubric) -> Faults:
    """Yield lines of praise and commendation above the highest total."""
    if rubric.honours == NO_HONOURS:
        return
    highest = rubric.highest_points
    for key, word in (("praise", "表扬"), ("commendation", "表彰")):
        line = getattr(rubric.honours, key).from_points
        if line > highest:
            sentence = f"{word}从 {line} 分起，总分上限只有 {highest} 分，谁也够不到"
            yield f"honours.{key}.from_points", sentence


def vetoes_without_effect(vetoes: Sequence[VetoRule], grades: Sequence[Grade]) -> Faults:
    """Yield vetoes that leave the best grade."""
    for number, veto in enumerate(vetoes, 1):
        if grades and veto.highest_grade == grades[0].name:
            best = f"最高仍可评“{veto.highest_grade}”，这是最好的等次"
            yield f"vetoes[{number}].highest_grade", f"“{veto.name}”{best}，等于没有否决"


def unreachable_bonus(bonus: BonusRules) -> Faults:
    """Yield bonuses of nothing, and those above the common cap."""
    if bonus != NO_BONUS and not bonus.cap and not bonus.by_place:
        advice = "不设加分请把 bonus 写成 null（Excel 中“加分”写“不设”）"
        yield "bonus.cap", f"加分合计最多 0 分，等于不加分；{advice}"
    limit = f"加分合计却最多 {bonus.cap} 分，够不到"
    if bonus.by_place and not any(bonus.by_place):
        yield "bonus.by_place", "各名次都加 0 分，等于不按名次加分"
    elif bonus.by_place and max(bonus.by_place) > bonus.cap:
        yield "bonus.by_place", f"按名次最多加 {max(bonus.by_place)} 分，{limit}"
    for number, rule in enumerate(bonus.rules, 1):
        if not rule.points_each:
            yield f"bonus.rules[{number}].points_each", f"“{rule.name}”每次加 0 分，等于不加分"
        if 0 < bonus.cap < rule.cap:
            yield f"bonus.rules[{number}].cap", f"“{rule.name}”最多 {rule.cap} 分，{limit}"


def maluses_without_effect(maluses: Sequence[MalusRule]) -> Faults:
    """Yield maluses that take nothing."""
    for number, rule in enumerate(maluses, 1):
        if not rule.points_each:
            yield f"maluses[{number}].points_each", f"“{rule.name}”每次扣 0 分，等于不扣分"


def unreachable_points(place: str, item: Item, rule: Rule) -> Faults:
    """Yield what an item's rule can never take or give."""
    match rule:
        case PerInstance(cap=cap) if cap is not None:
            most = most_deducted(rule)
            if most is not None and most < cap:
                limit = f"够不到扣分上限 {cap} 分"
                yield f"{place}.cap", f"各扣分事项都到最多次数也只扣 {most} 分，{limit}"
        case Range(highest=highest) if highest < item.points:
            sentence = f"评分幅度最高 {highest} 分，够不到本项分值 {item.points} 分"
            yield f"{place}.to", sentence
        case Ladder(steps=steps):
            points = [step.points for step in steps]
            best = max(points)
            if best < item.points:
                sentence = f"最好的一档只有 {best} 分，够不到本项分值 {item.points} 分"
                yield f"{place}.steps", sentence
            elif min(points) == best:
                yield f"{place}.steps", f"各档都是 {best} 分，落在哪一档都一样"
        case Threshold(at_least=at_least) if at_least == 0:
            yield f"{place}.at_least", "不低于 0 就达标，什么数都达标，永远得满分"
        case Threshold(measure="percent", at_most=at_most) if at_most == 100:
            yield f"{place}.at_most", "百分比不高于 100 就达标，什么数都达标，永远得满分"


def most_deducted(rule: PerInstance) -> Decimal | None:
    """Return what all cases that count cost together; None where one may come without end."""
    most = Decimal(0)
    for row in rule.deductions:
        if row.most_cases is None:
            return None
        most += row.highest * row.most_cases
    return most
