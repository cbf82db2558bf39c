"""A round whose rubric brings its own list for the sheets: R5 (武清) end to end, an appeal, what is
refused.
"""

from datetime import date
from decimal import Decimal
from io import BytesIO
from urllib.parse import urlencode
from uuid import uuid4

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gongjian.lib.checklists import WrongMarks
from scoring.models import Appeal, Round, Score, Sheet
from scoring.rules.readings.marking import sheet_points_by
from scoring.services.appeals.handling import decide_appeal
from scoring.services.bulletins.item_losses import item_losses_of
from scoring.services.rounds.drawing import Visits, draw_assessors
from scoring.services.rounds.opening import open_round
from scoring.services.scores.gathering import gather_scores
from scoring.services.sheets.filling import lock_sheet, save_sheet
from tests.cast import NOW
from tests.editing import Fields
from tests.scoring.factories import (
    clean_marks,
    make_appeal,
    make_assessors,
    make_checklist,
    make_measured,
    make_round,
    make_sheet,
)
from tests.scoring.rules.cities import cases, city

REASONS = [row.code for row in city("r5").assessment.sheet.items[0].rule.deductions]
BOOK = "scoring:sheet_book"


def cell(reason: str) -> str:
    return f"community-c{REASONS.index(reason)}"


@pytest.fixture
def round(cast):
    """Being assessed by R5."""
    return make_round(
        cast, status="assessing", rubric=make_measured(cast, "r5"), follows_rubric=True
    )


@pytest.fixture
def sheet(cast, round):
    return make_sheet(round, cast.community, cast.assessor)


def read(**counts) -> dict:
    return {"community": {"reading": {"cases": counts}, "note": ""}}


def put(client, sheet, **typed):
    said = {"visited_on": "2026-11-16", "act": "lock", "base": "", "said_at": NOW.isoformat()}
    url = f"{reverse('scoring:queue_sheet', args=[uuid4()])}?sheet={sheet.pk}"
    return client.put(
        url, urlencode({**said, **typed}), content_type="application/x-www-form-urlencoded"
    )


def upload(client, **typed):
    """Fill in the downloaded workbook, by the reason of a deduction or by what a line is called,
    and send it up.
    """
    book = openpyxl.load_workbook(BytesIO(client.get(reverse(BOOK), {"format": "xlsx"}).content))
    page = book.active
    lines = {page.cell(row, 1).value: row for row in range(4, page.max_row + 1)}
    for name, value in typed.items():
        line = f"community-{REASONS.index(name) + 1}" if name in REASONS else name
        page.cell(lines[line], 6, value)
    out = BytesIO()
    book.save(out)
    return client.post(reverse(BOOK), {"file": SimpleUploadedFile("打分表.xlsx", out.getvalue())})


