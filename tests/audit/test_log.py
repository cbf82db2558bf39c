"""The log: one entry an act, in the act's own transaction, chained so that one flipped byte is
found.
"""

from datetime import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from gongjian.audit.chain import COLUMNS
from gongjian.audit.history import history_of
from gongjian.audit.models import Entry
from gongjian.audit.origin import coming_from
from gongjian.audit.services import record, record_many
from gongjian.audit.verifying import verify_log, verify_newest
from gongjian.lib.quarters import SHANGHAI
from tests.audit.tampering import run, tamper, write
from tests.triggers import lifted


def test_untouched_log_is_whole(cast):
    write(cast)
    record_many(
        list(cast.units.values()), "units.unit.change_contact", by=cast.office_staff, at=cast.now
    )
    verdict = verify_log()
    assert (verdict.faults, verdict.count) == ([], 5 + len(cast.units))
    assert (verdict.first.number, verdict.last.number) == (1, 5 + len(cast.units))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET event = 'x'",
        "DELETE FROM audit_entry",
        "UPDATE audit_entry SET hash = hash WHERE id = 2",
        "INSERT INTO audit_entry SELECT * FROM audit_entry WHERE id = 2",
        pytest.param(
            "REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE id = 2", id="replace"
        ),
        pytest.param("TRUNCATE audit_entry", id="truncate"),
    ],
)
def test_the_database_refuses_to_change_the_log(statement, cast):
    only = {"REPLACE": "sqlite", "TRUNCATE": "postgresql"}.get(
        statement.split()[0], connection.vendor
    )
    if connection.vendor != only:
        pytest.skip(f"a statement of the {only} pass; the other pass is PostgreSQL or SQLite")
    write(cast)
    run("SET CONSTRAINTS ALL IMMEDIATE") if connection.vendor == "postgresql" else None
    with pytest.raises(IntegrityError, match="只增不改"), transaction.atomic():
        run(statement)
    assert Entry.objects.count() == 5
    assert verify_log().is_whole


@pytest.mark.parametrize(
    "column", ["event", "object_label", "object_id", "hash", "previous_hash", "request_id"]
)
def test_one_changed_letter_is_found(column, cast):
    write(cast)
    tamper(f"UPDATE audit_entry SET {column} = 'x' || substr({column}, 2) WHERE id = 3")
    assert any("第 3 条" in fault for fault in verify_log().faults)


@pytest.mark.parametrize("column", ["changes", "at", "by_id", "address"])
def test_changed_content_is_found(column, cast):
    write(cast)
    values = {
        "changes": '{"remark": "别的"}',
        "at": "2026-11-16 02:00:01+00",
        "by_id": cast.auditor.pk,
    }
    tamper(f"UPDATE audit_entry SET {column} = %s WHERE id = 3", values.get(column, "10.0.0.9"))
    assert not verify_log().is_whole


def test_every_column_is_hashed():
    assert [field.attname for field in Entry._meta.concrete_fields] == list(COLUMNS)


@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_missing_entry_is_found(number, cast):
    write(cast)
    tamper("DELETE FROM audit_entry WHERE id = %s", number)
    assert any("被删除" in fault for fault in verify_log().faults)


def test_a_missing_tail_is_found_by_the_head_kept_elsewhere(cast):
    write(cast)
    head = verify_log().last
    tamper("DELETE FROM audit_entry WHERE id > 3")
    assert verify_log().is_whole
    assert verify_log(known={head.number: head.hash}).faults == [
        "第 5 条已封存，现在不在记录里：末尾的记录被删除"
    ]


def test_swapped_entries_are_found(cast):
    write(cast)
    for was, becomes in ((2, -2), (3, 2), (-2, 3)):
        tamper("UPDATE audit_entry SET id = %s WHERE id = %s", becomes, was)
    assert not verify_log().is_whole


def test_a_chain_written_anew_is_found_by_its_sealed_head(cast):
    write(cast)
    head = verify_log().last
    tamper("DELETE FROM audit_entry WHERE id > 0")
    record(cast.member_unit, "units.unit.change_contact", by=cast.auditor, at=cast.now)
    write(cast, 6)
    assert verify_log().is_whole
    assert any("整段重写" in fault for fault in verify_log(known={head.number: head.hash}).faults)


def test_a_lifted_rule_is_found(cast):
    write(cast)
    with lifted():
        assert len(verify_log().faults) >= 2
    assert verify_log().is_whole


def test_the_newest_are_checked_alone(cast):
    write(cast, 12)
    assert verify_newest(5).count == 5
    tamper("UPDATE audit_entry SET event = 'x' WHERE id = 2")
    assert verify_newest(5).is_whole
    tamper("UPDATE audit_entry SET event = 'x' WHERE id = 9")
    assert not verify_newest(5).is_whole


def test_moments_are_hashed_to_the_microsecond(cast):
    at = datetime(2026, 11, 16, 10, 0, 0, 123457, tzinfo=SHANGHAI)
    record(cast.lead_unit, "units.unit.change_contact", by=None, at=at)
    assert verify_log().is_whole
    tamper("UPDATE audit_entry SET at = %s", "2026-11-16 02:00:00.123458")
    assert not verify_log().is_whole


def test_the_algorithm_may_change_on_the_way(cast, settings):
    write(cast, 2)
    settings.AUDIT_DIGEST = "sm3"
    write(cast, 2)
    settings.AUDIT_DIGEST = "sha256"
    write(cast, 2)
    assert (
        list(Entry.objects.order_by("pk").values_list("digest", flat=True))
        == ["sha256"] * 2 + ["sm3"] * 2 + ["sha256"] * 2
    )
    assert verify_log().is_whole


def test_fractions_are_kept_alike_on_both_databases(cast):
    record(
        cast.lead_unit,
        "units.unit.change_contact",
        by=None,
        at=cast.now,
        share=1e22,
        rate=0.1,
        none=float("nan"),
    )
    assert verify_log().is_whole


def test_entry_goes_with_its_act_when_that_fails(cast):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(cast)
        raise ZeroDivisionError
    assert Entry.objects.count() == 0


def test_an_entry_says_where_it_came_from(cast):
    with coming_from("2001:db8:0::1", "a" * 32):
        write(cast, 1)
    write(cast, 1)
    assert list(Entry.objects.order_by("pk").values_list("address", "request_id")) == [
        ("2001:db8::1", "a" * 32),
        (None, ""),
    ]
    assert verify_log().is_whole


def test_history_is_newest_first_in_the_offices_words(cast):
    write(cast, 2)
    lines = history_of(cast.lead_unit)
    assert [line.reason for line in lines] == ["第1次", "第0次"]
    assert lines[0].text == "修改联络员"


def test_only_the_auditor_reads_the_log(cast):
    write(cast)
    assert Entry.objects.visible_to(cast.auditor).count() == 5
    assert not Entry.objects.visible_to(cast.office_director).exists()
    assert not Entry.objects.visible_to(cast.system_admin).exists()
