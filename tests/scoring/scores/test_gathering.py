from datetime import datetime
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from communities.models import Meeting
from gongjian.jobs.models import Job
from gongjian.lib.quarters import SHANGHAI
from gongjian.workflow import WrongState
from scoring.models import Score, UnitScore
from scoring.rules.records.comparing import differences
from scoring.rules.refusals import Missing
from scoring.services.records.freezing import frozen_record
from scoring.services.rubrics.adopting import adopt_rubric
from scoring.services.scores.explanations import Explanations
from scoring.services.scores.gathering import ask_to_gather, gather_scores
from scoring.services.scores.missing import missing_for
from tests.queries import count_queries
from tests.scoring.factories import (
    AFTER_QUARTER,
    RUBRIC_FILE,
    fill_quarter,
    make_assessors,
    make_city,
    make_finding,
    make_round,
    make_score,
    make_sheet,
)
from tests.scoring.worlds import hand_made_quarter, hold_duties, run_then

BY_HAND = {
    # 全市考评, 月度自查, 问题整改, 得分, 名次
    "虎山社区": (
        "93.67",
        "86.67",
        "75.00",
        "92.03",
        1,
    ),  # 0.85 x 281/3 + 0.1 x 260/3 + 0.05 x 75 = 92.0333…
    "春秋社区": ("90.00", "100.00", "100.00", "91.50", 2),  # 0.85 x 90 + 10 + 5
    "后周社区": ("80.00", "33.33", "0.00", "71.33", 3),  # 0.85 x 80 + 0.1 x 100/3 + 0
}


def gathered(cast, round, **given):
    return gather_scores(round, **{"by": cast.office_staff, "at": AFTER_QUARTER, **given})


def test_gathering_gives_the_figures_worked_out_by_hand(cast):
    round = gathered(cast, hand_made_quarter(cast))
    stored = {
        score.community.name: (
            str(score.assessment_points),
            str(score.self_check_points),
            str(score.rectification_points),
            str(score.total_points),
            score.rank,
        )
        for score in round.scores.select_related("community")
    }
    assert stored == BY_HAND
    assert (round.status, round.gathered_by) == ("gathered", cast.office_staff)


def test_gathering_keeps_grade_self_mean_and_the_whole_explanation(cast):
    round = gathered(cast, hand_made_quarter(cast))
    score = round.scores.get(community=cast.community)
    assert (score.grade, score.self_mean_points, score.bonus_points) == (
        "优秀",
        Decimal("95.00"),
        0,
    )
    parts = {part["name"]: part for part in Explanations().of(score)["parts"]}
    assert (
        parts["全市考评"]["parts"][0]["note"] == "5 张评分表，去掉最高分 96.00、最低分 90.00 后平均"
    )
    assert parts["问题整改"]["note"] == "到期 4 件，按期销号 3 件"
    assert [part["note"] for part in parts["每月自查"]["parts"]] == [
        "按时上报",
        "按时上报",
        "逾期上报",
    ]


def test_a_problem_found_by_oneself_and_put_right_in_time_costs_nothing(cast):
    round = hand_made_quarter(cast)
    before = gathered(cast, round).scores.get(community=cast.third_community).total_points
    make_finding(cast, cast.third_community, source="self_check", closed=True)
    score = gathered(cast, round).scores.get(community=cast.third_community)
    assert (score.total_points, score.inputs["rectification"]) == (before, [1, 1])


def test_what_sql_does_not_carry_is_gathered_by_the_rules(cast):
    """The same figures; the explanation is stored whole."""
    round = hand_made_quarter(cast)
    by_sql = list(
        gathered(cast, round)
        .scores.order_by("pk")
        .values_list("pk", "total_points", "rank", "class_rank")
    )
    told = [Explanations().of(score) for score in round.scores.order_by("pk")]
    round.rubric.content["ranking"]["lists_absent"] = True
    gathered(cast, round)
    assert (
        list(round.scores.order_by("pk").values_list("pk", "total_points", "rank", "class_rank"))
        == by_sql
    )
    assert [score.explanation for score in round.scores.order_by("pk")] == told


