"""A sheet that was left behind is given to another assessor."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.lib.acting import carry_out, form_page, posted
from gongjian.workflow import require
from scoring.forms.rounds.rounds import ReplaceForm
from scoring.models import Sheet
from scoring.permissions import may_run_round
from scoring.services.sheets.handing_over import orphaned_sheets, replace_assessor
from scoring.views.rounds.pages import round_crumbs, visible_round


def round_replace(request: HttpRequest, quarter: str) -> HttpResponse:
    """Give a sheet that was left behind to another assessor."""
    round = visible_round(request, quarter)
    require(may_run_round(request.user), "只有共建办可以更换考评员")
    today = timezone.localdate()
    assessors = User.objects.holding(Role.ASSESSOR, on=today).order_by("name", "username")
    sheets = orphaned_sheets(round, on=today)

    def replace(*, sheet: Sheet, assessor: User) -> Sheet:
        return replace_assessor(sheet, assessor, by=request.user, at=timezone.now())

    form = ReplaceForm(*posted(request), sheets=sheets, assessors=assessors)
    if sheet := carry_out(form, replace):
        messages.success(request, f"已改派给{sheet.assessor.name}")
        return redirect(round)
    rounds, back = round_crumbs(round)
    return form_page(
        request,
        form,
        title="更换考评员",
        section="scoring",
        crumbs=[rounds],
        back=back,
        submit_label="改派",
    )
