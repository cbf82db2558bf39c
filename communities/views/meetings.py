from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from communities import states
from communities.filters.works import MeetingFilter
from communities.forms.meetings import MeetingForm, MinutesForm
from communities.models import Community, Meeting
from communities.permissions import may_keep_record
from communities.services.meetings import call_meeting, cancel_meeting, record_minutes
from communities.services.seats import seats_of
from communities.views.pages import CommunityWorkList, crumb, quarters_around
from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column
from gongjian.lib.acting import carry_out, form_page, posted
from gongjian.lib.editing import Editing
from gongjian.recycling.views import say_deleted
from gongjian.workflow import open_steps, require


class MeetingList(CommunityWorkList):
    title, noun, list_name = "例会", "次", "meetings"
    filterset_class = MeetingFilter
    default_sort = "-starts_at"
    empty_text = "还没有例会"
    empty_hint = "例会由牵头单位召集，每季度一次"
    columns = (
        Column("社区", "community.name", sort="community__code", link=True),
        Column("时间", "starts_at", sort="starts_at", kind="datetime"),
        Column("地点", "place"),
        Column(
            "牵头单位",
            "community.group.lead_unit.short_name",
            sort="community__group__lead_unit__short_name",
        ),
        Column("主持人", "chair"),
        Column("季度", lambda meeting: meeting.span.title, sort="quarter"),
        Column(
            "状态",
            "get_status_display",
            sort="status",
            kind="tag",
            tone=lambda meeting: meeting.status_tone,
        ),
    )

    def get_queryset(self):
        rows = Meeting.objects.visible_to(self.request.user)
        return rows.select_related("community__group__lead_unit")

    def buttons(self):
        communities = Community.objects.active().kept_by(self.request.user)
        if not communities.exists():
            return []
        return [Button("召集例会", reverse("communities:meeting_new"), True)]


def meeting_new(request):
    """Call a group to its meeting."""
    communities = Community.objects.active().kept_by(request.user)
    require(communities.exists(), "例会由牵头单位或社区召集")
    quarters = quarters_around(timezone.localdate())
    initial = {"community": request.GET.get("community")}
    form = MeetingForm(
        *posted(request), communities=communities, quarters=quarters, initial=initial
    )
    act = partial(call_meeting, by=request.user, at=timezone.now())
    if meeting := carry_out(form, act):
        messages.success(request, "已登记例会；还未召开的，已通知全组")
        return redirect(meeting)
    return form_page(
        request,
        form,
        title="召集例会",
        section="communities",
        back=crumb("meetings"),
        submit_label="召集",
    )


def _visible(request, pk):
    meetings = Meeting.objects.visible_to(request.user)
    rows = meetings.select_related("community__group__lead_unit", "called_by")
    return get_object_or_404(rows, pk=pk)


@require_safe
def meeting(request, pk):
    """One meeting: when and where, who came, what was agreed."""
    meeting = _visible(request, pk)
    may_keep = bool(open_steps(meeting, states.MEETING_STEPS, request.user))
    community = meeting.community
    crumbs = [crumb("meetings"), (community.name, community.get_absolute_url())]
    attendances = meeting.attendances.select_related("unit").order_by("-attended", "pk")
    delete_url = ""
    if may_keep:
        delete_url = reverse("communities:meeting_delete", args=[pk])
    is_over = meeting.starts_at <= timezone.now()
    context = {
        "title": f"{community}例会",
        "eyebrow": meeting.span.title,
        "state_of": meeting,
        "section": "communities",
        "crumbs": crumbs,
        "meeting": meeting,
        "attendances": attendances,
        "may_keep_minutes": may_keep,
        "delete_url": delete_url,
        "is_over": is_over,
        "history": history_of(meeting),
    }
    return render(request, "communities/meeting_detail.html", context)


def meeting_minutes(request, pk):
    """Close a meeting with its attendance and minutes."""
    meeting = _visible(request, pk)
    require(may_keep_record(request.user, meeting), "纪要由牵头单位或社区登记")
    editing = Editing(request, meeting, minutes_fields, history=history_of, still_open=_is_called)
    initial = {"chair": meeting.community.group.head_name}
    form = MinutesForm(*posted(request), seats=seats_of(meeting.community), initial=initial)
    act = partial(record_minutes, by=request.user, at=timezone.now())
    if carry_out(form, act, editing=editing):
        messages.success(request, "已登记纪要")
        return redirect(meeting)
    back = (f"{meeting.community}例会", meeting.get_absolute_url())
    return form_page(
        request,
        form,
        title="登记例会纪要",
        section="communities",
        back=back,
        template="communities/meeting_minutes.html",
        editing=editing,
        held=meeting,
    )


def minutes_fields(meeting):
    """Return the fields of the minutes' form as they are stored."""
    fields = {"chair": meeting.chair, "minutes": meeting.minutes}
    for row in meeting.attendances.all():
        fields[f"came_{row.unit_id}"] = row.attended
        fields[f"person_{row.unit_id}"] = row.person
    return fields


def _is_called(meeting):
    return meeting.status in states.HOLD.sources


@require_POST
def meeting_delete(request, pk):
    """Cancel a meeting that was not held."""
    meeting = _visible(request, pk)
    binned = cancel_meeting(meeting, by=request.user, at=timezone.now())
    say_deleted(request, binned)
    return redirect("communities:meetings")
