"""奖惩名单 of a quarter and of the year that ends with it: who is in, who was struck or added, and why."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column, Tab
from gongjian.lib.acting import show_refusal
from gongjian.lib.templatetags.office import day, moment
from gongjian.workflow import require
from scoring import states
from scoring.forms.honours.honours import AddForm, ReturnForm, StrikeForm
from scoring.models import Commendation, Nomination
from scoring.models.bulletins import Honour
from scoring.models.rounds import RoundStatus
from scoring.permissions import may_run_round, may_see_nominations
from scoring.services.honours import nominations, quarter_lists
from scoring.services.honours.naming import over_quota
from scoring.views.honours.objections import NOTHING, objections_of, take_answer, take_objection
from scoring.views.scores.ranking import OfRound

ACTS = {
    "propose": "_propose",
    "open_notice": "_open_public_notice",
    "return": "_return",
    "strike": "_strike",
}
"""What the office may post; anything else is a name to add."""


def _named(one) -> str:
    subject = one.community or one.unit
    return format_html('<a href="{}">{}</a>', subject.get_absolute_url(), one.name)


def _state(one) -> str:
    return "已剔除" if one.struck_at else "增补" if one.added_at else "在列"


def _told(one) -> str:
    """What people did about the name, and on what ground."""
    said = []
    if one.struck_at:
        said.append(f"{moment(one.struck_at)} {one.struck_by}剔除：{one.struck_reason}")
    if one.added_at:
        said.append(f"{moment(one.added_at)} {one.added_by}增补")
    if one.review_document:
        said.append(f"法制审核：{one.review_document}，{day(one.reviewed_on)}")
    return "；".join(said)


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class NominationList(OfRound):
    """奖惩名单. The office proposes, strikes and adds above the list."""

    title, noun = "奖惩名单", "个"
    template_name = "scoring/honours/nominations.html"
    default_sort = "standing,-points"
    empty_text = "名单里还没有名字"
    empty_hint = "拟表扬名单、年终表彰名单公示后可以看到；拟通报批评的只告知被提名的社区、单位"
    bound = NOTHING
    columns = (
        Column("对象", _named),
        Column("身份", "named_as", sort="standing"),
        Column("依据分", "points", sort="points", kind="points"),
        Column("依据", "reason"),
        Column("状态", _state, kind="tag", tone=lambda one: "" if one.struck_at else "good"),
        Column("说明", _told),
    )

    def get_queryset(self):
        rows = Nomination.objects.visible_to(self.request.user).filter(round=self.round)
        return rows.select_related("community", "unit", "struck_by", "added_by")

    def tabs(self):
        first, *rest = [(honour.label, honour.value, Q(honour=honour)) for honour in Honour]
        return [Tab(first[0], "", first[2]), *(Tab(*one) for one in rest)]

    def buttons(self):
        return [Button("年度得分", reverse("scoring:year", args=[self.round.quarter]))]

    @property
    def honour(self) -> str:
        asked = self.request.GET.get("tab", "")
        return asked if asked in Honour.values else Honour.PRAISE

    @cached_property
    def held(self):
        """The list that this tab shows; None before anything was proposed."""
        if self.honour == Honour.COMMENDATION:
            return Commendation.objects.filter(round=self.round).first()
        return quarter_lists.list_of(self.round)

    def extra_context(self):
        context = {**super().extra_context(), "form": self.bound[1]}
        if self.honour != Honour.COMMENDATION:
            context |= self._of_public_notice()
        if may_run_round(self.request.user):
            context |= self._of_office()
        return context

    def _of_public_notice(self) -> dict:
        """The notice of the quarter's names, what stands before the circulars, and what was said against it."""
        user, held = self.request.user, self.held
        is_frozen, context = self.round.status == RoundStatus.FROZEN, {}
        if may_see_nominations(user) and is_frozen:
            context["hindrances"] = quarter_lists.hindrances_to_reporting(self.round, on=user.as_of)
        if held and held.notice_starts_on:
            context["held"] = held
        if held and (held.notice_starts_on or may_see_nominations(user)):
            context |= objections_of(held, user, self.bound)
        if held and may_see_nominations(user):
            context["history"] = history_of(held)
        if held and is_frozen and states.TAKE_BACK.open_to(user, held):
            context["return_form"] = self._bound("return", ReturnForm(auto_id="return_%s"))
        return context

    def _of_office(self) -> dict:
        """Proposing, striking and adding, and laying the list open, as far as each may be done now."""
        may_strike, may_add = self._open()
        is_quarters = self.honour != Honour.COMMENDATION
        rows = Nomination.objects.filter(round=self.round, honour=self.honour).in_list()
        strike = StrikeForm(
            nominations=rows.select_related("community", "unit"), auto_id="strike_%s"
        )
        add = AddForm(honour=self.honour, auto_id="add_%s")
        return {
            "may_propose": is_quarters and may_add,
            "may_open_public_notice": is_quarters
            and may_add
            and not quarter_lists.hindrances_to_public_notice(self.round),
            "strike": self._bound("strike", strike) if may_strike and rows else None,
            "add": self._bound("add", add) if may_add else None,
            "honour_label": Honour(self.honour).label,
            "too_many": self._too_many() if may_strike and not is_quarters else [],
        }

    def _bound(self, act, form):
        """The form as it was typed, if this is the act that was refused."""
        return self.bound[1] if self.bound[0] == act else form

    def _open(self) -> tuple[bool, bool]:
        """Whether names may be struck, and added, in this list now."""
        if self.honour != Honour.COMMENDATION and self.round.status != RoundStatus.FROZEN:
            return False, False
        held = self.held
        if held is None:
            return (self.honour != Honour.COMMENDATION,) * 2
        return held.status in nominations.STRUCK_WHILE, held.status in nominations.ADDED_WHILE

    def _too_many(self) -> list[str]:
        return over_quota(self.round, self.honour, nominations.quotas_of(self.round, self.honour))

    def post(self, request, quarter):
        """Propose by the rubric, strike a name, add one; lay the list open, take it back; object and answer."""
        act = request.POST.get("act")
        if act in ("object", "answer"):
            refused = self._said(act)
        else:
            require(may_run_round(request.user), nominations.ONLY_OFFICE)
            form = getattr(self, ACTS.get(act, "_add"))()
            refused = form and (act, form)
        if not refused:
            return redirect(request.get_full_path())
        self.bound = refused
        answer = self.get(request)
        answer.status_code = 400
        return answer

    def _said(self, act):
        return (take_objection if act == "object" else take_answer)(self.request, self._quarters())

    def _quarters(self):
        """The quarter's list; what is done about the year's is done on the year's page."""
        if self.honour == Honour.COMMENDATION or self.held is None:
            raise Http404("没有公示中的名单")
        return self.held

    def _propose(self):
        made = quarter_lists.propose_honours(self.round, by=self.request.user, at=timezone.now())
        messages.success(self.request, f"已按评分细则提名 {len(made)} 个，核对增减后公示")

    def _open_public_notice(self):
        held = quarter_lists.open_quarter_list_public_notice(
            self.round, by=self.request.user, at=timezone.now()
        )
        messages.success(
            self.request, f"名单已开始公示，至 {day(held.notice_ends_on)}；拟通报批评的已分别告知"
        )
        if unreached := quarter_lists.reached_nobody(held):
            messages.warning(
                self.request, f"{'、'.join(unreached)}没有在任的经办人，系统告知不到，请书面告知"
            )

    def _return(self):
        form = ReturnForm(self.request.POST, auto_id="return_%s")
        if not form.is_valid():
            return form
        given = {**form.cleaned_data, "by": self.request.user, "at": timezone.now()}
        quarter_lists.return_quarter_list(self._quarters(), **given)
        messages.success(self.request, "已退回，重新核对后须再次公示")
        return None

    def _strike(self):
        rows = Nomination.objects.filter(round=self.round, honour=self.honour).in_list()
        form = StrikeForm(
            self.request.POST, nominations=rows.select_related("round"), auto_id="strike_%s"
        )
        if not form.is_valid():
            return form
        given = {"by": self.request.user, "at": timezone.now()}
        struck = nominations.strike_nomination(
            form.cleaned_data["nomination"], reason=form.cleaned_data["reason"], **given
        )
        messages.success(self.request, f"已剔除：{struck.name}")
        return None

    def _add(self):
        form = AddForm(self.request.POST, honour=self.honour, auto_id="add_%s")
        if not form.is_valid():
            return form
        given = {**form.added, "honour": self.honour, "by": self.request.user, "at": timezone.now()}
        try:
            added = nominations.add_nomination(self.round, **given)
        except ValidationError as wrong:
            show_refusal(form, wrong)
            return form
        messages.success(self.request, f"已增补：{added.name}")
        return None
