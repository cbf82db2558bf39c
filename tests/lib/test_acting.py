"""What a service refuses stands in its form, with one status for every page."""

import pytest
from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import RequestFactory
from django.urls import reverse

from gongjian.lib.acting import (
    WrongState,
    answer_status,
    carry_out,
    form_page,
    page_above,
    posted,
    show_refusal,
)
from gongjian.lib.editing import Editing
from gongjian.lib.uploads import BadUpload
from tests.communities.factories import make_plan, make_topic
from units.models import Unit


class VisitForm(forms.Form):
    leader = forms.CharField(label="联系领导", max_length=4)
    raised = forms.CharField(label="反映的问题", required=False)


Lines = forms.formset_factory(VisitForm)


def filled_in(**fields) -> VisitForm:
    return VisitForm({"leader": "王主任", "raised": "路灯不亮", **fields})


def refusing(refusal):
    def act(**fields):
        raise refusal

    return act


def test_an_act_gets_the_cleaned_data_and_its_result_is_returned():
    assert carry_out(filled_in(leader=" 王主任 "), dict) == {
        "leader": "王主任",
        "raised": "路灯不亮",
    }


def test_an_act_that_returns_nothing_counts_as_done():
    assert carry_out(filled_in(), lambda **fields: None) is True


@pytest.mark.parametrize(
    "form", [VisitForm(), filled_in(leader=""), filled_in(leader="超过四个字")]
)
def test_an_act_is_not_called_for_a_form_that_is_empty_or_wrong(form):
    assert carry_out(form, refusing(AssertionError("called"))) is None


def test_a_refusal_stands_at_its_field_and_keeps_the_code():
    form = filled_in()
    refusal = ValidationError({"leader": ValidationError("不是联系领导", code="stranger")})
    assert carry_out(form, refusing(refusal)) is None
    assert form.errors == {"leader": ["不是联系领导"]}
    assert form.has_error("leader", "stranger")
    assert form["raised"].value() == "路灯不亮"
    assert answer_status(form) == 400


def test_a_refusal_without_a_field_of_the_form_stands_above_it():
    form = filled_in()
    refusal = ValidationError({"quarter": ["已结账"], "leader": ["停职"]})
    assert carry_out(form, refusing(refusal)) is None
    assert form.errors == {"__all__": ["已结账"], "leader": ["停职"]}


def test_a_refusal_without_any_field_stands_above_the_form():
    form = filled_in()
    assert carry_out(form, refusing(ValidationError(["太早", "太远"]))) is None
    assert form.non_field_errors() == ["太早", "太远"]


def test_a_file_that_is_refused_stands_at_its_field():
    class PhotoForm(VisitForm):
        photos = forms.FileField(label="照片", required=False)

    form = PhotoForm({"leader": "王主任"})
    assert carry_out(form, refusing(BadUpload("照片已存满"))) is None
    assert form.errors == {"photos": ["照片已存满"]}
    assert (answer_status(form), form["leader"].value()) == (400, "王主任")


def test_a_file_that_is_refused_stands_above_a_form_without_files():
    form = filled_in()
    assert carry_out(form, refusing(BadUpload("照片已存满"))) is None
    assert form.non_field_errors() == ["照片已存满"]


def test_a_moment_that_has_passed_is_answered_with_409_and_the_words_are_kept():
    form = filled_in()
    assert carry_out(form, refusing(WrongState("本季度已结账"))) is None
    assert form.non_field_errors() == ["本季度已结账"]
    assert form["raised"].value() == "路灯不亮"
    assert answer_status(form) == 409


def test_who_may_not_act_is_not_answered_in_the_form():
    with pytest.raises(PermissionDenied):
        carry_out(filled_in(), refusing(PermissionDenied("只有牵头单位")))


