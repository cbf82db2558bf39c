"""负担清单: what each unit is asked for in a month, the city's total, and what is asked twice."""

from dataclasses import dataclass
from datetime import date, timedelta
from tempfile import TemporaryFile

from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongjian.audit.listing import record_export
from gongjian.lib.listing import XLSX
from gongjian.lib.quarters import month_end, month_of
from gongjian.lib.spreadsheets import write_xlsx
from gongjian.lib.templatetags.office import month_name
from gongjian.office.burden.asks import Ask, Party, asks_in, names_of
from gongjian.office.burden.duplicates import Duplicate, duplicates_in
from gongjian.office.burden.duties import table
from gongjian.office.burden.permissions import may_see_burden, own_parties
from gongjian.workflow import require
from inspections.models.self_checks import valid_month

A_PAGE = 50
KINDS = {"unit": "单位", "community": "社区"}
TOTALS = ("单位、社区", "类别", "栏目", "照片", "预计分钟", "上月分钟", "重复")
LINES = (
    "单位、社区",
    "要办的事",
    "社区",
    "内容",
    "次数",
    "栏目",
    "照片",
    "预计分钟",
    "为什么要填",
    "依据",
)


@dataclass(frozen=True)
class Load:
    """One party's month."""

    party: Party
    name: str
    asks: list[Ask]
    duplicates: list[Duplicate]
    minutes_before: int

    @property
    def kind(self) -> str:
        return KINDS[self.party.kind]

    @property
    def url(self) -> str:
        return reverse("burden:party", args=[self.party.kind, self.party.pk])

    @property
    def fields(self) -> int:
        return sum(ask.fields for ask in self.asks)

    @property
    def photos(self) -> int:
        return sum(ask.photos for ask in self.asks)

    @property
    def minutes(self) -> int:
        return sum(ask.minutes for ask in self.asks)

    @property
    def change(self) -> str:
        return signed(self.minutes - self.minutes_before)


def signed(minutes: int) -> str:
    """+3, −5, 0."""
    return f"{'+' if minutes > 0 else '−' if minutes < 0 else ''}{abs(minutes)}"


@require_safe
def city(request):
    """All that the reader may see, the heaviest first; in a workbook with every line."""
    require(may_see_burden(request.user), "负担清单供参加共建的单位查看")
    month = _month(request)
    loads = loads_in(month, request.user)
    if request.GET.get("format") == "xlsx":
        return _workbook(request, month, loads)
    page = Paginator(loads, A_PAGE).get_page(request.GET.get("page"))
    context = {
        **_frame("负担清单", month, request.user),
        "count_text": f"{len(loads)} 个",
        "loads": loads,
        "page": page,
        "total": _total(loads),
        "is_city": request.user.sees_city,
        "twice": _asked_twice(loads),
    }
    return render(request, "burden/city.html", context)


@require_safe
def party(request, kind, pk):
    """One party's month, line by line: how much, why, by which clause."""
    require(may_see_burden(request.user), "负担清单供参加共建的单位查看")
    month = _month(request)
    chosen = Party(kind, pk)
    load = next((one for one in loads_in(month, request.user) if one.party == chosen), None)
    if load is None:
        load = _nothing_asked(chosen, request.user)
    context = {**_frame(f"{load.name}负担清单", month, request.user), "load": load}
    context["crumbs"] = [("负担清单", f"{reverse('burden:city')}?month={month}")]
    return render(request, "burden/party.html", context)


def loads_in(month: str, user) -> list[Load]:
    """The month of everyone whom the user may see, with the minutes of the month before; the
    heaviest first.
    """
    asks = asks_in(_previous(month))
    now = asks_in(month)
    before = asks
    seen = set(now) | set(before)
    if not user.sees_city:
        seen &= own_parties(user)
    names = names_of(seen)
    loads = []
    for seen_party in seen:
        minutes = []
        for ask in before.get(seen_party, []):
            minutes.append(ask.minutes)
        minutes_before = sum(minutes)
        duplicates = duplicates_in(now.get(seen_party, []))
        loads.append(
            Load(
                seen_party,
                names[seen_party],
                now.get(seen_party, []),
                duplicates,
                minutes_before,
            )
        )
    return sorted(loads, key=lambda load: (-load.minutes, load.name))


def _nothing_asked(party_asked: Party, user) -> Load:
    """A party of the register that is asked nothing in either month; none of the reader's business
    is not found.
    """
    name = names_of([party_asked]).get(party_asked)
    if name is None or not (user.sees_city or party_asked in own_parties(user)):
        raise Http404
    return Load(party_asked, name, [], [], 0)


def _month(request) -> str:
    requested = request.GET.get("month", "")
    if valid_month.regex.search(requested):
        return requested
    return month_of(request.user.as_of)


def _previous(month: str) -> str:
    return month_of(date.fromisoformat(f"{month}-01") - timedelta(days=1))


def _frame(title: str, month: str, user) -> dict:
    if month >= month_of(user.as_of):
        next_month = ""
    else:
        next_month = month_of(month_end(month))
    return {
        "title": title,
        "eyebrow": month_name(month, "full"),
        "section": "workbench",
        "month": month,
        "previous_month": _previous(month),
        "next_month": next_month,
        "table": table(),
    }


def _total(loads: list[Load]) -> dict:
    names = ("fields", "photos", "minutes", "minutes_before")
    sums = {}
    for name in names:
        sums[name] = sum(getattr(load, name) for load in loads)
    return {**sums, "change": signed(sums["minutes"] - sums["minutes_before"])}


def _asked_twice(loads: list[Load]) -> list[tuple[Duplicate, list[Load]]]:
    """Each repetition once, with all of whom it is asked; what is asked of most first."""
    duplicates: dict[tuple[str, str], tuple[Duplicate, list[Load]]] = {}
    for load in loads:
        for duplicate in load.duplicates:
            key = duplicate.ask.text, duplicate.other
            _, loads_alike = duplicates.setdefault(key, (duplicate, []))
            loads_alike.append(load)
    return sorted(duplicates.values(), key=lambda row: -len(row[1]))


def _workbook(request, month: str, loads: list[Load]) -> FileResponse:
    totals = []
    for one in loads:
        totals.append(
            (
                one.name,
                one.kind,
                one.fields,
                one.photos,
                one.minutes,
                one.minutes_before,
                len(one.duplicates),
            )
        )
    lines = []
    for load in loads:
        for ask in load.asks:
            lines.append(_line(load, ask))
    file = TemporaryFile()  # noqa: SIM115  the answer closes it
    sheets = [
        ("汇总", TOTALS, totals),
        ("明细", LINES, lines),
        ("说明", ("说明",), [(table().source,)]),
    ]
    write_xlsx(
        file,
        sheets,
    )
    record_export(
        "burden:city",
        "负担清单",
        by=request.user,
        at=timezone.now(),
        count=len(loads),
        filters={"month": month},
    )
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename=f"负担清单{month}.xlsx", content_type=XLSX
    )


def _line(load: Load, ask: Ask) -> tuple:
    counts = (ask.times, ask.fields, ask.photos, ask.minutes)
    return (
        load.name,
        ask.duty.name,
        ask.community,
        ask.text,
        *counts,
        ask.duty.why,
        ask.duty.clause,
    )
