"""申诉成立 of any other input: what follows from the ruling, by its kind, and what that changes.

A recorded case is taken back, a bonus left out is recorded, a reading is put right: they count from
the next gathering. What follows from records with days of their own stays as it is; once the
quarter is frozen a correction is drafted from the ruling (corrections.proposing).
"""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from gongjian.accounts.models import User
from gongjian.lib.canonical import canonical_json
from scoring.models import Adjustment, Appeal, Round
from scoring.models.adjustments import AdjustmentKind
from scoring.models.appeals import AppealKind
from scoring.rules.appeals.tracing import TracedStanding, traced, with_change
from scoring.rules.corrections.changes import bonus_written, shown
from scoring.rules.corrections.kinds import CorrectionKind
from scoring.rules.refusals import Missing, Refused
from scoring.rules.scores.quarters import CommunityInputs
from scoring.services.corrections.correctable import reading_typed
from scoring.services.readings.adjustments import record_adjustment, withdraw_adjustment
from scoring.services.readings.entering import ReadingEntry, correct_reading
from scoring.services.scores.inputs import inputs_of

LONGEST_REASON = 200


@dataclass(frozen=True)
class Ruling:
    """What stands in the place of the input, as a change names it, and `words` for people."""

    kind: str
    key: str
    new: str
    words: str


def uphold_input(
    appeal: Appeal, typed: str, *, decision: str, by: User, at: datetime
) -> dict[str, Any]:
    """Carry the ruling out; return the columns of the appeal that keep it.

    Call in a transaction, for what is no item of a sheet. Raises ValidationError for what cannot
    be, changes nothing or costs the community points, at `uphold` where only a refusal is left:
    the community left the register, or the case was taken back.
    """
    round = Round.objects.select_related("rubric").get(pk=appeal.score.round_id)
    all_inputs, own_inputs = inputs_with_own(appeal, round, at=at)
    if own_inputs is None:
        message = f"{appeal.score.community}已不在册，没有可改的得分：请裁定“维持原分”"
        raise ValidationError({"uphold": message})
    try:
        ruling = ruling_on(appeal, round, typed, own_inputs)
        changed = inputs_with_ruling(appeal, ruling, own_inputs)
        standings = traced(all_inputs, changed, round.span.months, round.rubric.rules)
    except (Refused, Missing) as refusal:
        raise ValidationError([str(refusal)]) from refusal
    trace: dict[str, Any] = {"new": ruling.new}
    if standings:
        before, after = standings
        refuse_fewer_points(before, after)
        if part := part_of_score(ruling):
            parts = (before.parts[part], after.parts[part])
            trace["part"] = [str(points) for points in parts]
        trace |= traced_figures(before, after)
    carry_out_ruling(appeal, round, ruling, decision, by=by, at=at)
    return {"ruled": ruling.words, "trace": trace}


def inputs_with_own(
    appeal: Appeal, round: Round, *, at: datetime
) -> tuple[list[CommunityInputs], CommunityInputs | None]:
    """Return the inputs of all communities, and those of the one that appealed.

    None for the latter if it left the register.
    """
    all_inputs = inputs_of(round, at=at)
    by_code = {inputs.code: inputs for inputs in all_inputs}
    return all_inputs, by_code.get(appeal.score.community.code)


def refuse_fewer_points(before: TracedStanding, after: TracedStanding) -> None:
    if after.points < before.points:
        change = f"得分由 {before.points} 降为 {after.points}"
        message = f"这样改，{change}：申诉成立的，只能改得对社区有利"
        raise ValidationError([message])


def traced_figures(before: TracedStanding, after: TracedStanding) -> dict[str, list[Any]]:
    """Return each figure of the community before and after, as an appeal keeps them."""
    figures: dict[str, list[Any]] = {"points": [str(before.points), str(after.points)]}
    figures["rank"] = [before.place, after.place]
    figures["class_rank"] = [before.class_place, after.class_place]
    figures["grade"] = [before.grade, after.grade]
    return figures


