"""The parts of a round's page about its sheets: the draw, how many are locked, who stands apart."""

from collections import defaultdict
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.http import HttpRequest

from communities.models import Community
from scoring.models import Draw, Round, Sheet
from scoring.models.rounds import Pass, RoundStatus, SheetStatus
from scoring.permissions import (
    may_compare_assessors,
    may_read_own_figures,
    may_run_round,
    may_see_draw,
)
from scoring.services.rounds.sampling import coverage_of
from scoring.services.sheets.inquiries import sheets_apart
from scoring.services.sheets.lists import unusual_by

COMMUNITIES_A_PAGE = 50


def sheet_sections(request: HttpRequest, round: Round) -> dict[str, Any]:
    """Return what the page says of draw and sheets: to those who may see the draw, all of it."""
    user, rubric = request.user, round.rubric.rules
    locked = Count("pk", filter=Q(status=SheetStatus.LOCKED))
    sections: dict[str, Any] = {"sheets": round.sheets.aggregate(total=Count("pk"), locked=locked)}
    if rubric.assessment.is_set:
        compares = may_compare_assessors(user, round) or may_read_own_figures(user, round)
        sections["compares"] = compares
    if may_see_draw(user, round):
        sections["coverage"] = coverage_of(round, rubric)
        if round.status != RoundStatus.PLANNED:
            sections["draw"] = draw_page(request, round)
            sections["apart"] = sheets_standing_apart(request, round)
    return sections


def draw_page(request: HttpRequest, round: Round) -> Page:
    """Return a page of communities: `lines` name those drawn for each, and who has locked."""
    draws = Draw.objects.filter(round=round)
    communities = Community.objects.filter(pk__in=draws.values("community")).order_by("code")
    page = Paginator(communities, COMMUNITIES_A_PAGE).get_page(request.GET.get("page"))
    sheets = Sheet.objects.filter(round=round, status=SheetStatus.LOCKED)
    locked = set(sheets.values_list("community", "assessor", "on_pass"))
    assessors: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    draws = draws.filter(community__in=[community.pk for community in page])
    for draw in draws.select_related("assessor").order_by("pk"):
        name = draw.assessor.name
        if draw.on_pass != Pass.DAY:
            name += f"·{draw.get_on_pass_display()}"
        has_locked = (draw.community_id, draw.assessor_id, draw.on_pass) in locked
        assessors[draw.community_id].append((name, has_locked))
    page.lines = [(community, assessors[community.pk]) for community in page]
    return page


def sheets_standing_apart(request: HttpRequest, round: Round) -> dict[str, Any] | None:
    """Return the sheets that stand far from the others' of their community; None without any.

    Whoever still assesses in the round sees none.
    """
    apart = sheets_apart(round, Sheet.objects.visible_to(request.user))
    if not apart:
        return None
    unasked = 0
    if may_run_round(request.user, round):
        unasked = len([row for row in apart if row.inquiry is None])
    return {"sheets": apart, "unasked": unasked, "most": unusual_by(round).apart}
