"""The rubric (评分细则) and its parts other than its items, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from scoring.rules.rubrics.items import ItemList

SELF_CHECK_STATES = ("on_time", "late", "missing")
ON_TIME, LATE, MISSING = SELF_CHECK_STATES
RANKING_STYLES = ("competition", "dense")
COMPETITION, DENSE = RANKING_STYLES
LEAD_UNIT_STYLES = ("mean", "lowest", "highest")
MEAN, LOWEST, HIGHEST = LEAD_UNIT_STYLES
# As what somebody may be praised, criticised or commended; a liaison leader is none of them.
NAMED_STANDINGS = ("community", "lead", "member", "department")
# The passes that assessors can be drawn for.
PASSES = {"day": "日常", "off_peak": "错时", "night": "夜间"}
# The duties of a member unit that are counted.
DUTIES = {
    "meetings": "例会",
    "labour_days": "劳动日",
    "tasks": "工作任务",
    "frontage_checks": "门前三包抽查",
}
ON_TIME_RECTIFICATION, REPEATS = "on_time_rectification", "repeats"
# What may part equal places, and whether more of it is better: findings closed out in time are,
# findings that come back are not.
TIE_BREAKERS = {ON_TIME_RECTIFICATION: True, REPEATS: False}
# That a draw sends to one community in one pass.
MOST_ASSESSORS = 15
# For which a quarter's names are on public notice, where the rubric says nothing.
NOTICE_WORKDAYS = 3


@dataclass(frozen=True, slots=True)
class PassRule:
    code: str
    name: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class UnusualRules:
    """Which marks stand out (反常评分), in points; the defaults hold where the file says nothing.

    A sheet below `below_points`, or more than `from_last` from the community's last published
    quarter, asks for a reason; one more than `apart` from the mean of the others' is shown to the
    office. Two deductions of an item at most `near` apart count as equal.
    """

    below_points: Decimal = Decimal(60)
    from_last: Decimal = Decimal(20)
    apart: Decimal = Decimal(15)
    near: Decimal = Decimal("0.5")


USUAL = UnusualRules()


@dataclass(frozen=True, slots=True)
class AssessmentRules:
    """How the assessors' sheets become one figure.

    `trim_from_sheets` None: the mean is never trimmed. `assessors_each` are drawn for a community
    in each pass, None: not laid down here. `sheet` None: the sheet is the checklist's. `is_set`
    False: the rubric has no such component, and nothing is asked for it.
    """

    name: str
    weight: Decimal
    clause: str
    trim_from_sheets: int | None
    passes: tuple[PassRule, ...]
    assessors_each: int | None = None
    sheet: ItemList | None = None
    unusual: UnusualRules = USUAL
    is_set: bool = True


@dataclass(frozen=True, slots=True)
class SelfCheckRules:
    """What a month's self-check brings by its state; a community's own mark brings nothing."""

    name: str
    weight: Decimal
    clause: str
    points: Mapping[str, Decimal]
    is_set: bool = True


@dataclass(frozen=True, slots=True)
class RectificationRules:
    name: str
    weight: Decimal
    clause: str
    nothing_due_points: Decimal
    is_set: bool = True


@dataclass(frozen=True, slots=True)
class MeasuredRules:
    """A component (评分项目组) of items measured once a period, normalised to 100."""

    code: str
    name: str
    weight: Decimal
    clause: str
    items: ItemList


@dataclass(frozen=True, slots=True)
class BonusRule:
    """A bonus that is earned case by case, at most `cap` points."""

    code: str
    name: str
    points_each: Decimal
    cap: Decimal
    clause: str


@dataclass(frozen=True, slots=True)
class BonusRules:
    """What is added: at most `cap` points, by `rules` or for a reason of its own.

    `by_place`: what the first, second … of a class in the last published quarter gets, or loses,
    this time.
    """

    cap: Decimal
    clause: str
    rules: tuple[BonusRule, ...] = ()
    by_place: tuple[Decimal, ...] = ()

    def of_place(self, place: int | None) -> Decimal:
        """Return what a place brings; 0 without one, and behind the last that is named."""
        if not place or place > len(self.by_place):
            return Decimal(0)
        return self.by_place[place - 1]


@dataclass(frozen=True, slots=True)
class BlameRule:
    """A kind of problem for which a department answers with the community (责任分担).

    `department_share` 0.2 is 2:8; 1 is what the department runs by itself.
    """

    code: str
    name: str
    department_share: Decimal


@dataclass(frozen=True, slots=True)
class MalusRule:
    code: str
    name: str
    points_each: Decimal
    cap: Decimal
    clause: str
    # Code of the blame rule by which a department bears its part; empty: the community bears all.
    shared_by: str = ""


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
    """How places are given: `competition` 1-2-2-4, `dense` 1-2-2-3.

    `tie_breakers` are asked in this order. `lists_absent`: one that was not assessed for a stated
    reason is listed without a place and holds nobody up.
    """

    style: str
    tie_breakers: tuple[TieBreaker, ...]
    lists_absent: bool = False


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
class SizeBand:
    """A size of place, `lowest` up to but not including `highest` (None: no end)."""

    name: str
    lowest: Decimal
    highest: Decimal | None


@dataclass(frozen=True, slots=True)
class Quota:
    """The least number of samples, one figure for each size band.

    `within` is the code of the quota that it is part of.
    """

    code: str
    name: str
    least: tuple[int, ...]
    within: str = ""


@dataclass(frozen=True, slots=True)
class SamplingRules:
    """How many places must be looked at (最低抽样量), by the size of the city."""

    measure: str
    clause: str
    bands: tuple[SizeBand, ...]
    quotas: tuple[Quota, ...]


@dataclass(frozen=True, slots=True)
class PraiseRule:
    """The best `best_share` of a class (at least one), if they reached `from_points`.

    `quotas`: at most so many of a standing in the whole city; one that is not named has no quota.
    """

    best_share: Decimal
    from_points: Decimal
    quotas: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CriticismRule:
    """Below `below_points`, or among the `last`; never who reached `spared_from_points`.

    `quotas` as for praise.
    """

    below_points: Decimal
    last: int
    spared_from_points: Decimal
    quotas: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HonourRules:
    """Who is proposed: praise and criticism of a quarter, commendation of a year.

    A quarter's names are on public notice for `notice_workdays` before the circulars are drafted;
    0: they are not.
    """

    praise: PraiseRule
    criticism: CriticismRule
    commendation: PraiseRule
    clause: str
    notice_workdays: int = NOTICE_WORKDAYS


@dataclass(frozen=True, slots=True)
class Rubric:
    """One version of the rubric, frozen for the quarter that it scores.

    Grades run from the best down to 0. `classes` names those that places are given in, empty: any.
    """

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
    measured: tuple[MeasuredRules, ...] = ()
    classes: tuple[str, ...] = ()
    lead_unit_style: str = MEAN
    shared_blame: tuple[BlameRule, ...] = ()
    sampling: SamplingRules | None = None


# What stands in a rubric that says nothing of a component, or `null` of another part.
_NONE, _ALL = Decimal(0), Decimal(100)
_NO_POINTS = dict.fromkeys(SELF_CHECK_STATES, _NONE)
NO_ASSESSMENT = AssessmentRules("全市考评", _NONE, "", None, (), is_set=False)
NO_SELF_CHECK = SelfCheckRules("每月自查", _NONE, "", _NO_POINTS, is_set=False)
NO_RECTIFICATION = RectificationRules("问题整改", _NONE, "", _NONE, is_set=False)
NO_BONUS = BonusRules(_NONE, "")
NO_DUTIES = MemberUnitRules(Decimal(1), _NONE, ())
_NO_PRAISE, _NO_CRITICISM = PraiseRule(_NONE, _ALL), CriticismRule(_NONE, 0, _NONE)
NO_HONOURS = HonourRules(_NO_PRAISE, _NO_CRITICISM, _NO_PRAISE, "", 0)
