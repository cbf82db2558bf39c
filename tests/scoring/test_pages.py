"""What the pages show, to whom, and at what cost; who gets in at all stands in access.py."""

import hashlib
import json
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from gongjian.accounts.scopes import SCOPES
from gongjian.accounts.tokens import create_token
from gongjian.jobs.models import Job
from scoring.models import Appeal, Round, Score, Sheet
from scoring.services.records.freezing import freeze_round
from scoring.services.records.public_notice import open_public_notice
from scoring.services.scores.gathering import gather_scores
from tests.editing import send
from tests.queries import count_queries
from tests.scoring.access import ONE_EACH
from tests.scoring.factories import (
    AFTER_QUARTER,
    clean_marks,
    fill_quarter,
    make_appeal,
    make_assessors,
    make_checklist,
    make_city,
    make_finding,
    make_round,
    make_rubric,
    make_score,
    make_sheet,
    make_unit_score,
)
from tests.scoring.worlds import AFTER_NOTICE


def page(client, name, *args, **query):
    return client.get(reverse(f"scoring:{name}", args=args), query).content.decode()


@pytest.fixture
def on_notice(cast):
    """虎山社区 on notice with two locked sheets, one of them with Q1 -2."""
    round = make_round(cast, status="on_notice")
    first, second = make_assessors(2)
    make_sheet(round, cast.community, first, marks=clean_marks(Q1="2"))
    make_sheet(round, cast.community, second, marks=clean_marks())
    return make_score(round, cast.community, points="92.03").round


def fields(**marks):
    """The posted form of a sheet on which nothing was deducted but for `marks`."""
    posted = {f"{code}-result": "nothing" for code in clean_marks()}
    for code, deducted in marks.items():
        posted |= {
            f"{code}-result": "deduct",
            f"{code}-deducted": deducted,
            f"{code}-note": "楼后有一堆",
        }
    return posted | {"visited_on": "2026-11-16"}


def test_a_sheet_is_filled_in_saved_and_locked(cast, sign_in):
    sheet = make_sheet(make_round(cast, status="assessing"), cast.community, cast.assessor)
    client = sign_in(cast.assessor)
    send(
        client,
        sheet.get_absolute_url(),
        {"act": "draft", "Q1-result": "deduct", "Q1-deducted": "1.5"},
    )
    assert 'value="1.5"' in page(client, "sheet", sheet.pk)
    answer = send(client, sheet.get_absolute_url(), {"act": "lock", **fields(W1="2")})
    assert answer.status_code == 302
    sheet.refresh_from_db()
    assert (sheet.status, sheet.total_points) == ("locked", Decimal("98.00"))
    assert sheet.marks["W1"] == {"deducted": "2", "not_applicable": False, "note": "楼后有一堆"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"W1-result": "deduct", "W1-deducted": "11"}, "本项最多扣 10 分"),
        ({"W1-result": "deduct", "W1-deducted": ""}, "请填扣几分"),
        ({"W1-result": "deduct", "W1-deducted": "一"}, "扣分请填数"),
        ({"W1-result": ""}, "还没有评"),
        ({"W1-result": "not_applicable"}, "不能选“不涉及”"),
        ({"visited_on": ""}, "请填写考评日期"),
    ],
)
def test_a_sheet_that_cannot_be_locked_says_why_and_keeps_what_was_typed(
    cast, sign_in, typed, said
):
    sheet = make_sheet(make_round(cast, status="assessing"), cast.community, cast.assessor)
    posted = {"act": "lock", **fields(Q4="3"), **typed}
    answer = send(sign_in(cast.assessor), sheet.get_absolute_url(), posted).content.decode()
    assert said in answer
    assert "楼后有一堆" in answer
    assert Sheet.objects.get().status == "open"


def test_the_scored_read_an_assessor_as_a_letter_and_the_office_by_name(cast, sign_in, on_notice):
    score, sheet = on_notice.scores.get(), on_notice.sheets.first()
    for name, pk in (("score", score.pk), ("sheet", sheet.pk)):
        seen = page(sign_in(cast.lead_officer), name, pk)
        assert "考评员甲" in seen
        assert sheet.assessor.name not in seen
        assert sheet.assessor.name in page(sign_in(cast.office_staff), name, pk)


def test_a_stranger_reads_the_parts_of_a_score_but_not_its_sheets(cast, sign_in, on_notice):
    seen = page(sign_in(cast.other_lead_officer), "score", on_notice.scores.get().pk)
    assert "全市考评" in seen
    assert "打分表不对您开放" in seen
    assert "考评员甲" not in seen


def test_a_deduction_leads_to_what_the_city_found(cast, sign_in, on_notice):
    finding = make_finding(cast, cast.community, item_code="Q1")
    other = make_finding(cast, cast.community, item_code="Q2")  # on which nothing was deducted
    seen = page(sign_in(cast.lead_officer), "score", on_notice.scores.get().pk)
    assert finding.get_absolute_url() in seen
    assert other.get_absolute_url() not in seen


