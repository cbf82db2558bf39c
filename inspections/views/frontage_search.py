from django.http import JsonResponse
from django.views.decorators.http import require_safe

from inspections.models import Frontage
from inspections.models.frontages import FrontageStatus

MOST = 20


@require_safe
def search(request):
    """At most twenty frontages that the person may see and may mean, as the phone form names them.

    `q` is part of a name, a door, a road, or how they read (fcjd); `community` (its id) narrows to one community.
    """
    asked, community = request.GET.get("q", "").strip()[:60], request.GET.get("community", "")
    rows = Frontage.objects.none()
    if asked:
        rows = (
            Frontage.objects.visible_to(request.user)
            .named(asked)
            .exclude(status=FrontageStatus.DEMOLISHED)
        )
    if community:
        rows = rows.filter(community=community) if community.isdecimal() else rows.none()
    found = rows.select_related("road_section").order_by("shop_name", "pk")[:MOST]
    return JsonResponse({"results": [_shown(one) for one in found]})


def _shown(frontage) -> dict:
    names = {"name": frontage.shop_name, "address": frontage.address, "label": frontage.label}
    return {"id": frontage.pk, "community": frontage.community_id, **names}
