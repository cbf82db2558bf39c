"""Telling people: once, in the act's own transaction, delivered by a job."""

from django.urls import reverse

from gongjian.notifications.jobs import deliver
from gongjian.notifications.models import Notification
from gongjian.notifications.services import deliver_waiting, notify
from tests.queries import count_queries


def tell(cast, people, key="plan:1", **more):
    notify(people, key=key, subject="请签收季度任务", at=cast.now, **more)


def test_same_key_reaches_a_person_once(cast):
    tell(cast, [cast.lead_officer, cast.lead_officer])
    tell(cast, [cast.lead_officer, cast.community_worker])
    assert Notification.objects.count() == 2


def test_message_is_in_the_inbox_only_after_the_job(cast, today):
    tell(cast, [cast.lead_officer])
    assert not Notification.objects.visible_to(cast.lead_officer).exists()
    assert deliver() == 1
    assert deliver() == 0
    assert Notification.objects.visible_to(cast.lead_officer).count() == 1


def test_thousand_messages_cost_a_few_queries(cast):
    tell(cast, cast.people.values())
    assert count_queries(lambda: deliver_waiting(at=cast.now)) <= 3


def test_opening_reads_it_and_leads_to_its_object(cast, sign_in):
    tell(cast, [cast.lead_officer], link="/assignments/")
    deliver_waiting(at=cast.now)
    message = Notification.objects.get()
    answer = sign_in(cast.lead_officer).get(message.get_absolute_url())
    assert answer.headers["Location"] == "/assignments/"
    message.refresh_from_db()
    assert message.read_at == cast.now


def test_link_to_elsewhere_is_not_followed(cast, sign_in):
    tell(cast, [cast.lead_officer], link="https://evil.example/")
    deliver_waiting(at=cast.now)
    answer = sign_in(cast.lead_officer).get(Notification.objects.get().get_absolute_url())
    assert answer.status_code == 200


def test_inbox_of_another_stays_closed(cast, sign_in):
    tell(cast, [cast.lead_officer])
    deliver_waiting(at=cast.now)
    page = sign_in(cast.other_lead_officer).get(reverse("notifications:inbox"))
    assert "请签收季度任务" not in page.content.decode()
