import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from types import SimpleNamespace

import django_filters
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.test import RequestFactory
from django.utils.safestring import mark_safe
from openpyxl import load_workbook

from gongjian.lib.inputs import DayInput
from gongjian.lib.listing import Act, Button, Column, ListPage, Tab
from tests.cast import make_user
from tests.queries import count_queries
from units.models import Unit

pytestmark = pytest.mark.django_db
LONG = "富春街道江滨东大道与迎宾北路交叉口东北侧金色阳光花园及周边沿街商铺联合社区居民委员会"


class UnitFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="搜索", field_name="name", lookup_expr="icontains")
    since = django_filters.DateFilter(label="登记自", method="since_day", widget=DayInput())

    def since_day(self, queryset, name, value):
        return queryset


class UnitPage(ListPage):
    title, noun, section = "单位名册", "家", "units"
    filterset_class = UnitFilter
    default_sort = "name"
    page_size = 10
    empty_text = "名册里还没有单位"
    empty_hint = "先登记一家"
    exports: list[int] = []
    columns = (
        Column("名称", "name", sort="name", link=True),
        Column("职能部门", "is_functional_department", sort="is_functional_department"),
        Column("类别", "get_kind_display", sort="kind,name"),
        Column("得分", lambda unit: Decimal("81.205"), kind="points", sort="pk"),
        Column("电话", lambda unit: "13812345678", kind="phone"),
        Column("状态", lambda unit: "在册", kind="tag", tone=lambda unit: "good"),
    )

    def get_queryset(self):
        return Unit.objects.all()

    def exported(self, count):
        self.exports.append(count)


class TabbedPage(UnitPage):
    def tabs(self):
        return [
            Tab("全部"),
            ("机关", "organ", Q(kind="organ")),
            ("企业", "enterprise", Q(kind="enterprise")),
        ]


class ActingPage(UnitPage):
    def buttons(self):
        return [Button("登记单位", "/units/new/", primary=True)]

    def acts(self):
        return [("停用", "workbench"), Act("合并", "workbench", confirm="确定合并？")]


@pytest.fixture
def user():
    return make_user("reader")


def units(count, prefix="单位", **given):
    numbered = (f"{prefix}{place:03}" for place in range(count))
    Unit.objects.bulk_create(
        Unit(**{"kind": "organ", "name": name, "short_name": name, **given}) for name in numbered
    )


def get(user, query="", page=UnitPage):
    request = RequestFactory().get(f"/units/{query}")
    request.user = user
    return page.as_view()(request)


def html(user, query="", page=UnitPage):
    return get(user, query, page).content.decode()


def names(text):
    return re.findall(r"<a href=\"/units/\d+/\">([^<]+)</a>", text)


def sheet(response):
    return load_workbook(io.BytesIO(b"".join(response.streaming_content))).active


def test_a_visitor_is_sent_to_sign_in():
    assert get(AnonymousUser()).status_code == 302


def test_the_heading_counts_all_pages(user):
    units(25)
    text = html(user)
    assert "25 家" in text
    assert len(names(text)) == 10
    assert "第" in text
    assert "1–10" in text


@pytest.mark.parametrize("page", ["3", "99", "last"])
def test_a_page_out_of_range_is_the_last_and_nonsense_the_first(user, page):
    units(25)
    expected = [f"单位{place:03}" for place in (range(10) if page == "last" else range(20, 25))]
    assert names(html(user, f"?page={page}")) == expected


def test_sort_follows_the_address_and_equal_keys_the_primary_key(user):
    units(25)
    seen = [
        name
        for page in (1, 2, 3)
        for name in names(html(user, f"?sort=-is_functional_department&page={page}"))
    ]
    assert seen == [f"单位{place:03}" for place in range(25)]


def test_sort_can_be_turned(user):
    units(3)
    assert names(html(user, "?sort=-name")) == ["单位002", "单位001", "单位000"]
    assert 'aria-sort="descending"' in html(user, "?sort=-name")


