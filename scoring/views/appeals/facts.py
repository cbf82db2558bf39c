"""What the page of an appeal tells: its item, its evidence, its outcome and correction."""

from typing import Any

from gongjian.accounts.models import User
from scoring.models import Appeal, Correction, Evidence, Sheet
from scoring.models.appeals import FOLLOWING, AppealKind, AppealStatus, Side
from scoring.permissions import may_name_assessors
from scoring.rules.sheets.lists import mark_note
from scoring.services.appeals.sheet_rulings import item_of
from scoring.services.sheets.lettering import assessor_names
from scoring.services.sheets.lists import own_list_of

TRACED = {
    "sheet": "打分表得分",
    "assessment": "全市考评",
    "part": "本部分得分",
    "points": "社区得分",
    "rank": "全市名次",
    "class_rank": "类内名次",
    "grade": "等次",
}


def facts_of(appeal: Appeal, user: User) -> dict[str, Any]:
    """Return what the page tells of the appeal beside its nodes."""
    on_sheet = contested_item(appeal, user) if appeal.sheet_id else None
    facts = {"on_sheet": on_sheet, "outcome": outcome_of(appeal)}
    facts["trace"] = traced_lines(appeal)
    facts["correction"] = correction_of(appeal, user)
    facts["evidence"] = evidence_by_side(appeal)
    return facts


def outcome_of(appeal: Appeal) -> str:
    """Return what upholding does, told where it is decided."""
    if appeal.kind == AppealKind.SHEET:
        return "申诉成立的，打分表随即更正；定分前须重新汇总"
    if appeal.kind in FOLLOWING:
        return "申诉成立的，原记录不改；定分后按裁定更正，批准后才能报批"
    return "申诉成立的，登记随即更正；定分前须重新汇总"


def contested_item(appeal: Appeal, user: User) -> dict:
    """Return the contested item of a sheet, whose it is and what was noted beside it."""
    sheets = Sheet.objects.filter(round=appeal.score.round_id, community=appeal.score.community_id)
    locked = sheets.locked().select_related("assessor")
    names = assessor_names(locked, by_name=may_name_assessors(user))
    mark = appeal.sheet.marks[appeal.item_code]
    own_list = own_list_of(appeal.sheet.round)
    return {
        "item": item_of(appeal),
        "note": mark_note(mark, own_list, appeal.item_code),
        "assessor": names[appeal.sheet_id],
    }


def correction_of(appeal: Appeal, user: User) -> dict | None:
    """Return the correction that an upheld appeal calls for, and whether the user may open it."""
    if not appeal.follows_records or appeal.status != AppealStatus.UPHELD:
        return None
    may_open = False
    if appeal.correction:
        visible = Correction.objects.visible_to(user)
        may_open = visible.filter(pk=appeal.correction_id).exists()
    return {"row": appeal.correction, "opens": may_open}


def evidence_by_side(appeal: Appeal) -> list[tuple[str, list[Evidence]]]:
    """Return the pieces of either side under its label, without a side that has none."""
    pieces: dict[str, list[Evidence]] = {}
    for piece in appeal.evidence.select_related("by").order_by("pk"):
        pieces.setdefault(piece.side, []).append(piece)
    return [(side.label, pieces[side]) for side in Side if side in pieces]


def traced_lines(appeal: Appeal) -> list[tuple[str, object, object]]:
    """Return what an upheld appeal changed, each figure before and after.

    From the input down to the place and grade.
    """
    lines: list[tuple[str, object, object]] = []
    if appeal.new_deducted is not None:
        lines.append(("本项扣分", appeal.old_deducted, appeal.new_deducted))
    elif appeal.ruled:
        lines.append((appeal.about, appeal.stood, appeal.ruled))
    trace = appeal.trace or {}
    for name, label in TRACED.items():
        if name in trace:
            before, after = trace[name]
            lines.append((label, before, after))
    return lines