def test_the_status_of_several_forms_is_that_of_the_worst():
    passed = filled_in()
    show_refusal(passed, WrongState("已办结"))
    assert answer_status(VisitForm(), filled_in()) == 200
    assert answer_status(filled_in(), filled_in(leader="")) == 400
    assert answer_status(filled_in(leader=""), passed) == 409


def test_the_status_of_a_formset_is_told_by_its_forms():
    size = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0"}
    right = Lines({**size, "form-0-leader": "王主任"})
    wrong = Lines({**size, "form-0-leader": "超过四个字"})
    assert (answer_status(right), answer_status(wrong)) == (200, 400)


def test_a_form_is_bound_only_by_a_request_that_posts():
    assert not VisitForm(*posted(RequestFactory().get("/", {"leader": "王主任"}))).is_bound
    assert VisitForm(*posted(RequestFactory().post("/"))).is_bound


@pytest.fixture
def get(cast):
    request = RequestFactory().get("/")
    request.user = cast.office_staff
    return request


def test_the_page_of_a_form_says_where_it_came_from(get):
    response = form_page(
        get,
        filled_in(leader=""),
        title="记录走访",
        section="communities",
        back=("走访", "/visits/"),
        crumbs=[("社区", "/communities/")],
        submit_label="记录",
    )
    page = response.content.decode()
    assert response.status_code == 400
    assert page.index("/communities/") < page.index("/visits/")
    assert "路灯不亮" in page
    assert '<a class="btn quiet" href="/visits/">取消</a>' in page


@pytest.mark.parametrize(
    ("act", "thing"),
    [
        ("/visits/12/delete/", "/visits/12/"),
        ("/plans/2026Q4/items/3/remove/", "/plans/2026Q4/items/"),
        ("/plans/2026Q4/items/", "/plans/2026Q4/"),
        ("/assignments/remind/", "/assignments/"),
        ("/accounts/sign-out/", "/"),
        ("/no/such/place/", "/"),
        ("/", "/"),
    ],
)
def test_the_page_above_an_act_is_its_thing_or_its_list(act, thing):
    assert page_above(act) == thing


def test_an_act_that_is_opened_like_a_page_leads_to_its_thing(client, cast, today):
    client.force_login(cast.office_staff)
    topic = make_topic(cast)
    answer = client.get(reverse("communities:topic_delete", args=[topic.pk]))
    assert (answer.status_code, answer.headers["Location"]) == (302, topic.get_absolute_url())


def test_the_page_of_a_passed_moment_links_to_the_thing(client, cast, today):
    client.force_login(cast.office_director)
    plan = make_plan(cast, status="issued")
    answer = client.get(reverse("communities:plan_edit", args=[plan.quarter]))
    assert answer.status_code == 409
    assert f'href="{plan.get_absolute_url()}"' in answer.content.decode()


class NameForm(forms.Form):
    name = forms.CharField(label="名称")


@pytest.fixture
def sent_back(cast):
    """Return (form, editing) of a colleague who has opened the name of a unit and sends another."""

    def editing_of(request):
        request.user = cast.office_staff
        return Editing(request, cast.member_unit, lambda row: {"name": row.name})

    words = {"name": "城西小学", "opened": editing_of(RequestFactory().get("/")).opened}
    request = RequestFactory().post("/", words)
    return NameForm(*posted(request)), editing_of(request)


def test_an_edited_row_is_locked_and_handed_to_the_act(sent_back, cast):
    form, editing = sent_back
    assert carry_out(form, lambda row, name: (row, name), editing=editing) == (
        cast.member_unit,
        "城西小学",
    )


def test_a_row_that_somebody_else_changed_is_left_alone(sent_back, cast):
    form, editing = sent_back
    Unit.objects.filter(pk=cast.member_unit.pk).update(name="城东小学")
    not_called = AssertionError("called")
    assert carry_out(form, refusing(not_called), editing=editing) is None
    assert answer_status(form, editing=editing) == 409
    assert form["name"].value() == "城西小学"