def test_the_appeal_button_stands_while_the_notice_runs_and_for_the_own_group(
    cast, sign_in, on_notice
):
    score = on_notice.scores.get()
    link = reverse("scoring:appeal_new", args=[score.pk])
    assert link in page(sign_in(cast.lead_officer), "score", score.pk)
    assert link not in page(sign_in(cast.other_lead_officer), "score", score.pk)
    Round.objects.update(notice_ends_on=cast.today.replace(day=13))
    assert link not in page(sign_in(cast.lead_officer), "score", score.pk)
    assert sign_in(cast.lead_officer).get(link).status_code == 409


def test_an_appeal_is_raised_on_its_page(cast, sign_in, on_notice):
    score, sheet = on_notice.scores.get(), on_notice.sheets.first()
    client = sign_in(cast.lead_officer)
    url = reverse("scoring:appeal_new", args=[score.pk])
    assert "考评员甲" in client.get(url).content.decode()
    nothing_deducted = client.post(url, {"contested": f"{sheet.pk}-Q2", "reason": "没有扣分"})
    assert nothing_deducted.status_code == 400
    assert "没有扣分</textarea>" in nothing_deducted.content.decode()
    client.post(url, {"contested": f"{sheet.pk}-Q1", "reason": "当日已疏通"})
    assert Appeal.objects.get().reason == "当日已疏通"


def test_a_decision_without_the_new_deduction_is_refused_beside_the_field(cast, sign_in):
    appeal = make_appeal(cast, status="verified")
    client = sign_in(cast.office_director)
    answer = send(client, appeal.get_absolute_url(), {"uphold": "yes", "decision": "属实"})
    assert answer.context["form"].errors["new_deducted"] == ["申诉成立，请填改为扣几分，不扣分填 0"]
    assert answer.status_code == 400
    answer = send(
        client,
        appeal.get_absolute_url(),
        {"uphold": "yes", "new_deducted": "5", "decision": "属实"},
    )
    assert "少于原扣分" in answer.context["form"].errors["new_deducted"][0]
    assert answer.status_code == 400
    appeal.refresh_from_db()
    assert appeal.status == "verified"


def test_the_round_page_names_what_is_missing_and_gathering_is_refused(cast, sign_in):
    round = make_round(cast, status="assessing")
    make_sheet(round, cast.community, cast.assessor)
    client = sign_in(cast.office_staff)
    seen = page(client, "round", "2026Q4")
    assert "虎山社区：考评甲的打分表还没有锁定" in seen
    assert "春秋社区：全市考评：没有一张已锁定的评分表" in seen
    answer = client.post(reverse("scoring:round_gather", args=["2026Q4"]), follow=True)
    assert "还不能汇总，有 3 个社区的数据不齐" in answer.content.decode()
    assert not Job.objects.exists()


def test_the_round_page_shows_no_figure_while_sheets_are_open(cast, sign_in):
    round = make_round(cast, status="assessing")
    make_sheet(round, cast.community, cast.assessor, total_points=Decimal("87.65"))
    for person in (cast.office_director, cast.assessor):
        assert "87.65" not in page(sign_in(person), "round", "2026Q4")


def test_a_round_is_set_up_on_its_page_and_a_second_one_refused(cast, sign_in):
    client, url = sign_in(cast.office_staff), reverse("scoring:round_new")
    given = {
        "quarter": "2026Q4",
        "rubric": make_rubric(cast).pk,
        "checklist": make_checklist().pk,
        "starts_on": "2026-12-01",
        "ends_on": "2026-12-20",
        "seed": "种子",
    }
    assert client.post(url, {**given, "ends_on": "2026-11-01"}).context["form"].errors["ends_on"]
    assert client.post(url, {**given, "quarter": "2026Q5"}).context["form"].errors["quarter"]
    assert client.post(url, given).status_code == 302
    assert client.post(url, given).status_code == 400
    assert Round.objects.get().seed == "种子"


def test_the_draw_page_names_who_is_lacking(cast, sign_in):
    make_round(cast)
    answer = sign_in(cast.office_staff).post(
        reverse("scoring:round_draw", args=["2026Q4"]), {**ONE_EACH, "each": "5"}
    )
    assert "虎山社区：没有利害关系的考评员只有 1 名，需要 5 名" in answer.content.decode()


def test_the_gatherer_is_shown_no_way_to_freeze(cast, sign_in):
    round = make_round(cast, status="assessing")
    fill_quarter(cast, round, cast.communities.values(), make_assessors(5))
    gather_scores(round, by=cast.office_staff, at=AFTER_QUARTER)
    open_public_notice(round, by=cast.office_staff, at=cast.now)
    Round.objects.update(notice_ends_on=cast.today.replace(day=13))
    link = reverse("scoring:round_freeze", args=["2026Q4"])
    assert link not in page(sign_in(cast.office_staff), "round", "2026Q4")
    assert link in page(sign_in(cast.office_director), "round", "2026Q4")
    round.refresh_from_db()
    frozen = freeze_round(round, by=cast.office_director, at=AFTER_NOTICE)
    assert frozen.sha256 in page(sign_in(cast.lead_officer), "round", "2026Q4")


