"""The banner that stands wherever a date rests on a year whose holidays are not known."""

from datetime import date, datetime

from django import template
from django.utils import timezone

from gongjian.holidays.services import unarranged_years

register = template.Library()


@register.inclusion_tag("calendars/unarranged.html")
def unarranged(*days):
    """`{% unarranged finding.due_at round.notice_ends_on %}`: nothing for years that are known.

    One query.
    """
    return {"years": unarranged_years([_day(day) for day in days if day])}


def _day(moment: date | datetime) -> date:
    if isinstance(moment, datetime):
        return timezone.localtime(moment).date()
    return moment
