"""The city's assessment (全市考评): the mean over assessors in each pass, the passes by weight."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from gongjian.lib.points import weighted_mean
from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubrics.parts import AssessmentRules, PassRule
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.locked_sheets import PassTotals


@dataclass(frozen=True, slots=True)
class PassPoints:
    """What one pass brought. `share` is its weight after the weights of absent passes were spread over the rest."""

    rule: PassRule
    totals: PassTotals
    points: Fraction
    trimmed: bool
    share: Fraction


@dataclass(frozen=True, slots=True)
class Assessment:
    """The exact assessment, 0..100, with the passes that it rests on and those that did not take place."""

    points: Fraction
    passes: tuple[PassPoints, ...]
    absent: tuple[PassRule, ...]

    @property
    def statement(self) -> str:
        """The sentence that is published beside the figure if a pass was absent; else empty."""
        if not self.absent:
            return ""
        return f"未进行{'、'.join(rule.name for rule in self.absent)}，其余各轮权重按比例折算"


def assessment_points(passes: Mapping[str, PassTotals], rubric: Rubric) -> Assessment:
    """The assessment of one community from the totals of each pass.

    Raises `Missing` if there is no locked sheet at all, `Refused` for a pass that the rubric does not know.
    """
    rules = rubric.assessment
    if lacking := missing_sheets(passes, rules):
        raise Missing(*lacking)
    _refuse_unknown_passes(passes, rules)
    if not rules.is_set:
        return Assessment(Fraction(0), (), ())
    held = [(rule, passes[rule.code]) for rule in rules.passes if _held(passes, rule)]
    weights = sum((Fraction(rule.weight) for rule, _ in held), Fraction(0))
    parts = tuple(_pass_points(rule, totals, rules, weights) for rule, totals in held)
    return Assessment(
        points=weighted_mean((part.points, part.share) for part in parts),
        passes=parts,
        absent=tuple(rule for rule in rules.passes if not _held(passes, rule)),
    )


def missing_sheets(passes: Mapping[str, PassTotals], rules: AssessmentRules) -> list[str]:
    """Says so if no pass has a single locked sheet."""
    is_lacking = rules.is_set and not any(_held(passes, rule) for rule in rules.passes)
    return [f"{rules.name}：没有一张已锁定的评分表"] if is_lacking else []


def pass_mean(totals: PassTotals, trim_from_sheets: int | None) -> Fraction:
    """The mean of the sheets; from so many sheets on, without one highest and one lowest."""
    if is_trimmed(totals, trim_from_sheets):
        return Fraction(totals.total - totals.highest - totals.lowest) / (totals.count - 2)
    return Fraction(totals.total) / totals.count


def is_trimmed(totals: PassTotals, trim_from_sheets: int | None) -> bool:
    return trim_from_sheets is not None and totals.count >= trim_from_sheets


def _pass_points(
    rule: PassRule, totals: PassTotals, rules: AssessmentRules, weights: Fraction
) -> PassPoints:
    trim = rules.trim_from_sheets
    share = Fraction(rule.weight) / weights
    return PassPoints(rule, totals, pass_mean(totals, trim), is_trimmed(totals, trim), share)


def _held(passes: Mapping[str, PassTotals], rule: PassRule) -> bool:
    return rule.code in passes and passes[rule.code].count > 0


def _refuse_unknown_passes(passes: Mapping[str, PassTotals], rules: AssessmentRules) -> None:
    if unknown := sorted(set(passes) - {rule.code for rule in rules.passes}):
        raise Refused(f"评分细则中没有“{'、'.join(unknown)}”这一轮考评")
