import hashlib
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from gongjian.audit.models import Entry
from gongjian.lib.canonical import canonical_json
from gongjian.lib.quarters import SHANGHAI
from gongjian.notifications.models import Notification
from gongjian.workflow import WrongState
from scoring.rules.records.freezing import recompute
from scoring.services.appeals.handling import decide_appeal, precheck_appeal, verify_appeal
from scoring.services.appeals.raising import raise_appeal
from scoring.services.records.freezing import freeze_round, hindrances_to_freezing
from scoring.services.records.public_notice import open_public_notice
from scoring.services.rounds.drawing import draw_assessors
from scoring.services.scores.gathering import gather_scores
from scoring.services.sheets.filling import save_sheet
from tests.scoring.factories import (
    AFTER_QUARTER,
    clean_marks,
    fill_quarter,
    make_appeal,
    make_assessors,
    make_round,
    make_sheet,
)
from tests.scoring.worlds import AFTER_NOTICE, DAY


@pytest.fixture
def round(cast):
    """A gathered quarter of three communities, five clean sheets each but for one with Q1 -2."""
    round = make_round(cast, status="assessing")
    assessors = make_assessors(5)
    fill_quarter(
        cast, round, [cast.community, cast.other_community, cast.third_community], assessors
    )
    sheet = round.sheets.filter(community=cast.community).first()
    sheet.marks, sheet.total_points = clean_marks(Q1="2"), Decimal("98.00")
    sheet.save(update_fields=["marks", "total_points"])
    return gather_scores(round, by=cast.office_staff, at=AFTER_QUARTER)


@pytest.fixture
def on_notice(round, cast):
    return open_public_notice(round, by=cast.office_staff, at=AFTER_QUARTER)


def appealed(round, cast, **given):
    score = round.scores.get(community=cast.community)
    sheet = next(
        one for one in round.sheets.filter(community=cast.community) if one.total_points == 98
    )
    content = {
        "sheet": sheet,
        "item_code": "Q1",
        "reason": "当日已疏通",
        "by": cast.lead_officer,
        "at": AFTER_QUARTER,
    }
    return raise_appeal(score, **{**content, **given})


def verified(appeal, cast):
    """The appeal after its first two nodes, by the office and the department."""
    if appeal.status == "raised":
        asked = {"department": cast.department, "precheck": "事项具体，予以受理"}
        precheck_appeal(appeal, admit=True, **asked, by=cast.office_staff, at=AFTER_QUARTER)
        verify_appeal(
            appeal, finding="现场核实，管道已疏通", by=cast.department_officer, at=AFTER_QUARTER
        )
    return appeal


def decided(appeal, cast, **given):
    verified(appeal, cast)
    content = {"uphold": True, "new_deducted": Decimal("0.50"), "decision": "现场核实，属实"}
    acting = {"by": cast.office_director, "at": AFTER_QUARTER}
    return decide_appeal(appeal, **{**content, **acting, **given})


def test_the_notice_runs_five_working_days_after_its_opening(on_notice):
    # Friday 8 January 2027; the working days are 11, 12, 13, 14 and 15.
    assert (on_notice.notice_starts_on, on_notice.notice_ends_on) == (
        date(2027, 1, 8),
        date(2027, 1, 15),
    )


def test_the_notice_reaches_lead_officers_and_community_workers(on_notice, cast):
    told = set(
        Notification.objects.filter(key="scoring.notice.2026Q4").values_list(
            "recipient__username", flat=True
        )
    )
    assert told == {"zhu", "shui", "hu", "zhou"}


def test_an_appeal_names_the_deduction_it_contests(on_notice, cast):
    appeal = appealed(on_notice, cast)
    assert (appeal.status, appeal.old_deducted, appeal.raised_by) == (
        "raised",
        Decimal(2),
        cast.lead_officer,
    )
    assert appeal.precheck_due_on == date(2027, 1, 11)  # the working day after Friday
    assert Notification.objects.filter(
        recipient=cast.office_staff, key=f"scoring.appeal.{appeal.pk}"
    ).exists()


def test_an_appeal_comes_from_the_communitys_own_group(on_notice, cast):
    assert appealed(on_notice, cast, by=cast.community_worker)
    for stranger in (cast.other_lead_officer, cast.member_liaison, cast.office_staff):
        with pytest.raises(PermissionDenied):
            appealed(on_notice, cast, by=stranger)


def test_an_appeal_after_the_last_day_is_refused(on_notice, cast):
    assert appealed(on_notice, cast, at=datetime(2027, 1, 15, 23, 0, tzinfo=SHANGHAI))
    with pytest.raises(WrongState, match="现已截止"):
        appealed(on_notice, cast, item_code="Q2", at=datetime(2027, 1, 16, 0, 1, tzinfo=SHANGHAI))


def test_an_appeal_before_the_notice_is_refused(round, cast):
    with pytest.raises(WrongState, match="公示期间才能申诉"):
        appealed(round, cast)


def test_an_item_is_contested_once(on_notice, cast):
    appealed(on_notice, cast)
    with pytest.raises(ValidationError, match="已经申诉过"):
        appealed(on_notice, cast)


@pytest.mark.parametrize(("item", "why"), [("Q2", "没有扣分"), ("X9", "没有代码为 X9")])
def test_what_was_not_deducted_cannot_be_contested(on_notice, cast, item, why):
    with pytest.raises(ValidationError, match=why):
        appealed(on_notice, cast, item_code=item)


def test_the_sheet_of_another_community_cannot_be_contested(on_notice, cast):
    foreign = on_notice.sheets.filter(community=cast.other_community).first()
    with pytest.raises(ValidationError, match="不是本社区"):
        appealed(on_notice, cast, sheet=foreign)


