"""What a new rubric says and could never happen, refused by its place, a sentence each.

A rubric in force or frozen is never asked: its quarters are scored as it was adopted.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from gongjian.lib.rulebooks import Section
from scoring.rules.rubrics.items import Item, ItemList, Ladder, PerInstance, Range, Rule, Threshold
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
from scoring.rules.rubrics.whole_checks import sound

Found = Iterator[tuple[str, str]]
"""The place of each value that could never come to bear, and why."""


def refuse_unreachable(top: Section, rubric: Rubric) -> None:
    """Note all that could never happen; of a value that is wrong already nothing more is said."""
    if sound(top, "grades"):
        _note(top, _in_bounds(rubric))
        _note(top, _in_vetoes(rubric.vetoes, rubric.grades))
    _note(top, _in_trimming(rubric.assessment))
    _note(top, _in_bonus(rubric.bonus))
    _note(top, _in_maluses(rubric.maluses))
    for path, items in _item_lists(rubric):
        for number, item in enumerate(items.items, 1):
            if sound(top, place := f"{path}.items[{number}]"):
                _note(top, ((f"{place}.{key}", what) for key, what in _in_rule(item, item.rule)))


def _note(top: Section, found: Found) -> None:
    for path, what in found:
        if sound(top, path):
            top.fault(path, what)


def _item_lists(rubric: Rubric) -> Iterator[tuple[str, ItemList]]:
    if rubric.assessment.sheet is not None:
        yield "components.assessment.sheet", rubric.assessment.sheet
    for number, part in enumerate(rubric.measured, 1):
        yield f"components.measured[{number}]", part.items


def _in_trimming(rules: AssessmentRules) -> Found:
    if rules.trim_from_sheets and rules.trim_from_sheets > MOST_ASSESSORS:
        what = f"满 {rules.trim_from_sheets} 张评分表才去掉最高分和最低分，每个社区每轮最多抽 {MOST_ASSESSORS} 名考评员"
        yield "components.assessment.trim_from_sheets", f"{what}，永远用不上"


def _in_bounds(rubric: Rubric) -> Found:
    lowest, highest = rubric.lowest_points, rubric.highest_points
    for grade in rubric.grades:
        if grade.from_points > highest:
            what = f"总分上限 {highest} 分，够不到“{grade.name}”的起点 {grade.from_points} 分，谁也评不上"
            yield "total.highest_points", what
    for above, grade in pairwise(rubric.grades):
        if lowest >= above.from_points:
            what = f"总分下限 {lowest} 分，已到“{above.name}”的起点 {above.from_points} 分，按得分没有人会是“{grade.name}”"
            yield "total.lowest_points", what
    if rubric.honours != NO_HONOURS:
        for key, word in (("praise", "表扬"), ("commendation", "表彰")):
            line = getattr(rubric.honours, key).from_points
            if line > highest:
                yield (
                    f"honours.{key}.from_points",
                    f"{word}从 {line} 分起，总分上限只有 {highest} 分，谁也够不到",
                )


def _in_vetoes(vetoes: Sequence[VetoRule], grades: Sequence[Grade]) -> Found:
    for number, veto in enumerate(vetoes, 1):
        if grades and veto.highest_grade == grades[0].name:
            what = f"“{veto.name}”最高仍可评“{veto.highest_grade}”，这是最好的等次，等于没有否决"
            yield f"vetoes[{number}].highest_grade", what


def _in_bonus(bonus: BonusRules) -> Found:
    if bonus != NO_BONUS and not bonus.cap and not bonus.by_place:
        yield (
            "bonus.cap",
            "加分合计最多 0 分，等于不加分；不设加分请把 bonus 写成 null（Excel 中“加分”写“不设”）",
        )
    if bonus.by_place and not any(bonus.by_place):
        yield "bonus.by_place", "各名次都加 0 分，等于不按名次加分"
    elif bonus.by_place and max(bonus.by_place) > bonus.cap:
        yield (
            "bonus.by_place",
            f"按名次最多加 {max(bonus.by_place)} 分，加分合计却最多 {bonus.cap} 分，够不到",
        )
    for number, rule in enumerate(bonus.rules, 1):
        if not rule.points_each:
            yield f"bonus.rules[{number}].points_each", f"“{rule.name}”每次加 0 分，等于不加分"
        if 0 < bonus.cap < rule.cap:
            what = f"“{rule.name}”最多 {rule.cap} 分，加分合计却最多 {bonus.cap} 分，够不到"
            yield f"bonus.rules[{number}].cap", what


def _in_maluses(maluses: Sequence[MalusRule]) -> Found:
    for number, rule in enumerate(maluses, 1):
        if not rule.points_each:
            yield f"maluses[{number}].points_each", f"“{rule.name}”每次扣 0 分，等于不扣分"


def _in_rule(item: Item, rule: Rule) -> Found:
    match rule:
        case PerInstance(cap=cap) if cap is not None:
            most = _most_taken(rule)
            if most is not None and most < cap:
                yield "cap", f"各扣分事项都到最多次数也只扣 {most} 分，够不到扣分上限 {cap} 分"
        case Range(highest=highest) if highest < item.points:
            yield "to", f"评分幅度最高 {highest} 分，够不到本项分值 {item.points} 分"
        case Ladder(steps=steps):
            yield from _in_ladder(item, [step.points for step in steps])
        case Threshold(at_least=at_least) if at_least == 0:
            yield "at_least", "不低于 0 就达标，什么数都达标，永远得满分"
        case Threshold(measure="percent", at_most=at_most) if at_most == 100:
            yield "at_most", "百分比不高于 100 就达标，什么数都达标，永远得满分"


def _most_taken(rule: PerInstance) -> Decimal | None:
    """What all cases that count cost together; None where one may come up without end."""
    cases = [(row.highest, row.most_cases) for row in rule.deductions]
    if any(most is None for _, most in cases):
        return None
    return sum((cost * most for cost, most in cases if most), Decimal(0))


def _in_ladder(item: Item, points: Sequence[Decimal]) -> Found:
    if max(points) < item.points:
        yield "steps", f"最好的一档只有 {max(points)} 分，够不到本项分值 {item.points} 分"
    elif min(points) == max(points):
        yield "steps", f"各档都是 {max(points)} 分，落在哪一档都一样"
