"""奖惩名单 of a quarter and of the year that ends with it: who is in, who was struck or added."""

from functools import partial

from django.contrib import messages
from django.db.models import Q, QuerySet
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
from gongjian.lib.acting import answer_status, carry_out, posted
from gongjian.lib.templatetags.office import day, moment
from gongjian.workflow import require
from scoring import states
from scoring.forms.honours.honours import AddForm, CommendationReturnForm, StrikeForm
from scoring.models import Commendation, Nomination
from scoring.models.bulletins import Honour
from scoring.models.rounds import RoundStatus
from scoring.permissions import may_run_round, may_see_nominations
from scoring.services.honours.naming import over_quota
from scoring.services.honours.nominations import (
    ADDED_WHILE,
    ONLY_OFFICE,
    STRUCK_WHILE,
    add_nomination,
    quotas_of,
    strike_nomination,
)
from scoring.services.honours.public_notice import NameList
from scoring.services.honours.quarter_lists import (
    hindrances_to_public_notice,
    hindrances_to_reporting,
    list_of,
    open_quarter_list_public_notice,
    propose_honours,
    reached_nobody,
    return_quarter_list,
)
from scoring.views.honours.objections import (
    NOTHING_REFUSED,
    Refused,
    objections_of,
    take_answer,
    take_objection,
)
from scoring.views.scores.ranking import OfRound


def linked_name(nomination: Nomination) -> str:
    url = nomination.subject.get_absolute_url()
    return format_html('<a href="{}">{}</a>', url, nomination.name)


def _state(nomination: Nomination) -> str:
    if nomination.struck_at:
        return "已剔除"
    return "增补" if nomination.added_at else "在列"


