"""What a rubric measures comes in by workbook or by hand, and enters the scores as worked out by
hand.
"""

import json
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from gongjian.audit.models import Entry
from gongjian.lib.rulebooks import WrongRulebook
from gongjian.lib.spreadsheets import WorksheetTable, read_tables, write_xlsx
from gongjian.workflow import WrongState
from inspections.models import FalseRectification
from scoring.models import Reading, Score
from scoring.rules.readings.asked import asks_of, cells_of, reading_of
from scoring.rules.records.comparing import differences
from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubrics.items import Reading as Found
from scoring.rules.rubrics.mappings import rubric_mapping
from scoring.services.corrections.correctable import reading_typed
from scoring.services.readings.absences import mark_absent, withdraw_absence
from scoring.services.readings.adjustments import cases_of, established_in, record_adjustment
from scoring.services.readings.books import plan_readings, worksheets_for, write_reading_book
from scoring.services.readings.entering import (
    ReadingEntry,
    correct_reading,
    record_readings,
    stored_reading,
    why_not_entered,
)
from scoring.services.readings.progress import progress_of
from scoring.services.records.freezing import frozen_record
from scoring.services.rounds.drawing import Visits, draw_assessors
from scoring.services.rounds.opening import open_round
from scoring.services.rounds.sampling import Sampled, coverage_of
from scoring.services.scores.gathering import gather_scores
from scoring.services.scores.missing import missing_for
from tests.editing import send
from tests.queries import count_queries
from tests.scoring.factories import (
    AFTER_QUARTER,
    make_assessors,
    make_checklist,
    make_city,
    make_finding,
    make_measured,
    make_round,
    make_sheet,
)
from tests.scoring.rules.cities import NAMES, R1, R2, R3, R6, RECORDS, city
from tests.scoring.worlds import everything, measured_round

CODE = "社区代码"
NOUGHT = {"分类其余各项（分）": 30, "其他（分）": 10}
BY_HAND = {  # the working stands in rules/test_cities.py: 82.5 x 100 / 96
    "道路乱扔垃圾（处数）": 3,
    "垃圾桶点位（处数）": 8,
    "公厕·破损或脏污（处数）": 2,
    "公厕·露天粪坑（处数）": 1,
    "水体·不涉及原因": "村内没有水体",
    "分类设施（处数）": 4,
    "分类其余各项（分）": 30,
    "其他（分）": 8,
}


def filled(round, rows):
    """The round's workbook with these cells typed, 0 wherever cases are counted; rows by community
    code.
    """
    spec = worksheets_for(round)[0].spec
    headers = [column.header for column in spec.columns]
    counted = {header: 0 for header in headers if header.endswith("处数）")}
    lines = []
    for code, typed in rows.items():
        said = {CODE: code} | counted | typed
        lines.append(
            [
                None
                if "水体·不涉及原因" in typed and header == "水体（处数）"
                else said.get(header)
                for header in headers
            ]
        )
    stream = BytesIO()
    write_xlsx(stream, [(spec.name, headers, lines)])
    return stream.getvalue()


def book_of(round):
    stream = BytesIO()
    write_reading_book(stream, round)
    return stream.getvalue()


