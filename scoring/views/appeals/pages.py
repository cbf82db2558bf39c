"""申诉: the list, the form for a new one, the page of one with its nodes, and its evidence."""

from functools import partial

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongjian.audit.history import history_of
from gongjian.audit.listing import Column, LoggedListPage, Tab
from gongjian.lib.acting import answer_status, carry_out, form_page, posted
from gongjian.lib.editing import Editing
from gongjian.workflow import WrongState, require
from scoring.forms.appeals.appeals import AppealForm, EvidenceForm
from scoring.models import Appeal, Evidence
from scoring.models.appeals import OPEN, AppealStatus
from scoring.permissions import may_add_evidence, may_raise_appeal
from scoring.services.appeals.contestable import contestable
from scoring.services.appeals.evidence import add_evidence
from scoring.services.appeals.raising import raise_appeal
from scoring.views.appeals.facts import facts_of
from scoring.views.appeals.nodes import (
    DECIDE,
    NODES,
    PRECHECK,
    Node,
    cycle_of,
    form_of,
    may_do_now,
    timeline_of,
    values_edited,
)
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


class AppealList(LoggedListPage):
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
        with_score = appeals.select_related("score__community", "score__round")
        return with_score.defer("score__round__frozen")

    def tabs(self):
        is_open = Q(status__in=OPEN)
        return [Tab("全部"), Tab("办理中", "open", is_open), Tab("已办结", "decided", ~is_open)]


def appeal_new(request, pk):
    """Contest one item of one sheet, or another input of the score, during the public notice."""
    score = visible_score(request, pk)
    require(may_raise_appeal(request.user, score), "只有本社区的牵头单位经办人和社区工作者可以申诉")
    if not score.round.is_on_public_notice(timezone.localdate()):
        raise WrongState(f"{score.round}不在公示期内，不能申诉")
    now = timezone.now()
    sheets = list(sheets_of(score, request.user))
    subjects = contestable(score.round, score.community, at=now)
    item = f"{request.GET.get('sheet', '')}-{request.GET.get('item', '')}"
    initial = {"contested": item}
    form = AppealForm(*posted(request), sheets=sheets, subjects=subjects, initial=initial)
    if appeal := carry_out(form, partial(raise_appeal, score, by=request.user, at=now)):
        next_steps = "先由共建办初核，再由部门核实、主任裁定，结果会通知您"
        messages.success(request, f"已提出申诉：{next_steps}")
        return redirect(appeal)
    return form_page(
        request,
        form,
        title=f"{score.community}：提出申诉",
        section="scoring",
        crumbs=crumbs(score),
        back=(score.community.name, score.get_absolute_url()),
        submit_label="提出申诉",
    )


def appeal_detail(request, pk):
    """One appeal: what is contested and why, and its three nodes.

    Whoever does the node in hand does it here.
    """
    appeals = Appeal.objects.visible_to(request.user).select_related(*SOURCES, *PEOPLE)
    appeal = get_object_or_404(appeals, pk=pk)
    if request.POST.get("act") == "evidence":
        return take_evidence(request, appeal)
    # The node whose form was sent, else the one in hand.
    node = NODES.get(request.POST.get("node") or appeal.status, DECIDE)
    editing = _editing(request, appeal, node)
    form = None
    if request.method == "POST":
        require(node.may(request.user, appeal), node.refusal)
        form = form_of(node, request, appeal)
        act = partial(node.act, by=request.user, at=timezone.now())
        if carry_out(form, act, editing=editing):
            messages.success(request, f"{node.message}：{editing.row.get_status_display()}")
            return redirect(appeal)
    elif may_do_now(node, request.user, appeal):
        form = form_of(node, request, appeal)
    return _appeal_page(request, appeal, node, form, editing)


def _editing(request, appeal: Appeal, node: Node) -> Editing:
    return Editing(
        request,
        appeal,
        partial(values_edited, node),
        history=history_of,
        still_open=lambda row: row.status == node.status,
    )


def take_evidence(request, appeal: Appeal):
    """Add further evidence to one's own appeal, until it is pre-checked."""
    require(may_add_evidence(request.user, appeal), "只有提出申诉的社区可以补充材料")
    form = EvidenceForm(*posted(request))
    pieces = []

    def add(papers):
        pieces.extend(add_evidence(appeal, papers, by=request.user, at=timezone.now()))

    if carry_out(form, add):
        added = f"已补充 {len(pieces)} 份证据" if pieces else "这些证据已经有了"
        messages.success(request, added)
        return redirect(appeal)
    editing = _editing(request, appeal, PRECHECK)
    return _appeal_page(request, appeal, PRECHECK, None, editing, evidence_form=form)


def _appeal_page(request, appeal, node, form, editing, evidence_form=None):
    user = request.user
    if editing.conflict:
        appeal = editing.row
    if appeal.status == AppealStatus.RAISED and may_add_evidence(user, appeal):
        evidence_form = evidence_form or EvidenceForm()
    timeline = timeline_of(appeal)
    submitted = [shown_form for shown_form in (form, evidence_form) if shown_form]
    context = {
        "appeal": appeal,
        "title": str(appeal),
        "section": "scoring",
        "crumbs": [("申诉", reverse("scoring:appeals"))],
        "state_of": appeal,
        "timeline": timeline,
        "cycle": cycle_of(appeal, timeline),
        "evidence_form": evidence_form,
        "node": node,
        "is_deciding": node is DECIDE,
        "form": form,
        "editing": editing,
        "back_url": appeal.get_absolute_url(),
        "history": history_of(appeal),
        **facts_of(appeal, user),
    }
    status = answer_status(*submitted, editing=editing)
    return render(request, "scoring/appeals/appeal.html", context, status=status)


@require_safe
def evidence_file(request, uuid):
    """A piece of evidence, or with `?size=small` its picture for lists.

    To those who may see the appeal.
    """
    piece = get_object_or_404(Evidence.objects.visible_to(request.user), uuid=uuid)
    if piece.is_photo:
        is_small = request.GET.get("size") == "small"
        file = piece.small if is_small else piece.file
        content_type = "image/jpeg"
        name = f"{piece.uuid}.jpg"
    else:
        file = piece.file
        content_type = "application/pdf"
        name = piece.name
    answer = FileResponse(
        file.open("rb"),
        content_type=content_type,
        filename=name,
        as_attachment=not piece.is_photo,
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
