"""责任内容: the sets of duties that an agreement may take."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gongjian.lib.acting import carry_out, form_page, posted
from gongjian.workflow import require
from inspections.forms.frontages import DutySetForm
from inspections.models import DutySet
from inspections.permissions import may_keep_duty_sets
from inspections.services import duty_sets as services

CRUMBS = [
    ("检查", reverse_lazy("inspections:findings")),
    ("门前三包", reverse_lazy("inspections:frontages")),
]


@require_http_methods(["GET", "HEAD", "POST"])
def page(request):
    """责任内容. POST adds a set, or retires the one named by `retire`."""
    require(may_keep_duty_sets(request.user), "责任内容由共建办维护")
    if request.method == "POST" and "retire" in request.POST:
        return retire(request)
    form = DutySetForm(*posted(request))
    service = partial(services.add_duty_set, by=request.user, at=timezone.now())
    duty_set = carry_out(form, service)
    if duty_set:
        messages.success(request, f"已添加“{duty_set}”，修改责任区时可以选用。")
        return redirect("inspections:duty_sets")
    rows = {row.code: row for row in DutySet.objects.all()}
    sets = []
    for code, rules in services.duty_sets().items():
        sets.append((rules, rows.get(code)))
    return form_page(
        request,
        form,
        title="责任内容",
        section="inspections",
        crumbs=CRUMBS,
        template="inspections/duty_sets.html",
        sets=sets,
    )


def retire(request):
    row = get_object_or_404(DutySet, code=request.POST["retire"])
    services.retire_duty_set(row, by=request.user, at=timezone.now())
    messages.success(request, f"“{row}”已停用：新的责任书不能再选，已签的照旧。")
    return redirect("inspections:duty_sets")