def test_a_printed_rubric_goes_from_adoption_by_workbook_to_the_score_worked_by_hand(cast, sign_in):
    rubric = make_measured(cast, "r6")
    days = {
        "starts_on": cast.today,
        "ends_on": cast.today,
        "seed": "种子",
        "checklist": make_checklist(),
    }
    round = open_round(quarter="2026Q4", rubric=rubric, **days, by=cast.office_staff, at=cast.now)
    draw_assessors(round, by=cast.office_staff, at=cast.now)
    assert (round.status, round.sheets.count()) == ("assessing", 0)
    assert missing_for(round)[0] == "虎山社区：村庄考评：15 项都还没有评"

    client, url = sign_in(cast.office_staff), "/rounds/2026Q4/readings/"
    content = filled(
        round, {"330111001101": BY_HAND, "330111001102": NOUGHT, "330111001103": NOUGHT}
    )
    sent = client.post(
        url, {"act": "upload", "file": SimpleUploadedFile("读数.xlsx", content)}, follow=True
    )
    assert "水体·不涉及原因 村内没有水体" in sent.content.decode()
    assert not Reading.objects.exists()
    assert "已登记 45 个读数" in client.post(f"{url}check/", follow=True).content.decode()
    plan = plan_readings(round, read_tables(BytesIO(book_of(round)), "读数.xlsx"))
    assert (plan.is_empty, plan.unchanged, plan.errors) == (True, 45, [])

    gather_scores(round, by=cast.office_staff, at=AFTER_QUARTER)
    scores = dict(Score.objects.values_list("community__name", "total_points"))
    assert scores == {
        "虎山社区": Decimal("85.94"),
        "后周社区": Decimal(100),
        "春秋社区": Decimal(100),
    }
    frozen = frozen_record(round, AFTER_QUARTER)
    assert differences(frozen) == []
    assert frozen["communities"][0]["readings"]["village"]["water"] == {
        "not_applicable": True,
        "reason": "村内没有水体",
    }


@pytest.mark.parametrize(
    ("name", "found"), [("r1", R1), ("r2", R2), ("r3", R3), ("r6", R6), ("patterns", RECORDS)]
)
def test_what_is_asked_holds_every_kind_of_reading(name, found):
    """Each rule of the printed rubrics is written into cells and read back as it was."""
    for rules in city(name).measured:
        for item, asks in asks_of(rules.items, ("2026-05",)):
            cells = cells_of(asks, found[item.code], "没有")
            assert reading_of(asks, cells) == (
                found[item.code],
                "没有" if found[item.code].not_applicable else "",
            )


def test_no_two_cells_of_a_printed_rubric_are_called_alike():
    for name in NAMES:
        for rules in city(name).measured:
            labels = [
                ask.label
                for _, asks in asks_of(rules.items, ("2026-04", "2026-05"))
                for ask in asks
            ]
            assert len(set(labels)) == len(labels)


def test_every_bad_cell_is_named_and_nothing_is_written(cast):
    round = measured_round(cast)
    cast.third_community.is_active = False
    cast.third_community.save()
    headers = [
        CODE,
        "社区",
        "道路乱扔垃圾（处数）",
        "水体（处数）",
        "水体·不涉及原因",
        "其他（分）",
    ]
    rows = [
        ["330111001101", "虎山社区", "三", 1, "没有水体", 10.5],
        ["330111001102", "前周社区", 1, "", "", ""],
        ["330111001103", "春秋社区", 1, "", "", ""],
        ["999", "", 1, "", "", ""],
        ["330111001101", "虎山社区", 1, "", "", ""],
    ]
    table = WorksheetTable(
        "村庄考评", [(number, row) for number, row in enumerate([headers, *rows], start=1)]
    )
    assert [str(error) for error in plan_readings(round, [table]).errors] == [
        "村庄考评!C2: 道路乱扔垃圾（处数）“三”不是整数：请只填数字",
        "村庄考评!D2: 水体（处数）：写了不涉及原因，又填了数，请只留一样",
        "村庄考评!F2: 其他（分）：“其他”应给 0 到 10 分，现为 10.5",
        "村庄考评!B3: 社区“前周社区”与代码 330111001102 的社区“后周社区”不符：请核对",
        "村庄考评!A4: 社区代码“春秋社区”已不在册，不能登记读数：请删去这一行",
        "村庄考评!A5: 社区代码“999”在社区名册里没有：请核对代码",
        "村庄考评!A6: 社区代码与第 2 行重复：一个社区只写一行",
    ]


def one(cast, community=None, item="rest", **found):
    kept = stored_reading(Found(**found)) if found else {}
    return [ReadingEntry((community or cast.community).pk, "village", {item: kept})]