def test_a_sort_of_several_names_goes_one_way(user):
    units(2)
    units(2, "商场", kind="enterprise")
    assert names(html(user, "?sort=-kind,name")) == ["单位001", "单位000", "商场001", "商场000"]


@pytest.mark.parametrize("sort", ["created_by__password", "--name", "name,pk", "?"])
def test_an_unknown_sort_is_ignored(user, sort):
    units(3)
    assert names(html(user, f"?sort={sort}")) == ["单位000", "单位001", "单位002"]


def test_figures_sort_with_the_greatest_first(user):
    units(1)
    assert 'href="?sort=-pk">得分' in html(user)


def test_filters_live_in_the_address_and_stay_through_sorting_and_paging(user):
    units(25)
    text = html(user, "?q=单位01")
    assert names(text) == [f"单位{place:03}" for place in range(10, 20)]
    assert 'value="单位01"' in text
    assert "q=%E5%8D%95%E4%BD%8D01&amp;sort=-name" in text


def test_a_filter_that_cannot_be_read_shows_its_error_and_no_row(user):
    units(3)
    response = get(user, "?since=昨天")
    text = response.content.decode()
    assert response.status_code == 400
    assert names(text) == []
    assert "输入一个有效的日期" in text


def test_a_filter_that_cannot_be_read_exports_nothing(user):
    units(3)
    response = get(user, "?since=昨天&format=xlsx")
    assert response.status_code == 400
    assert response.headers["Content-Type"].startswith("text/html")


def test_an_empty_list_says_what_to_do_next(user):
    text = html(user, page=ActingPage)
    assert "名册里还没有单位" in text
    assert "先登记一家" in text
    assert 'class="btn primary" href="/units/new/"' in text
    assert "清除筛选" not in text


def test_a_list_that_filters_hide_offers_to_clear_them(user):
    units(3)
    text = html(user, "?q=不存在")
    assert "没有符合筛选条件的单位名册" in text
    assert '<a class="btn" href="/units/">清除筛选</a>' in text
    assert "名册里还没有单位" not in text


def test_tabs_count_and_filter_by_the_same_rule(user):
    units(4)
    units(3, "商场", kind="enterprise")
    text = html(user, "?tab=enterprise", TabbedPage)
    assert re.findall(r'<span class="num">(\d+)</span></a>', text) == ["7", "4", "3"]
    assert names(text) == ["商场000", "商场001", "商场002"]
    assert "3 家" in text


def test_an_unknown_tab_is_the_first(user):
    units(2)
    assert len(names(html(user, "?tab=nothing", TabbedPage))) == 2


class ClockedPage(UnitPage):
    """Its tab asks the clock, as 逾期 does: no two looks at it are equal."""

    def tabs(self):
        return [Tab("全部"), Tab("机关", "organ", Q(kind="organ", pk__lt=10**6 + next(self.ticks)))]

    ticks = count()


def test_a_tab_that_asks_the_clock_is_found_again(user):
    units(2)
    assert len(names(html(user, "?tab=organ", ClockedPage))) == 2


def test_an_empty_tab_leads_back_to_all(user):
    units(2)
    assert "这一类里没有单位名册" in html(user, "?tab=enterprise", TabbedPage)


def test_acts_post_the_ticked_rows_and_know_the_way_back(user):
    units(2)
    text = html(user, "?sort=-name", ActingPage)
    assert text.count('name="ids"') == 2
    assert 'aria-label="选择 单位001"' in text
    assert 'formaction="/"' in text
    assert 'data-confirm="确定合并？"' in text
    assert 'name="next" value="/units/?sort=-name"' in text


def test_a_list_without_acts_has_no_boxes(user):
    units(1)
    assert 'name="ids"' not in html(user)


def test_names_are_escaped_and_long_ones_whole(user):
    Unit.objects.create(name="<b>单位</b>", short_name=LONG[:20])
    text = html(user)
    assert "&lt;b&gt;单位&lt;/b&gt;" in text
    assert "<b>单位" not in text


