"""The recycle bin: what is deleted comes back whole; what the law of the data keeps cannot be
deleted at all.
"""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.forms import model_to_dict
from django.urls import reverse

from communities.models import LabourDay, Meeting, PlanItem, Topic, Visit, WorkPlan
from communities.services import plans
from communities.services.forum import delete_topic, reply_to_topic
from communities.services.labour_days import cancel_labour_day
from communities.services.meetings import cancel_meeting
from communities.services.visits import delete_visit
from gongjian.audit.models import Entry
from gongjian.documents.models import OfficialDocument
from gongjian.documents.services import delete_document, return_document, submit_document
from gongjian.notifications.models import Notification
from gongjian.recycling.models import BinnedRecord
from gongjian.recycling.services import DAYS_KEPT, bin_record, purge, restore
from gongjian.workflow import WrongState
from inspections.models import Photo, SelfCheck
from inspections.services import self_checks
from tests.cast import NOW
from tests.communities.factories import (
    make_assignment,
    make_labour_day,
    make_meeting,
    make_plan,
    make_plan_item,
    make_topic,
    make_visit,
)
from tests.documents.factories import make_document
from tests.inspections.factories import make_photo, make_self_check, photo_bytes


def plan_with_items(cast):
    plan = make_plan(cast)
    make_plan_item(plan)
    make_plan_item(plan, text="粉刷楼道", community=cast.community)
    return plan


def check_with_photo(cast):
    check = make_self_check(cast)
    make_photo(cast, self_check=check, item_code="Q1")
    return check


DELETIONS = [
    (plan_with_items, plans.delete_work_plan, "office_staff", (WorkPlan, PlanItem)),
    (
        lambda cast: make_plan_item(make_plan(cast)),
        plans.remove_plan_item,
        "office_staff",
        (PlanItem,),
    ),
    (check_with_photo, self_checks.delete_self_check, "lead_officer", (SelfCheck, Photo)),
    (make_document, delete_document, "office_staff", (OfficialDocument,)),
    (make_meeting, cancel_meeting, "lead_officer", (Meeting,)),
    (make_labour_day, cancel_labour_day, "lead_officer", (LabourDay,)),
    (make_visit, delete_visit, "liaison_leader", (Visit,)),
    (make_topic, delete_topic, "member_liaison", (Topic,)),
]


def rows_of(models):
    return [
        model_to_dict(row) | {"pk": row.pk}
        for model in models
        for row in model.objects.order_by("pk")
    ]


@pytest.mark.parametrize(("make", "delete", "person", "models"), DELETIONS)
def test_what_is_deleted_comes_back_with_the_same_keys(cast, make, delete, person, models):
    row, by = make(cast), cast.people[person]
    before, pk = rows_of(models), row.pk
    binned = delete(row, by=by, at=NOW)
    assert rows_of(models) == []
    assert binned.purge_on == cast.today + timedelta(days=30)
    back = restore(binned, by=by, at=NOW)
    assert (back.pk, rows_of(models)) == (pk, before)
    assert set(Entry.objects.values_list("event", flat=True)) >= {
        f"{binned.object_type}.bin",
        f"{binned.object_type}.restore",
    }


@pytest.mark.parametrize(
    ("make", "delete", "person"),
    [
        (lambda cast: make_plan(cast, status="submitted"), plans.delete_work_plan, "office_staff"),
        (
            lambda cast: make_plan_item(make_plan(cast, status="issued")),
            plans.remove_plan_item,
            "office_staff",
        ),
        (
            lambda cast: make_self_check(cast, status="submitted"),
            self_checks.delete_self_check,
            "lead_officer",
        ),
        (
            lambda cast: make_self_check(cast, status="returned"),
            self_checks.delete_self_check,
            "lead_officer",
        ),
        (lambda cast: make_document(cast, status="in_review"), delete_document, "office_staff"),
        (lambda cast: make_document(cast, status="published"), delete_document, "office_staff"),
        (lambda cast: make_meeting(cast, status="held"), cancel_meeting, "lead_officer"),
        (lambda cast: make_labour_day(cast, status="held"), cancel_labour_day, "lead_officer"),
        (
            lambda cast: make_visit(cast, recorded_at=NOW - timedelta(days=8)),
            delete_visit,
            "liaison_leader",
        ),
    ],
)
def test_what_was_handed_on_is_not_deleted(cast, make, delete, person):
    row = make(cast)
    with pytest.raises(WrongState):
        delete(row, by=cast.people[person], at=NOW)
    row.refresh_from_db()
    assert not BinnedRecord.objects.exists()


def test_a_document_that_was_returned_is_kept_with_its_remarks(cast):
    document = make_document(cast)
    submit_document(document, by=cast.office_staff, at=NOW)
    return_document(document, remark="补时限", by=cast.office_director, at=NOW)
    with pytest.raises(WrongState, match="没有送签过"):
        delete_document(document, by=cast.office_staff, at=NOW)


def test_a_topic_with_a_reply_is_kept(cast):
    topic = make_topic(cast)
    reply_to_topic(topic, text="同感", unit=cast.lead_unit, by=cast.lead_officer, at=NOW)
    with pytest.raises(WrongState, match="已有人答复"):
        delete_topic(topic, by=cast.member_liaison, at=NOW)


@pytest.mark.parametrize("person", ["lead_officer", "office_staff", "community_worker"])
def test_only_the_recorder_takes_back_a_visit(cast, person):
    with pytest.raises(PermissionDenied):
        delete_visit(make_visit(cast), by=cast.people[person], at=NOW)


