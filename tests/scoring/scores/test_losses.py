"""Every point that a community lost leads to its record, evidence to its deduction."""

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from gongjian.lib.quarters import SHANGHAI
from inspections.models import FalseRectification
from scoring.services.readings.adjustments import count_cases
from scoring.services.scores.evidence import evidence_coverage_of
from scoring.services.scores.gathering import gather_scores
from scoring.services.scores.inputs import inputs_of
from scoring.services.scores.losses import losses_of
from tests.inspections.factories import make_photo
from tests.markup import as_read
from tests.scoring.factories import (
    AFTER_QUARTER,
    clean_marks,
    make_adjustment,
    make_finding,
    make_round,
    make_score,
    make_self_check,
    make_sheet,
)

VISIT = datetime(2026, 11, 10, 9, 30, tzinfo=SHANGHAI)


def told(round, community):
    losses = losses_of(round, [community.pk], at=AFTER_QUARTER)[community.pk]
    return [(loss.part, loss.what) for loss in losses]


@pytest.fixture
def round(cast):
    """A round in whose quarter 虎山社区 lost points in every way beside its sheets."""
    round = make_round(cast, status="assessing")
    for community in (cast.community, cast.other_community, cast.third_community):
        make_sheet(round, community, cast.assessor, marks=clean_marks())
    make_self_check(cast, cast.community, "2026-10")
    make_self_check(cast, cast.community, "2026-11", is_late=True, late_reason="停电")
    make_finding(cast, cast.community, number="甲", description="已按期", closed=True)
    make_finding(cast, cast.community, number="乙", description="没人管", status="assigned")
    late = make_finding(
        cast,
        cast.community,
        number="丙",
        description="晚了两天",
        closed=True,
    )
    type(late).objects.filter(pk=late.pk).update(rectified_at=late.due_at + timedelta(days=2))
    FalseRectification.objects.create(
        finding=late,
        rectified_by=cast.lead_officer,
        rectified_at=VISIT,
        marked_by=cast.office_staff,
        marked_at=VISIT,
        reason="照片是旧的",
        evidence="拍摄时间",
    )
    make_adjustment(cast, round, kind="veto", rule_code="fraud", points=None, reason="篡改记录")
    taken_back = {"withdrawal": "登错", "withdrawn_by": cast.office_staff, "withdrawn_at": cast.now}
    make_adjustment(cast, round, reason="登错的", **taken_back)
    return round


LOSSES = [
    ("每月自查", "2026 年 11 月自查逾期上报"),
    ("每月自查", "2026 年 12 月自查没有上报"),
    ("问题整改", "乙 没人管：逾期没有整改"),
    ("问题整改", "丙 晚了两天：逾期整改"),
    ("虚假整改", "丙 晚了两天：照片是旧的"),
    ("一票否决", "考评中弄虚作假：篡改记录"),
]


def test_each_loss_is_named(cast, round):
    assert sorted(told(round, cast.community)) == sorted(LOSSES)


def test_the_losses_are_those_that_the_gathering_counts(cast, round):
    codes = {inputs.code: inputs for inputs in inputs_of(round, at=AFTER_QUARTER)}
    counted = codes[cast.community.code]
    parts = Counter(part for part, _ in told(round, cast.community))
    late = counted.rectification.due - counted.rectification.closed_in_time
    assert parts["问题整改"] == late == 2
    states = Counter(counted.self_checks.values())
    assert parts["每月自查"] == states["late"] + states["missing"] == 2
    assert parts["虚假整改"] == counted.maluses["false_rectification"] == 1
    assert parts["一票否决"] == len(counted.vetoes) == 1
    assert count_cases(round) == 2


def test_the_page_leads_to_each_record(cast, round, sign_in):
    gather_scores(round, by=cast.office_staff, at=AFTER_QUARTER)
    type(round).objects.filter(pk=round.pk).update(status="published")
    score = round.scores.get(community=cast.community)
    url = score.get_absolute_url()
    page = as_read(sign_in(cast.lead_officer).get(url).content.decode())
    for part, what in LOSSES:
        assert part in page
        assert what in page
    losses = losses_of(round, [cast.community.pk], at=AFTER_QUARTER)[cast.community.pk]
    for loss in losses:
        if loss.record:
            assert f'href="{loss.record.get_absolute_url()}"' in page
    stranger = sign_in(cast.other_lead_officer).get(url).content.decode()
    assert "没人管" not in stranger
    assert "另有" in stranger


@pytest.mark.parametrize("count", [1, 3])
def test_the_losses_of_many_cost_what_those_of_one_cost(
    cast, round, count, django_assert_num_queries
):
    communities = [cast.community.pk, cast.other_community.pk, cast.third_community.pk]
    round.rubric.rules  # noqa: B018  read once
    with django_assert_num_queries(6):
        losses_of(round, communities[:count], at=AFTER_QUARTER)


@pytest.fixture
def visited(cast):
    """A round whose one sheet has deductions on three items, and findings of every kind on them."""
    round = make_round(cast, status="published")
    marks = clean_marks(Q1="2.00", Q2="3.00", W1="1.00")
    make_sheet(round, cast.community, cast.assessor, marks=marks, visited_on=VISIT.date())
    by_visit = {"found_by": cast.assessor, "found_at": VISIT}
    findings = {
        "own": make_finding(cast, cast.community, item_code="Q1", **by_visit),
        "without photo": make_finding(cast, cast.community, item_code="Q2", **by_visit),
        "after the visit": make_finding(
            cast,
            cast.community,
            item_code="Q1",
            found_by=cast.assessor,
            found_at=VISIT + timedelta(days=9),
        ),
        "of another": make_finding(
            cast, cast.community, item_code="W1", found_by=cast.office_staff, found_at=VISIT
        ),
    }
    for name in ("own", "of another", "after the visit"):
        make_photo(cast, finding=findings[name])
    return make_score(round, cast.community), findings


def test_a_deduction_leads_to_what_its_assessor_found_on_that_visit(visited, cast, sign_in):
    score, findings = visited
    opened = sign_in(cast.office_staff).get(score.get_absolute_url()).context["sheets"][0]
    by_code = {item.score.item.code: item.evidence for item in opened.items}
    assert by_code["Q1"].findings == [findings["own"]]
    assert by_code["Q1"].others == [findings["after the visit"]]
    assert by_code["Q2"].findings == [findings["without photo"]]
    assert by_code["W1"].findings == []
    assert by_code["W1"].others == [findings["of another"]]
    page = as_read(sign_in(cast.office_staff).get(score.get_absolute_url()).content.decode())
    assert page.count("同项其他问题（不是这次扣分的依据）") == 2


def test_coverage_counts_the_points_with_a_photo_of_the_visit(visited):
    score, _ = visited
    coverage = evidence_coverage_of(score.round)
    assert (coverage.deducted, coverage.with_photo) == (Decimal(6), Decimal(2))
    assert coverage.percent == Decimal("33.3")


def test_the_report_on_assessors_tells_the_coverage(visited, cast, sign_in):
    score, _ = visited
    page = sign_in(cast.office_staff).get(
        reverse("scoring:round_assessors", args=[score.round.quarter])
    )
    assert "扣分有当场照片的占 33.3%" in as_read(page.content.decode())
