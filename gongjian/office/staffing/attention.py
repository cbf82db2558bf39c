"""Accounts that their keeper should look at: long unused, without an office, or with an office that
ends soon.
"""

from datetime import date, datetime, timedelta

from django.db.models import Q

from gongjian.accounts.models import Appointment
from gongjian.accounts.roles import Role

UNUSED_DAYS = 90
ENDING_DAYS = 30


def long_unused(at: datetime) -> Q:
    """Active accounts without a sign-in for 90 days; one never used counts from the day it was
    opened.

    Accounts that use the API alone never sign in and are left out.
    """
    since = at - timedelta(days=UNUSED_DAYS)
    silent = Q(last_login__lt=since) | Q(last_login=None, created_at__lt=since)
    appointments = Appointment.objects.filter(role=Role.API_CLIENT)
    machines = appointments.values("user")
    return Q(is_active=True) & silent & ~Q(pk__in=machines)


def without_office(on: date) -> Q:
    """Active accounts that hold no role on the day."""
    appointments = Appointment.objects.in_force(on)
    pks = appointments.values("user")
    return Q(is_active=True) & ~Q(pk__in=pks)


def ending_soon(on: date) -> Q:
    """Active accounts of which an appointment in force ends within 30 days."""
    ends_on = on + timedelta(days=ENDING_DAYS)
    appointments = Appointment.objects.in_force(on)
    ending = appointments.filter(ends_on__lte=ends_on)
    return Q(is_active=True, pk__in=ending.values("user"))
