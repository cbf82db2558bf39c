from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.models import Entry
from gongjian.notifications.models import Notification
from gongjian.notifications.services import notify
from gongjian.office.staffing.handing_over import hand_over, preview_hand_over
from inspections.models import Finding
from scoring.models import Draw, Sheet
from tests.cast import appoint, make_user
from tests.scoring.factories import clean_marks, make_finding, make_round, make_sheet


def handed(cast, left, successor, act=hand_over, **given):
    said = {"day": cast.today, "by": cast.system_admin, "at": cast.now, **given}
    return act(left.appointments.get(), successor=successor, **said)


def moved(done):
    return {one.what: (one.passed, one.stayed) for one in done.moved}


def tell(person, *keys, at):
    for key in keys:
        notify([person], key=key, subject=key, at=at)


def test_successor_holds_the_office_from_the_day_and_the_leaver_no_more(cast):
    successor = make_user("xin")
    done = handed(cast, cast.lead_officer, successor)
    fresh = User.objects.get(pk=cast.lead_officer.pk)
    assert fresh.on(cast.today - timedelta(1)).roles == {Role.LEAD_OFFICER}
    assert fresh.on(cast.today).roles == frozenset()
    assert User.objects.get(pk=successor.pk).on(cast.today).roles == {Role.LEAD_OFFICER}
    assert done.appointment.unit_posting.unit == cast.lead_unit


def test_work_that_hangs_on_the_place_is_counted_and_stays_as_it_is(cast):
    make_finding(cast, cast.community, responsible_unit=cast.lead_unit, status="assigned")
    before = list(Finding.objects.values())
    assert moved(handed(cast, cast.lead_officer, make_user("xin"))) == {"未销号的问题": (1, 0)}
    assert list(Finding.objects.values()) == before


def test_unread_messages_pass_on_and_read_ones_stay(cast):
    successor = make_user("xin")
    tell(cast.lead_officer, "one", "two", "both", at=cast.now)
    tell(successor, "both", at=cast.now)
    Notification.objects.filter(key="two").update(read_at=cast.now)
    assert moved(handed(cast, cast.lead_officer, successor)) == {"未读通知": (1, 0)}
    left = Notification.objects.filter(recipient=cast.lead_officer).values_list("key", flat=True)
    assert sorted(left) == ["both", "two"]


def test_messages_stay_while_the_leaver_holds_another_office(cast):
    held = cast.lead_officer.appointments.get()
    appoint(cast.lead_officer, Role.MEMBER_LIAISON, unit=cast.member_unit)
    tell(cast.lead_officer, "one", at=cast.now)
    done = hand_over(
        held, successor=make_user("xin"), day=cast.today, by=cast.system_admin, at=cast.now
    )
    assert moved(done) == {"未读通知": (0, 1)}


def test_liaison_leader_is_entered_in_the_group(cast):
    group = cast.community.group
    group.liaison_leader = cast.liaison_leader
    group.save()
    successor = make_user("xin", name="新领导")
    assert moved(handed(cast, cast.liaison_leader, successor)) == {"领导小组的联系领导": (1, 0)}
    group.refresh_from_db()
    assert (group.liaison_leader, group.liaison_leader_name) == (successor, "新领导")
    assert Entry.objects.about(cast.community).get().changes == {
        "before": "钱领导",
        "after": "新领导",
    }


def test_unit_telephones_the_successor_where_it_telephoned_the_leaver(cast):
    contact = cast.member_unit.contact
    contact.name = cast.member_liaison.name
    contact.save()
    done = handed(cast, cast.member_liaison, make_user("xin", name="新联络", phone="13900001111"))
    contact.refresh_from_db()
    assert (contact.name, contact.phone) == ("新联络", "13900001111")
    assert moved(done) == {"单位联络员登记": (1, 0)}


@pytest.fixture
def drawn(cast):
    """The assessor drawn for three communities: one begun, one not, one in which his successor has
    an interest.
    """
    round = make_round(cast, status="assessing")
    sheets = {
        "begun": make_sheet(
            round, cast.community, cast.assessor, status="open", marks=clean_marks()
        ),
        "unbegun": make_sheet(round, cast.other_community, cast.assessor, status="open"),
        "barred": make_sheet(round, cast.third_community, cast.assessor, status="open"),
    }
    for sheet in sheets.values():
        Draw.objects.get_or_create(round=round, community=sheet.community, assessor=cast.assessor)
    successor = make_user("xin", name="新考评")
    appoint(successor, Role.MEMBER_LIAISON, unit=cast.third_lead_unit)
    return sheets, successor


def test_only_unbegun_sheets_pass_and_never_against_an_interest(cast, drawn):
    sheets, successor = drawn
    done = handed(cast, cast.assessor, successor)
    assert moved(done) == {"未开始的打分表": (1, 1), "已开始的打分表": (0, 1)}
    holder = {name: Sheet.objects.get(pk=sheet.pk).assessor for name, sheet in sheets.items()}
    assert holder == {"begun": cast.assessor, "unbegun": successor, "barred": cast.assessor}
    assert Draw.objects.get(community=cast.other_community).assessor == successor
    begun = Sheet.objects.get(pk=sheets["begun"].pk)
    assert begun.marks == clean_marks()


