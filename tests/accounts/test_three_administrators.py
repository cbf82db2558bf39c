"""三员分立, kept by the database whatever wrote the row: the three administrators hold nothing
else.
"""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from gongjian.accounts.models import Appointment
from gongjian.accounts.roles import THREE_ADMINISTRATORS, Role
from gongjian.lib.triggers import standing_triggers
from tests.cast import appoint, make_user

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)


def refused(act) -> bool:
    try:
        with transaction.atomic():
            act()
    except IntegrityError as error:
        assert "三员分立" in str(error)
        return True
    return False


def test_the_rule_stands_after_all_migrations():
    standing = standing_triggers(connection)
    wanted = {"three_administrators_apart"}
    if connection.vendor == "sqlite":
        wanted = {"three_administrators_apart_insert", "three_administrators_apart_update"}
    assert wanted <= standing


@pytest.mark.parametrize("first", sorted(THREE_ADMINISTRATORS))
@pytest.mark.parametrize("second", Role.values)
def test_an_administrator_holds_no_other_role(first, second):
    user = make_user("he")
    appoint(user, first)
    assert refused(lambda: appoint(user, second)) is (first != second)


@pytest.mark.parametrize("second", sorted(THREE_ADMINISTRATORS))
def test_nobody_becomes_an_administrator_beside_a_business_role(second):
    user = make_user("he")
    appoint(user, Role.OFFICE_STAFF)
    assert refused(lambda: appoint(user, second))


def test_business_roles_go_together():
    user = make_user("he")
    appoint(user, Role.LEAD_OFFICER)
    assert not refused(lambda: appoint(user, Role.MEMBER_LIAISON))


EDGES = [  # the office held is [1 June, 1 July)
    (date(2026, 5, 1), date(2026, 6, 1), False),
    (date(2026, 5, 1), date(2026, 6, 2), True),
    (date(2026, 6, 30), date(2026, 7, 1), True),
    (date(2026, 7, 1), date(2026, 8, 1), False),
    (date(2026, 7, 1), None, False),
    (date(2026, 6, 30), None, True),
    (date(2026, 1, 1), None, True),
]


@pytest.mark.parametrize(("starts_on", "ends_on", "is_refused"), EDGES)
def test_the_day_of_leaving_is_free_and_the_day_before_is_not(starts_on, ends_on, is_refused):
    user = make_user("he")
    appoint(user, Role.AUDITOR, starts_on=DAY, ends_on=date(2026, 7, 1))
    given = {"starts_on": starts_on, "ends_on": ends_on}
    assert refused(lambda: appoint(user, Role.ASSESSOR, **given)) is is_refused


def test_an_office_without_end_bars_everything_after_it():
    user = make_user("he")
    appoint(user, Role.AUDITOR, starts_on=DAY)
    assert refused(lambda: appoint(user, Role.ASSESSOR, starts_on=date(2036, 1, 1)))
    assert not refused(
        lambda: appoint(user, Role.ASSESSOR, starts_on=date(2026, 1, 1), ends_on=DAY)
    )


@pytest.mark.parametrize(
    "change",
    [{"role": Role.SYSTEM_ADMIN}, {"starts_on": DAY - timedelta(1)}],
    ids=["another role", "dated back by a day"],
)
def test_an_appointment_is_not_changed_into_an_overlap(change):
    user = make_user("he")
    appoint(user, Role.ASSESSOR, starts_on=date(2026, 1, 1), ends_on=DAY)
    held = appoint(user, Role.AUDITOR if "role" not in change else Role.LEAD_OFFICER, starts_on=DAY)
    if "role" in change:
        appoint(user, Role.ASSESSOR, starts_on=DAY)
    assert refused(lambda: Appointment.objects.filter(pk=held.pk).update(**change))


def test_an_ended_office_is_not_opened_again_over_another():
    user = make_user("he")
    held = appoint(user, Role.ASSESSOR, starts_on=date(2026, 1, 1), ends_on=DAY)
    appoint(user, Role.AUDITOR, starts_on=DAY)
    assert refused(lambda: Appointment.objects.filter(pk=held.pk).update(ends_on=None))


def test_an_appointment_does_not_stand_in_its_own_way():
    held = appoint(make_user("he"), Role.AUDITOR)
    assert not refused(lambda: Appointment.objects.filter(pk=held.pk).update(title="审计科科长"))


def test_rows_written_together_are_refused_together():
    user = make_user("he")
    rows = [
        Appointment(user=user, role=role, starts_on=DAY) for role in (Role.AUDITOR, Role.ASSESSOR)
    ]
    assert refused(lambda: Appointment.objects.bulk_create(rows))
    assert not user.appointments.exists()


def test_two_people_do_not_bar_each_other():
    appoint(make_user("he"), Role.AUDITOR)
    assert not refused(lambda: appoint(make_user("ta"), Role.ASSESSOR))