def test_a_second_entry_overwrites_with_before_and_after_in_the_log(cast):
    round, acting = measured_round(cast), {"by": cast.office_staff, "at": cast.now}
    assert record_readings(round, one(cast, value=Decimal(8)), **acting) == 1
    assert record_readings(round, one(cast, value=Decimal(8)), **acting) == 0
    record_readings(round, one(cast, value=Decimal(9)), **acting)
    said = Entry.objects.about(Reading.objects.get()).first().changes
    assert (said["before"], said["after"]) == ({"其他": "其他（分） 8"}, {"其他": "其他（分） 9"})


def test_what_was_entered_cannot_be_emptied_by_hand(cast, sign_in):
    round = measured_round(cast)
    record_readings(round, one(cast, value=Decimal(8)), by=cast.office_staff, at=cast.now)
    url = f"/rounds/2026Q4/readings/{cast.community.code}/"
    answer = send(sign_in(cast.office_staff), url, {"village-c16": "", "village-c0": "1"})
    assert answer.status_code == 400
    assert "“其他”已登记过，不能清空" in answer.content.decode()
    assert Reading.objects.get().items == {"rest": {"value": "8"}}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"value": Decimal(11)}, "虎山社区：“其他”应给 0 到 10 分，现为 11"),
        ({"not_applicable": True}, "虎山社区：“其他”不涉及的，请写明原因"),
        ({"item": "weather", "value": Decimal(1)}, "虎山社区：村庄考评本季度没有评分项目“weather”"),
    ],
)
def test_a_reading_that_cannot_be_is_refused(cast, given, sentence):
    with pytest.raises(ValidationError, match=sentence):
        record_readings(measured_round(cast), one(cast, **given), by=cast.office_staff, at=cast.now)


def test_a_reading_for_a_withdrawn_community_or_after_the_notice_or_by_others_is_refused(cast):
    round, given = measured_round(cast), one(cast, value=Decimal(8))
    with pytest.raises(PermissionDenied):
        record_readings(round, given, by=cast.lead_officer, at=cast.now)
    cast.community.is_active = False
    cast.community.save()
    with pytest.raises(ValidationError, match="虎山社区：已不在册，不能登记读数"):
        record_readings(round, given, by=cast.office_staff, at=cast.now)
    with pytest.raises(ValidationError, match="虎山社区已不在册，不参加考评"):
        record_adjustment(
            round,
            community=cast.community,
            kind="bonus",
            points=Decimal(1),
            reason="优秀",
            by=cast.office_staff,
            at=cast.now,
        )
    round.status = "on_notice"
    round.save()
    with pytest.raises(WrongState, match="读数和未参评不能再改"):
        record_readings(
            round,
            one(cast, cast.other_community, value=Decimal(8)),
            by=cast.office_staff,
            at=cast.now,
        )


def ranking(**more):
    return {"ranking": {"style": "competition", "tie_breakers": [], "lists_absent": True, **more}}


def test_an_absent_community_is_listed_without_a_place_and_holds_nobody_up(cast, sign_in):
    round, acting = (
        measured_round(cast, changes=ranking()),
        {"by": cast.office_staff, "at": cast.now},
    )
    absence = mark_absent(round, community=cast.other_community, reason="整体拆迁", **acting)
    with pytest.raises(ValidationError, match="本季度未参评（整体拆迁），不能登记读数"):
        record_readings(round, everything(round), **acting)
    record_readings(
        round, [one for one in everything(round) if one.community != absence.community_id], **acting
    )
    assert missing_for(round) == []
    gather_scores(round, by=cast.office_staff, at=AFTER_QUARTER)
    assert sorted(Score.objects.values_list("community__name", flat=True)) == [
        "春秋社区",
        "虎山社区",
    ]
    assert frozen_record(round, AFTER_QUARTER)["communities"][1]["absent"] == "整体拆迁"
    assert "整体拆迁" in sign_in(cast.office_staff).get("/rounds/2026Q4/ranking/").content.decode()
    withdraw_absence(absence, remark="仍有居民居住", **acting)
    assert missing_for(round)[0].startswith("后周社区：村庄考评")
    with pytest.raises(WrongState, match="已恢复参评"):
        withdraw_absence(absence, remark="再次", **acting)


