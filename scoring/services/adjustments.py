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
from scoring.models import Adjustment, Round
from scoring.models.adjustments import AdjustmentKind
from scoring.models.rounds import RoundStatus
from scoring.permissions import may_run_round
from scoring.rules.components import Bonus
from scoring.rules.rubric import Rubric, load_rubric

OPEN = (RoundStatus.PLANNED, RoundStatus.ASSESSING, RoundStatus.GATHERED, RoundStatus.ON_NOTICE)
ONLY_OFFICE = "加减分由共建办登记"


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
    reason: str,
    by,
    at: datetime,
) -> Adjustment:
    """Put one case on record; it counts from the next gathering, without which the quarter cannot be frozen.

    Raises ValidationError for a rule that the rubric does not know, points out of place or no reason, WrongState
    once the quarter is frozen.
    """
    require(may_run_round(by), ONLY_OFFICE)
    rubric = load_rubric(round.rubric.content)
    _refuse(rubric, kind, rule_code, points, reason)
    given = {"community": community, "kind": kind, "rule_code": rule_code, "points": points, "reason": reason.strip()}
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
            raise ValidationError({"case": f"评分细则“{rubric.name} {rubric.version}”里没有这一事项，请重新选择"})
        if points is not None:
            raise ValidationError({"points": "按细则事项加减分的，分值由细则规定，不用填写"})
        return
    if kind != AdjustmentKind.BONUS:
        raise ValidationError({"case": "扣分和一票否决只能按细则事项登记"})
    if points is None or points <= 0 or points != round_half_up(points):
        raise ValidationError({"points": "请填加多少分，大于 0，最多两位小数"})
    if points > rubric.bonus.cap:
        raise ValidationError({"points": f"加分合计最多 {rubric.bonus.cap} 分，现为 {points} 分"})


def withdraw_adjustment(case: Adjustment, *, remark: str, by, at: datetime) -> Adjustment:
    """Take a case back with the reason; the row stays. Raises WrongState when frozen or taken back already."""
    require(may_run_round(by), ONLY_OFFICE)
    if not remark.strip():
        raise ValidationError({"remark": "请写明撤销原因"})
    undone = {"withdrawal": remark.strip(), "withdrawn_by": by, "withdrawn_at": at}
    with transaction.atomic():
        _refuse_frozen(case.round)
        if not Adjustment.objects.in_force().filter(pk=case.pk).update(**undone):
            raise WrongState(f"“{case}”已经撤销")
        record(case, "scoring.adjustment.withdraw", by=by, at=at, remark=remark.strip(), **_told(case))
    for name, value in undone.items():
        setattr(case, name, value)
    return case


def _refuse_frozen(round: Round) -> None:
    status = Round.objects.select_for_update().values_list("status", flat=True).get(pk=round.pk)
    if status not in OPEN:
        raise WrongState(f"{round}已经定分，加减分不能再改")


def _told(case: Adjustment) -> dict:
    said = {"kind": case.kind, "rule": case.rule_code, "points": case.points, "reason": case.reason}
    return {name: value for name, value in said.items() if value not in (None, "")}


def cases_of(round: Round) -> dict[int, Cases]:
    """What counts, by community id; nothing for those without a case. One query."""
    found: dict[int, Cases] = defaultdict(Cases)
    rows = Adjustment.objects.filter(round=round).in_force().order_by("pk")
    for community, kind, code, points, reason in rows.values_list("community", "kind", "rule_code", "points", "reason"):
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
        cases.bonuses.append(Bonus(reason, round_half_up(points)))
