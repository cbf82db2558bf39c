"""What is past its time is counted first, ended once somebody confirmed it by name, and never more
than that.
"""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from gongjian.accounts.models import User
from gongjian.audit.models import Entry
from gongjian.audit.services import record
from gongjian.jobs.models import Job
from gongjian.notifications.models import Notification
from gongjian.office.privacy.jobs import month
from gongjian.office.privacy.services import RUN, count_due, run_retention
from gongjian.workflow import WrongState
from inspections.models import Photo
from inspections.models.findings import FindingStatus
from scoring.models import Appeal
from scoring.models.appeals import AppealStatus
from tests.cast import appoint, make_user
from tests.inspections.factories import make_finding
from tests.scoring.factories import make_appeal

NUMBER = "13857112345"


@pytest.fixture(autouse=True)
def _enabled(settings):
    settings.RETENTION_ENABLED = True


def counts(at) -> dict[str, int]:
    return {due.kind.name: due.count for due in count_due(at)}


def make_photo(cast, *, closed_years_ago: float | None, **given) -> Photo:
    if closed_years_ago is not None:
        closed = cast.now - timedelta(days=365.25 * closed_years_ago)
        given |= {"status": FindingStatus.CLOSED_OUT, "closed_at": closed}
    finding = make_finding(cast, **given)
    photo = Photo(
        finding=finding,
        stage="before",
        sha256="a" * 64,
        width=4,
        height=3,
        by=cast.lead_officer,
        at=cast.now,
    )
    photo.file.save("a.jpg", ContentFile(b"picture"), save=False)
    photo.small.save("b.jpg", ContentFile(b"small"), save=False)
    photo.save()
    return photo


def test_a_photo_is_destroyed_three_years_after_close_out_and_its_row_stays(cast):
    old, young, unresolved = (
        make_photo(cast, closed_years_ago=years) for years in (3.1, 2.9, None)
    )
    storage, names = old.file.storage, (old.file.name, old.small.name)
    assert counts(cast.now)["photos"] == 1
    assert run_retention(by=cast.security_admin, at=cast.now)["photos"] == 1
    old.refresh_from_db()
    assert (old.destroyed_at, old.sha256, old.file.name) == (cast.now, "a" * 64, "")
    assert not any(storage.exists(name) for name in names)
    for kept in (young, unresolved):
        kept.refresh_from_db()
        assert kept.destroyed_at is None
        assert kept.file.read() == b"picture"


def test_a_destroyed_photo_is_said_to_be_so_on_its_findings_page(cast, sign_in):
    photo = make_photo(cast, closed_years_ago=4)
    run_retention(by=cast.security_admin, at=cast.now)
    client = sign_in(cast.office_staff)
    assert "照片已按保存期限于" in client.get(photo.finding.get_absolute_url()).content.decode()
    assert client.get(photo.get_absolute_url()).status_code == 404
    assert client.get(reverse("inspections:findings")).status_code == 200


def test_evidence_waits_while_its_community_has_an_undecided_appeal(cast):
    photo, appeal = make_photo(cast, closed_years_ago=4), make_appeal(cast)
    assert appeal.score.community == photo.finding.community
    assert run_retention(by=cast.security_admin, at=cast.now)["photos"] == 0
    Appeal.objects.update(
        status=AppealStatus.REFUSED, decided_by=cast.office_director, decided_at=cast.now
    )
    assert run_retention(by=cast.security_admin, at=cast.now)["photos"] == 1


def test_the_number_of_an_account_stopped_a_year_ago_is_emptied(cast):
    long, lately = (make_user(name, phone=NUMBER) for name in ("long", "lately"))
    User.objects.filter(pk__in=[long.pk, lately.pk]).update(
        is_active=False, created_at=cast.now - timedelta(days=900)
    )
    record(long, "accounts.user.stop", by=cast.system_admin, at=cast.now - timedelta(days=370))
    record(lately, "accounts.user.stop", by=cast.system_admin, at=cast.now - timedelta(days=300))
    assert counts(cast.now)["stopped_accounts"] == 1
    run_retention(by=cast.security_admin, at=cast.now)
    assert (User.objects.get(pk=long.pk).phone, User.objects.get(pk=lately.pk).phone) == (
        "",
        NUMBER,
    )


