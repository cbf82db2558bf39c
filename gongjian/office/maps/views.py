"""Schematic maps: the city by class, one community with its points; the office brings the
boundaries.
"""

import hashlib

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from communities.models import Community
from gongjian.lib.quarters import Quarter
from gongjian.office.maps.forms import BoundaryForm
from gongjian.office.maps.importing import boundary_file, import_boundaries, read_boundaries
from gongjian.office.maps.permissions import may_import_boundaries, may_see_map
from gongjian.office.maps.showing import (
    KINDS,
    SCORE,
    city_map,
    community_map,
    kind_of,
    published_quarters,
)
from gongjian.workflow import require

LIST = ("社区名册", "communities:list")


@require_http_methods(["GET", "HEAD", "POST"])
def city(request):
    """GET: the city's communities by score, open or overdue findings.

    POST: boundaries from a file.
    """
    require(may_see_map(request.user), "示意图供参加共建的人员查看")
    if request.method == "POST":
        require(may_import_boundaries(request.user), "社区边界由共建办维护")
        return _import(request)
    return _city(request)


def _city(request, *, form=None, refused=(), status: int = 200):
    user = request.user
    by = request.GET.get("by", SCORE)
    by = by if by in KINDS else SCORE
    quarters = published_quarters(user)
    requested = request.GET.get("quarter", "")
    if requested in quarters:
        quarter = requested
    else:
        quarter = next(iter(quarters), "")
    crumbs = [(LIST[0], reverse(LIST[1]))]
    context = {
        "title": "社区示意图",
        "section": "communities",
        "crumbs": crumbs,
        "map": city_map(user, by=by, quarter=quarter, at=timezone.now()),
        "by": by,
        "kinds": KINDS.items(),
        "kind": KINDS[by],
        "quarter": quarter,
        "quarters": [(name, Quarter.parse(name).title) for name in quarters],
        "form": (form or BoundaryForm()) if may_import_boundaries(user) else None,
        "refused": refused,
    }
    return render(request, "maps/city.html", context, status=status)


def _import(request):
    form = BoundaryForm(request.POST, request.FILES)
    if not form.is_valid():
        return _city(request, form=form, status=400)
    read = read_boundaries(form.content)
    if read.errors:
        return _city(request, form=form, refused=read.errors, status=400)
    name = form.cleaned_data["file"].name[-100:]
    file = boundary_file(hashlib.sha256(form.content).hexdigest()[:40], name)
    origin = {"datum": form.cleaned_data["datum"], "source": form.cleaned_data["source"]}
    counts = import_boundaries(read, file=file, by=request.user, at=timezone.now(), **origin)
    messages.success(
        request, f"已导入社区边界：新增 {counts['new']} 个，更新 {counts['changed']} 个。"
    )
    return redirect("maps:city")


@require_safe
def community(request, code):
    """One community's boundary with its open findings and frontages as points."""
    at = timezone.now()
    communities = Community.objects.visible_to(request.user)
    seen = communities.select_related("subdistrict")
    place = get_object_or_404(seen, code=code)
    drawn_map = community_map(place, request.user, at=at)
    crumbs = [(LIST[0], reverse(LIST[1])), ("社区示意图", reverse("maps:city"))]
    lines = []
    for finding in drawn_map.findings:
        lines.append((finding, kind_of(finding, at)))
    buttons = [("社区情况", place.get_absolute_url(), False)]
    context = {
        "title": f"{place.name}示意图",
        "section": "communities",
        "crumbs": crumbs,
        "buttons": buttons,
        "community": place,
        "map": drawn_map,
        "lines": lines,
    }
    return render(request, "maps/community.html", context)
