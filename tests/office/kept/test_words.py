"""What was typed is shown by the labels of its form, a choice by its name and never by its key."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from gongjian.office.kept.words import in_words


@pytest.fixture
def topic_new():
    return reverse("communities:topic_new")


def test_words_stand_under_the_label_of_their_field(cast, topic_new):
    typed = [("title", "路灯"), ("text", "巷口路灯坏了"), ("raised_for", " ")]
    assert in_words(topic_new, typed, cast.community_worker)[0] == ("题目", "路灯")
    assert len(in_words(topic_new, typed, cast.community_worker)) == 2


def test_a_row_is_shown_by_its_name(cast, topic_new):
    typed = [("title", "路灯"), ("community", cast.community.code)]
    rows = dict(in_words(topic_new, typed, cast.community_worker))
    assert rows["社区"].startswith(cast.community.name)


@pytest.mark.parametrize("key", ["330111009999", "不是编码"])
def test_a_row_that_there_is_not_is_left_out(cast, topic_new, key):
    typed = [("title", "路灯"), ("community", key)]
    assert in_words(topic_new, typed, cast.community_worker) == [("题目", "路灯")]


def test_a_visitor_is_told_no_names(cast, topic_new):
    typed = [("title", "路灯"), ("community", cast.community.code)]
    assert in_words(topic_new, typed, AnonymousUser()) == [("题目", "路灯")]


def test_a_choice_is_shown_by_its_label(cast):
    plan_edit = reverse("communities:plan_item_add", args=["2026Q4"])
    typed = [("text", "清理楼道"), ("area", "environment")]
    rows = in_words(plan_edit, typed, cast.office_staff)
    assert len(rows) == 2
    assert "environment" not in dict(rows).values()


@pytest.mark.parametrize("path", ["/forum/new/", "/no/such/place/"])
def test_a_name_that_no_form_knows_is_left_out_or_kept_as_it_is(cast, path):
    typed = [("nothing", "巷口")]
    assert in_words(path, typed, cast.office_staff) == []
    assert in_words(path, typed, cast.office_staff, keep_unknown=True) == typed
