from functools import partial

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from funds import services, states
from funds.filters import PledgeFilter
from funds.forms import OwnUnitPledgeForm, PledgeForm
from funds.models import Pledge, PledgeStatus
from funds.permissions import communities_kept_by, communities_pledged_in_by
from funds.views.pages import crumbs, one_or_all, quarter_of
from gongjian.accounts.roles import Role
from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column, LoggedListPage, Tab
from gongjian.lib.acting import carry_out, form_page, posted
from gongjian.workflow import open_steps
from units.models import Unit

LIST = ("认捐", reverse_lazy("funds:pledges"))
OPEN = Q(status__in=[PledgeStatus.PLEDGED, PledgeStatus.PARTLY_PAID])


class PledgeList(LoggedListPage):
    title, noun, section = "认捐", "笔", "funds"
    filterset_class = PledgeFilter
    default_sort = "-pledged_on"
    empty_text = "还没有认捐"
    empty_hint = "社区拿、单位筹、社会捐，认捐后在这里跟踪到账"
    columns = (
        Column("认捐方", "payer", sort="payer", link=True),
        Column("社区", "community.name", sort="community__name"),
        Column("季度", quarter_of, sort="quarter"),
        Column("来源", "get_source_display", sort="source"),
        Column("认捐金额", "amount_yuan", sort="amount_yuan", kind="yuan"),
        Column("已到账", "paid_yuan", sort="paid_yuan", kind="yuan"),
        Column("认捐日期", "pledged_on", sort="pledged_on", kind="date"),
        Column("状态", "get_status_display", kind="tag", tone=lambda pledge: pledge.status_tone),
    )

    @property
    def crumbs(self):
        return crumbs()

    def get_queryset(self):
        pledges = Pledge.objects.visible_to(self.request.user)
        return pledges.with_paid().select_related("community")

    def tabs(self):
        paid = Q(status=PledgeStatus.PAID)
        withdrawn = Q(status=PledgeStatus.WITHDRAWN)
        return [
            Tab("全部"),
            Tab("未到齐", "open", OPEN),
            Tab("已到账", "paid", paid),
            Tab("已撤回", "withdrawn", withdrawn),
        ]

    def buttons(self):
        may = communities_pledged_in_by(self.request.user).exists()
        if may:
            return [Button("登记认捐", reverse("funds:pledge_new"), True)]
        return []


def pledge_new(request):
    """Write down a pledge; a member unit's liaison does so for his own unit."""
    communities = one_or_all(request, communities_pledged_in_by(request.user), "您不能登记认捐")
    form = _form(request, communities)
    act = partial(services.pledge_funds, by=request.user, at=timezone.now())
    pledge = carry_out(form, act)
    if pledge:
        messages.success(request, f"已登记{pledge}")
        return redirect(pledge)
    return form_page(
        request,
        form,
        title="登记认捐",
        section="funds",
        crumbs=crumbs(),
        back=LIST,
        submit_label="登记",
    )


def _form(request, communities):
    today = timezone.localdate()
    if communities_kept_by(request.user).exists():
        return PledgeForm(*posted(request), communities=communities, today=today)
    units = Unit.objects.held_by(request.user, Role.MEMBER_LIAISON)
    return OwnUnitPledgeForm(*posted(request), communities=communities, today=today, units=units)


def _visible(request, pk):
    pledges = Pledge.objects.visible_to(request.user).with_paid()
    return get_object_or_404(pledges.select_related("community", "unit", "by"), pk=pk)


@require_safe
def pledge_detail(request, pk):
    """One pledge, what has been received on it, and what may be done now."""
    pledge = _visible(request, pk)
    steps = set()
    for step in open_steps(pledge, states.PLEDGE_STEPS, request.user):
        steps.add(step.name)
    may_withdraw = states.WITHDRAW.name in steps
    may_receive = states.PAY_OFF.name in steps
    contributions = pledge.contributions.order_by("received_on", "pk")
    context = {
        "pledge": pledge,
        "title": str(pledge),
        "eyebrow": pledge.community.name,
        "state_of": pledge,
        "section": "funds",
        "crumbs": crumbs(LIST),
        "contributions": contributions,
        "may_withdraw": may_withdraw,
        "may_receive": may_receive,
        "history": history_of(pledge),
    }
    return render(request, "funds/pledge_detail.html", context)


@require_POST
def pledge_withdraw(request, pk):
    """Take back a promise of which nothing has been received."""
    pledge = services.withdraw_pledge(_visible(request, pk), by=request.user, at=timezone.now())
    messages.success(request, "已撤回这笔认捐")
    return redirect(pledge)