def test_the_place_in_the_last_published_quarter_brings_what_the_rubric_says(cast):
    content = {**RUBRIC_FILE, "bonus": {**RUBRIC_FILE["bonus"], "by_place": [2, 1, "-0.5"]}}
    rubric = adopt_rubric(version="2026-9", title="细则", content=content, at=cast.now)
    for quarter, status, places in (
        ("2026Q2", "published", (2, 3)),
        ("2026Q3", "gathered", (1, 1)),
    ):
        before = make_round(cast, quarter=quarter, status=status)
        for community, place in zip((cast.community, cast.other_community), places, strict=True):
            make_score(before, community, rank=7, class_rank=place)
    by_place = gathered(cast, hand_made_quarter(cast, rubric=rubric))
    without = {"虎山社区": 0, "后周社区": 0, "春秋社区": 0}
    found = {score.community.name: score.bonus_points for score in by_place.scores.all()}
    assert found == without | {"虎山社区": 1, "后周社区": Decimal("-0.5")}  # the third had no place
    first = by_place.scores.get(community=cast.community).explanation["parts"]
    assert [part["name"] for part in first[3]["parts"]] == ["上次公布列本类第 2 名"]
    record = frozen_record(by_place, AFTER_QUARTER)
    assert (record["format"], differences(record)) == ("gongjian-quarter/3", [])
    assert {one["name"]: one.get("last_place") for one in record["communities"]} == {
        "虎山社区": 2,
        "后周社区": 3,
        "春秋社区": None,
    }
    record["communities"][0]["last_place"] = 1
    assert any("存档为" in sentence for sentence in differences(record))


def test_gathering_scores_lead_units_and_departments(cast):
    round = gathered(cast, hand_made_quarter(cast))
    scored = {
        (score.unit, score.standing): (str(score.total_points), score.rank)
        for score in round.unit_scores.select_related("unit")
    }
    assert scored == {
        (cast.lead_unit, "lead"): ("92.03", 1),
        (cast.third_lead_unit, "lead"): ("91.50", 2),
        (cast.other_lead_unit, "lead"): ("71.33", 3),
        (cast.department, "department"): ("0.00", 1),
        # 富春商场: nothing was due of it, so it is not rated
    }


def test_gathering_scores_a_member_unit_by_its_community_and_its_own_duties(cast):
    hold_duties(cast)
    round = gathered(cast, hand_made_quarter(cast))
    score = UnitScore.objects.get(round=round, unit=cast.member_unit, standing="member")
    # own duties: (100 + 0 + 50 + 75) / 4 = 56.25; 0.5 x 92.03 + 0.5 x 56.25 = 74.14
    assert (str(score.total_points), score.rank) == ("74.14", 1)
    own = score.explanation["parts"][1]
    assert [(part["name"], part["value"]) for part in own["parts"]] == [
        ("参加例会", "100.00"),
        ("参加劳动日", "0.00"),
        ("完成任务", "50.00"),
        ("门前三包抽查达标", "75.00"),
    ]


def test_an_absent_unit_that_was_not_written_down_counts_as_absent(cast):
    hold_duties(cast)
    Meeting.objects.get().attendances.all().delete()
    score = gathered(cast, hand_made_quarter(cast)).unit_scores.get(unit=cast.member_unit)
    assert score.explanation["parts"][1]["parts"][0]["note"] == "应 1，实 0"


def test_gathering_twice_leaves_the_same_rows(cast):
    round = gathered(cast, hand_made_quarter(cast))
    first = (
        list(Score.objects.order_by("pk").values()),
        list(UnitScore.objects.order_by("pk").values()),
    )
    gathered(cast, round)
    assert (
        list(Score.objects.order_by("pk").values()),
        list(UnitScore.objects.order_by("pk").values()),
    ) == first


def test_gathering_again_drops_a_community_that_left_the_register(cast):
    round = gathered(cast, hand_made_quarter(cast))
    cast.third_community.is_active = False
    cast.third_community.save(update_fields=["is_active"])
    gathered(cast, round)
    assert set(round.scores.values_list("community__name", "rank")) == {
        ("虎山社区", 1),
        ("后周社区", 2),
    }
    assert not round.unit_scores.filter(unit=cast.third_lead_unit).exists()


