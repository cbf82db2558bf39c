"""加减分和一票否决: cases recorded beside the sheets, each by a rule of the round's rubric, none after it is frozen."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from gongjian.audit.services import record
from gongjian.lib.points import round_half_up
from gongjian.workflow import WrongState, require
from inspections.models import FalseRectification
from scoring.models import Adjustment, Round
from scoring.models.adjustments import AdjustmentKind
from scoring.models.rounds import RoundStatus
from scoring.permissions import may_run_round
from scoring.rules.rubrics.parts import BlameRule
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.components import Bonus
from units.models import Unit

OPEN = (
    RoundStatus.PLANNED,
    RoundStatus.ASSESSING,
    RoundStatus.GATHERED,
    RoundStatus.ON_PUBLIC_NOTICE,
)
ONLY_OFFICE = "加减分由共建办登记"
FALSE_RECTIFICATION = "false_rectification"
"""The malus that counts by itself, from the false rectifications established in the quarter."""


@dataclass
class Cases:
    """What one community's cases put into its score."""

    bonuses: list[Bonus] = field(default_factory=list)
    bonus_cases: Counter = field(default_factory=Counter)
    maluses: Counter = field(default_factory=Counter)
    vetoes: set[str] = field(default_factory=set)


def rules_for(rubric: Rubric) -> dict[str, dict[str, str]]:
    """The rules under which a case may be recorded: name by code, by kind."""
    return {
        AdjustmentKind.BONUS: {rule.code: rule.name for rule in rubric.bonus.rules},
        AdjustmentKind.MALUS: {rule.code: rule.name for rule in rubric.maluses},
        AdjustmentKind.VETO: {rule.code: rule.name for rule in rubric.vetoes},
    }


def record_adjustment(
    round: Round,
    *,
    community,
    kind: str,
    rule_code: str = "",
    points: Decimal | None = None,
    department: Unit | None = None,
    reason: str,
    by,
    at: datetime,
) -> Adjustment:
    """Put one case on record; it counts from the next gathering, without which the quarter cannot be frozen.

    `department`: who bears its part of a malus that the rubric shares out. Raises ValidationError for a rule that the
    rubric does not know or that counts by itself, points or a department out of place, no reason, a community not in
    the register; WrongState once the quarter is frozen.
    """
    require(may_run_round(by), ONLY_OFFICE)
    rubric = round.rubric.rules
    if not community.is_active:
        raise ValidationError({"community": f"{community}已不在册，不参加考评"})
    _refuse(rubric, kind, rule_code, points, reason)
    _refuse_department(rubric, kind, rule_code, department)
    given = {
        "community": community,
        "kind": kind,
        "rule_code": rule_code,
        "points": points,
        "reason": reason.strip(),
    }
    given["department"] = department
    with transaction.atomic():
        _refuse_frozen(round)
        case = Adjustment.objects.create(round=round, recorded_by=by, recorded_at=at, **given)
        record(case, "scoring.adjustment.record", by=by, at=at, **_told(case))
    return case