def ruling_on(appeal: Appeal, round: Round, typed: str, inputs: CommunityInputs) -> Ruling:
    match appeal.kind:
        case AppealKind.CASE:
            return case_ruling(appeal.contested_case, inputs)
        case AppealKind.BONUS:
            count = inputs.bonus_cases.get(appeal.key, 0) + 1
            return Ruling(CorrectionKind.BONUS, appeal.key, str(count), f"计 {count} 件")
        case AppealKind.OWN_BONUS:
            return own_bonus_ruling(typed, inputs)
        case AppealKind.READING:
            reading, words = reading_typed(round, appeal.key, typed)
            new = canonical_json(reading).decode()
            return Ruling(CorrectionKind.READING, appeal.key, new, words)
    return Ruling(appeal.kind, appeal.key, typed, shown(appeal.kind, typed))


def own_bonus_ruling(typed: str, inputs: CommunityInputs) -> Ruling:
    new = bonus_written(typed, "")
    reason = new.partition(" ")[2]
    if len(reason) > LONGEST_REASON:
        raise Refused(f"加分事由最多 {LONGEST_REASON} 字")
    kind = CorrectionKind.OWN_BONUS
    key = str(len(inputs.bonuses) + 1)
    return Ruling(kind, key, new, shown(kind, new))


def case_ruling(case: Adjustment, inputs: CommunityInputs) -> Ruling:
    if case.withdrawn_at:
        message = "这一件已经撤销，不再计分：请裁定“维持原分”，并在裁定意见中说明"
        raise ValidationError({"uphold": message})
    if case.kind == AdjustmentKind.MALUS:
        count = inputs.maluses[case.rule_code] - 1
        return Ruling(CorrectionKind.MALUS, case.rule_code, str(count), "撤销")
    return Ruling(CorrectionKind.VETO, case.rule_code, "0", "撤销")


def inputs_with_ruling(appeal: Appeal, ruling: Ruling, inputs: CommunityInputs) -> CommunityInputs:
    """Return the community's inputs with the ruling; a veto that another case holds up stays."""
    if ruling.kind == CorrectionKind.VETO and cases_like(appeal.contested_case).exists():
        return inputs
    return with_change(inputs, ruling.kind, ruling.key, ruling.new)


def cases_like(case: Adjustment) -> QuerySet[Adjustment]:
    """Return the other cases of the community by the same rule."""
    of_community = Adjustment.objects.filter(round=case.round_id, community=case.community_id)
    like = of_community.filter(kind=case.kind, rule_code=case.rule_code)
    return like.in_force().exclude(pk=case.pk)


def part_of_score(ruling: Ruling) -> str:
    """Return which part of the score the ruling is about.

    "" for a veto, which holds the grade alone.
    """
    match ruling.kind:
        case CorrectionKind.READING:
            component = ruling.key.partition("/")[0]
            return f"{CorrectionKind.READING}/{component}"
        case CorrectionKind.OWN_BONUS:
            return CorrectionKind.BONUS
        case CorrectionKind.VETO:
            return ""
    return ruling.kind


def carry_out_ruling(
    appeal: Appeal, round: Round, ruling: Ruling, decision: str, *, by: User, at: datetime
) -> None:
    acting: dict[str, Any] = {"by": by, "at": at}
    match appeal.kind:
        case AppealKind.CASE:
            remark = f"申诉裁定成立：{decision}"[:LONGEST_REASON]
            withdraw_adjustment(appeal.contested_case, remark=remark, **acting)
        case AppealKind.BONUS:
            reason = f"经第 {appeal.pk} 件申诉裁定补计"
            _record_bonus(appeal, round, rule_code=ruling.key, reason=reason, **acting)
        case AppealKind.OWN_BONUS:
            points, _, reason = ruling.new.partition(" ")
            _record_bonus(appeal, round, points=Decimal(points), reason=reason, **acting)
        case AppealKind.READING:
            component, _, item = ruling.key.partition("/")
            items = {item: json.loads(ruling.new)}
            entry = ReadingEntry(appeal.score.community_id, component, items)
            correct_reading(round, entry, **acting)


def _record_bonus(appeal: Appeal, round: Round, **case: Any) -> None:
    kind = AdjustmentKind.BONUS
    try:
        record_adjustment(round, community=appeal.score.community, kind=kind, **case)
    except ValidationError as refusal:
        # Its fields are those of another form.
        raise ValidationError(refusal.messages) from refusal
