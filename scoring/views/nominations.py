"""奖惩名单 of a quarter and of the year that ends with it: who is in, who was struck or added, and why."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from gongjian.audit.listing import Button, Column, Tab
from gongjian.lib.templatetags.office import day, moment
from gongjian.workflow import require
from scoring.forms.honours import AddForm, StrikeForm, take_over
from scoring.models import Commendation, Nomination
from scoring.models.bulletins import Honour
from scoring.models.commendations import CommendationStatus
from scoring.models.rounds import RoundStatus
from scoring.permissions import may_run_round
from scoring.services import bulletins, nominations
from scoring.services.naming import over_quota
from scoring.views.ranking import OfRound


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
    template_name = "scoring/nominations.html"
    default_sort = "standing,-points"
    empty_text = "名单里还没有名字"
    empty_hint = "表扬、批评名单定分后提名；年终表彰名单公示后可以看到"
    bound = None
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

    def extra_context(self):
        context = super().extra_context()
        if not may_run_round(self.request.user):
            return context
        may_strike, may_add = self._open()
        rows = Nomination.objects.filter(round=self.round, honour=self.honour).in_list()
        strike = StrikeForm(nominations=rows.select_related("community", "unit"), auto_id="strike_%s")
        add = AddForm(honour=self.honour, auto_id="add_%s")
        act, form = self.bound or ("", None)
        return {
            **context,
            "form": form,
            "may_propose": self.honour != Honour.COMMENDATION and self.round.status == RoundStatus.FROZEN,
            "strike": (form if act == "strike" else strike) if may_strike and rows else None,
            "add": (form if act == "add" else add) if may_add else None,
            "honour_label": Honour(self.honour).label,
            "too_many": self._too_many() if may_strike else [],
        }

    def _open(self) -> tuple[bool, bool]:
        """Whether names may be struck, and added, in this list now."""
        if self.honour != Honour.COMMENDATION:
            is_frozen = self.round.status == RoundStatus.FROZEN
            return is_frozen, is_frozen
        held = Commendation.objects.filter(round=self.round).first()
        status = held.status if held else ""
        is_proposed = status == CommendationStatus.PROPOSED
        return is_proposed or status == CommendationStatus.ON_NOTICE, is_proposed

    def _too_many(self) -> list[str]:
        return over_quota(self.round, self.honour, nominations.quotas_of(self.round, self.honour))

    def post(self, request, quarter):
        """Propose by the rubric, strike a name, or add one."""
        require(may_run_round(request.user), nominations.ONLY_OFFICE)
        act = request.POST.get("act")
        form = {"propose": self._propose, "strike": self._strike}.get(act, self._add)()
        if form is None:
            return redirect(request.get_full_path())
        self.bound = (act, form)
        answer = self.get(request)
        answer.status_code = 400
        return answer

    def _propose(self):
        made = bulletins.propose_honours(self.round, by=self.request.user, at=timezone.now())
        messages.success(self.request, f"已按评分细则提名 {len(made)} 个")

    def _strike(self):
        rows = Nomination.objects.filter(round=self.round, honour=self.honour).in_list()
        form = StrikeForm(self.request.POST, nominations=rows.select_related("round"), auto_id="strike_%s")
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
            take_over(form, wrong)
            return form
        messages.success(self.request, f"已增补：{added.name}")
        return None
