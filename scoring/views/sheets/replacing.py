from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.workflow import require
from scoring.forms.rounds.rounds import ReplaceForm
from scoring.permissions import may_run_round
from scoring.services.sheets.handing_over import orphaned_sheets, replace_assessor
from scoring.views.rounds.pages import visible_round


def round_replace(request, quarter):
    """Give a sheet that was left behind to another assessor."""
    round = visible_round(request, quarter)
    require(may_run_round(request.user), "只有共建办可以更换考评员")
    today = timezone.localdate()
    users = User.objects.holding(Role.ASSESSOR, on=today)
    assessors = users.order_by("name", "username")
    sheets = orphaned_sheets(round, on=today)
    form = ReplaceForm(request.POST or None, sheets=sheets, assessors=assessors)
    if request.method == "POST" and form.is_valid() and _replaced(form, request):
        messages.success(request, f"已改派给{form.cleaned_data['assessor'].name}")
        return redirect(round)
    crumbs = [
        ("考评", reverse("scoring:rounds")),
        (round.span.title, round.get_absolute_url()),
    ]
    context = {
        "form": form,
        "title": "更换考评员",
        "section": "scoring",
        "crumbs": crumbs,
        "submit_label": "改派",
        "back_url": round.get_absolute_url(),
    }
    return render(request, "forms/form_page.html", context)


def _replaced(form, request) -> bool:
    given = form.cleaned_data
    try:
        replace_assessor(given["sheet"], given["assessor"], by=request.user, at=timezone.now())
    except ValidationError as refused:
        form.add_error("assessor", refused.messages)
        return False
    return True