def test_the_frozen_record_leaves_byte_for_byte_as_it_was_hashed(cast, sign_in):
    round = make_round(cast, status="assessing")
    fill_quarter(cast, round, cast.communities.values(), make_assessors(5))
    gather_scores(round, by=cast.office_staff, at=AFTER_QUARTER)
    open_public_notice(round, by=cast.office_staff, at=AFTER_QUARTER)
    freeze_round(round, by=cast.office_director, at=AFTER_NOTICE)
    content = sign_in(cast.lead_officer).get(reverse("scoring:frozen", args=["2026Q4"])).content
    assert hashlib.sha256(content).hexdigest() == round.sha256
    assert json.loads(content)["quarter"] == "2026Q4"


def test_no_record_leaves_before_it_is_frozen(cast, sign_in, on_notice):
    assert (
        sign_in(cast.office_staff).get(reverse("scoring:frozen", args=["2026Q4"])).status_code
        == 404
    )


def test_the_ranking_shows_the_change_and_leaves_as_a_workbook(cast, sign_in, on_notice):
    make_score(
        make_round(cast, quarter="2026Q3", status="published"), cast.community, points="90.00"
    )
    client = sign_in(cast.lead_officer)
    assert '<span class="delta up">+2.03</span>' in page(client, "ranking", "2026Q4")
    content = client.get(reverse("scoring:ranking", args=["2026Q4"]), {"format": "xlsx"}).getvalue()
    rows = list(openpyxl.load_workbook(BytesIO(content)).active.values)
    assert rows[0][:3] == ("名次", "社区", "牵头单位")
    written = dict(zip(rows[0], rows[1], strict=True))
    assert (written["社区"], written["得分"], written["较上季"]) == ("虎山社区", 92.03, 2.03)


def test_the_ranking_is_filtered_by_class(cast, sign_in, on_notice):
    cast.other_community.kind = "old_town"
    cast.other_community.save(update_fields=["kind"])
    make_score(on_notice, cast.other_community)
    body = page(sign_in(cast.lead_officer), "ranking", "2026Q4", kind="old_town").split("<tbody>")[
        1
    ]
    assert "后周社区" in body
    assert "虎山社区" not in body


def test_units_are_listed_by_standing(cast, sign_in, on_notice):
    make_unit_score(on_notice, cast.lead_unit, "lead")
    make_unit_score(on_notice, cast.department, "department")
    client = sign_in(cast.lead_officer)
    assert "市住房和城乡建设局" in page(client, "unit_scores", "2026Q4")
    body = page(client, "unit_scores", "2026Q4", tab="department").split("<tbody>")[1]
    assert "城市管理局" in body
    assert "市住房和城乡建设局" not in body


def queries_before_and_after(more, client, url):
    """The page's queries with the communities that there are, and after `more` came."""
    client.get(url)
    few = count_queries(lambda: client.get(url))
    more()
    return few, count_queries(lambda: client.get(url))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ranking", "round", "unit_scores", "year"])
def test_pages_of_a_quarter_cost_the_same_for_ten_and_for_sixty_communities(cast, sign_in, name):
    round = make_round(cast, status="published")
    assessors = make_assessors(5)

    def more(city):
        for community in city:
            make_score(round, community)
            make_unit_score(round, community.group.lead_unit, "lead")
            round.draws.bulk_create(
                [round.draws.model(round=round, community=community, assessor=a) for a in assessors]
            )

    more(make_city(10))
    url = reverse(f"scoring:{name}", args=["2026Q4"])
    few, many = queries_before_and_after(
        lambda: more(make_city(50, offset=100)), sign_in(cast.office_staff), url
    )
    assert few == many


def test_a_score_page_costs_the_same_in_a_city_of_ten_and_of_sixty(cast, sign_in, on_notice):
    def more(count, offset):
        for community in make_city(count, offset=offset):
            make_score(on_notice, community)

    more(9, 0)
    url = on_notice.scores.get(community=cast.community).get_absolute_url()
    few, many = queries_before_and_after(lambda: more(50, 100), sign_in(cast.office_staff), url)
    assert few == many


def test_the_api_gives_scores_with_constant_queries(cast, client, today, on_notice):
    _, token = create_token(user=cast.api_client, name="t", at=cast.now, scopes=SCOPES)
    ask = {"headers": {"authorization": f"Token {token}"}}
    answer = client.get(
        "/api/v1/scores/", {"quarter": "2026Q4", "community": cast.community.code}, **ask
    ).json()
    assert [row["total_points"] for row in answer["results"]] == ["92.03"]
    few = count_queries(lambda: client.get("/api/v1/scores/", **ask))
    for community in make_city(30):
        make_score(on_notice, community)
    assert count_queries(lambda: client.get("/api/v1/scores/", **ask)) == few
    assert Score.objects.count() == 31
