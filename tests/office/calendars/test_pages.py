"""The working calendar's pages."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gongjian.audit.models import Entry
from gongjian.audit.services import record
from gongjian.holidays.models import DayKind, SpecialDay
from gongjian.holidays.services import enter_published_year, set_day, unarranged_years
from gongjian.lib.checklists import TimeLimit
from gongjian.lib.spreadsheets import parse, read_tables
from gongjian.office.calendars.workbooks import YEAR_TEMPLATE
from gongjian.reference import adopt_reference
from inspections.models import Checklist, Finding
from inspections.services.checklists import rules_of
from inspections.services.deadlines import rectification_due_at
from inspections.services.limits import moved_limits
from tests.editing import fields_of
from tests.markup import as_read

YEAR, DAY = reverse("calendars:year"), reverse("calendars:day", args=["2027-01-01"])
BANNER = "2027 年放假安排尚未录入，暂按周一至周五计算"
HEAD = "日期,类别,名称,依据\n"


@pytest.fixture
def desk(cast, sign_in):
    enter_published_year(2026, by=cast.office_staff, at=cast.now)
    return sign_in(cast.office_staff)


def send_file(client, lines):
    file = SimpleUploadedFile("2027年放假安排.csv", (HEAD + lines).encode())
    return client.post(
        f"{YEAR}?year=2027", {"act": "enter", "source": "国办发明电〔2026〕9号", "file": file}
    )


def test_a_year_is_shown_with_its_marks_and_its_banner(desk):
    page = as_read(desk.get(f"{YEAR}?year=2026").content.decode())
    assert 'title="放假 国庆节">1<small>休' in page
    assert 'title="调休上班 国庆节">10<small>班' in page
    assert "尚未录入" not in page
    assert BANNER in desk.get(f"{YEAR}?year=2027").content.decode()


def test_a_year_is_imported_and_exported_again(desk):
    assert send_file(desk, "2027-01-01,放假,元旦,\n2027-01-03,调休上班,元旦,\n").status_code == 302
    assert unarranged_years([date(2027, 3, 1)]) == []
    answer = desk.get(f"{YEAR}?year=2027&format=xlsx")
    sheet = parse(
        read_tables(BytesIO(b"".join(answer.streaming_content)), "year.xlsx"), [YEAR_TEMPLATE]
    )
    assert [(row.values["kind"], row.values["name"]) for row in sheet.rows(YEAR_TEMPLATE.name)] == [
        ("放假", "元旦"),
        ("调休上班", "元旦"),
    ]


def test_a_wrong_file_names_every_cell_and_writes_nothing(desk):
    lines = (
        "2026-10-01,放假,,\n2027-01-05,调休上班,,\n2027-02-30,放假,,\n"
        "2027-05-01,休息,,\n2027-01-01,放假,,\n"
    )
    answer = send_file(desk, lines + "2027-01-01,放假,,\n")
    page = answer.content.decode()
    assert answer.status_code == 400
    for place, said in (
        ("A2", "不是 2027 年"),
        ("A3", "本来就上班"),
        ("A4", "2027-02-30"),
        ("B5", "休息"),
        ("A7", "两行"),
    ):
        assert any(place in line and said in line for line in page.split("<li>")), (place, said)
    assert not SpecialDay.objects.filter(day__year=2027).exists()


@pytest.mark.parametrize("query", ["?year=20x7", "?year=1900"])
def test_a_year_that_is_none_is_refused_in_words(desk, query):
    answer = desk.get(YEAR + query)
    assert (answer.status_code, "不是年份" in answer.content.decode()) == (400, True)


def test_a_day_is_opened_by_its_date(desk):
    assert desk.get(f"{YEAR}?on=2027-01-01").headers["Location"] == DAY
    answer = desk.get(f"{YEAR}?on=2026-02-30")
    assert (answer.status_code, "没有这一天" in answer.content.decode()) == (400, True)
    assert desk.get(DAY.replace("01-01", "02-30")).status_code == 404


def test_a_day_that_somebody_entered_meanwhile_is_compared(desk, cast):
    opened = desk.get(DAY)
    given = {"source": "x", "reason": "先录", "by": cast.office_director, "at": cast.now}
    set_day(date(2027, 1, 1), kind=DayKind.HOLIDAY, name="元旦", **given)
    answer = desk.post(
        DAY, {**fields_of(opened), "kind": "ordinary", "name": "", "source": "y", "reason": "后录"}
    )
    assert answer.status_code == 409
    assert SpecialDay.objects.get(day="2027-01-01").source == "x"


@pytest.fixture
def finding(desk, cast):
    adopt_reference(valid_from=date(2026, 1, 1), at=cast.now)
    limit = TimeLimit(4, "working_hour")
    given = {
        "community": cast.community,
        "source": "city",
        "found_by": cast.assessor,
        "found_at": cast.now,
    }
    words = {
        "description": "占道堆物",
        "place": "路口",
        "status": "assigned",
        "responsible_unit": cast.lead_unit,
    }
    code = _code_with(limit)
    return Finding.objects.create(
        number="1", item_code=code, due_at=rectification_due_at(limit, cast.now), **given, **words
    )


def _code_with(limit):
    return next(
        item.code for item in rules_of(Checklist.objects.get()).items if item.put_right == limit
    )


def test_a_corrected_day_moves_no_limit_until_the_office_says_so(desk, cast, finding):
    before = finding.due_at
    assert "时限会有变化" not in desk.get(YEAR).content.decode()
    given = {"source": "市政府通知", "reason": "台风停工", "by": cast.office_staff, "at": cast.now}
    set_day(cast.today, kind=DayKind.HOLIDAY, name="停工", **given)
    finding.refresh_from_db()
    assert finding.due_at == before
    assert "1 个还没有整改的问题的时限会与登记时不同" in as_read(desk.get(YEAR).content.decode())
    assert desk.post(YEAR, {"act": "recount"}).status_code == 302
    finding.refresh_from_db()
    assert f"{finding.due_at.astimezone(before.tzinfo) - before}" == "22:30:00"
    entry = Entry.objects.about(finding).get()
    assert (entry.event, set(entry.changes)) == ("inspections.finding.recount", {"before", "after"})
    assert "时限会有变化" not in desk.get(YEAR).content.decode()


def test_a_limit_that_was_extended_stays(desk, cast, finding):
    record(finding, "inspections.finding.extend", by=cast.office_staff, at=cast.now)
    given = {"source": "市政府通知", "reason": "台风停工", "by": cast.office_staff, "at": cast.now}
    set_day(cast.today, kind=DayKind.HOLIDAY, name="停工", **given)
    assert moved_limits() == []


def test_a_limit_in_a_year_without_data_says_so(desk, finding):
    assert BANNER not in desk.get(finding.get_absolute_url()).content.decode()
    finding.due_at = finding.due_at.replace(year=2027)
    finding.save(update_fields=["due_at"])
    assert BANNER in desk.get(finding.get_absolute_url()).content.decode()
