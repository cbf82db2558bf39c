"""Why this score: the figure as a tree of named parts, for the page and for the frozen record.

In every part that has parts, their contributions add up exactly to its value.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from gongjian.lib.points import HUNDRED, Exact, plain
from scoring.rules.readings.item_words import item_lines, item_note
from scoring.rules.readings.marking import ItemPoints, ListPoints
from scoring.rules.rubrics.parts import AssessmentRules, MeasuredRules
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.assessment import Assessment, PassPoints
from scoring.rules.scores.components import (
    Rectification,
    bonus_by_rule,
    community_share,
    malus_by_rule,
)
from scoring.rules.scores.quarters import CommunityInputs, QuarterScore

_STATE_NAMES = {"on_time": "按时上报", "late": "逾期上报", "missing": "未上报"}


@dataclass(frozen=True, slots=True)
class Part:
    """One named figure: its value, its weight if it has one, what it contributes to the part above, where the rule
    stands, and a note in words.
    """

    name: str
    value: Fraction
    weight: Fraction | None
    contribution: Fraction
    clause: str = ""
    note: str = ""
    parts: tuple["Part", ...] = ()

    def as_mapping(self) -> dict[str, object]:
        """Ready for JSON: figures as text, to four places at most."""
        return {
            "name": self.name,
            "value": plain(self.value),
            "weight": None if self.weight is None else plain(self.weight),
            "contribution": plain(self.contribution),
            "clause": self.clause,
            "note": self.note,
            "parts": [part.as_mapping() for part in self.parts],
        }


def explain(score: QuarterScore, months: Sequence[str], rubric: Rubric) -> Part:
    """The score of one community, taken apart. The topmost value is exact; its note gives the published figure."""
    parts = [
        *_component_parts(score, months, rubric),
        *_bonus_parts(score, rubric),
        *_malus_parts(score.inputs, rubric),
    ]
    held = score.exact - _contributions(parts)
    if held:
        parts.append(
            _plus("总分封顶" if held < 0 else "总分保底", held, f"{rubric.name} {rubric.version}")
        )
    note = f"四舍五入到两位小数，公布为 {score.points} 分，{score.grade}"
    vetoed = "".join(
        f"；一票否决：{veto.name}，等次不高于{veto.highest_grade}" for veto in score.vetoes
    )
    return Part(
        "季度得分",
        score.exact,
        None,
        score.exact,
        f"{rubric.name} {rubric.version}",
        note + vetoed,
        tuple(parts),
    )


def _component_parts(score: QuarterScore, months: Sequence[str], rubric: Rubric) -> Iterable[Part]:
    if rubric.assessment.is_set:
        yield _assessment_part(score.assessment, rubric.assessment)
    if rubric.self_check.is_set:
        yield _self_check_part(score, months, rubric)
    if rubric.rectification.is_set:
        yield _rectification_part(score, rubric)
    for rules, found in zip(rubric.measured, score.measured, strict=True):
        yield measured_part(found, rules)


def measured_part(found: ListPoints, rules: MeasuredRules) -> Part:
    """A measured component: its items, under their groups if they have any, each with what was found and deducted."""
    note = f"得分合计×100÷{plain(found.possible)}（参评项目满分）"
    return _weighed(
        rules.name, found.points, rules.weight, rules.clause, note, tuple(_item_parts(found))
    )


def _item_parts(found: ListPoints) -> Iterable[Part]:
    scale = HUNDRED / found.possible
    for group, members in groupby(found.parts, key=lambda part: part.item.group):
        parts = tuple(_item_part(member, Fraction(1) if group else scale) for member in members)
        if group:
            yield _weighed(group, _contributions(parts), scale, parts=parts)
        else:
            yield from parts


def _item_part(part: ItemPoints, scale: Fraction) -> Part:
    lines = tuple(_plus(name, points, note=note) for name, points, note in item_lines(part))
    return _weighed(part.item.name, part.points, scale, part.item.clause, item_note(part), lines)


def _assessment_part(assessment: Assessment, rules: AssessmentRules) -> Part:
    passes = tuple(
        _weighed(part.rule.name, part.points, part.share, note=_pass_note(part))
        for part in assessment.passes
    )
    return _weighed(
        rules.name, assessment.points, rules.weight, rules.clause, assessment.statement, passes
    )


def _pass_note(part: PassPoints) -> str:
    totals = part.totals
    if part.trimmed:
        return f"{totals.count} 张评分表，去掉最高分 {plain(totals.highest)}、最低分 {plain(totals.lowest)} 后平均"
    return f"{totals.count} 张评分表平均"


def _self_check_part(score: QuarterScore, months: Sequence[str], rubric: Rubric) -> Part:
    rules, states, share = rubric.self_check, score.inputs.self_checks, Fraction(1, len(months))
    parts = tuple(
        _weighed(
            f"{int(month[-2:])} 月",
            rules.points[states[month]],
            share,
            note=_STATE_NAMES[states[month]],
        )
        for month in months
    )
    return _weighed(
        rules.name, score.self_check, rules.weight, rules.clause, "自评分不计入得分", parts
    )


def _rectification_part(score: QuarterScore, rubric: Rubric) -> Part:
    rules = rubric.rectification
    note = _rectification_note(score.inputs.rectification)
    return _weighed(rules.name, score.rectification, rules.weight, rules.clause, note)


def _rectification_note(counted: Rectification | None) -> str:
    if counted is None or not counted.due:
        return "本季度没有到期的问题"
    return f"到期 {counted.due} 件，按期销号 {counted.closed_in_time} 件"


def _bonus_parts(score: QuarterScore, rubric: Rubric) -> Iterable[Part]:
    parts = [_plus(bonus.reason, bonus.points) for bonus in score.inputs.bonuses]
    for rule, count, points in bonus_by_rule(score.inputs.bonus_cases, rubric):
        note = f"{count} 次，每次加 {rule.points_each} 分，最多加 {rule.cap} 分"
        parts.append(_plus(rule.name, points, rule.clause, note))
    if by_place := rubric.bonus.of_place(score.inputs.last_place):
        parts.append(
            _plus(f"上次公布列本类第 {score.inputs.last_place} 名", by_place, rubric.bonus.clause)
        )
    if not parts:
        return
    over = Fraction(score.bonus) - _contributions(parts)
    if over:
        parts.append(_plus("加分封顶", over))
    yield _plus(
        "加分", score.bonus, rubric.bonus.clause, f"合计最多 {rubric.bonus.cap} 分", tuple(parts)
    )


def _malus_parts(inputs: CommunityInputs, rubric: Rubric) -> Iterable[Part]:
    shares = {rule.code: rule for rule in rubric.shared_blame}
    for rule, count, taken in malus_by_rule(inputs.maluses, rubric):
        note = f"{count} 次，每次扣 {rule.points_each} 分，最多扣 {rule.cap} 分"
        if rule.shared_by:
            borne = plain(100 * community_share(rule.shared_by, rubric))
            note += f"；“{shares[rule.shared_by].name}”由职能部门分担，社区承担 {borne}%"
        yield _plus(rule.name, -taken, rule.clause, note)


def _weighed(
    name: str,
    value: Exact,
    weight: Exact,
    clause: str = "",
    note: str = "",
    parts: tuple[Part, ...] = (),
) -> Part:
    value, weight = Fraction(value), Fraction(weight)
    return Part(name, value, weight, value * weight, clause, note, parts)


def _plus(
    name: str, value: Exact, clause: str = "", note: str = "", parts: tuple[Part, ...] = ()
) -> Part:
    return Part(name, Fraction(value), None, Fraction(value), clause, note, parts)


def _contributions(parts: Iterable[Part]) -> Fraction:
    return sum((part.contribution for part in parts), Fraction(0))
