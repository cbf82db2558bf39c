"""The page behind the QR on the plaque, for whoever stands before the door.

Names and telephone numbers of people stay out.
"""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from inspections.models import Frontage, ListEntry
from inspections.permissions import may_check_frontage
from inspections.services.duty_sets import names_of, rules_for
from inspections.services.frontages import NOBODY_THERE
from inspections.views.stars import standing_of


@require_safe
@login_not_required
def page(request, code):
    """门前三包公开页: duties, the last check, the term and how to object.

    Whoever keeps the records here and is signed in finds his own acts too: the plaque is his way
    in.
    """
    rows = Frontage.objects.select_related("community", "road_section", "standing")
    frontage = get_object_or_404(rows, public_code=code)
    rules = rules_for(frontage.duty_set)
    check = frontage.checks.order_by("-checked_on", "-pk").first()
    user = request.user
    may_check = user.is_authenticated and may_check_frontage(user, frontage)
    shown_entries = ListEntry.objects.shown(timezone.localdate())
    entries = shown_entries.filter(frontage=frontage)
    context = {
        "title": frontage.public_name,
        "eyebrow": f"{frontage.community} · 门前三包责任区",
        "frontage": frontage,
        "duties": rules.duties,
        "check": check,
        "agreement": agreement_today(frontage),
        "standing": standing_of(frontage),
        "may_check": may_check,
        "entries": entries,
    }
    if check:
        context["failed"] = names_of(check.failed, rules)
    return render(request, "public/frontage.html", context)


def agreement_today(frontage) -> tuple[str, str]:
    if frontage.status in NOBODY_THERE:
        return frontage.get_status_display(), frontage.status_tone
    return frontage.agreement_state(timezone.localdate())
