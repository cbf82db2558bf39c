"""Entries in the log, and what somebody does to them behind the product's back."""

from django.db import connection

from gongjian.audit.services import record
from tests.triggers import lifted


def write(cast, count=5):
    for number in range(count):
        record(
            cast.lead_unit,
            "units.unit.change_contact",
            by=cast.office_staff,
            at=cast.now,
            remark=f"第{number}次",
        )


def run(statement, *given):
    with connection.cursor() as cursor:
        cursor.execute(statement, given)


def tamper(statement, *given):
    with lifted():
        run(statement, *given)
