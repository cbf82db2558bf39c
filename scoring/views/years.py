from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongjian.workflow import require
from scoring.forms.rounds import IssuerForm
from scoring.models.bulletins import BulletinKind, Honour
from scoring.models.scores import Standing
from scoring.permissions import may_run_round, may_see_draw
from scoring.rules.refusals import Missing
from scoring.services.bulletins import named_for
from scoring.services.years import (
    commend_year,
    community_years,
    four_quarters,
    title_of_year,
    unit_years,
    unpublished_quarters,
)
from scoring.views.rounds import visible_round

ROWS_A_PAGE = 100
OF_UNITS = {standing.value: standing.label for standing in Standing}


@require_safe
def year_detail(request, quarter):
    """The four quarters that end with this one: everyone's mean and place, and who is proposed."""
    round = visible_round(request, quarter)
    quarters = four_quarters(round.span)
    standing = request.GET.get("tab", "")
    years = unit_years(round) if standing in OF_UNITS else community_years(round)
    if standing in OF_UNITS:
        years = [year for year in years if year.standing == standing]
    decision = round.bulletins.filter(kind=BulletinKind.COMMENDATION).select_related("document").first()
    lacking = unpublished_quarters(round)
    context = {
        "round": round,
        "title": f"年度得分：{title_of_year(quarters)}",
        "section": "scoring",
        "crumbs": [("考评", reverse("scoring:rounds")), (round.span.title, round.get_absolute_url())],
        "quarters": quarters,
        "page": Paginator(years, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "tabs": [("社区", ""), *((label, value) for value, label in OF_UNITS.items())],
        "tab": standing if standing in OF_UNITS else "",
        "lacking": lacking,
        "decision": decision,
        "named": named_for(round, Honour.COMMENDATION) if may_see_draw(request.user, round) else [],
        "may_commend": may_run_round(request.user) and not decision and not lacking,
    }
    return render(request, "scoring/year.html", context)


def year_commend(request, quarter):
    """Draft the decision that commends the year's best."""
    round = visible_round(request, quarter)
    require(may_run_round(request.user), "只有共建办可以拟年终表彰决定")
    form = IssuerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            bulletin = commend_year(round, **form.cleaned_data, by=request.user, at=timezone.now())
        except Missing as missing:
            form.add_error(None, list(missing.what))
        else:
            messages.success(request, "已拟年终表彰决定，请修改文字、送签报批")
            return redirect(bulletin.document)
    context = {
        "title": "拟年终表彰决定",
        "section": "scoring",
        "crumbs": [("考评", reverse("scoring:rounds")), (round.span.title, round.get_absolute_url())],
        "form": form,
        "question": f"按{title_of_year(four_quarters(round.span))}四个季度公布的平均分提出表彰名单并拟决定？",
        "consequences": ["名单按评分细则的比例和分数线产生", "须报市委、市政府批准；批准以前不得对外使用“表彰”"],
        "submit_label": "拟稿",
        "back_url": reverse("scoring:year", args=[round.quarter]),
    }
    return render(request, "parts/confirm_page.html", context)
