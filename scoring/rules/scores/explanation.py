"""Why this score: the figure as a tree of named parts, for the page and for the frozen record.

In every part that has parts, their contributions add up exactly to its value.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from gongjian.lib.points import HUNDRED, Exact, plain
from scoring.rules.readings.item_words import item_lines, item_note
from scoring.rules.readings.marking import ItemPoints, ListPoints
from scoring.rules.rubrics.parts import LATE, MISSING, ON_TIME, AssessmentRules, MeasuredRules
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.assessment import Assessment, PassPoints
from scoring.rules.scores.components import (
    bonus_by_rule,
    community_share,
    malus_by_rule,
)
from scoring.rules.scores.quarters import CommunityInputs, QuarterScore

_STATE_NAMES = {ON_TIME: "按时上报", LATE: "逾期上报", MISSING: "未上报"}


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One named figure: its value, its weight if it has one, what it brings to the part above.

    `clause` says where the rule stands, `note` explains in words.
    """

    name: str
    value: Fraction
    weight: Fraction | None
    contribution: Fraction
    clause: str = ""
    note: str = ""
    parts: tuple["ScorePart", ...] = ()

    def as_mapping(self) -> dict[str, object]:
        """Return the part ready for JSON: figures as text, to four places at most."""
        if self.weight is None:
            weight = None
        else:
            weight = plain(self.weight)
        parts = []
        for part in self.parts:
            parts.append(part.as_mapping())
        return {
            "name": self.name,
            "value": plain(self.value),
            "weight": weight,
            "contribution": plain(self.contribution),
            "clause": self.clause,
            "note": self.note,
            "parts": parts,
        }


def explain(score: QuarterScore, months: Sequence[str], rubric: Rubric) -> ScorePart:
    """Return the score of one community, taken apart.

    The topmost value is exact; its note gives the published figure.
    """
    clause = f"{rubric.name} {rubric.version}"
    parts = list(component_parts(score, months, rubric))
    parts += bonus_parts(score, rubric)
    parts += malus_parts(score.inputs, rubric)
    beyond = score.exact - _contributions(parts)
    if beyond:
        plus = _plus("总分封顶" if beyond < 0 else "总分保底", beyond, clause)
        parts.append(plus)
    note = f"四舍五入到两位小数，公布为 {score.points} 分，{score.grade}"
    for veto in score.vetoes:
        note += f"；一票否决：{veto.name}，等次不高于{veto.highest_grade}"
    return ScorePart("季度得分", score.exact, None, score.exact, clause, note, tuple(parts))


def component_parts(
    score: QuarterScore, months: Sequence[str], rubric: Rubric
) -> Iterator[ScorePart]:
    """Yield what the score is weighed from."""
    if rubric.assessment.is_set:
        yield assessment_part(score.assessment, rubric.assessment)
    if rubric.self_check.is_set:
        yield self_check_part(score, months, rubric)
    if rubric.rectification.is_set:
        yield rectification_part(score, rubric)
    for rules, points in zip(rubric.measured, score.measured, strict=True):
        yield measured_part(points, rules)


def measured_part(points: ListPoints, rules: MeasuredRules) -> ScorePart:
    """Return a measured component with its items, each with what was found and deducted.

    Items stand under their groups if they have any.
    """
    note = f"得分合计×100÷{plain(points.possible)}（参评项目满分）"
    items = tuple(item_parts(points))
    return _weighed(rules.name, points.points, rules.weight, rules.clause, note, items)


def item_parts(points: ListPoints) -> Iterator[ScorePart]:
    """Yield the items, those of a group under it."""
    scale = HUNDRED / points.possible
    for group, members in groupby(points.parts, key=lambda part: part.item.group):
        if group:
            parts = tuple(_item_part(member, Fraction(1)) for member in members)
            yield _weighed(group, _contributions(parts), scale, parts=parts)
        else:
            for member in members:
                yield _item_part(member, scale)


def _item_part(part: ItemPoints, scale: Fraction) -> ScorePart:
    pluses = []
    for name, points, note in item_lines(part):
        plus = _plus(name, points, note=note)
        pluses.append(plus)
    lines = tuple(pluses)
    return _weighed(part.item.name, part.points, scale, part.item.clause, item_note(part), lines)


