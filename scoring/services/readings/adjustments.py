"""加减分和一票否决: cases recorded beside the sheets by a rule of the round's rubric.

None is recorded or withdrawn after the round is frozen.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from communities.models import Community
from gongjian.accounts.models import User
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
from scoring.services.readings.withdrawing import stamp_withdrawal
from units.models import Unit

OPEN = (
    RoundStatus.PLANNED,
    RoundStatus.ASSESSING,
    RoundStatus.GATHERED,
    RoundStatus.ON_PUBLIC_NOTICE,
)
ONLY_OFFICE = "加减分由共建办登记"
# The malus that counts by itself, from the false rectifications established in the quarter.
FALSE_RECTIFICATION = "false_rectification"


@dataclass
class CommunityCases:
    """What one community's cases put into its score."""

    bonuses: list[Bonus] = field(default_factory=list)
    bonus_cases: Counter[str] = field(default_factory=Counter)
    maluses: Counter[str] = field(default_factory=Counter)
    vetoes: set[str] = field(default_factory=set)

    def add(self, kind: str, code: str, points: Decimal | None, reason: str) -> None:
        """Count one case; a bonus for a reason of its own has points and no code."""
        if kind == AdjustmentKind.VETO:
            self.vetoes.add(code)
        elif kind == AdjustmentKind.MALUS:
            self.maluses[code] += 1
        elif code:
            self.bonus_cases[code] += 1
        elif points is not None:
            self.bonuses.append(Bonus(reason, round_half_up(points)))


def rules_for(rubric: Rubric) -> dict[str, dict[str, str]]:
    """Return the rules under which a case may be recorded: name by code, by kind."""
    return {
        AdjustmentKind.BONUS: {rule.code: rule.name for rule in rubric.bonus.rules},
        AdjustmentKind.MALUS: {rule.code: rule.name for rule in rubric.maluses},
        AdjustmentKind.VETO: {rule.code: rule.name for rule in rubric.vetoes},
    }


def record_adjustment(
    round: Round,
    *,
    community: Community,
    kind: str,
    rule_code: str = "",
    points: Decimal | None = None,
    department: Unit | None = None,
    reason: str,
    by: User,
    at: datetime,
) -> Adjustment:
    """Record one case; it counts from the next gathering, without which there is no freezing.

    `department`: who bears its part of a malus that the rubric shares out. Raises ValidationError
    for a rule that the rubric does not know or that counts by itself, points or a department out of
    place, no reason, a community not in the register; WrongState once the quarter is frozen.
    """
    require(may_run_round(by), ONLY_OFFICE)
    rubric = round.rubric.rules
    reason = reason.strip()
    if not community.is_active:
        raise ValidationError({"community": f"{community}已不在册，不参加考评"})
    if not reason:
        raise ValidationError({"reason": "请写明事由，它随得分公布"})
    if rule_code:
        refuse_case_by_rule(rubric, kind, rule_code, points)
    else:
        refuse_own_bonus(rubric, kind, points)
    refuse_department(rubric, kind, rule_code, department)
    case = Adjustment(round=round, community=community, kind=kind, rule_code=rule_code)
    case.points, case.department, case.reason = points, department, reason
    case.recorded_by, case.recorded_at = by, at
    with transaction.atomic():
        _refuse_frozen(round)
        case.save()
        record(case, "scoring.adjustment.record", by=by, at=at, **_facts(case))
    return case


def refuse_case_by_rule(rubric: Rubric, kind: str, rule_code: str, points: Decimal | None) -> None:
    """Raise ValidationError for a rule that no case is recorded by, and for points beside it."""
    if rule_code not in rules_for(rubric).get(kind, {}):
        message = f"评分细则“{rubric.name} {rubric.version}”里没有这一事项，请重新选择"
        raise ValidationError({"case": message})
    if (kind, rule_code) == (AdjustmentKind.MALUS, FALSE_RECTIFICATION):
        counted = "虚假整改由系统从问题整改中计数，再登记会重复扣分"
        raise ValidationError({"case": f"{counted}；请在该问题上认定虚假整改"})
    if points is not None:
        raise ValidationError({"points": "按细则事项加减分的，分值由细则规定，不用填写"})


