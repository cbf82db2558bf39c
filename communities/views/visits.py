from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from communities.filters.works import VisitFilter
from communities.forms.visits import VisitForm
from communities.models import Community, Visit
from communities.permissions import may_delete_visit
from communities.services.visits import delete_visit, is_recent, record_visit
from communities.views.pages import CommunityWorkList, crumb
from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column
from gongjian.lib.acting import carry_out, form_page, posted
from gongjian.recycling.views import say_deleted
from gongjian.workflow import require

SHOWN = 40


def _short(text: str) -> str:
    if len(text) <= SHOWN:
        return text
    return f"{text[:SHOWN]}…"


class VisitList(CommunityWorkList):
    title, noun, list_name = "走访", "次", "visits"
    filterset_class = VisitFilter
    default_sort = "-visited_on"
    empty_text = "还没有走访记录"
    empty_hint = "联系领导不定期走访，由本人或牵头单位、社区记录"
    columns = (
        Column("社区", "community.name", sort="community__code", link=True),
        Column("走访日期", "visited_on", sort="visited_on", kind="date"),
        Column("联系领导", "leader", sort="leader"),
        Column("反映的问题", lambda visit: _short(visit.raised)),
        Column("协调解决情况", lambda visit: _short(visit.settled)),
        Column("季度", lambda visit: visit.span.title, sort="quarter"),
    )

    def get_queryset(self):
        return Visit.objects.visible_to(self.request.user).select_related("community")

    def buttons(self):
        communities = Community.objects.active().visited_by(self.request.user)
        if not communities.exists():
            return []
        return [Button("记录走访", reverse("communities:visit_new"), True)]


def visit_new(request):
    """Record a visit."""
    communities = Community.objects.active().visited_by(request.user)
    require(communities.exists(), "走访由联系领导本人，或由牵头单位、社区代为记录")
    initial = _first_words(request, communities)
    form = VisitForm(*posted(request), communities=communities, initial=initial)
    act = partial(record_visit, by=request.user, at=timezone.now())
    if visit := carry_out(form, act):
        messages.success(request, "已记录走访")
        return redirect(visit)
    return form_page(request, form, title="记录走访", section="communities", back=crumb("visits"))


def _first_words(request, communities):
    """Return today, and the community with its liaison leader where it is plain which is meant."""
    initial = {"visited_on": timezone.localdate()}
    candidates = communities.select_related("group")
    code = request.GET.get("community")
    if code:
        candidates = candidates.filter(code=code)
    if candidates.count() == 1:
        community = candidates.first()
        initial["community"] = community.code
        group = getattr(community, "group", None)
        initial["leader"] = group.liaison_leader_name if group else ""
    return initial


def _visible(request, pk):
    visits = Visit.objects.visible_to(request.user)
    rows = visits.select_related("community", "recorded_by")
    return get_object_or_404(rows, pk=pk)


@require_safe
def visit(request, pk):
    """One visit: who came, what was raised, what was settled."""
    visit = _visible(request, pk)
    community = visit.community
    crumbs = [crumb("visits"), (community.name, community.get_absolute_url())]
    delete_url = ""
    if may_delete_visit(request.user, visit) and is_recent(visit, timezone.now()):
        delete_url = reverse("communities:visit_delete", args=[pk])
    context = {
        "title": str(visit),
        "eyebrow": visit.span.title,
        "section": "communities",
        "crumbs": crumbs,
        "visit": visit,
        "delete_url": delete_url,
        "history": history_of(visit),
    }
    return render(request, "communities/visit_detail.html", context)


@require_POST
def visit_delete(request, pk):
    """Take back a visit recorded by mistake."""
    visit = _visible(request, pk)
    binned = delete_visit(visit, by=request.user, at=timezone.now())
    say_deleted(request, binned)
    return redirect("communities:visits")
