"""The page behind the QR on the plaque: whoever stands before the door may read it; names and numbers stay out."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from inspections import duties
from inspections.models import Frontage, ListEntry
from inspections.services.frontages import NOBODY_THERE
from inspections.views.stars import standing_of


@require_safe
@login_not_required
def page(request, code):
    """门前三包公开页: duties, the last check, the term and how to object. Four queries."""
    rows = Frontage.objects.select_related("community", "road_section", "standing")
    frontage = get_object_or_404(rows, public_code=code)
    check = frontage.checks.order_by("-checked_on", "-pk").first()
    context = {
        "title": frontage.public_name,
        "eyebrow": f"{frontage.community} · 门前三包责任区",
        "frontage": frontage,
        "duties": duties.DUTIES,
        "check": check,
        "failed": duties.names_of(check.failed) if check else "",
        "agreement": agreement_today(frontage),
        "standing": standing_of(frontage),
        "entries": ListEntry.objects.shown(timezone.localdate()).filter(frontage=frontage),
    }
    return render(request, "public/frontage.html", context)


def agreement_today(frontage) -> tuple[str, str]:
    if frontage.status in NOBODY_THERE:
        return frontage.get_status_display(), frontage.status_tone
    return frontage.agreement_state(timezone.localdate())
