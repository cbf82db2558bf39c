"""A list page is always the same page: one column spec for the screen, the print and the workbook.

class FindingList(ListPage): title, noun, columns = "问题整改", "件", (Column("编号", "number",
sort="number", link=True), ...)

        def get_queryset(self):
            return Finding.objects.visible_to(self.request.user).select_related("community")

Filters, sort, tab and page live in the address. The number of queries is constant: one for the
counts, one for the page, and what the subclass prefetches.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from tempfile import TemporaryFile
from typing import Any, NamedTuple

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.views import View
from django_filters import FilterSet

from gongjian.lib.spreadsheets import write_xlsx
from gongjian.lib.templatetags.office import day, masked_phone, moment, points, tag, yuan

GAP = "—"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_A_FETCH = 2000
BRIEF = 9
SHOWN: dict[str, Callable[[Any], str]] = {
    "num": lambda value: f"{value:,}",
    "points": points,
    "yuan": yuan,
    "date": day,
    "datetime": lambda value: moment(value, "full"),
    "phone": masked_phone,
}
FIGURES = {"num", "points", "yuan"}
DAYS = {"date", "datetime"}
UNBROKEN = DAYS | {"code", "phone"}


class Button(NamedTuple):
    """A link at the head of the page; give only those that the user may use."""

    label: str
    url: str
    primary: bool = False


class Act(NamedTuple):
    """An act on the ticked rows: POSTed to `url` (a name or an address) with `ids` and `next`."""

    label: str
    url: str
    confirm: str = ""


class Tab(NamedTuple):
    """A state in the address (`?tab=value`); the same `where` counts and filters.

    The empty value is the first view.
    """

    label: str
    value: str = ""
    where: Q = Q()


class Cell(NamedTuple):
    label: str
    style: str
    content: str
    lead: bool


class ListedRow(NamedTuple):
    pk: Any
    name: str
    cells: list[Cell]


class Header(NamedTuple):
    label: str
    style: str
    url: str
    direction: str


@dataclass(frozen=True)
class Column:
    """One column. `value` is a dotted path or a function of the row; `sort` one or more ORM names,
    comma separated.

    Kinds: text, code (never broken over lines), num, points, yuan, date, datetime, tag (with
    `tone`), phone (masked, in the workbook too).
    """

    label: str
    value: str | Callable[[Any], Any]
    sort: str = ""
    link: bool = False
    kind: str = "text"
    tone: Callable[[Any], str] | None = None

    @property
    def style(self) -> str:
        if self.kind in FIGURES:
            return "num"
        return "day" if self.kind in UNBROKEN else ""

    def read(self, obj: Any) -> Any:
        """The bare value; None where any step of the path is None."""
        if callable(self.value):
            return self.value(obj)
        for name in self.value.split("."):
            if obj is not None:
                obj = getattr(obj, name, None)
            else:
                obj = None
            if callable(obj):
                obj = obj()
            else:
                obj = obj
        return obj

    def show(self, obj: Any) -> str:
        """What stands in the cell on the page; a SafeString of the value function goes through as
        it is.
        """
        value = self.read(obj)
        if value in (None, ""):
            return GAP
        if self.kind == "tag":
            return tag(value, self.tone(obj) if self.tone else "")
        if self.kind in SHOWN:
            text = SHOWN[self.kind](value)
        else:
            text = value
        if self.link:
            return format_html('<a href="{}">{}</a>', obj.get_absolute_url(), text)
        return text

    def export(self, obj: Any) -> Any:
        """What stands in the workbook: figures and days as such, everything else as text."""
        value = self.read(obj)
        if value is None or self.kind == "num" or self.kind in DAYS:
            return value
        if self.kind in FIGURES:
            return Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        if self.kind == "phone":
            return masked_phone(value)
        if isinstance(value, SafeString):
            return strip_tags(value)
        return str(value)


class ListPage(LoginRequiredMixin, View):
    """Subclasses say what is listed; this says how.

    `?format=xlsx` gives exactly what is filtered, all pages of it.
    """

    request: HttpRequest
    template_name = "lists/list.html"
    title = ""
    noun = "个"
    section = ""
    crumbs: Sequence[tuple[str, str]] = ()
    columns: Sequence[Column] = ()
    filterset_class: type[FilterSet] | None = None
    default_sort = ""
    page_size = 50
    empty_text = ""
    empty_hint = ""
    export = True

    def get_queryset(self) -> QuerySet[Any]:
        """The rows that this user may see."""
        raise NotImplementedError

    def get_columns(self) -> Sequence[Column]:
        return self.columns

    def tabs(self) -> Sequence[Tab]:
        """Views by state, all counted in one query."""
        return ()

    def buttons(self) -> Sequence[Button]:
        """The head buttons that this user may use."""
        return ()

    def acts(self) -> Sequence[Act]:
        """The acts on ticked rows that this user may use."""
        return ()

    def exported(self, count: int) -> None:
        """Called after a workbook of `count` rows was written, before it leaves: the place for the
        audit entry.
        """

    def extra_context(self) -> dict[str, Any]:
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        queryset, filterset = self._filtered()
        refused = filterset is not None and filterset.is_bound and not filterset.is_valid()
        if request.GET.get("format") == "xlsx" and self.export and not refused:
            ordered = self._ordered(self._in_tab(queryset))
            return self._workbook(ordered)
        context = {
            **self._page_context(queryset),
            **self._filter_context(filterset),
            **self.extra_context(),
        }
        return render(request, self.template_name, context, status=400 if refused else 200)

    def _filtered(self) -> tuple[QuerySet[Any], FilterSet | None]:
        """The rows after the filters; none at all while a filter cannot be read, lest more is shown
        than was asked.
        """
        queryset = self.get_queryset()
        if not self.filterset_class:
            return queryset, None
        filterset = self.filterset_class(self.request.GET, queryset=queryset, request=self.request)
        return (filterset.qs if filterset.is_valid() else queryset.none()), filterset

    def _chosen_tab(self) -> Tab | None:
        tabs = []
        for tab in self.tabs():
            tabs.append(Tab(*tab))
        requested = self.request.GET.get("tab", "")
        return next(
            (candidate for candidate in tabs if candidate.value == requested),
            tabs[0] if tabs else None,
        )

    def _in_tab(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self._chosen_tab()
        if chosen and chosen.where:
            return queryset.filter(chosen.where)
        return queryset

    def _sort(self) -> str:
        requested = self.request.GET.get("sort", "")
        sortable = set()
        for column in self.get_columns():
            if column.sort:
                sortable.add(column.sort)
        if requested.removeprefix("-") in sortable:
            return requested
        return self.default_sort

    def _ordered(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Sorted as asked, equal keys by primary key, so that no row shows on two pages or on
        none.
        """
        sort = self._sort()
        sign = "-" if sort.startswith("-") else ""
        names = []
        for name in sort.removeprefix("-").split(","):
            if name.strip():
                names.append(sign + name.strip())
        return queryset.order_by(*names, "pk")

    def _page_context(self, queryset: QuerySet[Any]) -> dict[str, Any]:
        tabs = self._counted_tabs(queryset)
        ordered = self._ordered(self._in_tab(queryset))
        paginator = Paginator(ordered, self.page_size)
        if tabs:
            paginator.count = next(tab["count"] for tab in tabs if tab["current"])
        page = paginator.get_page(self.request.GET.get("page"))
        acts = []
        for parts in self.acts():
            url = resolve_url(parts[1])
            acts.append(Act(*parts)._replace(url=url))
        buttons = [Button(*parts) for parts in self.buttons()]
        count_text = f"{paginator.count:,} {self.noun}"
        return {
            "title": self.title,
            "section": self.section,
            "crumbs": self.crumbs,
            "noun": self.noun,
            "count_text": count_text,
            "buttons": buttons,
            "acts": acts,
            "tabs": tabs,
            "headers": self._headers(),
            "rows": self._rows(page),
            "page": page,
            "may_export": self.export,
            "empty_text": self.empty_text,
            "empty_hint": self.empty_hint,
        }

    def _filter_context(self, filterset: FilterSet | None) -> dict[str, Any]:
        names = list(filterset.form.fields) if filterset else []
        carried = {}
        for name in ("sort", "tab"):
            if name in self.request.GET:
                carried[name] = self.request.GET[name]
        values = itertools.chain.from_iterable(map(self.request.GET.getlist, names))
        active = any(value.strip() for value in values)
        return {
            "filter_form": filterset.form if filterset else None,
            "kept": carried,
            "filters_active": active,
        }

    def _counted_tabs(self, queryset: QuerySet[Any]) -> list[dict[str, Any]]:
        tabs = []
        for parts in self.tabs():
            tabs.append(Tab(*parts))
        chosen = self._chosen_tab()
        if chosen is None:
            return []
        counters = {}
        for place, tab in enumerate(tabs):
            counters[f"tab_{place}"] = Count("pk", filter=tab.where or None)
        counts = queryset.order_by().aggregate(**counters)
        counted_tabs = []
        for place, tab in enumerate(tabs):
            counted_tab: dict[str, Any] = {"label": tab.label, "value": tab.value or None}
            counted_tab["count"] = counts[f"tab_{place}"]
            counted_tab["current"] = tab.value == chosen.value
            counted_tabs.append(counted_tab)
        return counted_tabs

    def _headers(self) -> list[Header]:
        headers = []
        for column in self.get_columns():
            header = Header(column.label, column.style, *self._sorting(column))
            headers.append(header)
        return headers

    def _sorting(self, column: Column) -> tuple[str, str]:
        """The address that sorts by this column, the other way round if it already does, and the
        way it goes now.
        """
        if not column.sort:
            return "", ""
        now = self._sort()
        ways = {column.sort: "ascending", f"-{column.sort}": "descending"}
        biggest_first = column.kind in FIGURES | DAYS
        if now in ways:
            turned = now == column.sort
        else:
            turned = biggest_first
        query = self.request.GET.copy()
        query.pop("page", None)
        query["sort"] = f"-{column.sort}" if turned else column.sort
        return f"?{query.urlencode()}", ways.get(now, "")

    def _rows(self, page: Page[Any]) -> Iterator[ListedRow]:
        columns = self.get_columns()
        lead = next((column for column in columns if column.link), columns[0])
        for obj in page:
            cells = []
            for spec in columns:
                cell = self._cell(spec, obj, spec is lead)
                cells.append(cell)
            yield ListedRow(obj.pk, strip_tags(lead.show(obj)), cells)

    @staticmethod
    def _cell(column: Column, obj: Any, lead: bool) -> Cell:
        """A short word is not broken over two lines beside a long name; a gap takes no line on a
        phone.
        """
        content = column.show(obj)
        brief = ""
        if len(strip_tags(content)) <= BRIEF and not lead:
            brief = "brief"
        if content == GAP:
            style = f"{column.style or brief} gap"
        else:
            style = column.style or brief
        return Cell(column.label, style, content, lead)

    def _workbook(self, queryset: QuerySet[Any]) -> HttpResponse | FileResponse:
        columns = self.get_columns()
        stream = TemporaryFile()  # noqa: SIM115  the answer closes it
        counted = _Counted(queryset.iterator(chunk_size=ROWS_A_FETCH))
        rows = _exported_rows(columns, counted)
        labels = [column.label for column in columns]
        sheets = [(self.title, labels, rows)]
        write_xlsx(stream, sheets)
        self.exported(counted.count)
        stream.seek(0)
        return FileResponse(
            stream, as_attachment=True, filename=f"{self.title}.xlsx", content_type=XLSX
        )


def _exported_rows(columns: Sequence[Column], objects: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the cells of each object's row as the workbook holds them."""
    for obj in objects:
        yield [column.export(obj) for column in columns]


class _Counted:
    """Counts what passes through."""

    def __init__(self, items: Iterable[Any]) -> None:
        self.items = items
        self.count = 0

    def __iter__(self) -> Iterator[Any]:
        for item in self.items:
            self.count += 1
            yield item
