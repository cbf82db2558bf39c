"""A community's group as its page shows it."""

from datetime import datetime

from communities.models import GroupMember
from communities.permissions import may_reveal_phone
from gongjian.audit.services import record
from gongjian.workflow import require


def reveal_phone(seat: GroupMember, *, by, at: datetime) -> str:
    """Give the whole number of a seat's representative, and note who asked; the number itself is
    not in the log.
    """
    require(may_reveal_phone(by, seat), "您不能查看这位代表的完整号码")
    record(seat.group.community, "communities.community.reveal_phone", by=by, at=at, seat=str(seat))
    return seat.phone
