from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongjian.audit.history import history_of
from gongjian.audit.listing import Column, ListPage, Tab
from gongjian.lib.editing import Editing
from gongjian.lib.templatetags.office import day_short
from gongjian.workflow import WrongState, open_steps, require
from scoring.forms.appeals.appeals import (
    AppealForm,
    DecisionForm,
    EvidenceForm,
    FindingForm,
    PrecheckForm,
)
from scoring.models import Appeal, Correction, Evidence, Sheet
from scoring.models.appeals import FOLLOWING, OPEN, AppealStatus, Side
from scoring.models.rounds import RoundStatus
from scoring.permissions import (
    may_add_evidence,
    may_decide_appeal,
    may_name_assessors,
    may_precheck_appeal,
    may_raise_appeal,
    may_verify_appeal,
)
from scoring.rules.sheets.lists import mark_note
from scoring.services.appeals import handling as services
from scoring.services.appeals.contestable import contestable
from scoring.services.appeals.evidence import add_evidence
from scoring.services.appeals.raising import raise_appeal
from scoring.services.appeals.sheet_rulings import item_of
from scoring.services.sheets.lettering import assessor_names
from scoring.services.sheets.lists import own_list_of
from scoring.states import APPEAL_STEPS
from scoring.views.scores.pages import crumbs, sheets_of, visible_score

SOURCES = (
    "score__round",
    "score__community",
    "sheet__round__checklist",
    "sheet__round__rubric",
    "sheet__assessor",
    "case__department",
    "correction",
    "department",
)
PEOPLE = ("raised_by", "prechecked_by", "verified_by", "decided_by")
TRACED = {
    "sheet": "打分表得分",
    "assessment": "全市考评",
    "part": "本部分得分",
    "points": "社区得分",
    "rank": "全市名次",
    "class_rank": "类内名次",
    "grade": "等次",
}


class AppealList(ListPage):
    title, noun, section = "申诉", "件", "scoring"
    crumbs = ()
    default_sort = "-raised_at"
    empty_text = "没有申诉"
    empty_hint = "得分公示期间，社区可在得分页对打分表的某一项，或自查、整改、加减分、读数提出申诉"
    columns = (
        Column("社区", "score.community.name", sort="score__community__name", link=True),
        Column("季度", lambda appeal: appeal.score.round.span.title, sort="score__round__quarter"),
        Column("项目", "what", sort="item_code"),
        Column("原扣分", "old_deducted", kind="points"),
        Column("改扣分", "new_deducted", kind="points"),
        Column("申诉时间", "raised_at", sort="raised_at", kind="datetime"),
        Column("本环节时限", "due_on", kind="date"),
        Column("状态", "get_status_display", kind="tag", tone=lambda appeal: appeal.status_tone),
    )

    def get_queryset(self):
        appeals = Appeal.objects.visible_to(self.request.user)
        return appeals.select_related("score__community", "score__round").defer(
            "score__round__frozen"
        )

    def tabs(self):
        waiting = Q(status__in=OPEN)
        tab = Tab("已办结", "decided", ~waiting)
        return [Tab("全部"), Tab("办理中", "open", waiting), tab]


def appeal_new(request, pk):
    """Contest one item of one sheet, or another input of the score, while the notice runs."""
    score = visible_score(request, pk)
    require(may_raise_appeal(request.user, score), "只有本社区的牵头单位经办人和社区工作者可以申诉")
    if not score.round.is_on_public_notice(timezone.localdate()):
        raise WrongState(f"{score.round}不在公示期内，不能申诉")
    wanted = f"{request.GET.get('sheet', '')}-{request.GET.get('item', '')}"
    sheets = list(sheets_of(score, request.user))
    subjects = contestable(score.round, score.community, at=timezone.now())
    choices = {
        "sheets": sheets,
        "subjects": subjects,
    }
    form = AppealForm(
        request.POST or None, request.FILES or None, **choices, initial={"contested": wanted}
    )
    if request.method == "POST" and form.is_valid():
        given = {
            **form.contest,
            "reason": form.cleaned_data["reason"],
            "papers": form.cleaned_data["papers"],
        }
        appeal = _raised(form, score, given, request.user)
        if appeal:
            messages.success(
                request, "已提出申诉：先由共建办初核，再由部门核实、主任裁定，结果会通知您"
            )
            return redirect(appeal)
    context = {
        "title": f"{score.community}：提出申诉",
        "section": "scoring",
        "crumbs": crumbs(score),
        "form": form,
    }
    back = {"back_url": score.get_absolute_url(), "submit_label": "提出申诉"}
    return render(request, "forms/form_page.html", {**context, **back})


def _raised(form, score, given, user) -> Appeal | None:
    try:
        return raise_appeal(score, **given, by=user, at=timezone.now())
    except ValidationError as wrong:
        form.add_error(None, [text for texts in wrong.message_dict.values() for text in texts])
        return None


