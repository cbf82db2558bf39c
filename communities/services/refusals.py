"""Refuse what was entered: ValidationError at the field that it is about."""

from datetime import date, datetime
from typing import NoReturn

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone

from gongjian.lib.quarters import Quarter, valid_quarter


def refuse(sentence: str, field: str = NON_FIELD_ERRORS) -> NoReturn:
    """Raise ValidationError with one sentence at `field`."""
    raise ValidationError({field: [sentence]})


def refuse_blank(text: str, sentence: str, field: str) -> str:
    """Return the text without outer blanks; refuse an empty one."""
    stripped = text.strip()
    if not stripped:
        refuse(sentence, field)
    return stripped


def refuse_outside(quarter: Quarter, day: date, *, what: str, field: str) -> None:
    """Refuse a day that is not in the quarter."""
    valid_quarter(str(quarter))
    span = Quarter.parse(str(quarter))
    if span.first_day <= day < span.end:
        return
    last_day = span.end - date.resolution
    first = f"{span.first_day.month}月1日"
    last = f"{last_day.month}月{last_day.day}日"
    refuse(f"{what}应在{span.title}内，即{first}至{last}", field)


def refuse_future(day: date, at: datetime, *, what: str, field: str) -> None:
    """Refuse a day after that of `at`: what has not happened cannot be recorded."""
    today = timezone.localdate(at)
    if day > today:
        date_in_words = f"{today.year}年{today.month}月{today.day}日"
        refuse(f"{what}不能晚于今天（{date_in_words}）", field)
