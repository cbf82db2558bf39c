from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from communities import permissions as may
from communities.filters.places import CommunityFilter
from communities.models import Community, GroupMember
from communities.services.progress import duties_in
from communities.views.pages import CommunityWorkList, crumb
from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column
from gongjian.audit.revealing import reveal_phone
from gongjian.lib.quarters import Quarter
from units.models import Unit
from units.permissions import SPEAK_FOR_A_UNIT


class CommunityList(CommunityWorkList):
    title, noun, list_name = "社区名册", "个", "list"
    filterset_class = CommunityFilter
    default_sort = "code"
    empty_text = "没有您联系的社区"
    empty_hint = "请共建办把您的单位列入共建名单，或由共建办导入社区名册"
    columns = (
        Column("社区名称", "name", sort="name", link=True),
        Column("社区代码", "code", sort="code"),
        Column("街道", "subdistrict.name", sort="subdistrict__code,code"),
        Column("类别", "get_kind_display", sort="kind"),
        Column("牵头单位", "group.lead_unit.short_name", sort="group__lead_unit__short_name"),
        Column("联系领导", "group.liaison_leader_name", sort="group__liaison_leader_name"),
    )

    def get_queryset(self):
        communities = Community.objects.visible_to(self.request.user)
        rows = communities.active()
        return rows.select_related("subdistrict", "group__lead_unit")


@require_safe
def detail(request, code):
    """One community: its group, how far this quarter's duties are, its road sections and its
    history.
    """
    return _detail(request, _visible(request, code))


@require_POST
@never_cache
def representative_phone(request, code, pk):
    """The community's page with one representative's whole number, this once."""
    community = _visible(request, code)
    seats = GroupMember.objects.select_related("group__community", "unit")
    seat = get_object_or_404(seats, group__community=community, pk=pk)
    allowed = may.may_reveal_phone(request.user, seat)
    details = {"by": request.user, "at": timezone.now(), "seat": str(seat)}
    phone = reveal_phone(community, seat.phone, allowed=allowed, **details)
    return _detail(request, community, revealed={seat.pk: phone})


def _visible(request, code):
    communities = Community.objects.visible_to(request.user).select_related(
        "subdistrict", "group__lead_unit"
    )
    return get_object_or_404(communities, code=code)


def _detail(request, community, revealed=None):
    group = getattr(community, "group", None)
    quarter = Quarter.of(timezone.localdate())
    members = []
    if group:
        members = seats_with_phones(request.user, community, group, revealed or {})
    eyebrow = f"{community.subdistrict} · {community.get_kind_display()} · {community.code}"
    duties = duties_in(quarter, [community])[community.pk]
    buttons = buttons_of(request.user, community)
    road_sections = community.road_sections.order_by("name")
    context = {
        "title": community.name,
        "eyebrow": eyebrow,
        "section": "communities",
        "crumbs": [crumb("list")],
        "community": community,
        "group": group,
        "members": members,
        "quarter": quarter,
        "duties": duties,
        "road_sections": road_sections,
        "buttons": buttons,
        "history": history_of(community),
    }
    return render(request, "communities/community_detail.html", context)


def seats_with_phones(user, community, group, revealed):
    """Return [(seat, its number if it was revealed, whether it may be revealed)].

    Who may is asked for the whole group once.
    """
    keeps_records = may.is_office(user) or may.acts_for_group(user, community)
    own_units = set()
    if not keeps_records:
        units = Unit.objects.held_by(user, *SPEAK_FOR_A_UNIT)
        own_units.update(units.values_list("pk", flat=True))
    members = group.members.select_related("unit")
    entries = []
    for seat in members.order_by("role", "unit__name"):
        phone = revealed.get(seat.pk, "")
        may_reveal = keeps_records or seat.unit_id in own_units
        entries.append((seat, phone, may_reveal))
    return entries


def buttons_of(user, community):
    """Return links to who held which office here, and to what the user may begin now."""
    buttons = []
    if may.may_see_offices(user, community):
        offices = f"{reverse('staffing:offices')}?community={community.pk}"
        buttons.append(Button("任职沿革", offices))
    acts = (
        ("召集例会", "meeting_new", may.may_call),
        ("组织劳动日", "labour_day_new", may.may_call),
        ("记录走访", "visit_new", may.may_record_visit),
        ("提出话题", "topic_new", may.may_raise_topic),
    )
    for label, name, allowed in acts:
        if community.is_active and allowed(user, community):
            form_url = reverse(f"communities:{name}")
            buttons.append(Button(label, f"{form_url}?community={community.code}"))
    return buttons
