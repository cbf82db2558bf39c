from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gongjian.lib.canonical import fingerprint
from gongjian.lib.rulebooks import WrongRulebook
from scoring.models import Rubric, Sheet
from scoring.rules.corrections.correcting import InputChange, corrected
from scoring.rules.rubrics.items import Reading
from scoring.rules.rubrics.mappings import rubric_mapping
from scoring.rules.rubrics.rubric import load_rubric
from scoring.rules.rubrics.yaml_files import read_rubric, write_rubric
from scoring.rules.sheets.lists import mark_of
from scoring.services.records.freezing import frozen_record
from scoring.services.rubrics.comparing import try_rubric
from scoring.services.rubrics.figures import figures_in, in_words, with_figures
from tests.scoring.factories import (
    AFTER_QUARTER,
    RUBRIC_FILE,
    make_correction,
    make_measured,
    make_round,
    make_rubric,
    make_score,
    make_sheet,
)
from tests.scoring.rules.cities import NAMES, city
from tests.scoring.worlds import hand_made_quarter

ASSESSMENT = "figure:components.assessment.weight"
SELF_CHECK = "figure:components.self_check.weight"


@pytest.fixture
def published(cast):
    round = hand_made_quarter(cast)
    round.frozen = frozen_record(round, AFTER_QUARTER)
    round.sha256, round.status = fingerprint(round.frozen), "published"
    round.save()
    return round


def test_every_figure_of_a_rubric_can_be_changed_by_its_path():
    counted = {}
    for name, rubric in {
        "default": load_rubric(RUBRIC_FILE),
        **{name: city(name) for name in NAMES},
    }.items():
        mapping = rubric_mapping(rubric)
        figures = figures_in(mapping)
        counted[name] = len(figures)
        for figure in figures:
            changed = with_figures(mapping, {figure.path: "7"})
            assert [one.value for one in figures_in(changed) if one.path == figure.path] == ["7"]
        assert (
            with_figures(mapping, {"components.assessment.name": "别的", "no.such": "1"}) == mapping
        )
    # R6: 8 outside the items; 13 items of points, cap, each, most; the toilets two more of those;
    # 2 ranges of 3
    assert counted["r6"] == 8 + 13 * 4 + 2 + 2 * 3
    # R5: 13 outside the items, 4 of them 反常评分; the one item's points and cap,
    # 12 deductions of two figures
    assert counted["r5"] == 13 + 2 + 12 * 2
    assert counted["default"] > 25


def test_a_step_ends_where_the_next_begins_and_a_limit_can_be_set_and_lifted():
    mapping = rubric_mapping(city("patterns"))
    at = "components.measured.0.items."
    typed = {f"{at}0.steps.1.from": "85", f"{at}1.cap": "", f"{at}1.deductions.0.most_cases": "3"}
    response, shops, *_ = (
        load_rubric(with_figures(mapping, typed), is_new=True).measured[0].items.items
    )
    assert [(step.lowest, step.highest) for step in response.rule.steps] == [
        (0, 85),
        (85, 95),
        (95, None),
    ]
    assert (shops.rule.cap, shops.rule.deductions[0].most_cases) == (None, 3)
    back = with_figures(mapping, {f"{at}1.deductions.1.most_cases": " "})
    assert load_rubric(back).measured[0].items.items[1].rule.deductions[1].most_cases is None
    with pytest.raises(WrongRulebook) as refused:
        load_rubric(with_figures(mapping, {f"{at}0.steps.1.points": "11", f"{at}1.points": "²"}))
    assert [in_words(sentence, mapping).split("，")[0] for sentence in refused.value.errors] == [
        "台账·投诉办结率·第 2 档得分：本档 11 分超过本项分值 10",
        "台账·门店包干·分值：应是大于 0、不超过 1000 的数",
    ]


def test_what_if_the_self_check_weighed_more(published):
    mapping = rubric_mapping(load_rubric(RUBRIC_FILE))
    typed = {"components.assessment.weight": "0.5", "components.self_check.weight": "0.45"}
    trial = try_rubric(load_rubric(with_figures(mapping, typed)))
    moved = {move.name: (move.before.place, move.after.place, move.cause) for move in trial.moved}
    # 虎山 0.5 x 93.67 + 0.45 x 86.67 + 3.75 = 89.58; 春秋 45 + 45 + 5 = 95
    assert moved["春秋社区"] == (2, 1, "self_check")
    assert moved["虎山社区"][:2] == (1, 2)


def test_what_if_goes_by_the_figures_as_corrected(published, cast):
    same = load_rubric(RUBRIC_FILE)
    before = {move.name: move.before.points for move in try_rubric(same).moves}
    change = InputChange(cast.community.code, "malus", "false_rectification", "0", "1")
    record = corrected(published.frozen, change, number=1, reason="漏登", basis="核查记录")
    kept = {"status": "in_force", "frozen": record, "sha256": fingerprint(record)}
    make_correction(cast, published, number=1, decided_at=cast.now, **kept)
    after = {move.name: move.before.points for move in try_rubric(same).moves}
    assert {name: before[name] - after[name] for name in before if before[name] != after[name]} == {
        "虎山社区": 2
    }


def test_what_if_the_place_before_counted(published, cast):
    make_score(make_round(cast, quarter="2026Q3", status="published"), cast.community, class_rank=2)
    content = {**RUBRIC_FILE, "bonus": {**RUBRIC_FILE["bonus"], "by_place": [2, "-0.5"]}}
    moves = try_rubric(load_rubric(content, is_new=True)).moves
    assert {
        move.name: move.after.points - move.before.points
        for move in moves
        if move.after.points != move.before.points
    } == {"虎山社区": Decimal("-0.5")}