def test_cells_carry_their_heading_for_the_phone(user):
    units(1)
    text = html(user)
    assert 'data-label="得分">81.21</td>' in text
    assert 'data-label="电话">138****5678</td>' in text
    assert '<span class="tag good">在册</span>' in text


def test_the_workbook_holds_exactly_what_is_filtered_on_all_pages(user):
    units(25)
    got = sheet(get(user, "?q=单位01&format=xlsx&page=2&sort=-name"))
    rows = [[cell.value for cell in row] for row in got.iter_rows()]
    assert got.title == "单位名册"
    assert rows[0] == ["名称", "职能部门", "类别", "得分", "电话", "状态"]
    assert [row[0] for row in rows[1:]] == [f"单位{place:03}" for place in range(19, 9, -1)]
    assert rows[1][3:] == [81.21, "138****5678", "在册"]


def test_the_workbook_runs_no_formula(user):
    Unit.objects.create(name='=HYPERLINK("http://x")', short_name="+1")
    row = next(sheet(get(user, "?format=xlsx")).iter_rows(min_row=2))
    assert row[0].data_type == "s"
    assert row[0].value == '=HYPERLINK("http://x")'


def test_the_workbook_keeps_to_the_tab(user):
    units(2)
    units(3, "商场", kind="enterprise")
    assert sheet(get(user, "?tab=enterprise&format=xlsx", TabbedPage)).max_row == 4


def test_an_export_is_told_with_its_count(user):
    units(12)
    UnitPage.exports.clear()
    get(user, "?format=xlsx").close()
    assert UnitPage.exports == [12]


def test_a_list_that_may_not_be_exported_shows_the_page(user):
    units(2)
    closed = type("Closed", (UnitPage,), {"export": False})
    response = get(user, "?format=xlsx", closed)
    assert response.headers["Content-Type"].startswith("text/html")
    assert "导出 Excel" not in response.content.decode()


@pytest.mark.parametrize("page", [UnitPage, TabbedPage, ActingPage])
def test_a_list_costs_two_queries_at_any_length(user, page, settings):
    settings.TEMPLATES = [
        {
            **settings.TEMPLATES[0],
            "OPTIONS": {**settings.TEMPLATES[0]["OPTIONS"], "context_processors": []},
        }
    ]
    units(1)
    few = count_queries(lambda: get(user, "", page))
    units(200, "新")
    assert few == count_queries(lambda: get(user, "?page=3", page)) == 2


@pytest.mark.parametrize(
    ("column", "row", "shown", "exported"),
    [
        (Column("a", "b.c"), SimpleNamespace(b=None), "—", None),
        (Column("a", "b", kind="points"), SimpleNamespace(b=Decimal(0)), "0.00", Decimal("0.00")),
        (Column("a", "b", kind="num"), SimpleNamespace(b=0), "0", 0),
        (Column("a", "b", kind="num"), SimpleNamespace(b=12345), "12,345", 12345),
        (
            Column("a", "b", kind="yuan"),
            SimpleNamespace(b=Decimal("1.005")),
            "1.01 元",
            Decimal("1.01"),
        ),
        (
            Column("a", "b", kind="date"),
            SimpleNamespace(b=date(2026, 11, 3)),
            "2026年11月3日",
            date(2026, 11, 3),
        ),
        (
            Column("a", "b", kind="datetime"),
            SimpleNamespace(b=datetime(2026, 11, 3, 16, 5, tzinfo=UTC)),
            "2026年11月4日 00:05",
            datetime(2026, 11, 3, 16, 5, tzinfo=UTC),
        ),
        (Column("a", lambda row: mark_safe("<b>粗</b>")), None, "<b>粗</b>", "粗"),
        (Column("a", lambda row: "<b>"), None, "<b>", "<b>"),
        (Column("a", "b"), SimpleNamespace(b=""), "—", ""),
    ],
)
def test_a_column_shows_and_exports(column, row, shown, exported):
    assert column.show(row) == shown
    assert column.export(row) == exported
