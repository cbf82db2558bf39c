from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from gongjian.accounts.roles import Role
from gongjian.audit.models import Entry
from gongjian.lib.rulebooks import WrongRulebook
from gongjian.notifications.models import Notification
from gongjian.workflow import WrongState
from scoring.models import Draw, Round, Rubric, Sheet
from scoring.rules.refusals import Missing
from scoring.services.rounds.drawing import Visits, draw_assessors
from scoring.services.rounds.opening import open_round
from scoring.services.rubrics.adopting import adopt_rubric
from tests.cast import appoint
from tests.queries import count_queries
from tests.scoring.factories import (
    RUBRIC_FILE,
    make_assessors,
    make_checklist,
    make_city,
    make_round,
    make_rubric,
    make_score,
    make_sheet,
)


def opened(cast, **given):
    dates = {"starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 20)}
    rules = {"rubric": make_rubric(cast), "checklist": make_checklist()}
    acting = {"by": cast.office_staff, "at": cast.now}
    return open_round(**{"quarter": "2026Q4", "seed": "种子", **dates, **rules, **acting, **given})


def test_adopt_rubric_twice_keeps_one(cast):
    first = adopt_rubric(version="2026-1", title="细则", content=RUBRIC_FILE, at=cast.now)
    assert adopt_rubric(version="2026-1", title="细则", content=RUBRIC_FILE, at=cast.now) == first
    assert Rubric.objects.count() == 1


def test_adopt_rubric_refuses_other_content_under_a_known_version(cast):
    adopt_rubric(version="2026-1", title="细则", content=RUBRIC_FILE, at=cast.now)
    with pytest.raises(ValidationError, match="请用新的版本号"):
        adopt_rubric(
            version="2026-1", title="细则", content={**RUBRIC_FILE, "name": "别的细则"}, at=cast.now
        )


def test_adopt_rubric_refuses_a_wrong_rule_by_its_path(cast):
    honours = {
        **RUBRIC_FILE["honours"],
        "criticism": {"below_points": "75", "last": 3, "spared_from_points": "95"},
    }
    with pytest.raises(WrongRulebook, match="批评线、免予批评线、表扬线"):
        adopt_rubric(
            version="x", title="细则", content={**RUBRIC_FILE, "honours": honours}, at=cast.now
        )


def test_open_round_fixes_the_seed_and_says_so_in_the_log(cast):
    round = opened(cast)
    assert (round.status, round.seed) == ("planned", "种子")
    assert Entry.objects.about(round).get().changes["seed"] == "种子"


def test_open_round_refuses_a_second_round_of_the_quarter(cast):
    opened(cast)
    with pytest.raises(ValidationError, match="已经建立"):
        opened(cast)
    assert Round.objects.count() == 1


def test_open_round_refuses_an_end_before_the_start(cast):
    with pytest.raises(ValidationError, match="不能早于开始日期"):
        opened(cast, ends_on=date(2026, 11, 1))


@pytest.mark.parametrize(
    "days",
    [
        {"starts_on": date(2026, 9, 30)},
        {"ends_on": date(2027, 2, 1)},
        {"quarter": "2026Q2"},
        {"quarter": "2027Q1"},
    ],
)
def test_open_round_refuses_days_of_another_quarter(cast, days):
    with pytest.raises(ValidationError, match=r"不能早于这一天|最迟到"):
        opened(cast, **days)


def test_a_rubric_adopted_after_the_quarter_began_needs_a_reason_that_all_may_read(cast, sign_in):
    late = adopt_rubric(
        version="late", title="细则", content={**RUBRIC_FILE, "version": "late"}, at=cast.now
    )
    with pytest.raises(ValidationError, match="晚于季度首日 2026-10-01"):
        opened(cast, rubric=late)
    round = opened(cast, rubric=late, late_rubric_reason="首次实施")
    assert (
        "季度开始后启用：首次实施"
        in sign_in(cast.office_staff).get(round.get_absolute_url()).content.decode()
    )


def test_open_round_refuses_a_lead_officer(cast):
    with pytest.raises(PermissionDenied):
        opened(cast, by=cast.lead_officer)


def drawn(round):
    return set(
        Draw.objects.filter(round=round).values_list("community__code", "assessor__username")
    )


def test_draw_gives_every_community_five_and_lays_open_sheets(cast):
    make_assessors(9)
    round = draw_assessors(make_round(cast), by=cast.office_staff, at=cast.now)
    assert round.status == "assessing"
    assert set(Counter(code for code, _ in drawn(round)).values()) == {5}
    sheets = Sheet.objects.filter(round=round, status="open", on_pass="day")
    assert set(sheets.values_list("community__code", "assessor__username")) == drawn(round)


def test_draw_spreads_the_load_evenly(cast):
    make_city(37)
    make_assessors(11)
    round = draw_assessors(make_round(cast), by=cast.office_staff, at=cast.now)
    load = Counter(name for _, name in drawn(round))
    assert sum(load.values()) == 40 * 5
    assert max(load.values()) - min(load.values()) <= 1


def test_draw_is_the_same_for_the_same_seed_and_another_for_another(cast):
    make_city(10)
    make_assessors(12)
    first = drawn(draw_assessors(make_round(cast), by=cast.office_staff, at=cast.now))
    again = make_round(cast, quarter="2026Q3")
    other = make_round(cast, quarter="2026Q2", seed="另一个种子")
    assert drawn(draw_assessors(again, by=cast.office_staff, at=cast.now)) == first
    assert drawn(draw_assessors(other, by=cast.office_staff, at=cast.now)) != first


def test_draw_never_takes_one_with_an_interest(cast):
    make_assessors(8)
    lead, member, worker = make_assessors(3)
    appoint(lead, Role.LEAD_OFFICER, unit=cast.lead_unit)
    appoint(member, Role.MEMBER_LIAISON, unit=cast.member_unit)
    appoint(worker, Role.COMMUNITY_WORKER, community=cast.community)
    round = draw_assessors(make_round(cast), by=cast.office_staff, at=cast.now)
    interested = {(cast.community.code, user.username) for user in (lead, member, worker)}
    assert drawn(round).isdisjoint(interested)
    assert {name for _, name in drawn(round)} >= {lead.username, member.username, worker.username}


def test_draw_forgets_an_interest_that_has_ended(cast):
    former = make_assessors(4)[0]
    appoint(former, Role.LEAD_OFFICER, unit=cast.lead_unit, ends_on=date(2026, 6, 1))
    round = draw_assessors(make_round(cast), by=cast.office_staff, at=cast.now)
    assert (cast.community.code, former.username) in drawn(round)


def test_draw_refuses_too_few_by_name(cast):
    for user in make_assessors(4):
        appoint(user, Role.LEAD_OFFICER, unit=cast.lead_unit)
    with pytest.raises(Missing) as missing:
        draw_assessors(make_round(cast), by=cast.office_staff, at=cast.now)
    assert missing.value.what == (
        "虎山社区：没有利害关系的考评员只有 1 名，需要 5 名，请先增补考评员",
    )
    assert not Draw.objects.exists()


def test_draw_takes_place_once(cast):
    make_assessors(8)
    round = draw_assessors(make_round(cast), by=cast.office_staff, at=cast.now)
    with pytest.raises(WrongState):
        draw_assessors(round, by=cast.office_staff, at=cast.now)


def test_draw_tells_those_who_were_drawn(cast):
    make_assessors(4)
    round = draw_assessors(make_round(cast), by=cast.office_staff, at=cast.now)
    told = set(Notification.objects.values_list("recipient__username", flat=True))
    assert told == {name for _, name in drawn(round)}


def test_draw_costs_the_same_for_ten_communities_and_for_seventeen(cast):
    make_assessors(10)
    make_city(7)
    act = {"by": cast.office_staff, "at": cast.now}
    few = make_round(cast)
    assert cast.office_staff.roles  # asked once a request, not once a draw
    first = count_queries(lambda: draw_assessors(few, **act))
    make_city(7, offset=100)  # SQLite takes some ninety sheets an insert
    many = make_round(cast, quarter="2026Q3")
    assert count_queries(lambda: draw_assessors(many, **act)) == first


def lots(round, on_pass):
    found = Draw.objects.filter(round=round, on_pass=on_pass).values_list(
        "community__code", "assessor__username"
    )
    return sorted(found)


def test_the_last_of_the_quarter_before_are_visited_off_peak_for_certain(cast):
    places = make_city(9)
    make_assessors(8)
    before = make_round(cast, quarter="2026Q3", status="published")
    for rank, community in enumerate(places, start=1):
        make_score(before, community, rank=min(rank, 8))
    visits = Visits(
        each=3, off_peak=4, night=1, bottom=1
    )  # two stand equal there, and both are among the last
    round = draw_assessors(make_round(cast), visits=visits, by=cast.office_staff, at=cast.now)
    off_peak, night = lots(round, "off_peak"), lots(round, "night")
    last = {place.code for place in places[-2:]}
    assert len({code for code, _ in off_peak}) == 4
    assert len(off_peak) == 8
    assert {code for code, _ in off_peak} > last
    assert {code for code, _ in night} == last  # both must be, though only one was asked for
    sheets = Sheet.objects.filter(round=round, on_pass="off_peak").values_list(
        "community__code", "assessor__username"
    )
    assert sorted(sheets) == off_peak
    again = draw_assessors(
        make_round(cast, quarter="2027Q1"), visits=Visits(3, 4), by=cast.office_staff, at=cast.now
    )
    other = draw_assessors(
        make_round(cast, quarter="2027Q2"), visits=Visits(3, 4), by=cast.office_staff, at=cast.now
    )
    assert lots(again, "off_peak") == lots(other, "off_peak")


def test_sheets_are_sealed_until_the_assessment_starts(cast):
    round = make_round(cast, status="assessing", starts_on=cast.today + timedelta(days=1))
    make_sheet(round, cast.community, cast.assessor)
    assert not Sheet.objects.visible_to(cast.assessor).exists()
    assert Sheet.objects.visible_to(cast.assessor.on(round.starts_on)).exists()
