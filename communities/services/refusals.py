"""What an act refuses, said beside the field it is about."""

from datetime import date, datetime

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone

from gongjian.lib.quarters import Quarter, valid_quarter


def refuse(sentence: str, field: str = NON_FIELD_ERRORS):
    """Raise ValidationError with one sentence at `field`."""
    raise ValidationError({field: [sentence]})


def refuse_blank(text: str, sentence: str, field: str) -> str:
    """The text without outer blanks; refuses an empty one."""
    return text.strip() or refuse(sentence, field)


def refuse_outside(quarter: Quarter, day: date, *, what: str, field: str) -> None:
    """Refuse a day that is not in the quarter."""
    span = _quarter(quarter)
    if not span.first_day <= day < span.end:
        last = f"{span.number * 3}月{(span.end - date.resolution).day}日"
        refuse(f"{what}应在{span.title}内，即{span.first_day.month}月1日至{last}", field)


def refuse_future(day: date, at: datetime, *, what: str, field: str) -> None:
    """Refuse a day after that of `at`: what has not happened cannot be recorded."""
    today = timezone.localdate(at)
    if day > today:
        refuse(f"{what}不能晚于今天（{today.year}年{today.month}月{today.day}日）", field)


def _quarter(quarter: Quarter) -> Quarter:
    valid_quarter(str(quarter))
    return Quarter.parse(str(quarter))
