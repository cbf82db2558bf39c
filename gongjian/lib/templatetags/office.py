"""Dates, money, scores and states in the office's words; built into every template.

Every filter answers the empty text for None, so `{{ value|points|default:"—" }}` says what a gap
means on that page.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.forms import BoundField
from django.template.defaulttags import querystring
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongjian.lib.money import format_yuan
from gongjian.lib.phones import mask
from gongjian.lib.quarters import Quarter

register = template.Library()
register.simple_tag(querystring, takes_context=True, name="query_with")

MARKS = {
    "done": ("✓", "已完成"),
    "late": ("!", "逾期"),
    "due": ("…", "即将到期"),
    "none": ("–", "未到期"),
}
TONES = {"good", "warn", "bad"}


def _local(value: date) -> date:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _hundredths(value: Decimal | float | str) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)


@register.filter
def day(value: date | None) -> str:
    """2026年11月23日, in the office's time zone."""
    if value:
        return f"{(at := _local(value)).year}年{at.month}月{at.day}日"
    return ""


@register.filter
def day_short(value: date | None) -> str:
    """11月23日: where the year is plain from the page."""
    if value:
        return f"{(at := _local(value)).month}月{at.day}日"
    return ""


@register.filter
def moment(value: datetime | None, form: str = "") -> str:
    """11月23日 14:05; with "full" the year stands before it."""
    if not value:
        return ""
    return f"{day(value) if form == 'full' else day_short(value)} {_local(value):%H:%M}"


@register.filter
def yuan(value: Decimal | float | None) -> str:
    """48,600.00 元."""
    if value in (None, ""):
        return ""
    return format_yuan(Decimal(str(value)))


@register.filter
def points(value: Decimal | float | None) -> str:
    """A score or a deduction to two decimals, rounded half up."""
    if value in (None, ""):
        return ""
    return str(_hundredths(value))


@register.filter
def signed(value: Decimal | float | None) -> str:
    """A change against the last quarter: +1.20, −0.30, 0.00."""
    if value in (None, ""):
        return ""
    change = _hundredths(value)
    return f"{'+' if change > 0 else '−' if change < 0 else ''}{abs(change)}"


@register.filter
def month_name(value: str | None, form: str = "") -> str:
    """The month "2026-11" as 11 月; with "full" as 2026 年 11 月."""
    if not value:
        return ""
    year, month = value.split("-")
    if form == "full":
        return f"{year} 年 {int(month)} 月"
    return f"{int(month)} 月"


@register.filter
def quarter_name(value: str | Quarter | None) -> str:
    """The quarter "2026Q4" as 2026 年第四季度."""
    if not value:
        return ""
    return Quarter.parse(str(value)).title


@register.filter
def masked_phone(value: str | None) -> str:
    """138****1234, 0571-****2345."""
    if value:
        return mask(str(value).strip())
    return ""


@register.simple_tag
def tag(text: Any, tone: str = "") -> SafeString | str:
    """A state in a word on a coloured ground; tone is good, warn, bad or empty."""
    if text in (None, ""):
        return ""
    return format_html('<span class="tag{}">{}</span>', f" {tone}" if tone in TONES else "", text)


@register.simple_tag
def state_tag(obj: Any) -> SafeString | str:
    """The state of a row: the word of its status choice in the tone that its `status_tone`
    names.
    """
    if not obj:
        return ""
    tone = getattr(obj, "status_tone", "")
    return tag(obj.get_status_display(), tone() if callable(tone) else tone)


@register.simple_tag
def mark(state: str, label: str = "") -> SafeString:
    """One cell of the progress matrix; state is done, late, due or none, the label is what a screen
    reader says.
    """
    sign, word = MARKS.get(state, MARKS["none"])
    return format_html(
        '<span class="mark-cell {}" title="{}"><span aria-hidden="true">{}</span><span '
        'class="sr">{}</span></span>',
        state,
        label or word,
        sign,
        label or word,
    )


@register.inclusion_tag("forms/field.html")
def field(field: BoundField) -> dict[str, BoundField]:
    """One form field: label above, error and input, help beneath."""
    return {"field": field}