def test_a_row_that_something_refers_to_is_refused_by_name(cast):
    item = make_assignment(cast).plan.items.get()
    with pytest.raises(WrongState, match="任务事项引用它"):
        bin_record(item, by=cast.office_staff, at=NOW)
    assert PlanItem.objects.filter(pk=item.pk).exists()
    assert not Entry.objects.filter(event="communities.planitem.bin").exists()


def test_an_item_does_not_come_back_into_a_plan_that_was_submitted(cast):
    plan = plan_with_items(cast)
    binned = plans.remove_plan_item(plan.items.last(), by=cast.office_staff, at=NOW)
    plans.submit_work_plan(plan, by=cast.office_staff, at=NOW)
    with pytest.raises(WrongState, match="待下达，不能再把"):
        restore(binned, by=cast.office_staff, at=NOW)
    assert plan.items.count() == 1


def test_a_month_begun_anew_keeps_the_old_draft_in_the_bin(cast):
    binned = self_checks.delete_self_check(make_self_check(cast), by=cast.lead_officer, at=NOW)
    make_self_check(cast)
    with pytest.raises(WrongState, match="已另有一份"):
        restore(binned, by=cast.lead_officer, at=NOW)
    assert BinnedRecord.objects.waiting().exists()


def test_nothing_is_restored_twice(cast):
    binned = cancel_meeting(make_meeting(cast), by=cast.lead_officer, at=NOW)
    restore(binned, by=cast.lead_officer, at=NOW)
    with pytest.raises(WrongState, match="已经恢复"):
        restore(binned, by=cast.lead_officer, at=NOW)


def test_strangers_do_not_restore(cast):
    binned = cancel_meeting(make_meeting(cast), by=cast.lead_officer, at=NOW)
    with pytest.raises(PermissionDenied):
        restore(binned, by=cast.other_lead_officer, at=NOW)


def test_those_invited_hear_that_a_meeting_is_cancelled(cast):
    meeting = make_meeting(cast, starts_at=NOW + timedelta(days=2))
    cancel_meeting(meeting, by=cast.lead_officer, at=NOW)
    told = Notification.objects.filter(subject__startswith="例会取消：虎山社区")
    assert {row.recipient.name for row in told} >= {"富联络", "胡社工"}


def test_the_files_of_a_removed_photo_stay_until_the_bin_is_emptied(
    cast, django_capture_on_commit_callbacks
):
    check = check_with_photo(cast)
    photo = check.photos.get()
    names = [photo.file.name, photo.small.name]
    self_checks.remove_photos(check, uuids=[photo.uuid], by=cast.lead_officer, at=NOW)
    assert (check.photos.count(), all(map(default_storage.exists, names))) == (0, True)
    with django_capture_on_commit_callbacks(execute=True):
        assert purge(at=NOW + timedelta(days=DAYS_KEPT - 1)) == 0
        assert purge(at=NOW + timedelta(days=DAYS_KEPT)) == 1
    assert not any(map(default_storage.exists, names))
    assert Entry.objects.filter(event="recycling.binnedrecord.purge", by=None).count() == 1


def test_emptying_the_bin_leaves_the_files_of_what_came_back(
    cast, django_capture_on_commit_callbacks
):
    check = check_with_photo(cast)
    photo = check.photos.get()
    self_checks.remove_photos(check, uuids=[photo.uuid], by=cast.lead_officer, at=NOW)
    restore(BinnedRecord.objects.get(), by=cast.lead_officer, at=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        purge(at=NOW + timedelta(days=DAYS_KEPT))
    assert check.photos.get().file.read() == photo.file.read()
    assert BytesIO(photo_bytes()).read()
    assert not BinnedRecord.objects.exists()


def test_deleting_on_the_page_offers_the_way_back(cast, sign_in):
    meeting = make_meeting(cast)
    client = sign_in(cast.lead_officer)
    assert "取消例会</button>" in client.get(meeting.get_absolute_url()).content.decode()
    answer = client.post(reverse("communities:meeting_delete", args=[meeting.pk]), follow=True)
    binned = BinnedRecord.objects.get()
    assert f'<a href="{binned.get_absolute_url()}">撤销</a>' in answer.content.decode()
    assert "还有 <span" in client.get(binned.get_absolute_url()).content.decode()
    answer = client.post(binned.get_absolute_url())
    assert answer.headers["Location"] == meeting.get_absolute_url()


def test_the_button_is_absent_where_nothing_may_be_deleted(cast, sign_in):
    held, visit = make_meeting(cast, status="held"), make_visit(cast)
    client = sign_in(cast.lead_officer)
    for row in (held, visit):
        assert "data-confirm" not in client.get(row.get_absolute_url()).content.decode()


def test_the_bin_shows_officers_their_own_and_the_office_everything(cast, sign_in):
    cancel_meeting(make_meeting(cast), by=cast.lead_officer, at=NOW)
    other = make_meeting(cast, community=cast.other_community, called_by=cast.other_lead_officer)
    cancel_meeting(other, by=cast.other_lead_officer, at=NOW)
    seen = {
        name: BinnedRecord.objects.visible_to(cast.people[name]).count()
        for name in (
            "lead_officer",
            "other_lead_officer",
            "community_worker",
            "office_staff",
            "system_admin",
        )
    }
    assert seen == {
        "lead_officer": 1,
        "other_lead_officer": 1,
        "community_worker": 0,
        "office_staff": 2,
        "system_admin": 0,
    }
    assert "30 天" in sign_in(cast.office_staff).get(reverse("recycling:bin")).content.decode()
