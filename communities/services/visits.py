"""走访 (policy 四之三): what the liaison leader saw, heard and settled."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from communities.models import Community, Visit
from communities.models.people import community_workers, lead_officers
from communities.permissions import may_record_visit
from communities.services.refusals import refuse_blank, refuse_future
from gongjian.audit.services import record
from gongjian.lib.quarters import Quarter
from gongjian.notifications.services import notify
from gongjian.workflow import require


def record_visit(
    *, community: Community, visited_on: date, leader: str, raised: str, settled: str, by, at: datetime
) -> Visit:
    """Record a visit; it counts for the quarter of its day. What was raised is told to those who must settle it."""
    require(may_record_visit(by, community), "走访由联系领导本人，或由牵头单位、社区代为记录")
    refuse_future(visited_on, at, what="走访日期", field="visited_on")
    words = {
        "leader": refuse_blank(leader, "请填写联系领导", "leader"),
        "raised": raised.strip(),
        "settled": settled.strip(),
    }
    refuse_blank(words["raised"] + words["settled"], "请写明反映的问题，或协调解决的情况", "raised")
    with transaction.atomic():
        visit = Visit.objects.create(
            community=community,
            quarter=str(Quarter.of(visited_on)),
            visited_on=visited_on,
            recorded_by=by,
            recorded_at=at,
            **words,
        )
        record(visit, "communities.visit.record", by=by, at=at, visited_on=visited_on)
        if visit.raised:
            _tell_group(visit, at=at)
    return visit


def _tell_group(visit: Visit, *, at: datetime) -> None:
    here, on = [visit.community_id], timezone.localdate(at)
    notify(
        lead_officers(here, on=on) | community_workers(here, on=on),
        key=f"communities.visit:{visit.pk}:record",
        subject=f"走访反映的问题：{visit.community}，{visit.leader}",
        body=visit.raised,
        at=at,
        link=visit.get_absolute_url(),
    )
