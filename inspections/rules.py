"""The figures of rectification that the office may change (`inspections/rectification.json`).

`GONGJIAN_RECTIFICATION_RULES` names another file of the same shape; it is read once.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

RESPONSIBLE, LEAD, OFFICE = AUDIENCES = ("responsible", "lead", "office")


@dataclass(frozen=True, slots=True)
class ReminderStep:
    """One step of the reminders: how many days after the deadline (below 0: before), and to whom.

    `tell` names audiences: the responsible unit, the lead unit, the office.
    """

    code: str
    label: str
    days: int
    tell: tuple[str, ...]

    def __post_init__(self):
        unknown = sorted(set(self.tell) - set(AUDIENCES))
        if unknown:
            names = "、".join(unknown)
            raise ValueError(f"催办步骤“{self.label}”的对象“{names}”不认识")

    def begins_at(self, found_at: datetime, due_at: datetime) -> datetime:
        """Return when this reminder is due.

        One ahead of the deadline never comes before half of the time to put right is over.
        """
        moment = due_at + timedelta(days=self.days)
        if self.days >= 0:
            return moment
        half_time = found_at + (due_at - found_at) / 2
        return max(moment, half_time)


@dataclass(frozen=True, slots=True)
class InspectionRules:
    """The figures: extensions of a deadline, recurrence, the same spot, and the reminder steps."""

    extensions_most: int
    extension_days_most: int
    recurrence_days: int
    recurrence_metres: int
    same_spot_metres: int
    reminders: tuple[ReminderStep, ...]


@cache
def rectification_rules() -> InspectionRules:
    """Return the figures in force. Raises ImproperlyConfigured, naming a file that is wrong."""
    path = Path(settings.RECTIFICATION_RULES)
    try:
        return read_rules(path)
    except (OSError, ValueError, TypeError, KeyError) as wrong:
        raise ImproperlyConfigured(f"整改规则文件 {path.name} 读不懂：{wrong}") from wrong


def read_rules(path: Path) -> InspectionRules:
    """Return the figures of a file. Raises ValueError, TypeError or KeyError for another shape."""
    figures = json.loads(path.read_text(encoding="utf-8"))
    steps = []
    for step in figures.pop("reminders"):
        audiences = tuple(step["tell"])
        steps.append(ReminderStep(**{**step, "tell": audiences}))
    return InspectionRules(**figures, reminders=tuple(steps))
