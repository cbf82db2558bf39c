from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from gongjian.accounts.roles import Role
from gongjian.audit.models import Entry
from gongjian.lib.checklists import WrongMarks
from gongjian.workflow import WrongState
from scoring.models import Score, Sheet
from scoring.services.sheets.filling import lock_sheet, save_sheet
from tests.cast import appoint
from tests.scoring.factories import clean_marks, make_assessors, make_round, make_sheet


@pytest.fixture
def sheet(cast):
    return make_sheet(make_round(cast, status="assessing"), cast.community, cast.assessor)


def act(cast, **given):
    return {"visited_on": cast.today, "by": cast.assessor, "at": cast.now, **given}


def test_save_keeps_part_of_a_sheet(sheet, cast):
    save_sheet(sheet, marks={"Q1": {"deducted": "2"}}, **act(cast, visited_on=None))
    sheet.refresh_from_db()
    assert (sheet.status, sheet.marks, sheet.total_points) == (
        "open",
        {"Q1": {"deducted": "2"}},
        None,
    )


def test_save_refuses_a_deduction_over_the_cap(sheet, cast):
    with pytest.raises(WrongMarks, match="超过本项扣分上限"):
        save_sheet(sheet, marks={"Q1": {"deducted": "9"}}, **act(cast))


def test_lock_computes_and_stores_the_total(sheet, cast):
    lock_sheet(sheet, marks=clean_marks(Q1="2", W2="1.5"), **act(cast))
    sheet.refresh_from_db()
    assert (sheet.status, sheet.total_points, sheet.locked_at) == (
        "locked",
        Decimal("96.50"),
        cast.now,
    )
    assert Entry.objects.about(sheet).get().event == "scoring.sheet.lock"


def test_lock_refuses_an_unfinished_sheet(sheet, cast):
    with pytest.raises(WrongMarks, match="还没有评"):
        lock_sheet(sheet, marks={"Q1": {"deducted": "2"}}, **act(cast))


@pytest.mark.parametrize("days", [1, -90])
def test_lock_refuses_a_day_outside_the_assessment(sheet, cast, days):
    with pytest.raises(ValidationError, match="考评日期"):
        lock_sheet(
            sheet, marks=clean_marks(), **act(cast, visited_on=cast.today + timedelta(days=days))
        )


def test_a_locked_sheet_is_never_changed_again(sheet, cast):
    lock_sheet(sheet, marks=clean_marks(Q2="1"), **act(cast))
    with pytest.raises(WrongState):
        save_sheet(sheet, marks=clean_marks(Q1="1"), **act(cast))
    with pytest.raises(WrongState):
        lock_sheet(sheet, marks=clean_marks(Q1="1"), **act(cast))
    sheet.refresh_from_db()
    assert sheet.total_points == 99


def test_a_sheet_is_closed_once_the_scores_are_gathered(cast):
    sheet = make_sheet(make_round(cast, status="gathered"), cast.community, cast.assessor)
    with pytest.raises(WrongState, match="打分表不能再改"):
        save_sheet(sheet, marks={}, **act(cast))


def test_nobody_fills_the_sheet_of_another(sheet, cast):
    stranger = make_assessors(1)[0]
    for person in (stranger, cast.office_director):
        with pytest.raises(PermissionDenied):
            save_sheet(sheet, marks={}, **act(cast, by=person))


def test_an_assessor_sees_no_sheet_but_his_own(sheet, cast):
    other = make_assessors(1)[0]
    make_sheet(sheet.round, cast.community, other, marks=clean_marks())
    assert list(Sheet.objects.visible_to(cast.assessor)) == [sheet]
    sheet.round.status = "published"
    sheet.round.save(update_fields=["status"])
    assert list(Sheet.objects.visible_to(cast.assessor)) == [sheet]


def test_office_staff_who_still_assess_see_no_locked_sheet_of_others(sheet, cast):
    both = make_assessors(1)[0]
    appoint(both, Role.OFFICE_STAFF, unit=cast.office)
    own = make_sheet(sheet.round, cast.other_community, both)
    make_sheet(sheet.round, cast.third_community, cast.assessor, marks=clean_marks())
    both.__dict__.pop("roles", None)
    assert list(Sheet.objects.visible_to(both)) == [own]
    lock_sheet(own, marks=clean_marks(Q1="1"), **act(cast, by=both))
    assert Sheet.objects.visible_to(both).count() == 2


def test_no_mean_exists_before_all_is_gathered(sheet, cast):
    lock_sheet(sheet, marks=clean_marks(Q1="1"), **act(cast))
    assert not Score.objects.exists()


def test_those_scored_see_their_own_sheets_from_the_notice_on(cast):
    round = make_round(cast, status="gathered")
    own = make_sheet(round, cast.community, cast.assessor, marks=clean_marks())
    make_sheet(round, cast.other_community, cast.assessor, marks=clean_marks())
    assert not Sheet.objects.visible_to(cast.lead_officer).exists()
    round.status = "on_notice"
    round.save(update_fields=["status"])
    assert list(Sheet.objects.visible_to(cast.lead_officer)) == [own]
