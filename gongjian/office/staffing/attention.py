"""Accounts that their keeper should look at: long unused, without an office, or with an office that ends soon."""

from datetime import date, datetime, timedelta

from django.db.models import Q

from gongjian.accounts.models import Appointment
from gongjian.accounts.roles import Role

UNUSED_DAYS = 90
ENDING_DAYS = 30


def long_unused(at: datetime) -> Q:
    """Active accounts without a sign-in for 90 days; one never used counts from the day it was opened.

    Accounts that use the API alone never sign in and are left out.
    """
    since = at - timedelta(days=UNUSED_DAYS)
    silent = Q(last_login__lt=since) | Q(last_login=None, created_at__lt=since)
    machines = Appointment.objects.filter(role=Role.API_CLIENT).values("user")
    return Q(is_active=True) & silent & ~Q(pk__in=machines)


def without_office(on: date) -> Q:
    """Active accounts that hold no role on the day."""
    return Q(is_active=True) & ~Q(pk__in=Appointment.objects.in_force(on).values("user"))


def ending_soon(on: date) -> Q:
    """Active accounts of which an appointment in force ends within 30 days."""
    ending = Appointment.objects.in_force(on).filter(ends_on__lte=on + timedelta(days=ENDING_DAYS))
    return Q(is_active=True, pk__in=ending.values("user"))
