"""负担清单: every figure counted from the rows and the forms, what is asked twice is said."""

from io import BytesIO

import pytest
from django.urls import reverse

from communities.forms.labour_days import LabourDayForm, LabourReportForm
from communities.forms.meetings import MeetingForm, MinutesForm
from communities.forms.plans import CompleteForm, CompleteItemForm
from communities.models import AssignmentItem
from communities.models.groups import GroupMember
from funds.forms import DisclosureForm
from gongjian.lib.spreadsheets import read_tables
from gongjian.office.burden.asks import Party, asks_in
from gongjian.office.burden.duplicates import is_alike
from gongjian.office.burden.duties import table
from inspections.forms.rectification import RectifyForm
from tests.cast import make_community
from tests.communities.factories import make_assignment, make_meeting, make_plan_item
from tests.inspections.factories import make_checklist, make_finding, make_photo
from tests.queries import count_queries

CITY = "burden:city"
FORMS = {
    "plan_item": CompleteItemForm,
    "assignment_report": CompleteForm,
    "meeting_call": MeetingForm,
    "meeting_minutes": MinutesForm,
    "labour_call": LabourDayForm,
    "labour_report": LabourReportForm,
    "disclosure": DisclosureForm,
}


def summed(asks, code):
    found = [ask for ask in asks if ask.duty.code == code]
    return (
        sum(ask.times for ask in found),
        sum(ask.fields for ask in found),
        sum(ask.photos for ask in found),
    )


@pytest.mark.parametrize("code", FORMS)
def test_the_table_names_the_fields_that_the_form_has(code):
    assert len(table().duties[code].fields) == len(FORMS[code].base_fields)


def test_a_rectification_is_one_field_and_a_photo_that_may_be_none():
    assert (
        len(table().duties["rectify"].fields) == len(RectifyForm.base_fields) - 2
    )  # the photo, or why there is none


def test_the_lead_unit_is_asked_what_the_rows_say(cast):
    make_checklist()
    make_meeting(cast, starts_at=cast.now)
    make_photo(cast)  # at a finding of this month that lies with the lead unit
    make_finding(cast)
    asks = asks_in("2026-11")[Party("unit", cast.lead_unit.pk)]
    seats = GroupMember.objects.filter(group__community=cast.community).count()
    led = [ask for ask in asks if ask.community == "虎山社区"]
    assert summed(led, "self_check") == (1, 13, 0)
    assert summed(led, "meeting_minutes") == (1, 2 + 2 * seats, 0)
    assert summed(led, "labour_report") == (
        0,
        0,
        0,
    )  # not held yet: it counts in the quarter's last month
    assert summed(asks_in("2026-12")[Party("unit", cast.lead_unit.pk)], "labour_report")[0] >= 1
    assert summed(led, "rectify") == (2, 2, 1)


def test_member_units_are_asked_for_nothing(cast):
    (ask,) = asks_in("2026-11")[Party("unit", cast.member_unit.pk)]
    assert (ask.fields, ask.photos, ask.minutes) == (0, 0, 0)


def test_what_is_asked_twice_is_said_to_all_whom_it_is_asked_of(cast, sign_in):
    assignment = make_assignment(cast)
    due = assignment.plan.due_on
    month = f"{due:%Y-%m}"
    for text in (
        "整治背街小巷乱堆乱放",
        "整治背街小巷乱堆、乱放。",
        "报送本季度例会召开情况",
        "更换楼道灯",
    ):
        AssignmentItem.objects.create(
            assignment=assignment, item=make_plan_item(assignment.plan, text=text)
        )
    answer = sign_in(cast.office_staff).get(reverse(CITY), {"month": month})
    told = {
        (one.ask.text, one.other): [load.name for load in loads]
        for one, loads in answer.context["twice"]
    }
    assert told[("整治背街小巷乱堆、乱放。", "整治背街小巷乱堆乱放")] == ["虎山社区"]
    assert told[("报送本季度例会召开情况", "例会登记")] == ["虎山社区"]
    assert not [text for text, _ in told if text == "更换楼道灯"]
    mine = sign_in(cast.community_worker).get(reverse(CITY), {"month": month})
    assert "虎山社区" in [load.name for load in mine.context["loads"]]
    other = sign_in(cast.other_community_worker).get(reverse(CITY), {"month": month})
    assert "虎山社区" not in [load.name for load in other.context["loads"]]


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("清理楼道杂物", "清理楼道杂物，落实到栋", True),
        ("清理楼道杂物和小广告", "清理楼道的杂物和小广告", True),
        ("清理楼道杂物", "更换楼道灯", False),
        ("清扫", "清扫公厕", False),
    ],
)
def test_alike_is_nearly_the_same_words(first, second, alike):
    assert is_alike(first, second) is alike


def test_the_pages_say_why_and_what_may_never_be_asked(cast, sign_in):
    make_checklist()
    page = (
        sign_in(cast.lead_officer)
        .get(reverse("burden:party", args=["unit", cast.lead_unit.pk]))
        .content.decode()
    )
    for said in (
        *table().red_lines,
        table().source,
        table().duties["self_check"].clause,
        "反映填报负担",
    ):
        assert said in page
    assert reverse("feedback") in page
    answer = sign_in(cast.office_staff).get(reverse(CITY) + "?format=xlsx")
    sheets = {
        one.name: one.rows
        for one in read_tables(BytesIO(b"".join(answer.streaming_content)), "x.xlsx")
    }
    assert next(cells[:3] for _, cells in sheets["汇总"] if cells[0] == "市住建局")[2] >= 13
    assert {cells[1] for _, cells in sheets["明细"]} >= {"月自查"}


def test_the_list_costs_the_same_for_any_city(cast, sign_in):
    make_checklist()
    client = sign_in(cast.office_staff)
    client.get(reverse(CITY))
    few = count_queries(lambda: client.get(reverse(CITY)))
    assert count_queries(lambda: asks_in("2026-11")) == 8
    for number in range(20):
        community = make_community(f"第{number}社区", f"3301110020{number:02}", lead=cast.lead_unit)
        make_finding(cast, community=community)
    assert count_queries(lambda: client.get(reverse(CITY))) == few