def assessment_part(assessment: Assessment, rules: AssessmentRules) -> ScorePart:
    """Return the city's assessment with its passes."""
    passes = []
    for part in assessment.passes:
        note = pass_note(part)
        weighed = _weighed(part.rule.name, part.points, part.share, note=note)
        passes.append(weighed)
    note = assessment.statement
    return _weighed(rules.name, assessment.points, rules.weight, rules.clause, note, tuple(passes))


def pass_note(part: PassPoints) -> str:
    """Return how many sheets a pass rests on, and which were left out."""
    totals = part.totals
    if part.trimmed:
        ends = f"最高分 {plain(totals.highest)}、最低分 {plain(totals.lowest)}"
        return f"{totals.count} 张评分表，去掉{ends} 后平均"
    return f"{totals.count} 张评分表平均"


def self_check_part(score: QuarterScore, months: Sequence[str], rubric: Rubric) -> ScorePart:
    """Return the months' reports, each with its state."""
    rules = rubric.self_check
    share = Fraction(1, len(months))
    parts = []
    for month in months:
        state = score.inputs.self_checks[month]
        name = f"{int(month[-2:])} 月"
        note = _STATE_NAMES[state]
        weighed = _weighed(name, rules.points[state], share, note=note)
        parts.append(weighed)
    note = "自评分不计入得分"
    return _weighed(rules.name, score.self_check, rules.weight, rules.clause, note, tuple(parts))


def rectification_part(score: QuarterScore, rubric: Rubric) -> ScorePart:
    """Return the rectification in time, with the counts of findings."""
    rules = rubric.rectification
    counted = score.inputs.rectification
    note = "本季度没有到期的问题"
    if counted is not None and counted.due:
        note = f"到期 {counted.due} 件，按期销号 {counted.closed_in_time} 件"
    return _weighed(rules.name, score.rectification, rules.weight, rules.clause, note)


def bonus_parts(score: QuarterScore, rubric: Rubric) -> Iterator[ScorePart]:
    """Yield what was added, if anything was, with each bonus under it."""
    parts = []
    for bonus in score.inputs.bonuses:
        plus = _plus(bonus.reason, bonus.points)
        parts.append(plus)
    for rule, count, points in bonus_by_rule(score.inputs.bonus_cases, rubric):
        note = f"{count} 次，每次加 {rule.points_each} 分，最多加 {rule.cap} 分"
        parts.append(_plus(rule.name, points, rule.clause, note))
    place = score.inputs.last_place
    by_place = rubric.bonus.of_place(place)
    if by_place:
        parts.append(_plus(f"上次公布列本类第 {place} 名", by_place, rubric.bonus.clause))
    if not parts:
        return
    beyond = Fraction(score.bonus) - _contributions(parts)
    if beyond:
        parts.append(_plus("加分封顶", beyond))
    note = f"合计最多 {rubric.bonus.cap} 分"
    yield _plus("加分", score.bonus, rubric.bonus.clause, note, tuple(parts))


def malus_parts(inputs: CommunityInputs, rubric: Rubric) -> Iterator[ScorePart]:
    """Yield what was taken, malus by malus."""
    blame = {rule.code: rule for rule in rubric.shared_blame}
    for rule, count, points in malus_by_rule(inputs.maluses, rubric):
        note = f"{count} 次，每次扣 {rule.points_each} 分，最多扣 {rule.cap} 分"
        if rule.shared_by:
            value = 100 * community_share(rule.shared_by, rubric)
            percent = plain(value)
            kind = blame[rule.shared_by].name
            note += f"；“{kind}”由职能部门分担，社区承担 {percent}%"
        yield _plus(rule.name, -points, rule.clause, note)


def _weighed(
    name: str,
    value: Exact,
    weight: Exact,
    clause: str = "",
    note: str = "",
    parts: tuple[ScorePart, ...] = (),
) -> ScorePart:
    value, weight = Fraction(value), Fraction(weight)
    return ScorePart(name, value, weight, value * weight, clause, note, parts)


def _plus(
    name: str, value: Exact, clause: str = "", note: str = "", parts: tuple[ScorePart, ...] = ()
) -> ScorePart:
    value = Fraction(value)
    return ScorePart(name, value, None, value, clause, note, parts)


def _contributions(parts: Iterable[ScorePart]) -> Fraction:
    contributions = [part.contribution for part in parts]
    return sum(contributions, Fraction(0))
