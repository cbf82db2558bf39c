import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from communities.services.forum import raise_topic, reply_to_topic
from gongjian.notifications.models import Notification
from gongjian.workflow import WrongState
from tests.communities.factories import make_topic


def raised(cast, by):
    return raise_topic(
        community=cast.community, title="楼道堆物", text="3 幢堆物", by=by, at=cast.now
    )


@pytest.mark.parametrize("person", ["member_liaison", "lead_officer", "community_worker"])
def test_a_topic_is_raised_by_the_group(cast, person):
    assert raised(cast, cast.people[person]).status == "open"


@pytest.mark.parametrize("person", ["other_lead_officer", "office_staff", "liaison_leader"])
def test_a_topic_is_not_raised_by_others(cast, person):
    with pytest.raises(PermissionDenied):
        raised(cast, cast.people[person])


def test_a_topic_is_told_to_the_lead_unit(cast):
    raised(cast, cast.member_liaison)
    assert Notification.objects.get().recipient == cast.lead_officer


def test_a_reply_leaves_the_topic_open(cast):
    topic = make_topic(cast)
    reply_to_topic(
        topic, text="我们也遇到", unit=cast.member_unit, by=cast.member_liaison, at=cast.now
    )
    topic.refresh_from_db()
    assert topic.status == "open"


@pytest.mark.parametrize("person", ["lead_officer", "office_staff"])
def test_the_formal_answer_closes_the_topic_and_tells_who_raised_it(cast, person):
    topic = make_topic(cast)
    reply_to_topic(topic, text="本周清理", is_answer=True, by=cast.people[person], at=cast.now)
    topic.refresh_from_db()
    assert (topic.status, topic.answered_at) == ("answered", cast.now)
    assert Notification.objects.get().recipient == cast.member_liaison


def test_the_formal_answer_is_not_a_members(cast):
    topic = make_topic(cast)
    with pytest.raises(PermissionDenied):
        reply_to_topic(topic, text="本周清理", is_answer=True, by=cast.member_liaison, at=cast.now)
    assert not topic.replies.exists()


def test_the_formal_answer_is_given_once(cast):
    topic = make_topic(cast, status="answered")
    with pytest.raises(WrongState):
        reply_to_topic(topic, text="再答", is_answer=True, by=cast.lead_officer, at=cast.now)


def test_a_reply_speaks_for_ones_own_unit_alone(cast):
    with pytest.raises(ValidationError) as wrong:
        reply_to_topic(
            make_topic(cast), text="好", unit=cast.department, by=cast.member_liaison, at=cast.now
        )
    assert list(wrong.value.message_dict) == ["unit"]