def refuse_own_bonus(rubric: Rubric, kind: str, points: Decimal | None) -> None:
    """Raise ValidationError for a case without a rule that is no bonus of fitting points."""
    if kind != AdjustmentKind.BONUS:
        raise ValidationError({"case": "扣分和一票否决只能按细则事项登记"})
    if points is None or points <= 0 or points != round_half_up(points):
        raise ValidationError({"points": "请填加多少分，大于 0，最多两位小数"})
    if points > rubric.bonus.cap:
        message = f"加分合计最多 {rubric.bonus.cap} 分，现为 {points} 分"
        raise ValidationError({"points": message})


def blame_of(rubric: Rubric) -> dict[str, BlameRule]:
    """Return how the blame of a malus is shared, by its code; only for those that are shared."""
    kinds = {rule.code: rule for rule in rubric.shared_blame}
    return {rule.code: kinds[rule.shared_by] for rule in rubric.maluses if rule.shared_by}


def refuse_department(rubric: Rubric, kind: str, rule_code: str, department: Unit | None) -> None:
    """Raise ValidationError where a department lacks, or has nothing to bear."""
    blame = None
    if kind == AdjustmentKind.MALUS:
        blame = blame_of(rubric).get(rule_code)
    if blame and department is None:
        message = f"“{blame.name}”由职能部门分担，请选择是哪个部门"
        raise ValidationError({"department": message})
    if department and not blame:
        raise ValidationError({"department": "这一事项不由职能部门分担，不用选部门"})
    if department and not department.is_functional_department:
        raise ValidationError({"department": f"{department}不是职能部门，请重新选择"})


def withdraw_adjustment(case: Adjustment, *, remark: str, by: User, at: datetime) -> Adjustment:
    """Withdraw a case with the reason; the row stays.

    Raises WrongState when the round is frozen or the case withdrawn already.
    """
    require(may_run_round(by), ONLY_OFFICE)
    remark = remark.strip()
    if not remark:
        raise ValidationError({"remark": "请写明撤销原因"})
    with transaction.atomic():
        _refuse_frozen(case.round)
        if not stamp_withdrawal(case, reason=remark, by=by, at=at):
            raise WrongState(f"“{case}”已经撤销")
        facts = {"remark": remark, **_facts(case)}
        record(case, "scoring.adjustment.withdraw", by=by, at=at, **facts)
    return case


def _refuse_frozen(round: Round) -> None:
    statuses = Round.objects.select_for_update().values_list("status", flat=True)
    if statuses.get(pk=round.pk) not in OPEN:
        raise WrongState(f"{round}已经定分，加减分不能再改")


def _facts(case: Adjustment) -> dict[str, object]:
    """Return what the log says of a case, without what it has not."""
    facts = {"kind": case.kind, "rule": case.rule_code, "points": case.points}
    facts |= {"reason": case.reason, "department": str(case.department or "")}
    return {name: value for name, value in facts.items() if value not in (None, "")}


def takes_false_rectifications(round: Round) -> bool:
    """Whether the round's rubric takes points for a false rectification."""
    return any(rule.code == FALSE_RECTIFICATION for rule in round.rubric.rules.maluses)


def established_in(round: Round) -> list[FalseRectification]:
    """Return the quarter's false rectifications, where the rubric counts them. One query."""
    if not takes_false_rectifications(round):
        return []
    marked = FalseRectification.objects.in_quarter(round.span)
    marked = marked.select_related("finding__community", "unit", "marked_by")
    return list(marked.order_by("marked_at", "pk"))


def count_cases(round: Round) -> int:
    """Return how many cases count in a round: those recorded, and the false rectifications."""
    count = round.adjustments.in_force().count()
    if takes_false_rectifications(round):
        count += FalseRectification.objects.in_quarter(round.span).count()
    return count


def cases_of(round: Round) -> dict[int, CommunityCases]:
    """Return what counts, by community id; nothing for those without a case. One query."""
    cases: dict[int, CommunityCases] = defaultdict(CommunityCases)
    adjustments = Adjustment.objects.filter(round=round).in_force().order_by("pk")
    columns = ("community", "kind", "rule_code", "points", "reason")
    for community, *case in adjustments.values_list(*columns):
        cases[community].add(*case)
    return cases
