"""A thousand entries: whichever byte of whichever column of whichever row is flipped, the walk
finds it.
"""

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gongjian.audit.chain import COLUMNS, stored_rows
from gongjian.audit.origin import coming_from
from gongjian.audit.services import record_many
from gongjian.audit.verifying import verify_log
from tests.triggers import lifted

pytestmark = pytest.mark.slow

ROWS = 1000
TYPES = {
    "id": "bigint",
    "by_id": "bigint",
    "at": "timestamptz",
    "changes": "jsonb",
    "address": "inet",
}


@pytest.fixture
def thousand(cast):
    units = [cast.lead_unit] * (ROWS // 4)
    for number in range(4):
        with coming_from(f"10.0.0.{number + 1}", f"{number}" * 32):
            given = {
                "before": {"name": "张三", "n": number},
                "after": {"name": "李四", "rate": 0.5},
            }
            record_many(
                units, "units.unit.change_contact", by=cast.office_staff, at=cast.now, **given
            )
    with lifted():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA ignore_check_constraints = ON")
        yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def stored(number: int) -> tuple:
    return next(stored_rows(number - 1))


def flipped(value, place: int, bit: int) -> bytes:
    content = bytearray(value if isinstance(value, bytes) else str(value).encode())
    content[place % len(content)] ^= 1 << bit
    return bytes(content)


def write_back(column: str, number: int, content: bytes) -> None:
    """Put the bytes where they lay; what the database itself will not take is no tampering."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"UPDATE audit_entry SET {column} = CAST(%s AS TEXT) WHERE id = %s",
                [content, number],
            )
        else:
            kind = TYPES.get(column, "text")
            text = content.decode()
            assume("\0" not in text)  # the driver does not send it, PostgreSQL would not store it
            cursor.execute(
                f"UPDATE audit_entry SET {column} = %s::{kind} WHERE id = %s", [text, number]
            )


@given(
    number=st.integers(1, ROWS),
    column=st.sampled_from(COLUMNS),
    place=st.integers(0, 500),
    bit=st.integers(0, 7),
)
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
)
def test_one_flipped_byte_is_found(thousand, number, column, place, bit):
    whole = stored(number)
    with transaction.atomic():
        try:
            write_back(column, number, flipped(whole[COLUMNS.index(column)], place, bit))
            refused = False
        except (DatabaseError, UnicodeDecodeError):
            refused = True
        changed = (
            refused or connection.vendor == "sqlite" or list(stored_rows())[number - 1] != whole
        )
        faults = [] if refused else verify_log().faults
        transaction.set_rollback(True)
    assume(not refused and changed)
    assert [fault for fault in faults if "规则" not in fault]


def test_the_untouched_thousand_are_whole(thousand):
    assert [fault for fault in verify_log().faults if "规则" not in fault] == []