def test_the_number_of_one_whose_postings_all_ended_a_year_ago_is_emptied(cast):
    gone, back = (make_user(name, phone=NUMBER) for name in ("gone", "back"))
    for user in (gone, back):
        since = cast.today - timedelta(days=900)
        appoint(
            user,
            "assessor",
            unit=cast.office,
            starts_on=since,
            ends_on=cast.today - timedelta(days=400),
        )
    appoint(back, "assessor", unit=cast.office)
    User.objects.filter(pk=cast.lead_officer.pk).update(phone=NUMBER)
    assert counts(cast.now)["ended_postings"] == 1
    run_retention(by=cast.security_admin, at=cast.now)
    kept = [User.objects.get(pk=user.pk).phone for user in (gone, back, cast.lead_officer)]
    assert kept == ["", NUMBER, NUMBER]


def test_old_messages_and_ended_sessions_are_deleted(cast):
    for key, days in (("old", 740), ("young", 700)):
        sent = cast.now - timedelta(days=days)
        Notification.objects.create(
            recipient=cast.lead_officer, key=key, subject=key, created_at=sent, delivered_at=sent
        )
    for key, hours in (("ended", -1), ("open", 1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=cast.now + timedelta(hours=hours)
        )
    done = run_retention(by=cast.security_admin, at=cast.now)
    assert (done["notifications"], done["sessions"]) == (1, 1)
    assert Notification.objects.get().key == "young"
    assert Session.objects.get().session_key == "open"


def test_a_dry_run_changes_nothing(cast):
    photo, said = make_photo(cast, closed_years_ago=9), StringIO()
    call_command("retention", dry_run=True, stdout=said)
    assert "问题照片：1（" in said.getvalue()
    photo.refresh_from_db()
    assert photo.destroyed_at is None
    assert not Entry.objects.filter(event=RUN).exists()


def test_a_run_leaves_an_entry_for_each_class_with_its_count_and_who_confirmed(cast):
    make_photo(cast, closed_years_ago=4)
    run_retention(by=cast.security_admin, at=cast.now)
    run_retention(by=cast.security_admin, at=cast.now)
    entries = Entry.objects.filter(event=RUN, object_id="photos").order_by("pk")
    assert [(entry.by, entry.changes["count"]) for entry in entries] == [
        (cast.security_admin, 1),
        (cast.security_admin, 0),
    ]


@pytest.mark.parametrize("person", ["system_admin", "auditor", "office_director"])
def test_nobody_else_may_end_anything(cast, person):
    with pytest.raises(PermissionDenied):
        run_retention(by=cast.people[person], at=cast.now)


def test_a_site_that_has_it_switched_off_only_counts(cast, settings, sign_in):
    settings.RETENTION_ENABLED = False
    make_photo(cast, closed_years_ago=4)
    with pytest.raises(WrongState, match="GONGJIAN_RETENTION_ENABLED=true"):
        run_retention(by=cast.security_admin, at=cast.now)
    page = sign_in(cast.security_admin).get(reverse("security:retention")).content.decode()
    assert "本站没有启用处理" in page
    assert "核对并处理" not in page


def test_the_command_runs_in_the_name_of_a_security_administrator_only(cast, today):
    make_photo(cast, closed_years_ago=4)
    with pytest.raises(CommandError, match="只有安全管理员"):
        call_command("retention", confirmed_by=cast.system_admin.username, stdout=StringIO())
    with pytest.raises(CommandError, match="没有在用的账号"):
        call_command("retention", confirmed_by="nobody", stdout=StringIO())
    call_command("retention", confirmed_by=cast.security_admin.username, stdout=StringIO())
    assert Photo.objects.get().destroyed_at


def test_confirming_on_the_page_runs_the_job(cast, sign_in, django_capture_on_commit_callbacks):
    make_photo(cast, closed_years_ago=4)
    client = sign_in(cast.security_admin)
    assert "核对并处理" in client.get(reverse("security:retention")).content.decode()
    assert "问题照片：1 条" in client.get(reverse("security:retention_confirm")).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("security:retention_confirm"))
    assert Photo.objects.get().destroyed_at
    assert Job.objects.get(kind="privacy.retention").result["photos"] == 1
    assert "安管理" in client.get(reverse("security:retention")).content.decode()


def test_the_month_is_counted_and_the_security_administrator_told_once(
    cast, today, django_capture_on_commit_callbacks
):
    make_photo(cast, closed_years_ago=4)
    with django_capture_on_commit_callbacks(execute=True):
        month()
        month()
    told = Notification.objects.get()
    assert told.recipient == cast.security_admin
    assert "有 1 条个人信息已过保存期限" in told.subject
    assert Photo.objects.get().destroyed_at is None
