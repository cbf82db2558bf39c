"""The working calendar as the office keeps it: read in one query, and changed with its source and
its reason.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.holidays.models import Arrangement, DayKind, SpecialDay
from gongjian.holidays.permissions import may_keep_calendar
from gongjian.lib.workdays import FRIDAY, PUBLISHED, Calendar, published_names
from gongjian.workflow import WrongState, require

# The source of the days that come with the product; the office may write the number of the notice
# instead.
PACKAGED = "国务院办公厅放假通知（系统自带）"

WEEKDAYS = "一二三四五六日"


def calendar_from(day: date) -> Calendar:
    """The calendar for dates from the year of `day` on, as it stands now.

    One query, never kept: it cannot be stale.
    """
    arrangements = Arrangement.objects.filter(year__gte=day.year)
    rows = arrangements.values_list("year", "is_announced", "days__day", "days__kind")
    days: dict[str | None, set[date]] = {kind: set() for kind in [*DayKind.values, None]}
    covered = set()
    for year, is_announced, special, kind in rows:
        days[kind].add(special)
        if is_announced:
            covered.add(year)
    holidays = frozenset(days[DayKind.HOLIDAY])
    workdays = frozenset(days[DayKind.WORKDAY])
    return Calendar(holidays, workdays, frozenset(covered))


def unarranged_years(days: Iterable[date]) -> list[int]:
    """Of the years of these dates, those whose holidays are not known.

    One query; none without a date.
    """
    years = {day.year for day in days}
    if not years:
        return []
    arrangements = Arrangement.objects.filter(year__in=years, is_announced=True)
    announced = arrangements.values_list("year", flat=True)
    return sorted(years - set(announced))


def fault_of(day: date, kind: str) -> str:
    """Why a day cannot be entered as this kind; empty when it can."""
    if kind == DayKind.WORKDAY and day.weekday() <= FRIDAY:
        return (
            f"{day:%Y-%m-%d} 是星期{WEEKDAYS[day.weekday()]}，本来就上班：调休上班只用于周六、周日"
        )
    return ""


@dataclass(frozen=True)
class Entered:
    """What a file or the package says about one day."""

    kind: str
    name: str
    source: str = ""


def set_day(
    day: date, *, kind: str, name: str, source: str, reason: str, by: User, at: datetime
) -> SpecialDay:
    """Say of one day whether offices work; 照常 takes an entry back.

    The log keeps what stood there and why.

    Raises ValidationError for a make-up day on which offices work anyhow. Limits already counted
    stay as they are.
    """
    require(may_keep_calendar(by), "工作日历由共建办维护")
    fault = fault_of(day, kind)
    if fault:
        raise ValidationError({"kind": fault})
    with transaction.atomic():
        arrangement, _ = Arrangement.objects.select_for_update().get_or_create(year=day.year)
        days = arrangement.days.filter(day=day)
        row = days.first()
        before = _told(row) if row else {}
        row = row or SpecialDay(arrangement=arrangement, day=day)
        row.kind = kind
        row.name = name
        row.source = source
        row.save()
        record(
            row,
            "holidays.specialday.set",
            by=by,
            at=at,
            reason=reason,
            before=before,
            after=_told(row),
        )
    return row


def enter_year(
    year: int, days: Mapping[date, Entered], *, source: str, by: User, at: datetime
) -> dict[str, int]:
    """Enter a year's arrangement from its notice: known days are corrected, others added, none
    taken away.

    The year counts as announced from then on. Returns how many days were new, changed and
    unchanged. Raises ValidationError for a day of another year.
    """
    require(may_keep_calendar(by), "工作日历由共建办维护")
    strange = []
    for day in days:
        if day.year != year:
            strange.append(day)
    if strange:
        raise ValidationError(f"{strange[0]:%Y-%m-%d} 不是 {year} 年的日子")
    with transaction.atomic():
        arrangement, _ = Arrangement.objects.select_for_update().get_or_create(year=year)
        rows_by_day = {row.day: row for row in arrangement.days.all()}
        new, changed = [], []
        for day, details in days.items():
            if day not in rows_by_day:
                new.append(_day(arrangement, day, details, source))
            elif _differs(rows_by_day[day], details):
                changed.append(rows_by_day[day])
        for row in changed:
            details = days[row.day]
            row.kind = details.kind
            row.name = details.name
            row.source = details.source or source
        SpecialDay.objects.bulk_create(new)
        SpecialDay.objects.bulk_update(changed, ["kind", "name", "source"])
        arrangement.source = source
        arrangement.is_announced = True
        arrangement.save(update_fields=["source", "is_announced"])
        unchanged = len(days) - len(new) - len(changed)
        counts = {
            "new": len(new),
            "changed": len(changed),
            "unchanged": unchanged,
        }
        entry = {
            "counts": counts,
            "source": source,
            "changed": [str(row) for row in [*new, *changed]],
        }
        record(arrangement, "holidays.arrangement.enter", by=by, at=at, **entry)
    return counts


def enter_published_year(year: int, *, by: User, at: datetime) -> dict[str, int]:
    """Enter the arrangement that comes with the product.

    Raises WrongState when it does not know the year.
    """
    if not PUBLISHED.is_covered(year):
        raise WrongState(f"系统自带的放假安排里没有 {year} 年，请导入或逐日录入")
    days = {}
    for day, (works, name) in published_names(year).items():
        if works:
            kind = DayKind.WORKDAY
        else:
            kind = DayKind.HOLIDAY
        days[day] = Entered(kind, name)
    return enter_year(year, days, source=PACKAGED, by=by, at=at)


def declare_announced(year: int, *, source: str, by: User, at: datetime) -> Arrangement:
    """Say that all the special days of a year are entered.

    Raises WrongState while there is none.
    """
    require(may_keep_calendar(by), "工作日历由共建办维护")
    with transaction.atomic():
        arrangements = Arrangement.objects.select_for_update().filter(year=year, days__isnull=False)
        arrangement = arrangements.first()
        if arrangement is None:
            raise WrongState(f"{year} 年还没有录入任何放假或调休的日子，请先录入")
        arrangement.source, arrangement.is_announced = source or arrangement.source, True
        arrangement.save(update_fields=["source", "is_announced"])
        record(arrangement, "holidays.arrangement.declare", by=by, at=at, source=arrangement.source)
    return arrangement


def _day(arrangement: Arrangement, day: date, entered: Entered, source: str) -> SpecialDay:
    return SpecialDay(
        arrangement=arrangement,
        day=day,
        kind=entered.kind,
        name=entered.name,
        source=entered.source or source,
    )


def _differs(row: SpecialDay, entered: Entered) -> bool:
    if (row.kind, row.name) != (entered.kind, entered.name):
        return True
    return bool(entered.source) and entered.source != row.source


def _told(row: SpecialDay) -> dict[str, str]:
    return {"kind": row.kind, "name": row.name, "source": row.source}
