from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from gongjian.audit.history import history_of
from gongjian.audit.listing import Column, ListPage, Tab
from gongjian.lib.editing import Editing
from gongjian.workflow import WrongState, require
from scoring.forms.appeals import AppealForm, DecisionForm
from scoring.models import Appeal, Sheet
from scoring.models.appeals import AppealStatus
from scoring.models.rounds import RoundStatus
from scoring.permissions import may_decide_appeal, may_name_assessors, may_raise_appeal
from scoring.services.lettering import assessor_names
from scoring.services.notices import decide_appeal, item_of, raise_appeal
from scoring.views.scores import crumbs, notice_runs, sheets_of, visible_score


class AppealList(ListPage):
    title, noun, section = "申诉", "件", "scoring"
    crumbs = ()
    default_sort = "-raised_at"
    empty_text = "没有申诉"
    empty_hint = "得分公示期间，社区可在得分页对打分表的某一项提出申诉"
    columns = (
        Column("社区", "score.community.name", sort="score__community__name", link=True),
        Column("季度", lambda appeal: appeal.score.round.span.title, sort="score__round__quarter"),
        Column("项目", "item_code", sort="item_code"),
        Column("原扣分", "old_deducted", kind="points"),
        Column("改扣分", "new_deducted", kind="points"),
        Column("申诉时间", "raised_at", sort="raised_at", kind="datetime"),
        Column("状态", "get_status_display", kind="tag", tone=lambda appeal: appeal.status_tone),
    )

    def get_queryset(self):
        return (
            Appeal.objects.visible_to(self.request.user)
            .select_related("score__community", "score__round")
            .defer("score__round__frozen")
        )

    def tabs(self):
        waiting = Q(status=AppealStatus.RAISED)
        return [Tab("全部"), Tab("待复核", "open", waiting), Tab("已复核", "decided", ~waiting)]


def appeal_new(request, pk):
    """Contest one item of one sheet while the notice runs."""
    score = visible_score(request, pk)
    require(may_raise_appeal(request.user, score), "只有本社区的牵头单位经办人和社区工作者可以申诉")
    if not notice_runs(score.round, timezone.localdate()):
        raise WrongState(f"{score.round}不在公示期内，不能申诉")
    wanted = f"{request.GET.get('sheet', '')}-{request.GET.get('item', '')}"
    form = AppealForm(request.POST or None, sheets=list(sheets_of(score, request.user)), initial={"contested": wanted})
    if request.method == "POST" and form.is_valid():
        given = {**form.contest, "reason": form.cleaned_data["reason"]}
        appeal = _raised(form, score, given, request.user)
        if appeal:
            messages.success(request, "已提出申诉，由市共建办主任复核，结果会通知您")
            return redirect(appeal)
    context = {"title": f"{score.community}：提出申诉", "section": "scoring", "crumbs": crumbs(score), "form": form}
    back = {"back_url": score.get_absolute_url(), "submit_label": "提出申诉"}
    return render(request, "forms/form_page.html", {**context, **back})


def _raised(form, score, given, user) -> Appeal | None:
    try:
        return raise_appeal(score, **given, by=user, at=timezone.now())
    except ValidationError as wrong:
        form.add_error(None, [text for texts in wrong.message_dict.values() for text in texts])
        return None


def appeal_detail(request, pk):
    """One appeal: what is contested and why, what was decided; the director decides here."""
    related = (
        "score__round",
        "score__community",
        "sheet__round__checklist",
        "sheet__assessor",
        "raised_by",
        "decided_by",
    )
    appeal = get_object_or_404(Appeal.objects.visible_to(request.user).select_related(*related), pk=pk)
    form, editing = None, Editing(request, appeal, _decision_of, history=history_of, still_open=_is_open)
    if _may_decide_now(request.user, appeal) or request.method == "POST":
        form = DecisionForm(request.POST or None)
    if request.method == "POST":
        require(may_decide_appeal(request.user, appeal), "申诉由共建办主任复核")
        if form.is_valid() and _decided(form, editing, request.user):
            messages.success(request, f"已复核：{editing.row.get_status_display()}")
            return redirect(appeal)
    return _appeal_page(request, editing.row if editing.conflict else appeal, form, editing)


def _decision_of(appeal):
    uphold = {AppealStatus.UPHELD: "yes", AppealStatus.REFUSED: "no"}.get(appeal.status)
    return {"uphold": uphold, "new_deducted": appeal.new_deducted, "decision": appeal.decision}


def _is_open(appeal):
    return appeal.status == AppealStatus.RAISED


def _may_decide_now(user, appeal) -> bool:
    open_now = appeal.status == AppealStatus.RAISED and appeal.score.round.status == RoundStatus.ON_NOTICE
    return open_now and may_decide_appeal(user, appeal)


def _decided(form, editing, user) -> bool:
    given = {**form.cleaned_data, "by": user, "at": timezone.now()}
    try:
        return bool(editing.unless_changed(lambda appeal: decide_appeal(appeal, **given), form))
    except ValidationError as wrong:
        form.add_error(None, wrong)
        return False


def _appeal_page(request, appeal, form, editing):
    sheets = Sheet.objects.filter(round=appeal.score.round_id, community=appeal.score.community_id).locked()
    names = assessor_names(sheets.select_related("assessor"), by_name=may_name_assessors(request.user))
    context = {
        "appeal": appeal,
        "title": str(appeal),
        "section": "scoring",
        "crumbs": [("申诉", reverse("scoring:appeals"))],
        "state_of": appeal,
        "item": item_of(appeal),
        "note": appeal.sheet.marks[appeal.item_code].get("note", ""),
        "assessor": names[appeal.sheet_id],
        "form": form,
        "editing": editing,
        "back_url": appeal.get_absolute_url(),
        "history": history_of(appeal),
    }
    return render(request, "scoring/appeal.html", context, status=editing.status)
