"""The rubric (评分细则): every number of the assessment, as versioned data. docs/scoring.md names each one's clause."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from gongjian.lib.rulebooks import Section

SELF_CHECK_STATES = ("on_time", "late", "missing")
RANKING_STYLES = ("competition", "dense")


@dataclass(frozen=True, slots=True)
class PassRule:
    code: str
    name: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class AssessmentRules:
    """How the assessors' sheets become one figure. `trim_from_sheets` None: the mean is never trimmed."""

    name: str
    weight: Decimal
    clause: str
    trim_from_sheets: int | None
    passes: tuple[PassRule, ...]


@dataclass(frozen=True, slots=True)
class SelfCheckRules:
    """What a month's self-check brings, by state. The mark that a community gives itself is not among them."""

    name: str
    weight: Decimal
    clause: str
    points: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class RectificationRules:
    name: str
    weight: Decimal
    clause: str
    nothing_due_points: Decimal


@dataclass(frozen=True, slots=True)
class BonusRules:
    cap: Decimal
    clause: str


@dataclass(frozen=True, slots=True)
class MalusRule:
    code: str
    name: str
    points_each: Decimal
    cap: Decimal
    clause: str


@dataclass(frozen=True, slots=True)
class VetoRule:
    """一票否决: holds the grade down to `highest_grade`; the points stay as they are."""

    code: str
    name: str
    highest_grade: str
    clause: str


@dataclass(frozen=True, slots=True)
class Grade:
    name: str
    from_points: Decimal


@dataclass(frozen=True, slots=True)
class TieBreaker:
    code: str
    name: str
    higher_is_better: bool


@dataclass(frozen=True, slots=True)
class RankingRules:
    """`competition` places 1-2-2-4, `dense` 1-2-2-3; `tie_breakers` are asked in this order."""

    style: str
    tie_breakers: tuple[TieBreaker, ...]


@dataclass(frozen=True, slots=True)
class DutyRule:
    code: str
    name: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class MemberUnitRules:
    community_weight: Decimal
    own_duties_weight: Decimal
    duties: tuple[DutyRule, ...]


@dataclass(frozen=True, slots=True)
class PraiseRule:
    """The best `best_share` of a class (at least one), if they reached `from_points`."""

    best_share: Decimal
    from_points: Decimal


@dataclass(frozen=True, slots=True)
class CriticismRule:
    """Below `below_points`, or among the `last`; never who reached `spared_from_points`."""

    below_points: Decimal
    last: int
    spared_from_points: Decimal


@dataclass(frozen=True, slots=True)
class HonourRules:
    """Who is proposed: praise and criticism of a quarter, commendation of a year."""

    praise: PraiseRule
    criticism: CriticismRule
    commendation: PraiseRule
    clause: str


@dataclass(frozen=True, slots=True)
class Rubric:
    """One version of the rubric, frozen for the quarter that it scores. Grades run from the best down to 0."""

    name: str
    version: str
    assessment: AssessmentRules
    self_check: SelfCheckRules
    rectification: RectificationRules
    bonus: BonusRules
    maluses: tuple[MalusRule, ...]
    vetoes: tuple[VetoRule, ...]
    lowest_points: Decimal
    highest_points: Decimal
    grades: tuple[Grade, ...]
    ranking: RankingRules
    member_unit: MemberUnitRules
    honours: HonourRules


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


class _Weighted(Protocol):
    @property
    def weight(self) -> Decimal: ...


def load_rubric(mapping: object) -> Rubric:
    """The rubric read from its rule file. Raises `WrongRulebook`, naming every wrong value by its path."""
    top = Section(mapping)
    components, total = top.section("components"), top.section("total")
    grades = _read_grades(top)
    rubric = Rubric(
        name=top.text("name"),
        version=top.text("version"),
        assessment=_read_assessment(components.section("assessment")),
        self_check=_read_self_check(components.section("self_check")),
        rectification=_read_rectification(components.section("rectification")),
        bonus=_read_bonus(top.section("bonus")),
        maluses=_read_maluses(top),
        vetoes=_read_vetoes(top, grades),
        lowest_points=total.number("lowest_points", 0, 1000),
        highest_points=total.number("highest_points", 0, 1000),
        grades=grades,
        ranking=_read_ranking(top.section("ranking")),
        member_unit=_read_member_unit(top.section("member_unit")),
        honours=_read_honours(top.section("honours")),
    )
    if not top.faults:
        _check_whole(top, rubric)
    top.finish()
    return rubric


def _read_assessment(part: Section) -> AssessmentRules:
    passes = tuple(PassRule(row.text("code"), row.text("name"), _share(row)) for row in part.rows("passes"))
    _refuse_repeated_codes(part, "passes", passes)
    trim = None if part.is_null("trim_from_sheets") else part.whole("trim_from_sheets", 3, 1000)
    return AssessmentRules(part.text("name"), _weight(part), part.text("clause"), trim, passes)


def _read_self_check(part: Section) -> SelfCheckRules:
    points = {state: part.number(f"{state}_points", 0, 100) for state in SELF_CHECK_STATES}
    return SelfCheckRules(part.text("name"), _weight(part), part.text("clause"), points)


