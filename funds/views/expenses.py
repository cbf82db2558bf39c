from functools import partial

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from funds import services, states
from funds.accounts import spendable
from funds.filters import ExpenseFilter
from funds.forms import ExpenseForm, ExpenseRefusalForm
from funds.models import Expense, ExpenseStatus
from funds.permissions import communities_kept_by
from funds.views.pages import crumbs, one_or_all, quarter_of
from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column, LoggedListPage, Tab
from gongjian.lib.acting import carry_out, form_page, posted
from gongjian.lib.quarters import Quarter
from gongjian.workflow import open_steps, require

LIST = ("支出", reverse_lazy("funds:expenses"))


class ExpenseList(LoggedListPage):
    title, noun, section = "支出", "笔", "funds"
    filterset_class = ExpenseFilter
    default_sort = "-spent_on"
    empty_text = "还没有支出"
    empty_hint = "申请后由牵头单位经办人或共建办主任审批"
    columns = (
        Column("用途", "purpose", sort="purpose", link=True),
        Column("社区", "community.name", sort="community__name"),
        Column("季度", quarter_of, sort="quarter"),
        Column("收款方", "payee", sort="payee"),
        Column("金额", "amount_yuan", sort="amount_yuan", kind="yuan"),
        Column("支出日期", "spent_on", sort="spent_on", kind="date"),
        Column("状态", "get_status_display", kind="tag", tone=lambda expense: expense.status_tone),
    )

    @property
    def crumbs(self):
        return crumbs()

    def get_queryset(self):
        return Expense.objects.visible_to(self.request.user).select_related("community")

    def tabs(self):
        tabs = [Tab("全部")]
        for status, label in ExpenseStatus.choices:
            tabs.append(Tab(label, status, Q(status=status)))
        return tabs

    def buttons(self):
        may = communities_kept_by(self.request.user).exists()
        if may:
            return [Button("申请支出", reverse("funds:expense_new"), True)]
        return []


def expense_new(request):
    """Ask for an expense; it counts once it is approved."""
    communities = one_or_all(request, communities_kept_by(request.user), "您不能申请支出")
    form = ExpenseForm(*posted(request), communities=communities, today=timezone.localdate())

    def act(*, spent_on, **fields):
        fields |= {"spent_on": spent_on, "quarter": Quarter.of(spent_on)}
        return services.request_expense(**fields, by=request.user, at=timezone.now())

    expense = carry_out(form, act)
    if expense:
        messages.success(request, "已提交，等待审批")
        return redirect(expense)
    return form_page(
        request,
        form,
        title="申请支出",
        section="funds",
        crumbs=crumbs(),
        back=LIST,
        submit_label="提交审批",
    )


def _visible(request, pk):
    expenses = Expense.objects.visible_to(request.user)
    return get_object_or_404(
        expenses.select_related("community", "requested_by", "approved_by"), pk=pk
    )


@require_safe
def expense_detail(request, pk):
    """One expense, whether the account covers it, and the steps that the reader may take."""
    expense = _visible(request, pk)
    steps = set()
    for step in open_steps(expense, states.EXPENSE_STEPS, request.user):
        steps.add(step.name)
    context = {
        "expense": expense,
        "title": expense.purpose,
        "eyebrow": expense.community.name,
        "state_of": expense,
        "section": "funds",
        "crumbs": crumbs(LIST),
        "steps": steps,
        "history": history_of(expense),
    }
    if expense.status == ExpenseStatus.REQUESTED:
        quarter = Quarter.parse(expense.quarter)
        context["spendable"] = spendable(expense.community, quarter)
    return render(request, "funds/expense_detail.html", context)


@require_POST
def expense_approve(request, pk):
    """Approve an expense that the account covers."""
    expense = services.approve_expense(_visible(request, pk), by=request.user, at=timezone.now())
    messages.success(request, "已批准，金额已从结余中扣除")
    return redirect(expense)


def expense_refuse(request, pk):
    """Refuse an expense with a remark."""
    expense = _visible(request, pk)
    allowed = states.REFUSE.may(request.user, expense)
    require(allowed, "支出由牵头单位经办人或共建办主任审批，申请人和收款人除外")
    form = ExpenseRefusalForm(*posted(request))
    act = partial(services.refuse_expense, expense, by=request.user, at=timezone.now())
    if carry_out(form, act):
        messages.success(request, "已退回申请人，未批准")
        return redirect(expense)
    back = (str(expense), expense.get_absolute_url())
    return form_page(
        request,
        form,
        title=f"不批准：{expense}",
        section="funds",
        crumbs=crumbs(LIST),
        back=back,
        submit_label="不批准",
    )