def test_what_if_an_item_of_the_sheet_cost_less(cast):
    rubric = city("r5")
    item = rubric.assessment.sheet.items[0]
    round = make_round(
        cast, status="assessing", rubric=make_measured(cast, "r5"), follows_rubric=True
    )
    found = {
        cast.community: {"road": 2},
        cast.other_community: {"green": 6},
        cast.third_community: {"road": 5},
    }
    marks = {community: mark_of(item, Reading(cases=read)) for community, read in found.items()}
    marks[cast.third_community]["deducted"] = "1"  # an appeal was upheld
    for community, mark in marks.items():
        total = 100 - Decimal(mark["deducted"])
        sheet = make_sheet(round, community, cast.assessor, total_points=total)
        Sheet.objects.filter(pk=sheet.pk).update(marks={"community": mark})
    round.frozen = frozen_record(round, AFTER_QUARTER)
    round.sha256, round.status = fingerprint(round.frozen), "published"
    round.save()
    path = "components.assessment.sheet.items.0."
    trial = try_rubric(
        load_rubric(with_figures(rubric_mapping(rubric), {f"{path}deductions.1.each": "1"}))
    )
    points = {move.name: (move.before.points, move.after.points) for move in trial.moves}
    assert points == {"虎山社区": (96, 98), "后周社区": (97, 97), "春秋社区": (99, 99)}
    assert {move.name: move.places_up for move in trial.moved} == {"虎山社区": 1, "后周社区": -1}
    other = rubric_mapping(rubric)
    other["components"]["assessment"]["sheet"]["items"][0]["code"] = "new"
    assert try_rubric(load_rubric(other)).refused == (
        "“社区环境”（new）：上季度的评分表没有这一项",
    )


def test_the_page_shows_every_item_and_adopts_what_is_typed(cast, sign_in):
    client = sign_in(cast.office_staff)
    assert client.get("/rubrics/new/?from=²").status_code == 200  # and no rubric in the database
    rubric = make_measured(cast, "r6")
    page = client.get(f"/rubrics/new/?from={rubric.pk}").content.decode()
    assert page.count("<fieldset") == 15 + 2  # the toilets have two kinds of deductions
    at = "figure:components.measured.0.items."
    typed = {
        "version": "R6-2",
        "title": "村级考评",
        "content": write_rubric(city("r6")),
        f"{at}6.deductions.1.each": "4",
    }
    wrong = client.post("/rubrics/new/", typed | {f"{at}0.points": "5", "act": "adopt"})
    assert wrong.status_code == 400
    assert "评分部分·村庄考评·满分：各项分值之和最多的月份是 101 分" in wrong.content.decode()
    assert (
        client.post("/rubrics/new/", typed | {f"{at}6.cap": "8", "act": "adopt"}).status_code == 302
    )
    toilets = (
        load_rubric(Rubric.objects.get(version="R6-2").content).measured[0].items.items[6].rule
    )
    assert (toilets.cap, toilets.deductions[1].highest) == (8, 4)
    for nonsense in ("components: 3", "[1]", "a: &x 1"):
        assert (
            client.post("/rubrics/new/", typed | {"content": nonsense, "act": "try"}).status_code
            == 400
        )


def test_the_page_tries_refuses_and_adopts(published, cast, sign_in):
    client = sign_in(cast.office_staff)
    base = write_rubric(load_rubric(RUBRIC_FILE))
    typed = {
        "version": "2027-1",
        "title": "社区共建考评细则",
        "content": base,
        ASSESSMENT: "0.5",
        SELF_CHECK: "0.45",
    }
    tried = client.post("/rubrics/new/", typed | {"act": "try"}).content.decode()
    assert "春秋社区" in tried
    assert Rubric.objects.count() == 1
    refused = client.post("/rubrics/new/", typed | {SELF_CHECK: "0.40", "act": "adopt"})
    assert refused.status_code == 400
    assert 'value="0.40"' in refused.content.decode()
    assert "0.95" in refused.content.decode()  # the weights' wrong sum is said
    assert client.post("/rubrics/new/", typed | {"act": "adopt"}).status_code == 302
    adopted = Rubric.objects.get(version="2027-1")
    assert load_rubric(adopted.content).self_check.weight == Decimal("0.45")
    again = client.post(
        "/rubrics/new/", typed | {"act": "adopt", ASSESSMENT: "0.85", SELF_CHECK: "0.10"}
    )
    assert (again.status_code, "已经启用" in again.content.decode()) == (400, True)


def test_a_version_leaves_and_comes_back_as_yaml_and_as_excel(cast, sign_in):
    rubric = make_rubric(cast)
    client = sign_in(cast.office_staff)
    whole = {
        kind: b"".join(client.get(f"/rubrics/{rubric.pk}/?as={kind}").streaming_content)
        for kind in ("yaml", "xlsx")
    }
    assert read_rubric(whole["yaml"]) == load_rubric(RUBRIC_FILE)
    for version, kind in (("2027-1", "yaml"), ("2027-2", "xlsx")):
        file = SimpleUploadedFile(f"细则.{kind}", whole[kind])
        given = {"version": version, "title": "社区共建考评细则", "file": file, "act": "adopt"}
        assert client.post("/rubrics/new/", given).status_code == 302
    wrong = SimpleUploadedFile("细则.yaml", whole["yaml"].replace(b"0.85", b"0.9", 1))
    refused = client.post(
        "/rubrics/new/", {"version": "x", "title": "细则", "file": wrong, "act": "try"}
    )
    assert refused.status_code == 400
    assert "权重" in refused.content.decode()
