"""The city's assessment (全市考评): the mean over assessors in each pass, the passes by weight."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from gongjian.lib.points import weighted_mean
from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubrics.codes import unknown_codes
from scoring.rules.rubrics.parts import AssessmentRules, PassRule
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.locked_sheets import PassTotals


@dataclass(frozen=True, slots=True)
class PassPoints:
    """What one pass brought; `share` is its weight with that of absent passes spread over it."""

    rule: PassRule
    totals: PassTotals
    points: Fraction
    trimmed: bool
    share: Fraction


@dataclass(frozen=True, slots=True)
class Assessment:
    """The exact assessment, 0..100, with the passes that took place and those that did not."""

    points: Fraction
    passes: tuple[PassPoints, ...]
    absent: tuple[PassRule, ...]

    @property
    def statement(self) -> str:
        """Return the sentence to publish beside the figure if a pass was absent, else ""."""
        if not self.absent:
            return ""
        names = [rule.name for rule in self.absent]
        return f"未进行{'、'.join(names)}，其余各轮权重按比例折算"


def assessment_points(passes: Mapping[str, PassTotals], rubric: Rubric) -> Assessment:
    """Return the assessment of one community from the totals of each pass.

    Raises `Missing` if there is no locked sheet at all, `Refused` for a pass that the rubric does
    not know.
    """
    rules = rubric.assessment
    lacking = missing_worksheets(passes, rules)
    if lacking:
        raise Missing(*lacking)
    unknown = unknown_codes(passes, rules.passes)
    if unknown:
        raise Refused(f"评分细则中没有“{'、'.join(unknown)}”这一轮考评")
    if not rules.is_set:
        return Assessment(Fraction(0), (), ())
    present = [rule for rule in rules.passes if _took_place(passes, rule)]
    absent = tuple(rule for rule in rules.passes if rule not in present)
    fractions = [Fraction(rule.weight) for rule in present]
    weights = sum(fractions, Fraction(0))
    parts = []
    for rule in present:
        share = Fraction(rule.weight) / weights
        parts.append(pass_points(rule, passes[rule.code], rules.trim_from_sheets, share))
    points = weighted_mean((part.points, part.share) for part in parts)
    return Assessment(points, tuple(parts), absent)


def missing_worksheets(passes: Mapping[str, PassTotals], rules: AssessmentRules) -> list[str]:
    """Return what lacks if no pass has a single locked sheet; empty otherwise."""
    took_place = any(_took_place(passes, rule) for rule in rules.passes)
    if took_place or not rules.is_set:
        return []
    return [f"{rules.name}：没有一张已锁定的评分表"]


def pass_mean(totals: PassTotals, trim_from_sheets: int | None) -> Fraction:
    """Return the mean of the sheets; from so many on without one highest and one lowest."""
    if is_trimmed(totals, trim_from_sheets):
        between = totals.total - totals.highest - totals.lowest
        return Fraction(between) / (totals.count - 2)
    return Fraction(totals.total) / totals.count


def is_trimmed(totals: PassTotals, trim_from_sheets: int | None) -> bool:
    """Return whether there are enough sheets to leave out the highest and the lowest."""
    return trim_from_sheets is not None and totals.count >= trim_from_sheets


def pass_points(
    rule: PassRule, totals: PassTotals, trim: int | None, share: Fraction
) -> PassPoints:
    """Return what one pass brought."""
    return PassPoints(rule, totals, pass_mean(totals, trim), is_trimmed(totals, trim), share)


def _took_place(passes: Mapping[str, PassTotals], rule: PassRule) -> bool:
    return rule.code in passes and passes[rule.code].count > 0