def test_gathering_refuses_by_name_what_is_missing(cast):
    round = make_round(cast, status="assessing")
    first, second = make_assessors(2)
    make_sheet(round, cast.community, first, total_points=Decimal(90))
    make_sheet(round, cast.community, second)
    make_sheet(round, cast.other_community, first, total_points=Decimal(90))
    with pytest.raises(Missing) as missing:
        gathered(cast, round)
    assert missing.value.what == (
        "虎山社区：考评01的打分表还没有锁定",
        "春秋社区：全市考评：没有一张已锁定的评分表",
    )
    assert not Score.objects.exists()
    assert missing_for(round) == list(missing.value.what)


def test_a_month_before_its_deadline_is_missing_and_after_it_scores_nothing(cast):
    round = hand_made_quarter(cast)
    early = datetime(2027, 1, 5, 23, 0, tzinfo=SHANGHAI)
    with pytest.raises(Missing, match="后周社区：每月自查：没有 2026-12 的上报情况"):
        gathered(cast, round, at=early)
    assert [line.split("：")[0] for line in missing_for(round, on=early.date())] == ["后周社区"]
    gathered(cast, round, at=datetime(2027, 1, 6, 0, 30, tzinfo=SHANGHAI))
    assert round.scores.get(community=cast.other_community).self_check_points == Decimal("33.33")


def test_gathering_is_refused_before_the_draw_and_after_freezing(cast):
    for number, status in enumerate(("planned", "frozen", "reported", "published")):
        with pytest.raises(WrongState, match="不能汇总得分"):
            gathered(cast, make_round(cast, quarter=f"202{number}Q1", status=status))


def test_gathering_is_the_offices(cast):
    with pytest.raises(PermissionDenied):
        gathered(cast, make_round(cast, status="assessing"), by=cast.lead_officer)


@pytest.mark.slow
def test_gathering_costs_the_same_for_ten_and_for_sixty_communities(cast):
    assessors = make_assessors(5)
    few, many = (
        make_round(cast, status="assessing"),
        make_round(cast, quarter="2026Q3", status="assessing"),
    )
    city = [cast.community, cast.other_community, cast.third_community, *make_city(7)]
    fill_quarter(cast, few, city, assessors)
    assert cast.office_staff.roles  # asked once a request, not once a gathering
    first = count_queries(lambda: gathered(cast, few))
    city += make_city(50, offset=100)
    fill_quarter(cast, many, city, assessors)
    assert count_queries(lambda: gathered(cast, many)) == first
    assert many.scores.count() == 60


def test_progress_is_told_to_the_end(cast):
    said = []
    gathered(cast, hand_made_quarter(cast), progress=lambda done, total: said.append((done, total)))
    assert said == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.fixture
def after_quarter():
    """Workers read the clock: let it stand after the quarter."""
    with time_machine.travel(AFTER_QUARTER, tick=False):
        yield


def test_the_job_gathers_for_the_one_who_asked_and_leads_to_the_round(cast, after_quarter):
    round = hand_made_quarter(cast)
    job = ask_to_gather(round, by=cast.office_staff, at=AFTER_QUARTER)
    run_then(job)
    job.refresh_from_db()
    round.refresh_from_db()
    assert (job.status, job.percent, job.result) == ("done", 100, {"url": "/rounds/2026Q4/"})
    assert (round.status, round.gathered_by, round.scores.count()) == (
        "gathered",
        cast.office_staff,
        3,
    )


def test_the_job_run_twice_leaves_the_same_rows(cast, after_quarter):
    job = ask_to_gather(hand_made_quarter(cast), by=cast.office_staff, at=AFTER_QUARTER)
    run_then(job)
    first = list(Score.objects.order_by("pk").values())
    Job.objects.update(status="ready")
    run_then(job)
    assert list(Score.objects.order_by("pk").values()) == first


def test_the_job_answers_what_is_missing_since(cast, after_quarter):
    round = hand_made_quarter(cast)
    job = ask_to_gather(round, by=cast.office_staff, at=AFTER_QUARTER)
    round.sheets.filter(community=cast.community).delete()
    run_then(job)
    job.refresh_from_db()
    assert job.result == {"refused": ["虎山社区：全市考评：没有一张已锁定的评分表"]}


def test_no_job_is_made_while_something_is_missing(cast):
    with pytest.raises(Missing):
        ask_to_gather(make_round(cast, status="assessing"), by=cast.office_staff, at=AFTER_QUARTER)
    assert not Job.objects.exists()
