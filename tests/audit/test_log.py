"""The log: one entry an act, in the act's own transaction, chained so that one flipped byte is found."""

import pytest
from django.db import connection, transaction

from gongjian.audit.history import history_of
from gongjian.audit.models import Entry
from gongjian.audit.services import broken_entries, record, record_many


def write(cast, count=5):
    for number in range(count):
        record(cast.lead_unit, "units.unit.change_contact", by=cast.office_staff, at=cast.now, remark=f"第{number}次")


def test_untouched_log_is_whole(cast):
    write(cast)
    record_many(list(cast.units.values()), "units.unit.change_contact", by=cast.office_staff, at=cast.now)
    assert list(broken_entries()) == []


@pytest.mark.parametrize("column", ["event", "object_label", "object_id", "hash", "previous_hash"])
def test_one_flipped_letter_is_found(column, cast):
    write(cast)
    middle = Entry.objects.order_by("pk")[2]
    value = getattr(middle, column)
    Entry.objects.filter(pk=middle.pk).update(**{column: value[:-1] + ("x" if value[-1] != "x" else "y")})
    assert middle.pk in [entry.pk for entry in broken_entries()]


def test_changed_content_is_found(cast):
    write(cast)
    Entry.objects.filter(pk=Entry.objects.first().pk).update(changes={"remark": "别的"})
    assert len(list(broken_entries())) == 1


def test_a_missing_entry_is_found(cast):
    write(cast)
    second = Entry.objects.order_by("pk")[1]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE id = %s", [second.pk])
    assert len(list(broken_entries())) == 1


def test_entry_goes_with_its_act_when_that_fails(cast):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(cast)
        raise ZeroDivisionError
    assert Entry.objects.count() == 0


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