def test_absence_is_refused_where_the_rubric_lists_no_such(cast):
    with pytest.raises(ValidationError, match="不许只列名、不排名"):
        mark_absent(
            measured_round(cast),
            community=cast.community,
            reason="拆迁",
            by=cast.office_staff,
            at=cast.now,
        )


def test_an_item_whose_mean_nobody_has_keeps_the_round_from_gathering(cast):
    changes = json.loads(json.dumps(rubric_mapping(city("r6"))))
    changes["components"]["measured"][0]["items"][7]["not_applicable"] = "mean_of_others"
    round = measured_round(cast, changes=changes)
    record_readings(round, everything(round), by=cast.office_staff, at=cast.now)
    assert "没有一个社区评了这一项" in missing_for(round)[0]


def test_tie_breakers_are_counted_from_the_findings_and_part_equals(cast):
    breakers = [
        {"code": "on_time_rectification", "name": "按期整改率", "higher_is_better": True},
        {"code": "repeats", "name": "重复问题", "higher_is_better": False},
    ]
    round = measured_round(cast, changes=ranking(tie_breakers=breakers))
    record_readings(round, everything(round), by=cast.office_staff, at=cast.now)
    make_finding(cast, cast.community, closed=False)
    first = make_finding(cast, cast.other_community, closed=True)
    make_finding(cast, cast.other_community, closed=True, recurs_from=first)
    gather_scores(round, by=cast.office_staff, at=AFTER_QUARTER)
    # all 85.94: 春秋 100 % and no repeat, 后周 100 % and one, 虎山 0 %
    placed = Score.objects.order_by("rank").values_list("community__name", "rank")
    assert list(placed) == [("春秋社区", 1), ("后周社区", 2), ("虎山社区", 3)]


@pytest.mark.parametrize(
    ("breaker", "sentence"),
    [
        (
            {"code": "beauty", "name": "美观", "higher_is_better": True},
            r"tie_breakers\[1\].code：没有“beauty”的数据",
        ),
        (
            {"code": "repeats", "name": "重复", "higher_is_better": True},
            "“重复”应是少者在前，请写 false",
        ),
    ],
)
def test_a_tie_breaker_that_nobody_counts_is_refused_when_adopting(cast, breaker, sentence):
    with pytest.raises(WrongRulebook, match=sentence):
        make_measured(cast, "r6", ranking(tie_breakers=[breaker]))


SHARED = {
    "maluses": [
        {
            "code": "city_found",
            "name": "督查",
            "points_each": "3",
            "cap": "9",
            "clause": "细则",
            "shared_by": "joint",
        },
        {
            "code": "false_rectification",
            "name": "虚假整改",
            "points_each": "2",
            "cap": "10",
            "clause": "细则",
        },
    ],
    "shared_blame": [{"code": "joint", "name": "部门与街道 2∶8", "department_share": "0.2"}],
    "lead_unit": {"of_communities": "lowest"},
}


