"""The auditor's pages of the log, and what leaves the house as a workbook."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from gongjian.audit.history import history_of
from gongjian.audit.models import Entry
from gongjian.audit.services import record, record_many
from tests.audit.tampering import tamper, write
from tests.queries import count_queries
from units.services import change_contact

LOG = reverse("audit:log")


def page(client, address, **query):
    return client.get(address, query).content.decode()


def test_the_log_names_person_event_object_and_address(cast, sign_in):
    change_contact(
        cast.lead_unit, name="王联络", phone="13911112222", by=cast.office_staff, at=cast.now
    )
    content = page(sign_in(cast.auditor), LOG)
    assert "陈科长" in content
    assert "修改联络员" in content
    assert "市住建局" in content


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"person": "陈"}, 1),
        ({"person": "chen"}, 1),
        ({"person": "沈"}, 0),
        ({"family": "units"}, 1),
        ({"family": "funds"}, 0),
        ({"object_type": "units.unit"}, 1),
        ({"object_type": "accounts.user"}, 0),
        ({"q": "住建"}, 1),
        ({"q": "水利"}, 0),
        ({"since": "2026-11-16", "until": "2026-11-16"}, 1),
        ({"since": "2026-11-17"}, 0),
    ],
)
def test_the_log_is_narrowed(query, found, cast, sign_in):
    write(cast, 1)
    assert (f'class="num count">{found} 条' in page(sign_in(cast.auditor), LOG, **query)) is True


def test_a_thousand_entries_cost_what_ten_cost(cast, sign_in):
    client = sign_in(cast.auditor)
    write(cast, 10)
    few = count_queries(lambda: client.get(LOG))
    record_many(
        [cast.lead_unit] * 1000, "units.unit.change_contact", by=cast.office_staff, at=cast.now
    )
    assert count_queries(lambda: client.get(LOG)) == few
    assert count_queries(lambda: client.get(LOG, {"page": 21})) == few


def test_one_entry_shows_before_and_after_by_the_fields_names(cast, sign_in):
    change_contact(
        cast.lead_unit, name="王联络", phone="13911112222", by=cast.office_staff, at=cast.now
    )
    content = page(sign_in(cast.auditor), Entry.objects.get().get_absolute_url())
    for word in ("联络员", "周联络", "王联络", "138****1111", "139****2222", "与摘要相符"):
        assert word in content
    assert cast.lead_unit.get_absolute_url() in content
    assert "13911112222" not in content


def test_a_changed_entry_is_shown_as_such(cast, sign_in):
    write(cast, 3)
    tamper("UPDATE audit_entry SET object_label = '别家' WHERE id = 2")
    client = sign_in(cast.auditor)
    assert "与摘要不符" in page(client, reverse("audit:entry", args=[2]))
    assert "第 2 条的内容与摘要不符" in page(client, reverse("audit:check"))


def test_the_check_says_that_all_is_well(cast, sign_in):
    write(cast, 3)
    content = page(sign_in(cast.auditor), reverse("audit:check"))
    assert "完整" in content
    assert "还没有封存过" in content


def test_an_object_that_is_gone_has_no_link(cast, sign_in):
    entry = record(cast.lead_unit, "units.unit.change_contact", by=None, at=cast.now)
    tamper("UPDATE audit_entry SET object_id = '999999' WHERE id = %s", entry.pk)
    assert "/units/999999/" not in page(sign_in(cast.auditor), entry.get_absolute_url())


def test_only_the_auditor_has_the_menu_entry(cast, sign_in):
    assert LOG in page(sign_in(cast.auditor), reverse("workbench"))
    assert LOG not in page(sign_in(cast.office_director), reverse("workbench"))


def test_a_list_taken_away_leaves_one_entry(cast, sign_in):
    sign_in(cast.office_staff).get(reverse("units:list"), {"format": "xlsx", "q": "局", "kind": ""})
    entry = Entry.objects.get(event="audit.list.export")
    assert (entry.by, entry.object_label, entry.object_id) == (
        cast.office_staff,
        "单位名册",
        "units:list",
    )
    assert entry.changes["filters"] == {"q": "局"}
    assert entry.changes["count"] == 4
    assert (entry.address, len(entry.request_id)) == ("127.0.0.1", 32)


def test_the_auditors_own_export_stands_in_the_log(cast, sign_in):
    write(cast, 2)
    answer = sign_in(cast.auditor).get(LOG, {"format": "xlsx"})
    rows = list(load_workbook(BytesIO(b"".join(answer.streaming_content))).active.values)
    assert any("第0次" in str(cell) for row in rows for cell in row)
    assert Entry.objects.get(event="audit.list.export").changes["count"] == 2


def test_history_shows_from_what_to_what(cast):
    change_contact(
        cast.lead_unit, name="周联络", phone="13899991111", by=cast.office_staff, at=cast.now
    )
    (line,) = history_of(cast.lead_unit)
    assert [(one.label, one.before, one.after) for one in line.changes] == [
        ("联系电话", "138****1111", "138****1111（已更换）")
    ]


def test_telephone_numbers_in_a_text_are_masked(cast):
    entry = record(
        cast.lead_unit,
        "units.unit.change_contact",
        by=None,
        at=cast.now,
        remark="打13812345678或0571-63312345",
    )
    assert entry.changes["remark"] == "打138****5678或0571-****2345"