@dataclass(frozen=True)
class Node:
    """One of the three nodes: the state in which it is in hand, who may, its form and its act."""

    status: str
    label: str
    may: object
    refusal: str
    form: type
    act: object
    kept: tuple[str, ...]
    done: str


NODES = (
    Node(
        AppealStatus.RAISED, "初核", may_precheck_appeal, "申诉由共建办工作人员初核",
        PrecheckForm, services.precheck_appeal, ("department", "precheck"), "已初核",
    ),
    Node(
        AppealStatus.PRECHECKED, "核实", may_verify_appeal, "申诉由初核时指定的部门（共建办初核人以外的人员）核实",
        FindingForm, services.verify_appeal, ("finding",), "已报主任裁定",
    ),
    Node(
        AppealStatus.VERIFIED, "裁定", may_decide_appeal, "申诉由没有参加初核、核实的共建办主任裁定",
        DecisionForm, services.decide_appeal, ("new_deducted", "ruled", "decision"), "已裁定",
    ),
)  # fmt: skip


def appeal_detail(request, pk):
    """One appeal: what is contested and why, its three nodes; whoever does the one in hand does it here."""
    related = (*SOURCES, *PEOPLE)
    appeals = Appeal.objects.visible_to(request.user)
    appeal = get_object_or_404(appeals.select_related(*related), pk=pk)
    if request.POST.get("act") == "evidence":
        return _add_evidence(request, appeal)
    node = _node_of(request, appeal)
    editing = _editing(request, appeal, node)
    form = None
    if _may_act_now(request.user, appeal, node) or request.method == "POST":
        more = {"appeal": appeal} if node.form is DecisionForm else {}
        form = node.form(request.POST or None, request.FILES or None, **more)
    if request.method == "POST":
        allowed = node.may(request.user, appeal)
        require(allowed, node.refusal)
        if form.is_valid() and _done(node, form, editing, request.user):
            messages.success(request, f"{node.done}：{editing.row.get_status_display()}")
            return redirect(appeal)
    return _appeal_page(request, editing.row if editing.conflict else appeal, node, form, editing)


def _editing(request, appeal, node: Node) -> Editing:
    return Editing(
        request,
        appeal,
        _kept_by(node),
        history=history_of,
        still_open=lambda row: row.status == node.status,
    )


def _node_of(request, appeal) -> Node:
    """The node whose form was sent, else the one in hand."""
    asked = request.POST.get("node") or appeal.status
    return next((node for node in NODES if node.status == asked), NODES[-1])


CHOSEN = {
    "prechecked": {"admit": "yes"},
    "dismissed": {"admit": "no"},
    "upheld": {"uphold": "yes"},
    "refused": {"uphold": "no"},
}
"""What was chosen in the form that led to a state."""


def _kept_by(node: Node):
    def kept(appeal):
        said = {}
        for name in node.kept:
            said[name] = getattr(appeal, name)
        return {**said, **CHOSEN.get(appeal.status, {}), "status": appeal.status}

    return kept


def _may_act_now(user, appeal, node: Node) -> bool:
    on_notice = appeal.score.round.status == RoundStatus.ON_PUBLIC_NOTICE
    return (
        on_notice and appeal.status == node.status and bool(open_steps(appeal, APPEAL_STEPS, user))
    )


def _done(node: Node, form, editing, user) -> bool:
    given = {**form.cleaned_data, "by": user, "at": timezone.now()}
    try:
        return bool(editing.unless_changed(lambda appeal: node.act(appeal, **given), form))
    except ValidationError as wrong:
        form.add_error(None, wrong)
        return False


def _add_evidence(request, appeal):
    require(may_add_evidence(request.user, appeal), "只有提出申诉的社区可以补充材料")
    form = EvidenceForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            kept = add_evidence(
                appeal, form.cleaned_data["papers"], by=request.user, at=timezone.now()
            )
        except ValidationError as wrong:
            form.add_error("papers", wrong.messages)
        else:
            messages.success(request, f"已补充 {len(kept)} 份证据" if kept else "这些证据已经有了")
            return redirect(appeal)
    editing = _editing(request, appeal, NODES[0])
    return _appeal_page(request, appeal, NODES[0], None, editing, form)


