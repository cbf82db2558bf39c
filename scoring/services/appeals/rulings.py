"""申诉成立: what follows from a ruling, by the kind of what was contested, and which figures it changes.

A recorded case is taken back, a bonus left out is recorded, a reading is put right: they count from the next
gathering. What follows from records with days of their own stays as it is; once the quarter is frozen a correction is
drafted from the ruling (services.corrections.draft_from_rulings).
"""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError

from gongjian.lib.canonical import canonical_json
from gongjian.workflow import WrongState
from scoring.models import Adjustment, Appeal, Round
from scoring.models.adjustments import AdjustmentKind
from scoring.models.appeals import AppealKind
from scoring.rules.appeals.tracing import Standing, traced, with_change
from scoring.rules.corrections.changes import bonus_written, shown
from scoring.rules.refusals import Missing, Refused
from scoring.rules.scores.quarters import CommunityInputs
from scoring.services.corrections.correctable import reading_typed
from scoring.services.readings.adjustments import record_adjustment, withdraw_adjustment
from scoring.services.readings.entering import Given, correct_reading
from scoring.services.scores.inputs import inputs_of

LONGEST_REASON = 200


@dataclass(frozen=True)
class Ruling:
    """What stands in the place of the input, as scoring.rules.corrections.changes names it; `said` in words."""

    kind: str
    key: str
    new: str
    said: str


def uphold(appeal: Appeal, typed: str, *, decision: str, by, at: datetime) -> dict:
    """Carry the ruling out; what its row keeps of it. Call in a transaction, for what is no item of a sheet.

    Raises ValidationError for what cannot be, changes nothing or costs the community points, WrongState if the case was
    taken back already.
    """
    rounds = Round.objects.select_related("rubric")
    round = rounds.get(pk=appeal.score.round_id)
    before = inputs_of(round, at=at)
    mine = next((one for one in before if one.code == appeal.score.community.code), None)
    if mine is None:
        raise WrongState(f"{appeal.score.community}已不在册，没有可改的得分")
    try:
        ruling = _ruling(appeal, round, typed, mine)
        changed = _changed(appeal, ruling, mine)
        found = traced(
            before,
            changed,
            round.span.months,
            round.rubric.rules,
        )
    except (Refused, Missing) as refusal:
        raise ValidationError([str(refusal)]) from refusal
    if found and found[1].points < found[0].points:
        raise ValidationError(
            [
                f"这样改，得分由 {found[0].points} 降为 {found[1].points}：申诉成立的，只能改得对社区有利"
            ]
        )
    _carry_out(appeal, round, ruling, decision, by=by, at=at)
    trace = {"new": ruling.new} | figures_traced(found, ruling)
    return {"ruled": ruling.said, "trace": trace}


def _ruling(appeal: Appeal, round: Round, typed: str, mine: CommunityInputs) -> Ruling:
    match appeal.kind:
        case AppealKind.CASE:
            return _taken_back(appeal.case, mine)
        case AppealKind.BONUS:
            count = mine.bonus_cases.get(appeal.key, 0) + 1
            return Ruling("bonus", appeal.key, str(count), f"计 {count} 件")
        case AppealKind.OWN_BONUS:
            new = bonus_written(typed, "")
            if len(new.partition(" ")[2]) > LONGEST_REASON:
                raise Refused(f"加分事由最多 {LONGEST_REASON} 字")
            return Ruling("own_bonus", str(len(mine.bonuses) + 1), new, shown("own_bonus", new))
        case AppealKind.READING:
            kept, words = reading_typed(round, appeal.key, typed)
            return Ruling("reading", appeal.key, canonical_json(kept).decode(), words)
    return Ruling(appeal.kind, appeal.key, typed, shown(appeal.kind, typed))


def _taken_back(case: Adjustment, mine: CommunityInputs) -> Ruling:
    if case.withdrawn_at:
        raise WrongState("这一件已经撤销，不再计分：请裁定“维持原分”，并在裁定意见中说明")
    if case.kind == AdjustmentKind.MALUS:
        new = str(mine.maluses[case.rule_code] - 1)
        return Ruling("malus", case.rule_code, new, "撤销")
    return Ruling("veto", case.rule_code, "0", "撤销")


def _changed(appeal: Appeal, ruling: Ruling, mine: CommunityInputs) -> CommunityInputs:
    """The community's inputs with the ruling in them; a veto that another case holds up stays."""
    if ruling.kind == "veto" and _others_like(appeal.case).exists():
        return mine
    return with_change(mine, ruling.kind, ruling.key, ruling.new)


def _others_like(case: Adjustment):
    same = {
        "round": case.round_id,
        "community": case.community_id,
        "kind": case.kind,
        "rule_code": case.rule_code,
    }
    adjustments = Adjustment.objects.filter(**same)
    return adjustments.in_force().exclude(pk=case.pk)


def _carry_out(
    appeal: Appeal, round: Round, ruling: Ruling, decision: str, *, by, at: datetime
) -> None:
    match appeal.kind:
        case AppealKind.CASE:
            remark = f"申诉裁定成立：{decision}"[:LONGEST_REASON]
            withdraw_adjustment(appeal.case, remark=remark, by=by, at=at)
        case AppealKind.BONUS:
            words = f"经第 {appeal.pk} 件申诉裁定补计"
            _record_bonus(appeal, round, rule_code=ruling.key, reason=words, by=by, at=at)
        case AppealKind.OWN_BONUS:
            points, _, reason = ruling.new.partition(" ")
            _record_bonus(appeal, round, points=Decimal(points), reason=reason, by=by, at=at)
        case AppealKind.READING:
            component, _, item = ruling.key.partition("/")
            items = {item: json.loads(ruling.new)}
            given = Given(appeal.score.community_id, component, items)
            correct_reading(round, given, by=by, at=at)


def _record_bonus(appeal: Appeal, round: Round, **given) -> None:
    try:
        record_adjustment(
            round, community=appeal.score.community, kind=AdjustmentKind.BONUS, **given
        )
    except ValidationError as wrong:
        raise ValidationError(wrong.messages) from wrong  # its fields are those of another form


def figures_traced(
    found: tuple[Standing, Standing] | None, ruling: Ruling | None = None
) -> dict[str, list]:
    """Each figure before and after, as an appeal keeps them; nothing where the city cannot be computed."""
    if found is None:
        return {}
    before, after = found
    part = ruling and _part(ruling)
    if ruling is None:
        about = {"assessment": [str(before.assessment), str(after.assessment)]}
    else:
        if part:
            about = {"part": [str(before.parts[part]), str(after.parts[part])]}
        else:
            about = {}
    points = [str(before.points), str(after.points)]
    rank = [before.place, after.place]
    class_rank = [before.class_place, after.class_place]
    grade = [before.grade, after.grade]
    return about | {
        "points": points,
        "rank": rank,
        "class_rank": class_rank,
        "grade": grade,
    }


def _part(ruling: Ruling) -> str:
    """Which of the parts of a score the ruling is about; none for a veto, which holds the grade alone."""
    if ruling.kind == "reading":
        return f"reading/{ruling.key.partition('/')[0]}"
    return {"veto": "", "own_bonus": "bonus"}.get(ruling.kind, ruling.kind)
