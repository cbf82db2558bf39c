"""The figures of rectification that the office may change (`inspections/rectification.json`).

`GONGJIAN_RECTIFICATION_RULES` names another file of the same shape; it is read once, at the first use.
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
    """One stair of the reminders: how many days before (below 0) or after the limit, and who is told."""

    code: str
    label: str
    days: int
    tell: tuple[str, ...]

    def __post_init__(self):
        if unknown := sorted(set(self.tell) - set(AUDIENCES)):
            raise ValueError(f"催办步骤“{self.label}”的对象“{'、'.join(unknown)}”不认识")

    def begins_at(self, found_at: datetime, due_at: datetime) -> datetime:
        """When it is time; a reminder ahead never comes before half of the time to put right is over."""
        moment = due_at + timedelta(days=self.days)
        return max(moment, found_at + (due_at - found_at) / 2) if self.days < 0 else moment


@dataclass(frozen=True, slots=True)
class Rules:
    """How often and how far a limit may be moved, what counts as a recurrence or as the same spot, who is reminded."""

    extensions_most: int
    extension_days_most: int
    recurrence_days: int
    recurrence_metres: int
    same_spot_metres: int
    reminders: tuple[ReminderStep, ...]


@cache
def rectification_rules() -> Rules:
    """The figures in force. Raises ImproperlyConfigured, naming the file, for one that is not of this shape."""
    path = Path(settings.RECTIFICATION_RULES)
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        steps = tuple(
            ReminderStep(**step | {"tell": tuple(step["tell"])}) for step in given.pop("reminders")
        )
        return Rules(**given, reminders=steps)
    except (OSError, ValueError, TypeError, KeyError) as wrong:
        raise ImproperlyConfigured(f"整改规则文件 {path.name} 读不懂：{wrong}") from wrong