def _appeal_page(request, appeal, node, form, editing, evidence_form=None):
    if (
        appeal.status == AppealStatus.RAISED
        and may_add_evidence(request.user, appeal)
        and evidence_form is None
    ):
        evidence_form = EvidenceForm()
    evidence = list(appeal.evidence.select_related("by").order_by("pk"))
    timeline = _timeline(appeal)
    on_sheet = None
    if appeal.sheet_id:
        on_sheet = _on_sheet(appeal, request.user)
    outcome = OUTCOMES.get(appeal.kind, AS_RECORDED)
    correction = _correction(appeal, request.user)
    context = {
        "appeal": appeal,
        "title": str(appeal),
        "section": "scoring",
        "crumbs": [("申诉", reverse("scoring:appeals"))],
        "state_of": appeal,
        "on_sheet": on_sheet,
        "timeline": timeline,
        "cycle": _cycle(appeal, timeline),
        "trace": traced_lines(appeal),
        "correction": correction,
        "outcome": outcome,
        "evidence": [
            (side.label, mine)
            for side in Side
            if (mine := [one for one in evidence if one.side == side])
        ],
        "evidence_form": evidence_form,
        "node": node,
        "form": form,
        "editing": editing,
        "back_url": appeal.get_absolute_url(),
        "history": history_of(appeal),
    }
    return render(request, "scoring/appeals/appeal.html", context, status=editing.status)


AS_RECORDED = "申诉成立的，登记随即更正；定分前须重新汇总"
BY_CORRECTION = "申诉成立的，原记录不改；定分后按裁定更正，批准后才能报批"
OUTCOMES = {
    "sheet": "申诉成立的，打分表随即更正；定分前须重新汇总",
    **dict.fromkeys(FOLLOWING, BY_CORRECTION),
}
"""What upholding does, told where it is decided."""


def _on_sheet(appeal, user) -> dict:
    """The contested item of a sheet, whose it is and what was noted beside it."""
    sheets = Sheet.objects.filter(
        round=appeal.score.round_id, community=appeal.score.community_id
    ).locked()
    names = assessor_names(sheets.select_related("assessor"), by_name=may_name_assessors(user))
    mark = appeal.sheet.marks[appeal.item_code]
    note = mark_note(mark, own_list_of(appeal.sheet.round), appeal.item_code)
    return {
        "item": item_of(appeal),
        "note": note,
        "assessor": names[appeal.sheet_id],
    }


def _correction(appeal, user) -> dict | None:
    """Where the correction stands that an upheld appeal calls for; its page for those who may open it."""
    if not appeal.follows_records or appeal.status != AppealStatus.UPHELD:
        return None
    found = appeal.correction
    opens = found and Correction.objects.visible_to(user).filter(pk=found.pk).exists()
    return {
        "row": found,
        "opens": opens,
    }


def _timeline(appeal) -> list[dict]:
    """The three nodes: who, when, what was said, by when."""
    verifier = f"{appeal.department}" if appeal.department_id else "共建办（初核人以外）"
    nodes = [
        (
            "初核",
            "共建办",
            appeal.precheck_due_on,
            appeal.prechecked_by,
            appeal.prechecked_at,
            appeal.precheck,
        ),
        (
            "核实",
            verifier,
            appeal.verify_due_on,
            appeal.verified_by,
            appeal.verified_at,
            appeal.finding,
        ),
        (
            "裁定",
            "共建办主任",
            appeal.decide_due_on,
            appeal.decided_by,
            appeal.decided_at,
            appeal.decision,
        ),
    ]
    names = ("label", "whose", "due_on", "by", "at", "words")
    timelines = []
    for node in nodes:
        timelines.append(dict(zip(names, node, strict=True)))
    return timelines


def _cycle(appeal, timeline: list[dict]) -> list[dict]:
    """The same as a bar, from the appeal on; what was not taken up ends after the first node."""
    in_hand = next((node.label for node in NODES if node.status == appeal.status), "")
    steps = [{"label": "申诉", "note": day_short(appeal.raised_at), "state": "done"}]
    for node in timeline:
        limit = ""
        if node["due_on"]:
            limit = f"{day_short(node['due_on'])}前"
        if node["at"]:
            state = "done"
        else:
            state = "now" if node["label"] == in_hand else ""
        note = day_short(node["at"]) or limit
        steps.append({"label": node["label"], "note": note, "state": state})
    return steps


def traced_lines(appeal) -> list[tuple[str, object, object]]:
    """What an upheld appeal changed, each figure before and after, from the input down to the place and grade."""
    trace, first = appeal.trace or {}, []
    if appeal.new_deducted is not None:
        first = [("本项扣分", appeal.old_deducted, appeal.new_deducted)]
    elif appeal.ruled:
        first = [(appeal.about, appeal.stood, appeal.ruled)]
    return first + [(label, *trace[name]) for name, label in TRACED.items() if name in trace]


@require_safe
def evidence_file(request, uuid):
    """A piece of evidence, or with `?size=small` its picture for lists, to those who may see the appeal."""
    visible = Evidence.objects.visible_to(request.user)
    found = get_object_or_404(visible, uuid=uuid)
    is_small = request.GET.get("size") == "small" and found.is_photo
    kind, name = (
        ("image/jpeg", f"{found.uuid}.jpg") if found.is_photo else ("application/pdf", found.name)
    )
    file = (found.small if is_small else found.file).open("rb")
    answer = FileResponse(file, content_type=kind, filename=name, as_attachment=not found.is_photo)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