def test_a_quarter_by_r5_from_opening_to_the_score(cast, sign_in):
    office = sign_in(cast.office_staff)
    make_checklist()
    given = {"quarter": "2026Q4", "rubric": make_measured(cast, "r5").pk, "starts_on": "2026-11-02"}
    assert "自带评分表，不用选考评表" in office.get(reverse("scoring:round_new")).content.decode()
    opened = office.post(
        reverse("scoring:round_new"),
        {**given, "ends_on": "2026-12-20", "seed": "种子"},
        follow=True,
    )
    assert "按评分细则自带的评分表" in opened.content.decode()
    round = Round.objects.get()
    make_assessors(2)
    draw_assessors(round, visits=Visits(each=3), by=cast.office_staff, at=cast.now)
    one, two, three = (
        Sheet.objects.filter(community=cast.community).select_related("assessor").order_by("pk")
    )

    client = sign_in(one.assessor)
    opened = Fields(client.get(one.get_absolute_url()).content.decode()).sent["opened"]
    # 1 x 1 + 2 x 2 + 3 x 0.5 + 4 x 0.5 = 8.5
    typed = {cell("cleaner"): "1", cell("road"): "2", cell("green"): "3", cell("scribbling"): "4"}
    sent = {
        **typed,
        "community-note": "后院",
        "visited_on": "2026-11-16",
        "opened": opened,
        "act": "lock",
    }
    assert client.post(one.get_absolute_url(), sent).status_code == 302

    # 2 x 2 + 1 x 0.5 + 2 x 0.5 = 5.5
    assert (
        put(
            sign_in(two.assessor), two, **{cell("bins"): 2, cell("drain"): 1, cell("uneven"): 2}
        ).status_code
        == 201
    )

    client = sign_in(three.assessor)
    Sheet.objects.filter(assessor=three.assessor).exclude(pk=three.pk).update(
        status="locked", total_points=90
    )
    # 1 x 2 + 2 x 0.5 = 3
    previewed = upload(client, road=1, parking=2, 考评日期="2026-11-16")
    assert "97.00" in previewed.content.decode()
    said = {"previewed": previewed.context["previewed"].initial["previewed"], "act": "lock"}
    assert client.post(reverse(BOOK), said).status_code == 302

    totals = [
        str(each.total_points)
        for each in Sheet.objects.filter(community=cast.community).order_by("pk")
    ]
    assert totals == ["91.50", "94.50", "97.00"]
    for each in Sheet.objects.filter(round=round, status="open"):
        lock_sheet(
            each,
            marks=read(road=5),
            visited_on=cast.today,
            by=each.assessor.on(cast.today),
            at=cast.now,
        )
    assert item_losses_of(round).shares(cast.community.pk) == [Decimal("17.00") / 3 / 100]
    gather_scores(round, by=cast.office_staff, at=cast.now)
    # (91.5 + 94.5 + 97) / 3 = 94.333…
    assert Score.objects.get(community=cast.community).total_points == Decimal("94.33")
    page = office_page(
        sign_in, cast, Score.objects.get(community=cast.community).get_absolute_url()
    )
    assert "保洁员在岗时间缺岗 1 人、路面不洁 2 处" in page
    assert "；后院" in page


def office_page(sign_in, cast, url) -> str:
    return sign_in(cast.office_staff).get(url).content.decode()


def test_bad_readings_are_refused_by_name_and_nothing_is_written(cast, sign_in, sheet):
    client = sign_in(cast.assessor)
    wrong = put(client, sheet, **{cell("road"): "二"})
    assert (wrong.status_code, wrong.json()["items"][0]["item"]) == (422, "community")
    assert wrong.json()["items"][0]["message"] == "路面不洁（处数）：请填整数，如 2"
    assert [one["message"] for one in put(client, sheet).json()["items"]] == ["还没有评，请填写"]
    page = client.post(
        sheet.get_absolute_url(), {cell("road"): "-1", "act": "draft"}
    ).content.decode()
    assert "大于或等于" in page
    refused = upload(client, road="两处", green="-1")
    assert [str(one) for one in refused.context["refused"]] == [
        f"{sheet.community}!F5: 填写“两处”不是整数：请只填数字"
    ]
    refused = upload(client, green="-1", 打分说明="看过", 考评日期="2026-12-30")
    assert [str(one).split(": ")[1] for one in refused.context["refused"]] == [
        "填写：考评日期不能晚于今天",
        "填写：“社区环境”的“绿地有垃圾、未修剪、裸露或枯死”应填不小于 0 的处数",
    ]
    with pytest.raises(WrongMarks, match="没有填，请按本项的各栏填写"):
        save_sheet(
            sheet, marks={"community": {"deducted": "1"}}, visited_on=None, by=cast.assessor, at=NOW
        )
    with pytest.raises(WrongMarks, match="没有代码为 Q1 的项目"):
        save_sheet(sheet, marks=clean_marks(Q1="1"), visited_on=None, by=cast.assessor, at=NOW)
    sheet.refresh_from_db()
    assert sheet.marks == {}