def _read_rectification(part: Section) -> RectificationRules:
    nothing_due = part.number("nothing_due_points", 0, 100)
    return RectificationRules(part.text("name"), _weight(part), part.text("clause"), nothing_due)


def _read_bonus(part: Section) -> BonusRules:
    return BonusRules(part.number("cap", 0, 100), part.text("clause"))


def _read_maluses(top: Section) -> tuple[MalusRule, ...]:
    rows = top.rows("maluses", empty=True)
    rules = tuple(
        MalusRule(
            code=row.text("code"),
            name=row.text("name"),
            points_each=row.number("points_each", 0, 100),
            cap=row.number("cap", 0, 100),
            clause=row.text("clause"),
        )
        for row in rows
    )
    _refuse_repeated_codes(top, "maluses", rules)
    return rules


def _read_vetoes(top: Section, grades: Sequence[Grade]) -> tuple[VetoRule, ...]:
    names = [grade.name for grade in grades] or [""]
    rules = tuple(
        VetoRule(row.text("code"), row.text("name"), row.choice("highest_grade", names), row.text("clause"))
        for row in top.rows("vetoes", empty=True)
    )
    _refuse_repeated_codes(top, "vetoes", rules)
    return rules


def _read_grades(top: Section) -> tuple[Grade, ...]:
    grades = tuple(Grade(row.text("name"), row.number("from_points", 0, 100)) for row in top.rows("grades"))
    top.refuse_repeats("grades", [grade.name for grade in grades], "等次名称")
    starts = [grade.from_points for grade in grades]
    if starts != sorted(set(starts), reverse=True):
        top.fault("grades", "等次应从高分到低分排列，起点分不得相同，否则有的等次永远够不到")
    if starts and starts[-1] != 0:
        top.fault("grades", f"最低等次应从 0 分起，现从 {starts[-1]} 分起")
    return grades


def _read_ranking(part: Section) -> RankingRules:
    tie_breakers = tuple(
        TieBreaker(row.text("code"), row.text("name"), row.flag("higher_is_better"))
        for row in part.rows("tie_breakers", empty=True)
    )
    _refuse_repeated_codes(part, "tie_breakers", tie_breakers)
    return RankingRules(part.choice("style", RANKING_STYLES), tie_breakers)


def _read_member_unit(part: Section) -> MemberUnitRules:
    duties = tuple(DutyRule(row.text("code"), row.text("name"), _share(row)) for row in part.rows("duties"))
    _refuse_repeated_codes(part, "duties", duties)
    return MemberUnitRules(_weight(part, "community_weight"), _weight(part, "own_duties_weight"), duties)


def _read_honours(part: Section) -> HonourRules:
    criticism = part.section("criticism")
    return HonourRules(
        praise=_read_praise(part.section("praise")),
        criticism=CriticismRule(
            below_points=criticism.number("below_points", 0, 100),
            last=criticism.whole("last", 0, 1000),
            spared_from_points=criticism.number("spared_from_points", 0, 100),
        ),
        commendation=_read_praise(part.section("commendation")),
        clause=part.text("clause"),
    )


def _read_praise(part: Section) -> PraiseRule:
    return PraiseRule(part.number("best_share", 0, 1), part.number("from_points", 0, 100))


def _check_whole(top: Section, rubric: Rubric) -> None:
    """What only shows once every single value has been read well."""
    unit = rubric.member_unit
    _weights_sum_to_one(top, "components", (rubric.assessment, rubric.self_check, rubric.rectification))
    _weights_sum_to_one(top, "components.assessment.passes", rubric.assessment.passes)
    _weights_sum_to_one(top, "member_unit.duties", unit.duties)
    if unit.community_weight + unit.own_duties_weight != 1:
        top.fault("member_unit", "community_weight 与 own_duties_weight 之和应正好是 1")
    if rubric.lowest_points >= rubric.highest_points:
        top.fault("total", f"总分下限 {rubric.lowest_points} 应小于上限 {rubric.highest_points}")
    points = rubric.self_check.points
    if not points["on_time"] >= points["late"] >= points["missing"]:
        top.fault("components.self_check", "按时、逾期、未报的得分应依次不增")
    honours = rubric.honours
    if not honours.criticism.below_points <= honours.criticism.spared_from_points <= honours.praise.from_points:
        top.fault("honours.criticism", "批评线、免予批评线、表扬线应依次不减，否则同一对象会既受表扬又受批评")


def _weight(part: Section, key: str = "weight") -> Decimal:
    return part.number(key, 0, 1)


def _share(part: Section) -> Decimal:
    """A weight that may be left standing alone when the others are absent, so it cannot be 0."""
    return part.number("weight", 0, 1, above_lowest=True)


def _weights_sum_to_one(top: Section, path: str, parts: Iterable[_Weighted]) -> None:
    total = sum((part.weight for part in parts), Decimal(0))
    if total != 1:
        top.fault(path, f"各项权重之和应正好是 1，现为 {total}")


def _refuse_repeated_codes(part: Section, key: str, rules: Sequence[_Coded]) -> None:
    part.refuse_repeats(key, [rule.code for rule in rules], "代码")
