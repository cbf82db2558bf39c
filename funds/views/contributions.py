from functools import partial

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_safe

from funds import services
from funds.filters import ContributionFilter
from funds.forms import ContributionForm, ReasonForm, ReceiptForm
from funds.models import Contribution, Pledge
from funds.permissions import communities_kept_by, may_keep_account
from funds.views.pages import crumbs, one_or_all, quarter_of
from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column, LoggedListPage, Tab
from gongjian.lib.acting import carry_out, form_page, posted
from gongjian.lib.quarters import Quarter
from gongjian.lib.templatetags.office import yuan
from gongjian.workflow import require

LIST = ("到账", reverse_lazy("funds:contributions"))


class ContributionList(LoggedListPage):
    title, noun, section = "到账", "笔", "funds"
    filterset_class = ContributionFilter
    default_sort = "-received_on"
    empty_text = "还没有到账"
    empty_hint = "收到款项并开出票据后登记"
    columns = (
        Column("出资方", "payer", sort="payer", link=True),
        Column("社区", "community.name", sort="community__name"),
        Column("季度", quarter_of, sort="quarter"),
        Column("来源", "get_source_display", sort="source"),
        Column("到账金额", "amount_yuan", sort="amount_yuan", kind="yuan"),
        Column("到账日期", "received_on", sort="received_on", kind="date"),
        Column("票据号", "receipt_number", sort="receipt_number"),
        Column("冲正", "reversal_word", kind="tag", tone=lambda row: "bad"),
    )

    @property
    def crumbs(self):
        return crumbs()

    def get_queryset(self):
        contributions = Contribution.objects.visible_to(self.request.user)
        return contributions.select_related("community", "reversal")

    def tabs(self):
        return [Tab("全部"), Tab("冲正", "reversals", Q(reverses__isnull=False))]

    def buttons(self):
        may = communities_kept_by(self.request.user).exists()
        if may:
            return [Button("登记到账", reverse("funds:contribution_new"), True)]
        return []


def contribution_new(request):
    """Register money received, of itself or (`?pledge=`) on a pledge."""
    pk = request.GET.get("pledge")
    if pk:
        return contribution_on_pledge(request, pk)
    communities = one_or_all(request, communities_kept_by(request.user), "您不能登记到账")
    form = ContributionForm(*posted(request), communities=communities, today=timezone.localdate())
    contribution = carry_out(form, partial(_receive, request))
    if contribution:
        return _registered(request, contribution)
    return form_page(
        request,
        form,
        title="登记到账",
        section="funds",
        crumbs=crumbs(),
        back=LIST,
        submit_label="登记到账",
    )


def contribution_on_pledge(request, pk):
    """Register money received on a pledge: payer, source and community are the pledge's."""
    pledges = Pledge.objects.visible_to(request.user)
    pledges = pledges.with_paid().select_related("community", "unit")
    pledge = get_object_or_404(pledges, pk=pk if pk.isdecimal() else 0)
    require(may_keep_account(request.user, pledge.community), "您不能登记到账")
    initial = {"amount_yuan": f"{max(pledge.open_yuan, 0):.2f}"}
    form = ReceiptForm(*posted(request), today=timezone.localdate(), initial=initial)
    fields = {"pledge": pledge}
    for name in ("community", "source", "unit", "payer"):
        fields[name] = getattr(pledge, name)
    contribution = carry_out(form, partial(_receive, request, **fields))
    if contribution:
        return _registered(request, contribution)
    back = (str(pledge), pledge.get_absolute_url())
    return form_page(
        request,
        form,
        title=f"登记到账：{pledge}",
        section="funds",
        crumbs=crumbs(),
        back=back,
        submit_label="登记到账",
        template="funds/receipt_form.html",
        pledge=pledge,
    )


def _receive(request, *, received_on, **fields):
    fields |= {"received_on": received_on, "quarter": Quarter.of(received_on)}
    return services.receive_contribution(**fields, by=request.user, at=timezone.now())


def _registered(request, contribution):
    amount = yuan(contribution.amount_yuan)
    messages.success(request, f"已登记到账：{contribution.payer} {amount}")
    return redirect(contribution)


def _visible(request, pk):
    rows = Contribution.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("community", "unit", "pledge", "by", "reverses", "reversal"), pk=pk
    )


@require_safe
def contribution_detail(request, pk):
    """One receipt, and the row that reversed it or that it reverses."""
    contribution = _visible(request, pk)
    reversible = not contribution.is_reversal and not hasattr(contribution, "reversal")
    title = f"{contribution.payer} {yuan(contribution.amount_yuan)}"
    may_reverse = reversible and may_keep_account(request.user, contribution.community)
    context = {
        "contribution": contribution,
        "title": title,
        "eyebrow": contribution.community.name,
        "section": "funds",
        "crumbs": crumbs(LIST),
        "may_reverse": may_reverse,
        "history": history_of(contribution),
    }
    return render(request, "funds/contribution_detail.html", context)


def contribution_reverse(request, pk):
    """Reverse a wrong receipt by a row of its own; the wrong one stays."""
    contribution = _visible(request, pk)
    require(may_keep_account(request.user, contribution.community), "您不能冲正这笔到账")
    form = ReasonForm(*posted(request))
    act = partial(services.reverse_contribution, contribution, by=request.user, at=timezone.now())
    reversal = carry_out(form, act)
    if reversal:
        messages.success(request, "已冲正；原来的一行保留，并注明已冲正")
        return redirect(reversal)
    back = (str(contribution), contribution.get_absolute_url())
    return form_page(
        request,
        form,
        title=f"冲正：{contribution}",
        section="funds",
        crumbs=crumbs(LIST),
        back=back,
        submit_label="确认冲正",
        template="funds/reversal_form.html",
        contribution=contribution,
    )
