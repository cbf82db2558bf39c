"""社区发展论坛 (policy 四之四): somebody raises, the group talks, the lead unit or the office
answers.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from communities import states
from communities.models import Community, Reply, Topic
from communities.models.people import lead_officers
from communities.permissions import may_delete_topic, may_raise_topic, may_reply
from communities.services.refusals import refuse, refuse_blank
from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.notifications.services import notify
from gongjian.recycling.models import BinnedRecord
from gongjian.recycling.services import bin_record
from gongjian.workflow import WrongState, advance, require
from units.models import Unit


def delete_topic(topic: Topic, *, by: User, at: datetime) -> BinnedRecord:
    """Put a topic to which nobody has replied into the bin; its author may."""
    require(may_delete_topic(by, topic), "话题由提出人本人删除")
    with transaction.atomic():
        Topic.objects.select_for_update().get(pk=topic.pk)
        if topic.replies.exists():
            raise WrongState("已有人答复，不能删除")
        return bin_record(topic, by=by, at=at, owner=topic.raised_by)


def raise_topic(
    *, community: Community, title: str, text: str, raised_for: str = "", by: User, at: datetime
) -> Topic:
    """Raise a topic for oneself or for a resident; the lead unit hears of it."""
    require(may_raise_topic(by, community), "话题由本小组的单位或社区提出")
    topic = Topic(community=community, raised_by=by, raised_at=at)
    topic.title = refuse_blank(title, "请填写题目", "title")
    topic.text = refuse_blank(text, "请填写内容", "text")
    topic.raised_for = raised_for.strip()
    officers = lead_officers([community.pk], on=timezone.localdate(at))
    with transaction.atomic():
        topic.save(force_insert=True)
        record(topic, "communities.topic.raise", by=by, at=at)
        subject = f"待答复：{topic.title}"
        _notify_about(topic, officers.exclude(pk=by.pk), subject, key="raise", at=at)
    return topic


def reply_to_topic(
    topic: Topic,
    *,
    text: str,
    unit: Unit | None = None,
    is_answer: bool = False,
    by: User,
    at: datetime,
) -> Reply:
    """Say something on a topic, for `unit` when one is given; `is_answer` makes it the formal
    answer, given once.
    """
    require(may_reply(by, topic), "只有本小组成员和共建办可以答复")
    text = refuse_blank(text, "请填写答复内容", "text")
    if unit:
        own_units = Unit.objects.held_by(by)
        if not own_units.filter(pk=unit.pk).exists():
            refuse("只能代表本人任职的单位答复", "unit")
    reply = Reply(topic=topic, unit=unit, text=text, is_answer=is_answer, by=by, at=at)
    with transaction.atomic():
        if is_answer:
            advance(topic, states.ANSWER, by=by, at=at, answered_at=at)
            subject = f"已答复：{topic.title}"
            _notify_about(topic, [topic.raised_by], subject, key="answer", at=at)
        else:
            record(topic, "communities.topic.reply", by=by, at=at)
        reply.save(force_insert=True)
    return reply


def _notify_about(
    topic: Topic, recipients: Iterable[User], subject: str, *, key: str, at: datetime
) -> None:
    key = f"communities.topic:{topic.pk}:{key}"
    link = topic.get_absolute_url()
    notify(recipients, key=key, subject=subject, body=topic.text, at=at, link=link)