def test_a_department_bears_its_share_and_a_lead_unit_inherits_its_lowest(cast, sign_in):
    round, acting = measured_round(cast, changes=SHARED), {"by": cast.office_staff, "at": cast.now}
    record_readings(round, everything(round), **acting)
    for number in range(4):
        make_finding(
            cast, cast.third_community, responsible_unit=cast.department, closed=number < 3
        )
    group = cast.other_community.group
    group.members.filter(role="lead").update(unit=cast.lead_unit)
    given = {
        "community": cast.community,
        "kind": "malus",
        "rule_code": "city_found",
        "reason": "暴露垃圾",
    }
    with pytest.raises(ValidationError, match="“部门与街道 2∶8”由职能部门分担，请选择是哪个部门"):
        record_adjustment(round, **given, **acting)
    with pytest.raises(ValidationError, match="市住建局不是职能部门"):
        record_adjustment(round, **given, department=cast.lead_unit, **acting)
    record_adjustment(round, **given, department=cast.department, **acting)
    typed = {"community": cast.community.pk, "case": "malus:city_found", "reason": "乱堆"}
    typed["department"] = cast.department.pk
    assert sign_in(cast.office_staff).post("/rounds/2026Q4/adjustments/", typed).status_code == 302
    gather_scores(round, by=cast.office_staff, at=AFTER_QUARTER)
    # community: 85.9375 - 2 x 3 x 0.8 = 81.1375; department: 75 - 2 x 3 x 0.2 = 73.8
    assert Score.objects.get(community=cast.community).total_points == Decimal("81.14")
    found = {(row.unit, row.standing): row for row in round.unit_scores.select_related("unit")}
    assert found[cast.department, "department"].total_points == Decimal("73.80")
    assert "由部门承担 20%" in str(found[cast.department, "department"].explanation)
    lead = found[cast.lead_unit, "lead"]
    assert (lead.total_points, lead.explanation["note"]) == (
        Decimal("81.14"),
        "取所牵头社区中最低的",
    )


def test_a_false_rectification_counts_by_itself_and_cannot_be_recorded_again(cast, sign_in):
    round, acting = measured_round(cast, changes=SHARED), {"by": cast.office_staff, "at": cast.now}
    marked = {
        "rectified_by": cast.lead_officer,
        "rectified_at": cast.now,
        "reason": "现场仍有垃圾",
        "evidence": "照片",
    }
    FalseRectification.objects.create(
        finding=make_finding(cast, cast.community),
        **marked,
        marked_by=cast.office_staff,
        marked_at=cast.now,
    )
    with pytest.raises(ValidationError, match="由系统从问题整改中计数"):
        record_adjustment(
            round,
            community=cast.community,
            kind="malus",
            rule_code="false_rectification",
            reason="假",
            **acting,
        )
    page = sign_in(cast.office_staff).get("/rounds/2026Q4/adjustments/").content.decode()
    assert "现场仍有垃圾" in page
    assert 'value="malus:false_rectification"' not in page


def test_a_draw_below_the_least_sample_or_without_anybody_by_day_is_blocked(cast):
    make_assessors(3)
    round = make_round(cast, rubric=make_measured(cast, "r8"))
    acting = {"visits": Visits(each=2), "by": cast.office_staff, "at": cast.now}
    taken = {"total": 161, "organisation": 7, "education": 12, "appearance": 61, "roads": 7}
    with pytest.raises(Missing, match="主次干道：抽了 7 处，至少 8 处，还差 1 处"):
        draw_assessors(round, sampled=Sampled(Decimal(40), taken), **acting)
    with pytest.raises(Missing, match="请填写城区人口（万人）"):
        draw_assessors(round, **acting)
    whole = Sampled(Decimal(40), taken | {"roads": 8})
    with pytest.raises(Missing, match="虎山社区：日常考评没有抽到考评员"):
        draw_assessors(round, sampled=whole, **acting | {"visits": Visits(each=0)})
    with pytest.raises(Missing, match="评分细则没有“夜间”这一轮"):
        draw_assessors(round, sampled=whole, **acting | {"visits": Visits(each=2, night=1)})
    draw_assessors(round, sampled=whole, **acting)
    round.refresh_from_db()
    lines = {line.name: (line.needed, line.drawn) for line in coverage_of(round, city("r8"))}
    assert lines["社区"] == (2, 3)


def test_a_rubric_of_other_classes_than_the_register_is_refused_when_the_round_is_opened(cast):
    rubric = make_measured(cast, "patterns")
    days = {
        "starts_on": cast.today,
        "ends_on": cast.today,
        "seed": "种子",
        "checklist": make_checklist(),
    }
    with pytest.raises(ValidationError, match="细则只分城区、新区，名册里有城乡结合部社区"):
        open_round(quarter="2026Q4", rubric=rubric, **days, by=cast.office_staff, at=cast.now)


