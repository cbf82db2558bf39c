"""走访 (policy 四之三): what the liaison leader saw, heard and settled."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from communities.models import Community, Visit
from communities.models.people import community_workers, lead_officers
from communities.permissions import may_delete_visit, may_record_visit
from communities.services.refusals import refuse_blank, refuse_future
from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.lib.quarters import Quarter
from gongjian.notifications.services import notify
from gongjian.recycling.models import BinnedRecord
from gongjian.recycling.services import bin_record
from gongjian.workflow import WrongState, require

DAYS_TO_TAKE_BACK = 7


def record_visit(
    *,
    community: Community,
    visited_on: date,
    leader: str,
    raised: str,
    settled: str,
    by: User,
    at: datetime,
) -> Visit:
    """Record a visit; it counts for the quarter of its day.

    What was raised is told to those who must settle it.
    """
    require(may_record_visit(by, community), "走访由联系领导本人，或由牵头单位、社区代为记录")
    refuse_future(visited_on, at, what="走访日期", field="visited_on")
    quarter = Quarter.of(visited_on)
    visit = Visit(community=community, quarter=str(quarter), visited_on=visited_on)
    visit.leader = refuse_blank(leader, "请填写联系领导", "leader")
    visit.raised = raised.strip()
    visit.settled = settled.strip()
    visit.recorded_by = by
    visit.recorded_at = at
    refuse_blank(visit.raised + visit.settled, "请写明反映的问题，或协调解决的情况", "raised")
    with transaction.atomic():
        visit.save(force_insert=True)
        record(visit, "communities.visit.record", by=by, at=at, visited_on=visited_on)
        if visit.raised:
            notify_group(visit, at=at)
    return visit


def delete_visit(visit: Visit, *, by: User, at: datetime) -> BinnedRecord:
    """Put a visit that was recorded by mistake into the bin; its recorder may, for seven days."""
    require(may_delete_visit(by, visit), "走访记录由记录人本人删除")
    if not is_recent(visit, at):
        raise WrongState(f"走访记录超过 {DAYS_TO_TAKE_BACK} 天，不能再删除")
    return bin_record(visit, by=by, at=at, owner=visit.recorded_by)


def is_recent(visit: Visit, at: datetime) -> bool:
    """Whether it was recorded so lately that a mistake may still be taken back."""
    return at - visit.recorded_at <= timedelta(days=DAYS_TO_TAKE_BACK)


def notify_group(visit: Visit, *, at: datetime) -> None:
    """Notify those who must settle what was raised: lead unit and community."""
    here = [visit.community_id]
    on = timezone.localdate(at)
    recipients = lead_officers(here, on=on) | community_workers(here, on=on)
    subject = f"走访反映的问题：{visit.community}，{visit.leader}"
    key = f"communities.visit:{visit.pk}:record"
    link = visit.get_absolute_url()
    notify(recipients, key=key, subject=subject, body=visit.raised, at=at, link=link)
