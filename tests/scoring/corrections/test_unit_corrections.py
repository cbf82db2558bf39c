"""The units' published figures: frozen with the quarter, corrected beside what was published."""

import json
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from gongjian.jobs.models import Job
from gongjian.lib.canonical import canonical_json
from gongjian.notifications.models import Notification
from gongjian.workflow import WrongState
from scoring.jobs import approve_correction as approve_job
from scoring.jobs import freeze_round as freeze_job
from scoring.models import CorrectedUnitScore, Correction, Round, Score, UnitScore
from scoring.rules.records.comparing import differences
from scoring.rules.records.freezing import FORMAT_WITH_UNITS
from scoring.rules.rubrics.rubric import load_rubric
from scoring.services.bulletins.result_facts import city_of, facts_of
from scoring.services.bulletins.result_words import printed_result_sheet
from scoring.services.corrections.approving import ask_to_approve
from scoring.services.honours.quarter_lists import faults_of_lists
from scoring.services.honours.years import unit_years
from scoring.services.records.freezing import ask_to_freeze, freeze_round
from scoring.services.records.public_notice import open_public_notice
from scoring.services.scores.gathering import gather_scores
from scoring.services.scores.in_force import record_in_force
from tests.markup import as_read
from tests.scoring.factories import (
    AFTER_QUARTER,
    fill_quarter,
    make_assessors,
    make_bulletin,
    make_round,
)
from tests.scoring.worlds import (
    AFTER_NOTICE,
    DAY,
    approved,
    drafted,
    hold_duties,
    run_then,
    subject,
)


@pytest.fixture
def on_notice(cast):
    """A quarter of three communities on notice; 富春商场 has duties in 虎山社区."""
    hold_duties(cast)
    round = make_round(cast, status="assessing")
    fill_quarter(
        cast, round, [cast.community, cast.other_community, cast.third_community], make_assessors(2)
    )
    gather_scores(round, by=cast.office_staff, at=AFTER_QUARTER)
    return open_public_notice(round, by=cast.office_staff, at=AFTER_QUARTER)


@pytest.fixture
def round(cast, on_notice):
    freeze_round(on_notice, by=cast.office_director, at=AFTER_NOTICE)
    Round.objects.update(status="published", published_at=AFTER_NOTICE)
    return Round.objects.select_related("rubric", "checklist").get()


def test_the_frozen_record_holds_the_units_as_they_were_published(round):
    assert round.frozen["format"] == FORMAT_WITH_UNITS
    assert differences(json.loads(canonical_json(round.frozen))) == []
    on_record = {
        (one["standing"], int(one["ref"])): (one["points"], one["place"], one["explanation"])
        for one in round.frozen["unit_results"]
    }
    rows = round.unit_scores.values_list("standing", "unit", "total_points", "rank", "explanation")
    assert {
        (standing, unit): (f"{points}", place, why) for standing, unit, points, place, why in rows
    } == on_record


def test_freezing_names_the_unit_whose_duties_have_changed_since(cast, on_notice):
    on_notice.unit_scores.filter(unit=cast.member_unit).update(total_points="99.00")
    with pytest.raises(WrongState, match=f"{cast.member_unit.name}：汇总后数据有变化"):
        freeze_round(on_notice, by=cast.office_director, at=AFTER_NOTICE)


def test_a_correction_of_a_community_moves_its_units_beside_what_was_published(
    round, cast, sign_in
):
    make_bulletin(cast, round, status="published", year=2027, serial=3)
    before = {
        row.standing: row
        for row in UnitScore.objects.filter(unit__in=[cast.lead_unit, cast.member_unit])
    }
    correction = approved(drafted(round, cast, "5"), cast)  # five cases, 10 points less
    now = {
        row.standing: row
        for row in UnitScore.objects.in_force().filter(pk__in=[row.pk for row in before.values()])
    }
    for standing, less in (("lead", 10), ("member", 5)):
        assert now[standing].total_points == before[standing].total_points
        assert now[standing].total_points_now == before[standing].total_points - less
        assert now[standing].corrected_by == 1
    lead = now["lead"]
    assert (lead.rank_now, lead.explanation_now["value"]) == (3, str(lead.total_points_now))
    (year,) = [one for one in unit_years(round) if one.subject == cast.lead_unit]
    assert year.quarters[-1] == lead.total_points_now
    told = correction.document
    assert (
        f"{cast.lead_unit.name}由{lead.total_points}分更正为{lead.total_points_now}分" in told.body
    )
    assert "其余社区和单位的得分和名次不变" in told.body
    assert [table["title"][-9:] for table in told.attachments] == [
        "考核评议得分更正表",
        "社区共建单位得分更正表"[-9:],
    ]
    reader = sign_in(cast.lead_officer)
    listed = reader.get(reverse("scoring:unit_scores", args=["2026Q4"])).content.decode()
    assert f"<b>{lead.total_points_now}</b> <small><del>{lead.total_points}</del></small>" in listed
    assert (
        reader.get(reverse("scoring:unit_scores", args=["2026Q4"]), {"format": "xlsx"}).status_code
        == 200
    )
    page = sign_in(cast.office_director).get(correction.get_absolute_url()).content.decode()
    assert f"<del>{lead.total_points}</del> <b>{lead.total_points_now}</b>" in as_read(page)
    with pytest.raises(DatabaseError, match="不能改动或删除"), transaction.atomic():
        CorrectedUnitScore.objects.update(rank=1)


