"""劳动日 (policy 四之二): the whole group works in its community, and says what came of it."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from communities import states
from communities.models import Community, LabourAttendance, LabourDay
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


def call_labour_day(
    *,
    community: Community,
    quarter: Quarter,
    held_on: date,
    place: str,
    work: str,
    by: User,
    at: datetime,
) -> LabourDay:
    """Call the group to its labour day of the quarter; one still to come is announced to everyone
    of the group.
    """
    require(may_call(by, community), "劳动日由牵头单位或社区组织")
    refuse_outside(quarter, held_on, what="劳动日日期", field="held_on")
    labour_day = LabourDay(community=community, quarter=str(quarter), held_on=held_on)
    labour_day.place = refuse_blank(place, "请填写地点", "place")
    labour_day.work = refuse_blank(work, "请填写劳动内容", "work")
    labour_day.called_by = by
    labour_day.called_at = at
    with transaction.atomic():
        labour_day.save(force_insert=True)
        record(labour_day, "communities.labourday.call", by=by, at=at, held_on=held_on)
        if held_on >= timezone.localdate(at):
            _announce(labour_day, at=at)
    return labour_day


def _announce(labour_day: LabourDay, *, at: datetime) -> None:
    day = labour_day.held_on
    subject = f"劳动日通知：{labour_day.community}，{day.month}月{day.day}日"
    recipients = group_people(labour_day.community, on=timezone.localdate(at))
    body = f"地点：{labour_day.place}\n内容：{labour_day.work}"
    key = f"communities.labourday:{labour_day.pk}:call"
    link = labour_day.get_absolute_url()
    notify(recipients, key=key, subject=subject, body=body, at=at, link=link)


def cancel_labour_day(labour_day: LabourDay, *, by: User, at: datetime) -> BinnedRecord:
    """Put a labour day that was called and not reported into the bin; those who were invited are
    told.
    """
    require(may_keep_record(by, labour_day), "劳动日由牵头单位或社区取消")
    with transaction.atomic():
        called = LabourDay.objects.select_for_update().filter(status__in=states.REPORT.sources)
        if not called.filter(pk=labour_day.pk).exists():
            raise WrongState("劳动日已报告开展情况，不能取消")
        key = f"communities.labourday:{labour_day.pk}:cancel:{at:%Y%m%d%H%M%S}"
        binned = bin_record(labour_day, by=by, at=at, owner=labour_day.called_by)
        day = labour_day.held_on
        if day >= timezone.localdate(labour_day.called_at):
            subject = f"劳动日取消：{labour_day.community}，{day.month}月{day.day}日"
            recipients = group_people(labour_day.community, on=timezone.localdate(at))
            notify(recipients, key=key, subject=subject, at=at)
    return binned


def report_labour_day(
    labour_day: LabourDay, *, outcome: str, headcounts: dict[int, int], by: User, at: datetime
) -> LabourDay:
    """Report a labour day that was held: how many came for each unit (`headcounts`: unit id ->
    people) and its outcome.

    Every unit of the group gets a row, those not named with nobody.
    """
    outcome = refuse_blank(outcome, "请填写劳动成效", "outcome")
    if labour_day.held_on > timezone.localdate(at):
        refuse("劳动日还没有到，开展后再报告", "outcome")
    seats = seats_of(labour_day.community)
    refuse_strangers(headcounts, seats, field="headcounts")
    if any(count < 0 for count in headcounts.values()):
        refuse("人数不能是负数", "headcounts")
    if not sum(headcounts.values()):
        refuse("没有一个单位参加，请核对各单位人数", "headcounts")
    with transaction.atomic():
        advance(labour_day, states.REPORT, by=by, at=at, outcome=outcome, reported_at=at)
        labour_attendances = []
        for seat in seats:
            headcount = headcounts.get(seat.unit_id, 0)
            labour_attendance = LabourAttendance(labour_day=labour_day, unit_id=seat.unit_id)
            labour_attendance.headcount = headcount
            labour_attendances.append(labour_attendance)
        LabourAttendance.objects.bulk_create(labour_attendances)
    return labour_day
