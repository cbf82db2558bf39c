"""The forms of a round: what they ask for by its rubric, and what they refuse beside the field."""

import pytest
from django.urls import reverse

from gongjian.accounts.models import User
from inspections.models import Checklist
from scoring.models import Draw, Round, Sheet
from scoring.rules.refusals import Missing
from scoring.services.rounds.drawing import Visits, draw_assessors
from tests.scoring.access import ONE_EACH
from tests.scoring.factories import make_assessors, make_checklist, make_measured, make_round

DRAW = reverse("scoring:round_draw", args=["2026Q4"])
# A city of 1.2 million: the middle band of the rubric.
PLACES = {
    "quota-total": "215",
    "quota-organisation": "10",
    "quota-education": "13",
    "quota-appearance": "79",
    "quota-roads": "12",
}


def form_of(answer):
    return answer.context["form"]


def new_round(cast, **given):
    days = {"starts_on": "2026-12-01", "ends_on": "2026-12-20"}
    return {"quarter": "2026Q4", "seed": "种子", **days, **given}


def test_a_rubric_with_its_own_list_needs_a_checklist_that_findings_can_name(cast, sign_in):
    client, rubric = sign_in(cast.office_staff), make_measured(cast, "r5")
    Checklist.objects.all().delete()
    refused = client.post(reverse("scoring:round_new"), new_round(cast, rubric=rubric.pk))
    assert refused.status_code == 400
    assert "还没有自查表" in form_of(refused).errors["rubric"][0]
    assert not Round.objects.exists()


def test_a_checklist_that_begins_later_serves_where_none_is_in_force(cast, sign_in):
    client, rubric = sign_in(cast.office_staff), make_measured(cast, "r5")
    checklist = make_checklist()
    Checklist.objects.update(valid_from="2027-06-01")
    answer = client.post(reverse("scoring:round_new"), new_round(cast, rubric=rubric.pk))
    assert answer.status_code == 302
    assert Round.objects.get().checklist == checklist


def test_the_draw_asks_for_the_least_sample_where_the_rubric_has_one(cast, sign_in):
    make_round(cast, rubric=make_measured(cast, "r8"), follows_rubric=True)
    form = form_of(sign_in(cast.office_staff).get(DRAW))
    assert form.fields["size"].label == "城区人口（万人）"
    assert form.fields["quota-roads"].label == "主次干道抽几处"
    least = "至少：50 万以下 8、50 万到 200 万 12、200 万以上 15"
    assert form.fields["quota-roads"].help_text == least
    assert "quota-communities" not in form.fields  # the draw counts them itself


def test_a_draw_of_enough_places_is_kept_with_what_it_covers(cast, sign_in):
    make_assessors(3)
    make_round(cast, rubric=make_measured(cast, "r8"), follows_rubric=True)
    client = sign_in(cast.office_staff)
    answer = client.post(DRAW, {**ONE_EACH, **PLACES, "size": "120"}, follow=True)
    round = Round.objects.get()
    assert round.status == "assessing"
    assert round.sampled["size"] == "120"
    assert round.sampled["taken"] == {
        "total": 215,
        "organisation": 10,
        "communities": 3,
        "education": 13,
        "appearance": 79,
        "roads": 12,
    }
    assert "主次干道" in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"quota-roads": "9"}, "__all__", "主次干道：抽了 9 处，至少 12 处，还差 3 处"),
        ({"size": "-1"}, "size", "大于或等于"),
        ({"bottom": "2"}, "bottom", "必检的社区要有错时或夜间考评，请先填考评几个社区"),
        ({"off_peak": "1"}, "__all__", "评分细则没有“错时”这一轮，不能安排"),
    ],
)
def test_a_draw_that_the_rubric_does_not_allow_is_refused(cast, sign_in, change, field, sentence):
    make_assessors(3)
    make_round(cast, rubric=make_measured(cast, "r8"), follows_rubric=True)
    posted = {**ONE_EACH, **PLACES, "size": "120", **change}
    answer = sign_in(cast.office_staff).post(DRAW, posted)
    assert answer.status_code == 400
    assert any(sentence in said for said in form_of(answer).errors[field])
    assert not Draw.objects.exists()
    assert Round.objects.get().status == "planned"


def test_a_rubric_without_assessment_asks_for_no_visits_and_only_starts(cast, sign_in):
    make_round(cast, rubric=make_measured(cast, "r6"))
    client = sign_in(cast.office_staff)
    page = client.get(DRAW)
    assert list(form_of(page).fields) == []
    assert "确定现在开始？" in page.content.decode()
    answer = client.post(DRAW, {}, follow=True)
    assert "已开始考评，请登记读数" in answer.content.decode()
    assert (Round.objects.get().status, Sheet.objects.count()) == ("assessing", 0)


def test_the_draw_offers_what_the_rubric_lays_down(cast, sign_in):
    make_round(cast, rubric=make_measured(cast, "patterns"))
    form = form_of(sign_in(cast.office_staff).get(DRAW))
    assert (form.fields["each"].initial, form.fields["each_extra"].initial) == (5, 5)
    assert "有 5 张打分表起" in form.fields["each"].help_text


def test_fewer_assessors_than_the_rubric_lays_down_are_refused(cast, sign_in):
    make_assessors(6)
    make_round(cast, rubric=make_measured(cast, "patterns"))
    answer = sign_in(cast.office_staff).post(DRAW, {**ONE_EACH, "each": "4"})
    assert "评分细则规定每个社区每轮 5 名考评员，不能少抽" in answer.content.decode()


def test_a_draw_of_nobody_leaves_every_community_uncovered(cast):
    make_assessors(2)
    with pytest.raises(Missing) as missing:
        draw_assessors(make_round(cast), visits=Visits(each=0), by=cast.office_staff, at=cast.now)
    lacks = "日常考评没有抽到考评员，每个社区至少要有 1 张打分表"
    assert f"虎山社区：{lacks}" in missing.value.what
    assert len(missing.value.what) == 3


def test_a_least_sample_is_never_passed_over(cast):
    round = make_round(cast, rubric=make_measured(cast, "r8"), follows_rubric=True)
    with pytest.raises(Missing, match="评分细则有最低抽样量，请填写城区人口（万人）"):
        draw_assessors(round, visits=Visits(each=1), by=cast.office_staff, at=cast.now)


def test_the_last_are_those_of_a_published_quarter_alone(cast):
    """With no quarter before, the further pass goes by lot."""
    make_assessors(4)
    visits = Visits(each=1, off_peak=1, bottom=1, each_extra=1)
    draw_assessors(make_round(cast), visits=visits, by=cast.office_staff, at=cast.now)
    assert Draw.objects.filter(on_pass="off_peak").count() == 1


def test_replacing_lists_sheets_with_whose_they_are_and_whether_they_were_begun(cast, sign_in):
    round = make_round(cast, status="assessing")
    gone, new = make_assessors(2)
    sheet = Sheet.objects.create(
        round=round, community=cast.community, assessor=gone, marks={"Q1": {"deducted": "1"}}
    )
    gone.appointments.all().delete()
    client = sign_in(cast.office_staff)
    url = reverse("scoring:round_replace", args=["2026Q4"])
    form = form_of(client.get(url))
    offered = [str(label) for _, label in form.fields["sheet"].choices]
    assert offered == ["请选择打分表", "虎山社区：考评00（已开始）"]
    people = [str(label) for _, label in form.fields["assessor"].choices]
    assert f"{new.name}（{new.username}）" in people
    assert client.post(url, {"sheet": sheet.pk, "assessor": new.pk}).status_code == 302
    assert User.objects.get(sheets__status="open") == new