def test_office_is_told_of_the_sheets_that_wait_for_it(cast, drawn):
    handed(cast, cast.assessor, drawn[1])
    told = Notification.objects.filter(key__startswith="staffing.sheets").values_list(
        "recipient__username", "subject"
    )
    assert set(told) == {
        (name, "考评员考评甲已离任，2 份打分表须改派") for name in ("chen", "zhang")
    }


def test_locked_sheets_are_history(cast):
    round = make_round(cast, status="assessing")
    sheet = make_sheet(round, cast.community, cast.assessor, marks=clean_marks())
    assert moved(handed(cast, cast.assessor, make_user("xin"))) == {}
    sheet.refresh_from_db()
    assert sheet.assessor == cast.assessor


def test_both_persons_histories_tell_it(cast):
    successor = make_user("xin", name="新来")
    handed(cast, cast.lead_officer, successor)
    gave = Entry.objects.about(cast.lead_officer).get()
    took = Entry.objects.about(successor).first()
    assert (gave.event, gave.changes["to"]) == ("accounts.user.hand_over", "xin")
    assert (gave.changes["before"], gave.changes["after"]) == (
        {"ends_on": None},
        {"ends_on": "2026-11-16"},
    )
    assert (took.event, took.changes["left"]) == ("accounts.user.take_over", "zhu")


def test_preview_tells_what_would_move_and_changes_nothing(cast, drawn):
    sheets, _ = drawn
    entries, people = Entry.objects.count(), User.objects.count()
    seen = handed(
        cast, cast.assessor, {"username": "xinren", "name": "新人", "phone": ""}, preview_hand_over
    )
    assert moved(seen) == {"未开始的打分表": (2, 0), "已开始的打分表": (0, 1)}
    assert (Entry.objects.count(), User.objects.count()) == (entries, people)
    assert cast.assessor.appointments.get().ends_on is None
    assert Sheet.objects.filter(assessor=cast.assessor).count() == len(sheets)


def test_day_ahead_is_refused(cast):
    with pytest.raises(ValidationError, match="不能晚于今天"):
        handed(cast, cast.lead_officer, make_user("xin"), day=cast.today + timedelta(1))


def test_day_before_the_office_began_is_refused(cast):
    with pytest.raises(ValidationError, match="须晚于原任职日期"):
        handed(cast, cast.lead_officer, make_user("xin"), day=date(2026, 1, 1))


def test_successor_whom_the_three_administrators_rule_bars_is_refused_and_all_stays(cast):
    with pytest.raises(ValidationError) as refused:
        handed(cast, cast.lead_officer, cast.auditor)
    assert "三员分立" in refused.value.message_dict["successor"][0]
    assert cast.lead_officer.appointments.get().ends_on is None


def test_auditor_is_handed_over_by_the_security_administrator_alone(cast):
    successor = make_user("xin")
    with pytest.raises(PermissionDenied):
        handed(cast, cast.auditor, successor)
    handed(cast, cast.auditor, successor, by=cast.security_admin)
    assert successor.appointments.get().role == Role.AUDITOR


def test_office_goes_back_the_next_day(cast):
    successor = make_user("xin")
    done = handed(cast, cast.lead_officer, successor)
    tomorrow = cast.now + timedelta(1)
    given = {"day": tomorrow.date(), "by": cast.system_admin.on(tomorrow.date()), "at": tomorrow}
    hand_over(done.appointment, successor=cast.lead_officer, **given)
    assert User.objects.get(pk=cast.lead_officer.pk).on(tomorrow.date()).roles == {
        Role.LEAD_OFFICER
    }


def test_page_shows_first_and_acts_after_confirmation(cast, sign_in):
    held = cast.lead_officer.appointments.get()
    url, browser = reverse("staffing:hand_over", args=[held.pk]), sign_in(cast.system_admin)
    said = {
        "successor": make_user("xin", name="新来").pk,
        "username": "",
        "name": "",
        "phone": "",
        "day": "2026-11-16",
    }
    seen = browser.post(url, {**said, "act": "preview"}).content.decode()
    assert "会移交什么" in seen
    held.refresh_from_db()
    assert held.ends_on is None
    answer = browser.post(url, {**said, "act": "confirm"})
    assert answer.headers["Location"] == cast.lead_officer.get_absolute_url()
    held.refresh_from_db()
    assert held.ends_on == cast.today


def test_new_account_is_opened_with_the_hand_over_and_its_password_shown_once(cast, sign_in):
    url = reverse("staffing:hand_over", args=[cast.lead_officer.appointments.get().pk])
    said = {
        "successor": "",
        "username": "xinren",
        "name": "新人",
        "phone": "",
        "day": "2026-11-16",
        "act": "confirm",
    }
    page = sign_in(cast.system_admin).post(url, said)
    assert User.objects.get(username="xinren").check_password(page.context["password"])


def test_form_wants_one_successor_and_not_two(cast, sign_in):
    url = reverse("staffing:hand_over", args=[cast.lead_officer.appointments.get().pk])
    none = {
        "successor": "",
        "username": "",
        "name": "",
        "phone": "",
        "day": "2026-11-16",
        "act": "preview",
    }
    browser = sign_in(cast.system_admin)
    assert set(browser.post(url, none).context["form"].errors) == {"username", "name"}
    two = {**none, "successor": cast.approver.pk, "name": "新人"}
    assert set(browser.post(url, two).context["form"].errors) == {"name"}
