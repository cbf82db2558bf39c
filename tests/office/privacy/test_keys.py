"""Telephone numbers lie sealed, survive new keys, and a lost key is no error page."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from gongjian.accounts.models import User
from gongjian.audit.models import Entry
from gongjian.lib import crypto, sealing
from gongjian.office.privacy.services import rotate_keys, sealed_columns
from tests.inspections.factories import make_frontage, make_report
from units.models import Contact

OLD, NEW = crypto.make_key("k2025"), crypto.make_key("k2026")
NUMBER = "13857112345"
# Whatever a resident leaves to be reached by.
RESIDENTS = ("inspections_residentreport", "contact")


def raw(table: str, column: str = "phone") -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE {column} <> ''")
        return [text for (text,) in cursor.fetchall()]


@pytest.fixture
def filled(cast, settings):
    """A number in each of the sealed columns, under the old key."""
    settings.FIELD_KEYS = OLD
    Contact.objects.update(phone=NUMBER)
    User.objects.filter(pk=cast.lead_officer.pk).update(phone=NUMBER)
    cast.community.group.members.update(phone=NUMBER)
    make_frontage(cast, phone=NUMBER)
    make_report(cast, contact=NUMBER)
    return cast


def test_every_telephone_column_of_the_site_is_sealed(filled):
    assert sorted(sealed_columns()) == [
        ("accounts_user", "phone"),
        ("communities_groupmember", "phone"),
        ("inspections_frontage", "phone"),
        RESIDENTS,
        ("units_contact", "phone"),
    ]
    named = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if "phone" in field.name or "mobile" in field.name
    }
    assert named | {RESIDENTS} == set(sealed_columns())


def test_nothing_in_the_database_holds_a_number_in_clear(filled):
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            assert not [
                row for row in cursor.fetchall() if any(NUMBER in str(cell) for cell in row)
            ], table
    assert all(
        text.startswith("v1:aesgcm:k2025:")
        for table, column in sealed_columns()
        for text in raw(table, column)
    )


def test_every_way_of_writing_reads_back(filled):
    contact = Contact.objects.get(unit=filled.lead_unit)
    assert contact.phone == NUMBER
    contact.phone = "0571-63312345"
    contact.save(update_fields=["phone"])
    contact.phone = "13800000009"
    Contact.objects.bulk_update([contact], ["phone"])
    assert Contact.objects.values_list("phone", flat=True).get(pk=contact.pk) == "13800000009"
    new = [Contact(unit=filled.lead_unit, name="新", phone="13800000008")]
    Contact.objects.bulk_create(
        new, update_conflicts=True, unique_fields=["unit"], update_fields=["name", "phone"]
    )
    assert Contact.objects.get(pk=contact.pk).phone == "13800000008"


def test_a_sealed_column_cannot_be_searched_by_its_text(filled):
    for lookup in ("phone", "phone__contains", "phone__startswith", "phone__in"):
        with pytest.raises(FieldError):
            list(Contact.objects.filter(**{lookup: NUMBER}))
    assert Contact.objects.exclude(phone="").count() == 8


def test_rotation_seals_every_value_under_the_newest_key_and_does_nothing_twice(filled, settings):
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    first = rotate_keys(at=filled.now)
    assert sum(count.sealed for count in first) == 8 + 1 + 2 + 1 + 1
    assert all(
        text.startswith("v1:aesgcm:k2026:")
        for table, column in sealed_columns()
        for text in raw(table, column)
    )
    assert sum(count.sealed for count in rotate_keys(at=filled.now)) == 0
    assert (
        Entry.objects.get(event="privacy.keys.rotate").changes["counts"]["units_contact.phone"][
            "sealed"
        ]
        == 8
    )
    settings.FIELD_KEYS = NEW
    assert Contact.objects.first().phone == NUMBER


def test_rotation_changes_the_algorithm_too(filled, settings):
    settings.CRYPTO_ALGORITHM = "sm4"
    rotate_keys(at=filled.now)
    assert all(text.startswith("v1:sm4gcm:k2025:") for text in raw("units_contact"))
    assert Contact.objects.first().phone == NUMBER


def test_an_interrupted_rotation_goes_on_where_it_was(filled, settings, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 2)
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    batches = sealing._batches(connection, "units_contact", "phone", crypto.ring().head)
    pairs = [
        (crypto.seal(NUMBER, "units_contact.phone"), pk, sealed) for pk, sealed in next(batches)
    ]
    sealing._replace(connection, "units_contact", "phone", pairs)
    assert sealing.reseal(connection, "units_contact", "phone").sealed == 6


def test_rotation_leaves_a_value_that_somebody_changed_meanwhile(filled):
    before = raw("units_contact")[0]
    first = Contact.objects.order_by("pk").first()
    Contact.objects.filter(pk=first.pk).update(phone="13800000007")
    sealing._replace(
        connection, "units_contact", "phone", [("v1:aesgcm:k2025:x", first.pk, before)]
    )
    assert Contact.objects.get(pk=first.pk).phone == "13800000007"


def test_rotation_without_the_old_key_says_which_one_it_wants(filled, settings):
    settings.FIELD_KEYS = NEW
    with pytest.raises(
        CommandError, match="13 个值的密钥不在 GONGJIAN_FIELD_KEYS 中：请把旧密钥补在末尾"
    ):
        call_command("rotate_keys", stdout=StringIO())
    assert all(text.startswith("v1:aesgcm:k2025:") for text in raw("units_contact"))


def test_rotation_says_when_the_old_key_may_go(filled, settings):
    settings.FIELD_KEYS, said = f"{NEW},{OLD}", StringIO()
    call_command("rotate_keys", stdout=said)
    assert "units_contact.phone：重新加密 8，缺密钥 0，内容不符 0" in said.getvalue()
    assert "其他密钥可以移除" in said.getvalue()


def test_a_lost_key_shows_a_word_and_logs_but_is_no_error(filled, settings, sign_in, caplog):
    settings.FIELD_KEYS = NEW
    sealing._complain.cache_clear()
    client = sign_in(filled.office_staff)
    for url in (
        reverse("units:list"),
        filled.lead_unit.get_absolute_url(),
        filled.community.get_absolute_url(),
    ):
        answer = client.get(url)
        assert answer.status_code == 200
        assert "（无法解密）" in answer.content.decode()
    assert "密钥 k2025 不在 GONGJIAN_FIELD_KEYS 中" in caplog.text
    assert NUMBER not in caplog.text


def test_saving_what_could_not_be_read_keeps_the_sealed_text(filled, settings):
    before = sorted(raw("units_contact"))
    settings.FIELD_KEYS = NEW
    for contact in Contact.objects.all():
        contact.save()
    assert sorted(raw("units_contact")) == before


def test_a_number_altered_in_the_database_is_not_shown(filled):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE units_contact SET phone = '13800000000'")
    assert {contact.phone for contact in Contact.objects.all()} == {"（无法解密）"}
