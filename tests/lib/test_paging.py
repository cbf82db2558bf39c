from datetime import datetime, timedelta

import pytest
from django.test import RequestFactory
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from gongjian.accounts.models import User
from gongjian.lib.paging import StableCursor
from gongjian.lib.quarters import SHANGHAI

AT = datetime(2026, 11, 16, 10, tzinfo=SHANGHAI)
pytestmark = pytest.mark.django_db


class ByMoment:
    ordering = ("-created_at",)


def people(count, *, at=AT):
    User.objects.bulk_create(
        User(username=f"u{at:%S}-{place}", name="某人", created_at=at) for place in range(count)
    )


def read(url, *, view=None, queryset=None):
    paginator = StableCursor()
    queryset = User.objects.all() if queryset is None else queryset
    rows = paginator.paginate_queryset(queryset, Request(RequestFactory().get(url)), view)
    return rows, paginator.get_next_link(), paginator.get_previous_link()


def walk(url, **given):
    """Every row by following next to the end."""
    seen = []
    while url:
        rows, url, _ = read(url, **given)
        seen += rows
    return seen


def test_equal_keys_are_read_once_each_however_many():
    people(1_250)
    seen = [user.pk for user in walk("/api/?limit=100", view=ByMoment)]
    assert len(seen) == 1_250
    assert len(set(seen)) == 1_250


def test_keys_come_in_the_order_of_the_view_and_equal_ones_by_primary_key():
    for second in (2, 0, 1):
        people(3, at=AT + timedelta(seconds=second))
    seen = walk("/api/?limit=2", view=ByMoment)
    assert seen == sorted(seen, key=lambda user: (-user.created_at.timestamp(), user.pk))


def test_a_row_that_comes_while_reading_moves_no_other():
    people(6)
    first, url, _ = read("/api/?limit=3", view=ByMoment)
    people(2, at=AT + timedelta(seconds=9))
    second, _, _ = read(url, view=ByMoment)
    assert [user.pk for user in first + second] == sorted(
        User.objects.filter(created_at=AT).values_list("pk", flat=True)
    )


def test_previous_leads_back_to_the_page_before():
    people(5)
    first, url, none_before = read("/api/?limit=2")
    second, _, back = read(url)
    again, forth, before_first = read(back)
    assert none_before is None
    assert again == first
    assert read(forth)[0] == second
    assert before_first is None


def test_the_last_page_has_no_next():
    people(4)
    _, url, _ = read("/api/?limit=2")
    rows, after, _ = read(url)
    assert len(rows) == 2
    assert after is None


def test_an_empty_list_has_neither_next_nor_previous():
    assert read("/api/") == ([], None, None)


def test_rows_may_be_dicts():
    people(3)
    rows = walk("/api/?limit=2", view=ByMoment, queryset=User.objects.values("id", "created_at"))
    assert len({row["id"] for row in rows}) == 3


def test_filters_of_the_address_stay_in_next():
    people(3)
    assert "updated_after=2026-11-01" in read("/api/?updated_after=2026-11-01&limit=2")[1]


def test_one_query_a_page(django_assert_num_queries):
    people(5)
    _, url, _ = read("/api/?limit=2")
    with django_assert_num_queries(1):
        read(url)


@pytest.mark.parametrize(
    "cursor",
    ["!", "abc", "W10", "WzAsIDFd", "WzAsICJ4IiwgIngiXQ", "WzAsIG51bGwsIHsiYSI6IDF9XQ", "虎山"],
)
def test_a_cursor_that_is_not_ours_is_refused_with_the_way_out(cursor):
    people(1)
    with pytest.raises(ValidationError) as refused:
        read(f"/api/?cursor={cursor}", view=ByMoment)
    assert "请从第一页重新读取" in str(refused.value.detail["cursor"])


def test_a_page_holds_five_hundred_rows_at_most():
    people(510)
    assert len(read("/api/?limit=9999")[0]) == 500


@pytest.mark.parametrize("limit", ["0", "-1", "abc", ""])
def test_a_senseless_limit_is_the_usual_one(limit):
    people(101)
    assert len(read(f"/api/?limit={limit}")[0]) == 100
