"""公示: the gathered scores are on public notice, during which communities may appeal."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.holidays.services import calendar_from
from gongjian.notifications.services import notify
from gongjian.workflow import advance
from scoring.models import Round
from scoring.models.public_notice import SCORES_WORKDAYS
from scoring.states import OPEN_PUBLIC_NOTICE


def open_public_notice(round: Round, *, by: User, at: datetime) -> Round:
    """Put the scores on public notice; its days count from the day after (assessment 3.1.14)."""
    day = timezone.localdate(at)
    ends_on = calendar_from(day).add_workdays(day, SCORES_WORKDAYS)
    days: dict[str, Any] = {"notice_starts_on": day, "notice_ends_on": ends_on}
    with transaction.atomic():
        advance(round, OPEN_PUBLIC_NOTICE, by=by, at=at, **days)
        people = User.objects.holding(Role.LEAD_OFFICER, Role.COMMUNITY_WORKER, on=day)
        key = f"scoring.notice.{round.quarter}"
        subject = f"{round}得分公示"
        body = f"公示至 {ends_on:%Y-%m-%d}，对打分有异议的，请在此前提出申诉。"
        link = round.get_absolute_url()
        notify(people, key=key, subject=subject, body=body, at=at, link=link)
    return round
