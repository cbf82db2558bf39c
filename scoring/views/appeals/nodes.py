"""The three nodes of an appeal on its page: who does which, with which form, and how far it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms

from gongjian.accounts.models import User
from gongjian.lib.acting import posted
from gongjian.lib.templatetags.office import day_short
from scoring.forms.appeals.appeals import AppealFindingForm, PrecheckForm, RulingForm
from scoring.models import Appeal
from scoring.models.appeals import AppealStatus
from scoring.models.rounds import RoundStatus
from scoring.permissions import may_decide_appeal, may_precheck_appeal, may_verify_appeal
from scoring.services.appeals.handling import decide_appeal, precheck_appeal, verify_appeal


@dataclass(frozen=True)
class Node:
    """One of the three nodes: the status in which it is in hand, who may, its form and its act.

    `columns`: what the form writes into the appeal. `message`: what is told when it is done.
    """

    status: AppealStatus
    label: str
    may: Callable[[User, Appeal], bool]
    refusal: str
    form: type[forms.Form]
    act: Callable[..., Appeal]
    columns: tuple[str, ...]
    message: str


PRECHECK = Node(
    status=AppealStatus.RAISED,
    label="初核",
    may=may_precheck_appeal,
    refusal="申诉由共建办工作人员初核",
    form=PrecheckForm,
    act=precheck_appeal,
    columns=("department", "precheck"),
    message="已初核",
)
VERIFY = Node(
    status=AppealStatus.PRECHECKED,
    label="核实",
    may=may_verify_appeal,
    refusal="申诉由初核时指定的部门（共建办初核人以外的人员）核实",
    form=AppealFindingForm,
    act=verify_appeal,
    columns=("finding",),
    message="已报主任裁定",
)
DECIDE = Node(
    status=AppealStatus.VERIFIED,
    label="裁定",
    may=may_decide_appeal,
    refusal="申诉由没有参加初核、核实的共建办主任裁定",
    form=RulingForm,
    act=decide_appeal,
    columns=("new_deducted", "ruled", "decision"),
    message="已裁定",
)
NODES = {node.status: node for node in (PRECHECK, VERIFY, DECIDE)}

# What was chosen in the form that led to a status.
CHOSEN = {
    AppealStatus.PRECHECKED: {"admit": "yes"},
    AppealStatus.DISMISSED: {"admit": "no"},
    AppealStatus.UPHELD: {"uphold": "yes"},
    AppealStatus.REFUSED: {"uphold": "no"},
}


def form_of(node: Node, request, appeal: Appeal) -> forms.Form:
    """Return the form of the node, with what was posted."""
    if node is DECIDE:
        return RulingForm(*posted(request), appeal=appeal)
    return node.form(*posted(request))


def values_edited(node: Node, appeal: Appeal) -> dict[str, Any]:
    """Return the values that the node's form edits, by the name of the input."""
    values = {name: getattr(appeal, name) for name in node.columns}
    return {**values, **CHOSEN.get(appeal.status, {}), "status": appeal.status}


def may_do_now(node: Node, user: User, appeal: Appeal) -> bool:
    """Whether the user may do the node, it is in hand, and the scores are on public notice."""
    is_in_hand = appeal.status == node.status
    on_public_notice = appeal.score.round.status == RoundStatus.ON_PUBLIC_NOTICE
    return is_in_hand and on_public_notice and node.may(user, appeal)


@dataclass(frozen=True)
class NodeLine:
    """What became of one node: by whom, when and in what words, and by when it is due."""

    label: str
    handler: str
    due_on: Any
    by: User | None
    at: Any
    words: str


def timeline_of(appeal: Appeal) -> list[NodeLine]:
    """Return the three nodes: who, when, in what words, by when."""
    verifier = str(appeal.department) if appeal.department_id else "共建办（初核人以外）"
    prechecked = (appeal.prechecked_by, appeal.prechecked_at, appeal.precheck)
    verified = (appeal.verified_by, appeal.verified_at, appeal.finding)
    decided = (appeal.decided_by, appeal.decided_at, appeal.decision)
    return [
        NodeLine(PRECHECK.label, "共建办", appeal.precheck_due_on, *prechecked),
        NodeLine(VERIFY.label, verifier, appeal.verify_due_on, *verified),
        NodeLine(DECIDE.label, "共建办主任", appeal.decide_due_on, *decided),
    ]


def cycle_of(appeal: Appeal, timeline: list[NodeLine]) -> list[dict[str, str]]:
    """Return the timeline as a bar, from the appeal on.

    What was not taken up ends after the first node.
    """
    in_hand = NODES.get(appeal.status)
    steps = [{"label": "申诉", "note": day_short(appeal.raised_at), "state": "done"}]
    for line in timeline:
        step = {"label": line.label, "note": day_short(line.at), "state": ""}
        if line.at:
            step["state"] = "done"
        elif in_hand and line.label == in_hand.label:
            step["state"] = "now"
        if not line.at and line.due_on:
            step["note"] = f"{day_short(line.due_on)}前"
        steps.append(step)
    return steps