def test_the_readings_of_many_communities_cost_the_queries_of_few(cast, sign_in):
    round, client = measured_round(cast), sign_in(cast.office_staff)
    make_city(6)
    client.get("/rounds/2026Q4/readings/")
    few = count_queries(lambda: client.get("/rounds/2026Q4/readings/"))
    make_city(24, offset=6)
    assert count_queries(lambda: client.get("/rounds/2026Q4/readings/")) == few
    assert progress_of(round).asked == 33


def test_an_absence_needs_its_reason_and_a_community_in_the_register_once(cast):
    round = measured_round(cast, changes=ranking())
    acting = {"by": cast.office_staff, "at": cast.now}
    with pytest.raises(ValidationError, match="请写明原因，如整体拆迁、停办"):
        mark_absent(round, community=cast.community, reason=" ", **acting)
    absence = mark_absent(round, community=cast.community, reason="整体拆迁", **acting)
    with pytest.raises(ValidationError, match="虎山社区本季度已登记为未参评"):
        mark_absent(round, community=cast.community, reason="整体拆迁", **acting)
    with pytest.raises(ValidationError, match="请写明恢复参评的原因"):
        withdraw_absence(absence, remark="", **acting)
    cast.third_community.is_active = False
    with pytest.raises(ValidationError, match="春秋社区已不在册，不参加考评，不用登记"):
        mark_absent(round, community=cast.third_community, reason="撤并", **acting)


def test_a_community_past_which_the_draw_went_stays_absent(cast):
    """Nobody could fill in a sheet for it."""
    rubric = make_measured(cast, "patterns")
    round = make_round(cast, rubric=rubric)
    acting = {"by": cast.office_staff, "at": cast.now}
    absences = [
        mark_absent(round, community=community, reason="整体拆迁", **acting)
        for community in (cast.community, cast.other_community)
    ]
    withdraw_absence(absences[0], remark="仍有居民", **acting)
    round.status = "assessing"
    round.save()
    absences[1].round = round
    with pytest.raises(
        WrongState, match="抽签时后周社区未参评，没有考评员的打分表，本季度不能恢复"
    ):
        withdraw_absence(absences[1], remark="仍有居民", **acting)
    make_sheet(round, cast.other_community, cast.assessor)
    withdraw_absence(absences[1], remark="仍有居民", **acting)


@pytest.mark.parametrize(
    ("key", "typed", "why"),
    [
        ("village/litter", " ", "请照现值的写法填"),
        ("village/rest", "99", "应给 0 到 10 分，现为 99"),
    ],
)
def test_a_reading_typed_in_a_line_is_refused_in_a_sentence(cast, key, typed, why):
    with pytest.raises(Refused, match=why):
        reading_typed(measured_round(cast), key, typed)


def test_readings_are_entered_for_what_there_is_and_corrected_on_notice_alone(cast):
    round, acting = measured_round(cast), {"by": cast.office_staff, "at": cast.now}
    strange = replace(everything(round)[0], component="weather")
    with pytest.raises(ValidationError, match="评分细则中没有“weather”这一部分"):
        record_readings(round, [strange], **acting)
    assert why_not_entered(None, {}) == "名册里没有这个社区"
    record_readings(round, everything(round), **acting)
    with pytest.raises(WrongState, match="不在公示复核，读数不能因申诉更改"):
        correct_reading(round, everything(round)[0], **acting)


def test_bonuses_by_a_rule_are_counted_and_false_rectifications_where_they_cost(cast):
    rubric = make_measured(cast, "patterns")
    round = make_round(cast, status="assessing", rubric=rubric)
    case = {"kind": "bonus", "rule_code": "first", "reason": "上期第一名"}
    record_adjustment(round, community=cast.community, **case, by=cast.office_staff, at=cast.now)
    assert cases_of(round)[cast.community.pk].bonus_cases == {"first": 1}
    assert established_in(round) == []
