"""Stars on the pages of frontages, and today's round (今日抽查)."""

from django.shortcuts import render
from django.urls import reverse_lazy
from django.views.decorators.http import require_safe

from gongjian.accounts.roles import OFFICE
from gongjian.lib.templatetags.office import day
from gongjian.workflow import require
from inspections.models import Frontage, FrontageStanding, ListEntry
from inspections.permissions import communities_kept_by, may_see_todays_checks
from inspections.services.stars import scheme_in_force, todays_round


def standing_of(frontage) -> FrontageStanding:
    """Return how a frontage stands; one never checked has no stars.

    No query after `select_related`.
    """
    return getattr(frontage, "standing", None) or FrontageStanding(frontage=frontage)


def standing_context(frontage, user) -> dict:
    """Return what `inspections/parts/standing.html` shows. Two queries."""
    entries = ListEntry.objects.visible_to(user).shown(user.as_of)
    entries = entries.filter(frontage=frontage).order_by("-published_on")
    scheme = scheme_in_force(user.as_of)
    return {"standing": standing_of(frontage), "scheme": scheme, "entries": list(entries)}


@require_safe
def todays(request):
    """今日抽查: the frontages that one may check, longest unchecked first or by lot.

    They stay the same for a whole day.
    """
    user = request.user
    communities = communities_kept_by(user)
    require(may_see_todays_checks(user), "今日抽查供共建办、牵头单位和社区使用")
    frontages = Frontage.objects.visible_to(user)
    if not user.has_role(*OFFICE):
        frontages = frontages.filter(community__in=communities)
    by_lot = request.GET.get("by") == "lot"
    chosen = todays_round(frontages, seed=user.as_of.isoformat(), by_lot=by_lot)
    crumbs = [("门前三包", reverse_lazy("inspections:frontages"))]
    rows = [(frontage, standing_of(frontage)) for frontage in chosen]
    context = {
        "title": "今日抽查",
        "eyebrow": day(user.as_of),
        "section": "inspections",
        "crumbs": crumbs,
        "today": user.as_of,
        "by_lot": by_lot,
        "frontages": rows,
    }
    return render(request, "inspections/round.html", context)