def done_by_people(nomination: Nomination) -> str:
    """Return what people did about the name, and on what ground."""
    clauses = []
    if nomination.struck_at:
        struck = f"{moment(nomination.struck_at)} {nomination.struck_by}剔除"
        clauses.append(f"{struck}：{nomination.struck_reason}")
    if nomination.added_at:
        clauses.append(f"{moment(nomination.added_at)} {nomination.added_by}增补")
    if nomination.review_document:
        reviewed_on = day(nomination.reviewed_on)
        clauses.append(f"法制审核：{nomination.review_document}，{reviewed_on}")
    return "；".join(clauses)


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class NominationList(OfRound):
    """奖惩名单. The office proposes, strikes and adds above the list.

    `refused`: the act that was refused, with its form.
    """

    title, noun = "奖惩名单", "个"
    template_name = "scoring/honours/nominations.html"
    default_sort = "standing,-points"
    empty_text = "名单里还没有名字"
    empty_hint = "拟表扬名单、年终表彰名单公示后可以看到；拟通报批评的只告知被提名的社区、单位"
    refused: Refused = NOTHING_REFUSED
    columns = (
        Column("对象", linked_name),
        Column("身份", "named_as", sort="standing"),
        Column("依据分", "points", sort="points", kind="points"),
        Column("依据", "reason"),
        Column("状态", _state, kind="tag", tone=lambda row: "" if row.struck_at else "good"),
        Column("说明", done_by_people),
    )

    def get_queryset(self):
        rows = Nomination.objects.visible_to(self.request.user).filter(round=self.round)
        return rows.select_related("community", "unit", "struck_by", "added_by")

    def tabs(self):
        first, *others = Honour
        tabs = [Tab(first.label, "", Q(honour=first))]
        tabs += [Tab(honour.label, honour.value, Q(honour=honour)) for honour in others]
        return tabs

    def buttons(self):
        return [Button("年度得分", reverse("scoring:year", args=[self.round.quarter]))]

    @property
    def honour(self) -> Honour:
        tab = self.request.GET.get("tab", "")
        return Honour(tab) if tab in Honour.values else Honour.PRAISE

    @property
    def is_of_year(self) -> bool:
        return self.honour == Honour.COMMENDATION

    @cached_property
    def name_list(self) -> NameList | None:
        """The list that this tab shows; None before anything was proposed."""
        if self.is_of_year:
            return Commendation.objects.filter(round=self.round).first()
        return list_of(self.round)

    def extra_context(self):
        context = {**super().extra_context(), "form": self.refused[1]}
        if not self.is_of_year:
            context |= self._public_notice()
        if may_run_round(self.request.user):
            context |= self.acts_of_office()
        return context

    def _public_notice(self) -> dict:
        """Return the public notice of the quarter's names, and what stands before the circulars.

        With the objections to it.
        """
        user = self.request.user
        name_list = self.name_list
        context = {}
        may_see = may_see_nominations(user)
        is_frozen = self.round.status == RoundStatus.FROZEN
        if may_see and is_frozen:
            context["hindrances"] = hindrances_to_reporting(self.round, on=user.as_of)
        if name_list is None:
            return context
        if name_list.notice_starts_on:
            context["public_notice"] = name_list
        if name_list.notice_starts_on or may_see:
            context |= objections_of(name_list, user, self.refused)
        if may_see:
            context["history"] = history_of(name_list)
        if is_frozen and states.TAKE_BACK.open_to(user, name_list):
            context["return_form"] = self._form(
                "return", CommendationReturnForm(auto_id="return_%s")
            )
        return context

    def acts_of_office(self) -> dict:
        """Return what the office may do now: propose, strike, add, put on public notice."""
        may_strike = self._is_open(STRUCK_WHILE)
        may_add = self._is_open(ADDED_WHILE)
        may_propose = may_add and not self.is_of_year
        context = {"honour_label": self.honour.label, "may_propose": may_propose}
        if may_propose:
            context["may_open_public_notice"] = not hindrances_to_public_notice(self.round)
        rows = self.names_in_list()
        if may_strike and rows:
            form = StrikeForm(nominations=rows, auto_id="strike_%s")
            context["strike"] = self._form("strike", form)
        if may_add:
            form = AddForm(honour=self.honour, auto_id="add_%s")
            context["add"] = self._form("add", form)
        if may_strike and self.is_of_year:
            quotas = quotas_of(self.round, self.honour)
            context["too_many"] = over_quota(self.round, self.honour, quotas)
        return context

    def names_in_list(self) -> QuerySet[Nomination]:
        nominations = Nomination.objects.filter(round=self.round, honour=self.honour)
        return nominations.in_list().select_related("round", "community", "unit")

    def _form(self, act: str, form):
        """Return the form as it was typed, if this is the act that was refused."""
        refused_act, refused_form = self.refused
        return refused_form if act == refused_act else form

    def _is_open(self, statuses) -> bool:
        """Whether the list of this tab is in one of the statuses.

        One that nobody proposed yet is open, of a year not.
        """
        if not self.is_of_year and self.round.status != RoundStatus.FROZEN:
            return False
        if self.name_list is None:
            return not self.is_of_year
        return self.name_list.status in statuses

    def post(self, request, quarter):
        """Carry out one act on the list; refused, the page is shown with what was typed."""
        act = request.POST.get("act")
        if act == "object":
            refused = take_objection(request, self._list_of_quarter())
        elif act == "answer":
            refused = take_answer(request, self._list_of_quarter())
        else:
            require(may_run_round(request.user), ONLY_OFFICE)
            refused = self.act_of_office(act)
        if not refused:
            return redirect(request.get_full_path())
        self.refused = refused
        answer = self.get(request)
        answer.status_code = answer_status(refused[1])
        return answer

    def act_of_office(self, act: str | None) -> Refused | None:
        match act:
            case "propose":
                return self.propose_by_rubric()
            case "open_notice":
                return self.open_public_notice()
            case "return":
                return self.return_list()
            case "strike":
                return self.strike_name()
        return self.add_name()

    def _list_of_quarter(self) -> NameList:
        """Return the quarter's list; what is done about the year's is done on the year's page."""
        if self.is_of_year or self.name_list is None:
            raise Http404("没有公示中的名单")
        return self.name_list

    @property
    def _acting(self) -> dict:
        return {"by": self.request.user, "at": timezone.now()}

    def propose_by_rubric(self) -> None:
        rows = propose_honours(self.round, **self._acting)
        messages.success(self.request, f"已按评分细则提名 {len(rows)} 个，核对增减后公示")

    def open_public_notice(self) -> None:
        name_list = open_quarter_list_public_notice(self.round, **self._acting)
        until = day(name_list.notice_ends_on)
        messages.success(self.request, f"名单已开始公示，至 {until}；拟通报批评的已分别告知")
        if unreached := reached_nobody(name_list):
            nobody = f"{'、'.join(unreached)}没有在任的经办人"
            messages.warning(self.request, f"{nobody}，系统告知不到，请书面告知")

    def return_list(self) -> Refused | None:
        form = CommendationReturnForm(*posted(self.request), auto_id="return_%s")
        act = partial(return_quarter_list, self._list_of_quarter(), **self._acting)
        if not carry_out(form, act):
            return "return", form
        messages.success(self.request, "已退回，重新核对后须再次公示")
        return None

    def strike_name(self) -> Refused | None:
        rows = self.names_in_list()
        form = StrikeForm(*posted(self.request), nominations=rows, auto_id="strike_%s")
        struck = carry_out(form, partial(strike_nomination, **self._acting))
        if not struck:
            return "strike", form
        messages.success(self.request, f"已剔除：{struck.name}")
        return None

    def add_name(self) -> Refused | None:
        form = AddForm(*posted(self.request), honour=self.honour, auto_id="add_%s")
        act = partial(add_nomination, self.round, honour=self.honour, **self._acting)
        added = carry_out(form, act)
        if not added:
            return "add", form
        messages.success(self.request, f"已增补：{added.name}")
        return None
