"""例会 (policy 四之一): called by those who keep the group's records, closed with attendance and
minutes.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from communities import states
from communities.models import Community, Meeting, MeetingAttendance
from communities.models.people import group_people
from communities.permissions import may_call, may_keep_record
from communities.services.refusals import refuse, refuse_blank, refuse_outside
from communities.services.seats import refuse_strangers, seats_of
from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.lib.quarters import Quarter
from gongjian.notifications.services import notify
from gongjian.recycling.models import BinnedRecord
from gongjian.recycling.services import bin_record
from gongjian.workflow import WrongState, advance, require


def call_meeting(
    *,
    community: Community,
    quarter: Quarter,
    starts_at: datetime,
    place: str,
    agenda: str,
    by: User,
    at: datetime,
) -> Meeting:
    """Call the group to its meeting of the quarter; one still to come is announced to everyone of
    the group.
    """
    require(may_call(by, community), "例会由牵头单位或社区召集")
    refuse_outside(quarter, timezone.localdate(starts_at), what="例会时间", field="starts_at")
    meeting = Meeting(community=community, quarter=str(quarter), starts_at=starts_at)
    meeting.place = refuse_blank(place, "请填写地点", "place")
    meeting.agenda = agenda.strip()
    meeting.called_by = by
    meeting.called_at = at
    with transaction.atomic():
        meeting.save(force_insert=True)
        record(meeting, "communities.meeting.call", by=by, at=at, starts_at=starts_at)
        if starts_at > at:
            _announce(meeting, at=at)
    return meeting


def _announce(meeting: Meeting, *, at: datetime) -> None:
    subject = f"例会通知：{meeting.community}，{_begin_of(meeting)}"
    body = f"地点：{meeting.place}\n{meeting.agenda}".strip()
    recipients = group_people(meeting.community, on=timezone.localdate(at))
    key = f"communities.meeting:{meeting.pk}:call"
    link = meeting.get_absolute_url()
    notify(recipients, key=key, subject=subject, body=body, at=at, link=link)


def _begin_of(meeting: Meeting) -> str:
    """Return day and time as messages write them: 12月3日14:30."""
    begins = timezone.localtime(meeting.starts_at)
    return f"{begins.month}月{begins.day}日{begins:%H:%M}"


def cancel_meeting(meeting: Meeting, *, by: User, at: datetime) -> BinnedRecord:
    """Put a meeting that was called and not held into the bin; those who were invited are told."""
    require(may_keep_record(by, meeting), "例会由牵头单位或社区取消")
    with transaction.atomic():
        called = Meeting.objects.select_for_update().filter(status__in=states.HOLD.sources)
        if not called.filter(pk=meeting.pk).exists():
            raise WrongState("例会已登记纪要，不能取消")
        key = f"communities.meeting:{meeting.pk}:cancel:{at:%Y%m%d%H%M%S}"
        binned = bin_record(meeting, by=by, at=at, owner=meeting.called_by)
        if meeting.starts_at > meeting.called_at:
            subject = f"例会取消：{meeting.community}，{_begin_of(meeting)}"
            recipients = group_people(meeting.community, on=timezone.localdate(at))
            notify(recipients, key=key, subject=subject, at=at)
    return binned


def record_minutes(
    meeting: Meeting, *, chair: str, minutes: str, attended: dict[int, str], by: User, at: datetime
) -> Meeting:
    """Close a meeting that was held: who came for which unit (`attended`: unit id -> person), and
    the minutes.

    Every unit of the group gets a row, present or not; the lead unit must have been there.
    """
    words = {
        "chair": refuse_blank(chair, "请填写主持人", "chair"),
        "minutes": refuse_blank(minutes, "请填写纪要", "minutes"),
    }
    if meeting.starts_at > at:
        refuse("例会还没有召开，召开后再登记纪要", "minutes")
    seats = seats_of(meeting.community)
    refuse_strangers(attended, seats, field="attended")
    lead_units = {seat.unit_id for seat in seats if seat.is_lead}
    if lead_units.isdisjoint(attended):
        refuse("牵头单位没有到会，例会不能成立；请核对到会情况", "attended")
    with transaction.atomic():
        advance(meeting, states.HOLD, by=by, at=at, minutes_at=at, **words)
        meeting_attendances = []
        for seat in seats:
            person = attended.get(seat.unit_id, "").strip()
            meeting_attendance = MeetingAttendance(meeting=meeting, unit_id=seat.unit_id)
            meeting_attendance.attended = seat.unit_id in attended
            meeting_attendance.person = person
            meeting_attendances.append(meeting_attendance)
        MeetingAttendance.objects.bulk_create(meeting_attendances)
    return meeting
