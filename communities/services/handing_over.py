"""What passes to a successor by name when somebody leaves an office in a community."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from communities.models import Community, Group
from gongjian.accounts.models import User
from gongjian.audit.services import record


def hand_over_liaison(
    community: Community, *, leaver: User, successor: User, by: User, at: datetime
) -> int:
    """Enter the successor as 联系领导 where the leaver stands; return how many entries changed."""
    with transaction.atomic():
        named = Q(liaison_leader=leaver) | Q(liaison_leader=None, liaison_leader_name=leaver.name)
        groups = Group.objects.filter(named, community=community)
        changed = groups.update(liaison_leader=successor, liaison_leader_name=successor.name)
        if changed:
            names = {"before": leaver.name, "after": successor.name}
            record(community, "communities.community.hand_over_liaison", by=by, at=at, **names)
    return changed