def _refuse(rubric: Rubric, kind: str, rule_code: str, points: Decimal | None, reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": "请写明事由，它随得分公布"})
    if rule_code:
        if rule_code not in rules_for(rubric).get(kind, {}):
            raise ValidationError(
                {"case": f"评分细则“{rubric.name} {rubric.version}”里没有这一事项，请重新选择"}
            )
        if (kind, rule_code) == (AdjustmentKind.MALUS, FALSE_RECTIFICATION):
            raise ValidationError(
                {
                    "case": "虚假整改由系统从问题整改中计数，再登记会重复扣分；请在该问题上认定虚假整改"
                }
            )
        if points is not None:
            raise ValidationError({"points": "按细则事项加减分的，分值由细则规定，不用填写"})
        return
    if kind != AdjustmentKind.BONUS:
        raise ValidationError({"case": "扣分和一票否决只能按细则事项登记"})
    if points is None or points <= 0 or points != round_half_up(points):
        raise ValidationError({"points": "请填加多少分，大于 0，最多两位小数"})
    if points > rubric.bonus.cap:
        message = f"加分合计最多 {rubric.bonus.cap} 分，现为 {points} 分"
        raise ValidationError({"points": message})


def blame_of(rubric: Rubric) -> dict[str, BlameRule]:
    """By malus code, how its blame is shared; only for those that are shared."""
    kinds = {}
    for rule in rubric.shared_blame:
        kinds[rule.code] = rule
    return {rule.code: kinds[rule.shared_by] for rule in rubric.maluses if rule.shared_by}


def _refuse_department(rubric: Rubric, kind: str, rule_code: str, department: Unit | None) -> None:
    blame = None
    if kind == AdjustmentKind.MALUS:
        blame = blame_of(rubric).get(rule_code)
    if blame and department is None:
        raise ValidationError({"department": f"“{blame.name}”由职能部门分担，请选择是哪个部门"})
    if department and not blame:
        raise ValidationError({"department": "这一事项不由职能部门分担，不用选部门"})
    if department and not department.is_functional_department:
        raise ValidationError({"department": f"{department}不是职能部门，请重新选择"})


def withdraw_adjustment(case: Adjustment, *, remark: str, by, at: datetime) -> Adjustment:
    """Take a case back with the reason; the row stays. Raises WrongState when frozen or taken back already."""
    require(may_run_round(by), ONLY_OFFICE)
    if not remark.strip():
        raise ValidationError({"remark": "请写明撤销原因"})
    undone = {"withdrawal": remark.strip(), "withdrawn_by": by, "withdrawn_at": at}
    with transaction.atomic():
        _refuse_frozen(case.round)
        adjustments = Adjustment.objects.in_force().filter(pk=case.pk)
        if not adjustments.update(**undone):
            raise WrongState(f"“{case}”已经撤销")
        record(
            case, "scoring.adjustment.withdraw", by=by, at=at, remark=remark.strip(), **_told(case)
        )
    for name, value in undone.items():
        setattr(case, name, value)
    return case


def _refuse_frozen(round: Round) -> None:
    rounds = Round.objects.select_for_update().values_list("status", flat=True)
    status = rounds.get(pk=round.pk)
    if status not in OPEN:
        raise WrongState(f"{round}已经定分，加减分不能再改")


def _told(case: Adjustment) -> dict:
    said = {"kind": case.kind, "rule": case.rule_code, "points": case.points, "reason": case.reason}
    said["department"] = str(case.department or "")
    values_by_name = {}
    for name, value in said.items():
        if value not in (None, ""):
            values_by_name[name] = value
    return values_by_name


def takes_false_rectifications(round: Round) -> bool:
    """Whether the round's rubric takes points for a false rectification."""
    return any(rule.code == FALSE_RECTIFICATION for rule in round.rubric.rules.maluses)


def established_in(round: Round) -> list[FalseRectification]:
    """The false rectifications of the quarter, which count by themselves where the rubric says so. One query."""
    if not takes_false_rectifications(round):
        return []
    false_rectifications = FalseRectification.objects.in_quarter(round.span)
    found = false_rectifications.select_related("finding__community", "unit", "marked_by")
    return list(found.order_by("marked_at", "pk"))


def cases_of(round: Round) -> dict[int, Cases]:
    """What counts, by community id; nothing for those without a case. One query."""
    found: dict[int, Cases] = defaultdict(Cases)
    adjustments = Adjustment.objects.filter(round=round)
    rows = adjustments.in_force().order_by("pk")
    for community, kind, code, points, reason in rows.values_list(
        "community", "kind", "rule_code", "points", "reason"
    ):
        _count(found[community], kind, code, points, reason)
    return found


def _count(cases: Cases, kind: str, code: str, points: Decimal | None, reason: str) -> None:
    if kind == AdjustmentKind.VETO:
        cases.vetoes.add(code)
    elif kind == AdjustmentKind.MALUS:
        cases.maluses[code] += 1
    elif code:
        cases.bonus_cases[code] += 1
    else:
        bonus = Bonus(reason, round_half_up(points))
        cases.bonuses.append(bonus)
