from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_http_methods

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
    """责任内容: the sets that an agreement may take. POST adds one, or retires the one named by `retire`."""
    require(may_keep_duty_sets(request.user), "责任内容由共建办维护")
    if request.method == "POST" and "retire" in request.POST:
        return _retire(request)
    form = DutySetForm(request.POST or None)
    if form.is_valid():
        try:
            added = services.add_duty_set(**form.cleaned_data, by=request.user, at=timezone.now())
            messages.success(request, f"已添加“{added}”，修改责任区时可以选用。")
            return redirect("inspections:duty_sets")
        except ValidationError as refused:
            form.add_error(None, refused)
    own = {row.code: row for row in DutySet.objects.all()}
    sets = [(rules, own.get(code)) for code, rules in services.duty_sets().items()]
    context = {
        "title": "责任内容",
        "section": "inspections",
        "crumbs": CRUMBS,
        "form": form,
        "sets": sets,
    }
    return render(
        request, "inspections/duty_sets.html", context, status=400 if form.errors else 200
    )


def _retire(request):
    code = request.POST["retire"]
    row = get_object_or_404(DutySet, code=code)
    services.retire_duty_set(row, by=request.user, at=timezone.now())
    messages.success(request, f"“{row}”已停用：新的责任书不能再选，已签的照旧。")
    return redirect(reverse("inspections:duty_sets"))
