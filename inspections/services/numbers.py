"""Numbers of findings: 2026-1123-04, without a gap and never twice."""

from datetime import date

from django.db.models import F

from inspections.models import FindingSeries


def take_numbers(day: date, count: int) -> list[str]:
    """Return the next `count` numbers of the day.

    Call inside the act's transaction, before it writes to the log: the series is then locked first
    everywhere, and two acts at once cannot wait for each other.
    """
    if not count:
        return []
    FindingSeries.objects.get_or_create(day=day)
    series = FindingSeries.objects.filter(day=day)
    series.update(last=F("last") + count)
    last = series.values_list("last", flat=True).get()
    serials = range(last - count + 1, last + 1)
    return [f"{day:%Y-%m%d}-{serial:02}" for serial in serials]