def test_an_open_sheet_cannot_be_contested(on_notice, cast):
    still_open = make_sheet(on_notice, cast.community, cast.assessor)
    with pytest.raises(ValidationError, match="已锁定"):
        appealed(on_notice, cast, sheet=still_open)


def test_an_upheld_appeal_changes_the_sheet_and_says_from_what_to_what(on_notice, cast):
    appeal = decided(appealed(on_notice, cast), cast)
    appeal.sheet.refresh_from_db()
    assert (appeal.status, appeal.new_deducted) == ("upheld", Decimal("0.50"))
    assert (appeal.sheet.marks["Q1"]["deducted"], appeal.sheet.total_points) == (
        "0.50",
        Decimal("99.50"),
    )
    entry = Entry.objects.about(appeal.sheet).get(event="scoring.sheet.correct")
    assert entry.changes["before"] == {"deducted": "2", "total_points": "98.00"}
    assert entry.changes["after"] == {"deducted": "0.50", "total_points": "99.50"}


def test_a_refused_appeal_changes_nothing(on_notice, cast):
    appeal = decided(appealed(on_notice, cast), cast, uphold=False, new_deducted=None)
    appeal.sheet.refresh_from_db()
    assert (appeal.status, appeal.sheet.total_points) == ("refused", Decimal(98))


@pytest.mark.parametrize("new", [None, Decimal("-1"), Decimal("2"), Decimal("9"), Decimal("0.005")])
def test_an_upheld_appeal_needs_a_smaller_deduction_in_range(on_notice, cast, new):
    appeal = appealed(on_notice, cast)
    with pytest.raises(ValidationError):
        decided(appeal, cast, new_deducted=new)
    appeal.refresh_from_db()
    assert appeal.status == "verified"


def test_an_appeal_is_decided_once_and_by_the_director(on_notice, cast):
    appeal = appealed(on_notice, cast)
    with pytest.raises(PermissionDenied):
        decided(appeal, cast, by=cast.office_staff)
    decided(appeal, cast)
    with pytest.raises(WrongState):
        decided(appeal, cast, uphold=False)


def test_an_appeal_cannot_be_decided_once_the_quarter_is_frozen(cast):
    appeal = make_appeal(cast, round=make_round(cast, status="frozen"), status="verified")
    with pytest.raises(WrongState, match="已经定分"):
        decided(appeal, cast)


def frozen(round, cast, **given):
    return freeze_round(round, **{"by": cast.office_director, "at": AFTER_NOTICE, **given})


def test_freezing_keeps_a_record_from_which_all_is_recomputed(on_notice, cast):
    round = frozen(on_notice, cast)
    round.refresh_from_db()
    assert round.status == "frozen"
    assert round.sha256 == hashlib.sha256(canonical_json(round.frozen)).hexdigest()
    assert recompute(round.frozen) == {
        name: round.frozen[name] for name in ("results", "unit_results")
    }
    published = {
        result["code"]: (result["points"], result["place"]) for result in round.frozen["results"]
    }
    stored = round.scores.values_list("community__code", "total_points", "rank")
    assert published == {code: (str(points), rank) for code, points, rank in stored}


def test_freezing_waits_for_the_notice_to_end(on_notice, cast):
    with pytest.raises(WrongState, match="公示期到 2027-01-15 为止"):
        frozen(on_notice, cast, at=AFTER_NOTICE - DAY)


def test_freezing_waits_for_open_appeals_by_name(on_notice, cast):
    appealed(on_notice, cast)
    assert hindrances_to_freezing(on_notice, on=AFTER_NOTICE.date()) == [
        "虎山社区申诉（Q1）待初核，还没有裁定"
    ]
    with pytest.raises(WrongState, match="虎山社区申诉（Q1）待初核，还没有裁定"):
        frozen(on_notice, cast)


def test_freezing_needs_a_second_person(on_notice, cast):
    for person in (cast.office_staff, cast.auditor):
        with pytest.raises(PermissionDenied):
            frozen(on_notice, cast, by=person)


def test_freezing_after_an_upheld_appeal_needs_a_new_gathering(on_notice, cast):
    before = on_notice.scores.get(community=cast.community).total_points
    decided(appealed(on_notice, cast), cast, new_deducted=Decimal("0"))
    with pytest.raises(WrongState, match="虎山社区：汇总后数据有变化，请重新汇总"):
        frozen(on_notice, cast)
    gather_scores(on_notice, by=cast.office_staff, at=AFTER_NOTICE)
    round = frozen(on_notice, cast)
    sheet = next(
        one for one in round.sheets.filter(community=cast.community) if one.total_points == 100
    )
    assert sheet.total_points == 100
    kept = next(one for one in round.frozen["communities"] if one["code"] == cast.community.code)
    assert kept["sheets"]["day"][str(sheet.pk)] == "100.00"
    assert round.scores.get(community=cast.community).total_points >= before


def test_after_freezing_nothing_of_the_round_changes(on_notice, cast):
    round = frozen(on_notice, cast)
    sheet = round.sheets.first()
    acts = [
        lambda: draw_assessors(round, by=cast.office_staff, at=AFTER_NOTICE),
        lambda: gather_scores(round, by=cast.office_staff, at=AFTER_NOTICE),
        lambda: open_public_notice(round, by=cast.office_staff, at=AFTER_NOTICE),
        lambda: appealed(round, cast),
        lambda: save_sheet(
            sheet, marks={}, visited_on=None, by=sheet.assessor.on(cast.today), at=AFTER_NOTICE
        ),
        lambda: frozen(round, cast),
    ]
    for act in acts:
        with pytest.raises(WrongState):
            act()
