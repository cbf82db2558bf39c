"""The quarter, the policy's own unit of time (policy 四、五): "2026Q4", and its months
"2026-11".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
NUMERALS: Final = "一二三四"


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter; half-open as a span of time: [first_day, end)."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read "2026Q4"; raises ValueError in the office's words for anything else."""
        match = re.fullmatch(r"(\d{4})Q([1-4])", text)
        if not match:
            raise ValueError(f"“{text}”不是季度，应写作 2026Q4")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month - 1) // 3 + 1)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def title(self) -> str:
        return f"{self.year} 年第{NUMERALS[self.number - 1]}季度"

    @property
    def title_in_text(self) -> str:
        """As documents print it, without spaces: 2026年第四季度."""
        return self.title.replace(" ", "")

    @property
    def first_day(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def end(self) -> date:
        """The first day after the quarter."""
        return self.next().first_day

    @property
    def months(self) -> tuple[str, str, str]:
        first = self.number * 3 - 2
        return (
            f"{self.year}-{first:02}",
            f"{self.year}-{first + 1:02}",
            f"{self.year}-{first + 2:02}",
        )

    def next(self) -> Quarter:
        if self.number < 4:
            return Quarter(self.year, self.number + 1)
        return Quarter(self.year + 1, 1)

    def previous(self) -> Quarter:
        if self.number > 1:
            return Quarter(self.year, self.number - 1)
        return Quarter(self.year - 1, 4)

    def span(self) -> tuple[datetime, datetime]:
        """The quarter as aware datetimes in Asia/Shanghai, half-open."""
        return day_start(self.first_day), day_start(self.end)


def day_start(day: date) -> datetime:
    """Midnight in Asia/Shanghai at which `day` begins."""
    return datetime.combine(day, time(), SHANGHAI)


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def month_end(month: str) -> date:
    """The first day after `month`, e.g. 2026-12-01 for "2026-11"."""
    year, number = (int(part) for part in month.split("-"))
    return date(year + number // 12, number % 12 + 1, 1)


def quarter_of_month(month: str) -> Quarter:
    year, number = (int(part) for part in month.split("-"))
    return Quarter.of(date(year, number, 1))


def valid_quarter(text: str) -> None:
    """Model validator for a `quarter` column."""
    try:
        Quarter.parse(text)
    except ValueError as wrong:
        raise ValidationError(str(wrong)) from wrong