def test_a_result_sheet_made_after_a_correction_tells_the_figures_in_force(round, cast):
    approved(drafted(round, cast, "5"), cast)
    rows = [
        round.result_sheets.create(community=cast.community),
        round.result_sheets.create(unit=cast.lead_unit),
    ]
    city, facts = city_of(round, day=AFTER_NOTICE.date()), facts_of(round, rows, at=AFTER_NOTICE)
    points = Score.objects.in_force().get(community=cast.community).total_points_now
    for row in rows:
        assert f"得分{points}分（已按第1号更正）" in printed_result_sheet(row, city, facts).body
    assert "虚假整改。减10.00分" in printed_result_sheet(rows[0], city, facts).body


def test_a_name_proposed_by_a_figure_corrected_since_is_proposed_anew(round, cast):
    score = round.unit_scores.get(unit=cast.lead_unit)
    named = {
        "unit": cast.lead_unit,
        "unit_kind": cast.lead_unit.kind,
        "standing": "lead",
        "points": score.total_points,
    }
    round.nominations.create(honour="praise", reason="牵头单位第 3 名", **named)
    rubric = load_rubric(round.rubric.content)
    assert faults_of_lists(round, rubric) == []
    approved(drafted(round, cast, "5"), cast)
    (fault,) = faults_of_lists(round, rubric)
    assert fault.endswith(
        f"提名时得 {score.total_points} 分，现为 {score.total_points - 10} 分，请重新提名"
    )


def test_what_a_unit_did_is_put_right_and_nobody_else_moves(round, cast):
    key = f"member/{cast.member_unit.pk}/labour_days"
    assert subject(round, cast.community, "duty", key=key).stands == "应 1，实 0"
    with pytest.raises(ValidationError, match="已办 2 件，多于到期 1 件"):
        drafted(round, cast, "2/1", kind="duty", key=key)
    correction = approved(drafted(round, cast, "1/1", kind="duty", key=key), cast)
    assert correction.change["said"].endswith("“参加劳动日”由“应 1，实 0”更正为“应 1，实 1”")
    (moved,) = CorrectedUnitScore.objects.select_related("score")
    # (100 + 100 + 50 + 75) / 4 = 81.25 for 56.25, by half
    assert moved.total_points == moved.score.total_points + Decimal("12.50")
    assert not Score.objects.in_force().exclude(corrected_by=None).exists()


def test_a_quarter_frozen_before_units_were_on_record_says_so(round, cast, sign_in):
    older = {
        name: value for name, value in round.frozen.items() if name not in ("units", "unit_results")
    }
    Round.objects.update(frozen=older | {"format": "gongjian-quarter/1"})
    correction = approved(drafted(Round.objects.get(), cast, "5"), cast)
    assert record_in_force(round)["format"] == "gongjian-quarter/1"
    assert not CorrectedUnitScore.objects.exists()
    page = sign_in(cast.office_director).get(correction.get_absolute_url()).content.decode()
    assert "单位得分不随更正重算" in page


def test_the_ranking_is_filtered_by_the_grade_in_force(round, cast, sign_in):
    score = Score.objects.get(community=cast.community)
    approved(drafted(round, cast, "5"), cast)
    now = Score.objects.in_force().get(pk=score.pk).grade_now
    assert now != score.grade
    client = sign_in(cast.lead_officer)
    url = reverse("scoring:ranking", args=["2026Q4"])
    pages = [client.get(url, {"grade": grade}).content.decode() for grade in (now, score.grade)]
    assert [cast.community.name in page.split("<tbody>")[1] for page in pages] == [True, False]


def test_the_job_freezes_once_and_tells_what_came_in_between(cast, on_notice):
    with pytest.raises(WrongState, match="公示期到"):
        ask_to_freeze(on_notice, by=cast.office_director, at=AFTER_QUARTER)
    job = ask_to_freeze(on_notice, by=cast.office_director, at=AFTER_NOTICE)
    on_notice.unit_scores.update(rank=9)
    run_then(job, freeze_job)
    job.refresh_from_db()
    assert "汇总后数据有变化" in job.result["refused"][0]
    gather_scores(on_notice, by=cast.office_staff, at=AFTER_NOTICE)
    job = ask_to_freeze(on_notice, by=cast.office_director, at=AFTER_NOTICE + DAY)
    for _ in range(2):  # a worker killed after it had frozen is taken up again
        run_then(job, freeze_job)
        job.refresh_from_db()
        assert (job.percent, job.result) == (100, {"url": "/rounds/2026Q4/"})
        Job.objects.update(status="ready")
    assert Round.objects.get().frozen_at == AFTER_NOTICE + DAY
    told = Notification.objects.filter(
        recipient=cast.office_director, subject__contains="核对定分："
    )
    assert [one.subject.split("：")[1] for one in told.order_by("pk")] == ["没有办成", "已办完"]


def test_the_job_puts_a_correction_in_force_once(round, cast):
    first, second = drafted(round, cast, "1"), drafted(round, cast, "2")
    asked = [
        ask_to_approve(one, opinion="同意", by=cast.office_director, at=AFTER_NOTICE)
        for one in (first, second)
    ]
    for job in (*asked, asked[0]):
        run_then(job, approve_job)
        Job.objects.filter(pk=job.pk).update(status="ready")
    first.refresh_from_db()
    assert (first.number, first.opinion, Correction.objects.in_force().count()) == (1, "同意", 1)
    results = [Job.objects.get(pk=job.pk).result for job in asked]
    assert results[0] == {"url": first.get_absolute_url()}
    assert "存档上现在是“1 件”，不是“0 件”" in results[1]["refused"][0]
    with pytest.raises(WrongState, match="已经办理"):
        ask_to_approve(first, by=cast.office_director, at=AFTER_NOTICE)