def test_what_a_mark_costs_is_computed_whatever_was_sent(cast, sheet):
    marks = {"community": {"deducted": "0", "not_applicable": False, **read(road=3)["community"]}}
    lock_sheet(sheet, marks=marks, visited_on=cast.today, by=cast.assessor, at=NOW)
    sheet.refresh_from_db()
    assert sheet.marks["community"]["deducted"] == "6.00"
    by_rule = sheet_points_by(
        city("r5").assessment.sheet, {"community": cases(road=3)}, ("2026-11",)
    )
    assert sheet.total_points == by_rule == Decimal("94.00")


def test_a_draft_comes_back_into_its_cells_and_its_workbook(cast, sign_in, sheet):
    client = sign_in(cast.assessor)
    assert (
        put(
            client, sheet, **{cell("road"): "2", "community-note": "东门", "act": "draft"}
        ).status_code
        == 201
    )
    page = client.get(sheet.get_absolute_url()).content.decode()
    assert f'name="{cell("road")}" value="2"' in page
    assert "扣 4.00 分" in page
    assert 'data-each="2"' in page
    again = upload(client, green=1)
    (filled,) = again.context["filled"]
    assert filled.marks["community"] == {
        "deducted": "4.50",
        "not_applicable": False,
        "note": "东门",
        "reading": {"cases": {"road": 2, "green": 1}},
    }


def test_an_upheld_appeal_changes_what_it_costs_and_leaves_the_reading(cast, sign_in):
    round = make_round(
        cast, status="on_notice", rubric=make_measured(cast, "r5"), follows_rubric=True
    )
    appeal = make_appeal(cast, round=round, status="verified")
    sheet = make_sheet(round, cast.community, make_assessors(1)[0])
    marks = {
        "community": {"deducted": "6.00", "not_applicable": False, **read(road=3)["community"]}
    }
    Sheet.objects.filter(pk=sheet.pk).update(
        marks=marks, status="locked", total_points=94, locked_at=NOW
    )
    Appeal.objects.filter(pk=appeal.pk).update(sheet=sheet, item_code="community", old_deducted=6)
    appeal.refresh_from_db()
    decided = {"uphold": True, "new_deducted": Decimal("2"), "decision": "两处当日已清"}
    decide_appeal(appeal, **decided, by=cast.office_director, at=NOW)
    sheet.refresh_from_db()
    assert (str(sheet.total_points), sheet.marks["community"]["reading"]) == (
        "98.00",
        {"cases": {"road": 3}},
    )
    page = office_page(sign_in, cast, sheet.get_absolute_url())
    assert "路面不洁 3 处；按读数应扣 6.00 分，复核后改扣 2 分" in page


def test_a_rubric_whose_list_no_sheet_can_follow_opens_no_round(cast):
    rubric = make_measured(cast, "r5")
    rubric.content["components"]["assessment"]["sheet"]["not_applicable"] = "mean_of_others"
    rubric.save()
    dates = {"starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 20)}
    given = {
        "quarter": "2026Q4",
        "rubric": rubric,
        "checklist": make_checklist(),
        "seed": "种子",
        **dates,
    }
    with pytest.raises(ValidationError, match=r"请把本项放到 measured"):
        open_round(**given, by=cast.office_staff, at=NOW)


def test_a_round_opened_before_goes_on_by_its_checklist(cast):
    """Its rubric has a list, but its sheets were laid out by the checklist."""
    round = make_round(cast, status="assessing", rubric=make_measured(cast, "r5"))
    sheet = make_sheet(round, cast.community, cast.assessor)
    lock_sheet(sheet, marks=clean_marks(Q1="2"), visited_on=cast.today, by=cast.assessor, at=NOW)
    assert sheet.total_points == 98


def test_the_scored_do_not_learn_whose_sheet_it_is(cast, sign_in, round, sheet):
    Sheet.objects.update(status="locked", total_points=Decimal(99), marks=marks_of_a_clean_visit())
    Round.objects.update(status="on_notice")
    seen = sign_in(cast.lead_officer).get(sheet.get_absolute_url()).content.decode()
    assert "考评员甲" in seen
    assert sheet.assessor.name not in seen


def marks_of_a_clean_visit() -> dict:
    return {"community": {"deducted": "0", "not_applicable": False, **read()["community"]}}
