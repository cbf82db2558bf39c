"""The frontages that a few letters may mean, for the phone forms."""

from django.http import JsonResponse
from django.views.decorators.http import require_safe

from inspections.models import Frontage
from inspections.models.frontages import FrontageStatus

MOST = 20
LONGEST_QUERY = 60


@require_safe
def search(request):
    """At most twenty frontages that the person sees and may mean, as the phone form names them.

    `q` is part of a name, a door, a road, or their pinyin (fcjd); `community` (its id) narrows to
    one community.
    """
    text = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    community = request.GET.get("community", "")
    if not text or (community and not community.isdecimal()):
        return JsonResponse({"results": []})
    frontages = Frontage.objects.visible_to(request.user).named(text)
    frontages = frontages.exclude(status=FrontageStatus.DEMOLISHED)
    if community:
        frontages = frontages.filter(community=community)
    rows = frontages.select_related("road_section").order_by("shop_name", "pk")[:MOST]
    return JsonResponse({"results": [result_of(frontage) for frontage in rows]})


def result_of(frontage) -> dict:
    names = {"name": frontage.shop_name, "address": frontage.address, "label": frontage.label}
    return {"id": frontage.pk, "community": frontage.community_id, **names}
