import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from gongjian.accounts.roles import Role
from gongjian.audit.history import history_of
from gongjian.workflow import WrongState
from scoring.models import Draw, Sheet
from scoring.services.sheets.filling import lock_sheet, save_sheet
from scoring.services.sheets.handing_over import give_sheet, replace_assessor
from tests.cast import appoint, make_user
from tests.scoring.factories import clean_marks, make_round, make_sheet


@pytest.fixture
def sheet(cast):
    """A begun sheet of 虎山社区 whose assessor holds the role no more."""
    round = make_round(cast, status="assessing")
    given = {"status": "open", "total_points": None, "marks": clean_marks()}
    sheet = make_sheet(round, cast.community, cast.assessor, **given)
    Draw.objects.get_or_create(round=round, community=cast.community, assessor=cast.assessor)
    cast.assessor.appointments.update(ends_on=cast.today)
    return sheet


@pytest.fixture
def fresh(cast):
    return make_user("xin", Role.ASSESSOR, name="新考评", unit=cast.government)


def replaced(cast, sheet, assessor, by=None):
    return replace_assessor(sheet, assessor, by=by or cast.office_staff, at=cast.now)


def test_replaced_assessor_begins_with_an_empty_sheet(cast, sheet, fresh):
    replaced(cast, sheet, fresh)
    sheet = Sheet.objects.get()
    assert (sheet.assessor, sheet.marks, sheet.visited_on) == (fresh, {}, None)
    assert Draw.objects.get().assessor == fresh


def test_history_of_the_round_names_the_community_and_nobody(cast, sheet, fresh):
    replaced(cast, sheet, fresh)
    line = history_of(sheet.round)[0]
    assert (line.text, line.reason) == ("更换考评员", "虎山社区")


def test_assessor_in_office_keeps_his_sheet(cast, sheet, fresh):
    cast.assessor.appointments.update(ends_on=None)
    with pytest.raises(WrongState, match="不再担任考评员"):
        replaced(cast, sheet, fresh)


def test_an_interest_that_came_after_the_draw_bars_the_sheet_and_lets_the_office_give_it_away(
    cast, sheet, fresh
):
    cast.assessor.appointments.update(ends_on=None)
    appoint(cast.assessor, Role.MEMBER_LIAISON, unit=cast.member_unit)
    given = {"marks": clean_marks(), "visited_on": cast.today, "by": cast.assessor, "at": cast.now}
    with pytest.raises(WrongState, match="按规定回避"):
        save_sheet(sheet, **given)
    with pytest.raises(WrongState, match="按规定回避"):
        lock_sheet(sheet, **given)
    assert replaced(cast, sheet, fresh).assessor == fresh


def test_locked_sheet_is_not_given_away(cast, sheet, fresh):
    Sheet.objects.update(status="locked", total_points="90.00")
    with pytest.raises(WrongState):
        replaced(cast, sheet, fresh)


def test_assessor_with_an_interest_is_refused(cast, sheet, fresh):
    appoint(fresh, Role.MEMBER_LIAISON, unit=cast.member_unit)
    with pytest.raises(ValidationError, match="按规定回避"):
        replaced(cast, sheet, fresh)


def test_assessor_drawn_already_is_refused(cast, sheet, fresh):
    Draw.objects.create(round=sheet.round, community=cast.community, assessor=fresh)
    with pytest.raises(ValidationError, match="已经抽中"):
        replaced(cast, sheet, fresh)


def test_only_the_office_replaces(cast, sheet, fresh):
    with pytest.raises(PermissionDenied):
        replaced(cast, sheet, fresh, by=cast.system_admin)


def test_round_page_leads_the_office_to_it_and_nobody_else(cast, sheet, fresh, sign_in):
    url = reverse("scoring:round_replace", args=["2026Q4"])
    assert url in sign_in(cast.office_staff).get(sheet.round.get_absolute_url()).content.decode()
    assert url not in sign_in(cast.auditor).get(sheet.round.get_absolute_url()).content.decode()


def test_page_replaces_and_says_a_refusal_at_the_field(cast, sheet, fresh, sign_in):
    url, browser = reverse("scoring:round_replace", args=["2026Q4"]), sign_in(cast.office_staff)
    barred = make_user("bi", Role.ASSESSOR, unit=cast.lead_unit)
    page = browser.post(url, {"sheet": sheet.pk, "assessor": barred.pk})
    assert "按规定回避" in page.context["form"].errors["assessor"][0]
    browser.post(url, {"sheet": sheet.pk, "assessor": fresh.pk})
    assert Sheet.objects.get().assessor == fresh


def test_nobody_is_replaced_before_or_after_the_assessment(cast, sheet, fresh):
    sheet.round.status = "gathered"
    with pytest.raises(WrongState, match="不能再更换考评员"):
        replace_assessor(sheet, fresh, by=cast.office_staff, at=cast.now)


def test_one_who_is_no_assessor_takes_no_sheet(cast, sheet, fresh):
    with pytest.raises(ValidationError, match="朱经办当天不是考评员"):
        replace_assessor(sheet, cast.lead_officer, by=cast.office_staff, at=cast.now)


def test_a_sheet_that_was_locked_meanwhile_is_not_given_away(cast, sheet, fresh):
    Sheet.objects.filter(pk=sheet.pk).update(
        status="locked", total_points=90, locked_at=cast.now, visited_on=cast.today
    )
    with pytest.raises(WrongState, match="打分表已锁定或已改派"):
        give_sheet(sheet, fresh, by=cast.office_staff, at=cast.now)
