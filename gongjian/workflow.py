"""State machines as tables of steps: compare-and-set, one winner, one audit entry."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from gongjian.audit.services import record
from gongjian.lib.acting import WrongState

__all__ = ["Step", "WrongState", "advance", "open_steps", "require"]


# A row with a `status` column.
Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Step:
    """One permitted move: the office's word for it, from which states to which, and who may."""

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    may: Callable[[Any, Any], bool]

    def open_to(self, user: Any, obj: Any) -> bool:
        return obj.status in self.sources and self.may(user, obj)


def open_steps(obj: Any, steps: Iterable[Step], user: Any) -> list[Step]:
    """The steps that `user` may take on `obj` now: the buttons of its page."""
    return [step for step in steps if step.open_to(user, obj)]


def require(allowed: bool, what: str) -> None:
    """Refuse an act that is not a state change to one who may not do it."""
    if not allowed:
        raise PermissionDenied(what)


def advance(obj: Row, step: Step, *, by: Any, at: datetime, remark: str = "", **fields: Any) -> Row:
    """Take `step` with `obj`: move its status, set `fields`, write one audit entry.

    Raises PermissionDenied for the wrong person and WrongState for the wrong moment; of two people
    at once, one wins.
    """
    allowed = step.may(by, obj)
    require(allowed, f"您不能办理“{step.label}”")
    row: Any = obj
    old = row.status
    if old not in step.sources:
        raise WrongState(f"当前状态为“{row.get_status_display()}”，不能{step.label}")
    changes: dict[str, Any] = {"status": step.target, **fields}
    details = {**({"remark": remark} if remark else {}), **_told(obj, fields)}
    model: type[models.Model] = type(obj)
    with transaction.atomic():
        if not model._base_manager.filter(pk=obj.pk, status=old).update(**changes):
            raise WrongState(f"已有他人先行办理，请刷新后再{step.label}")
        for field, value in changes.items():
            setattr(obj, field, value)
        record(
            obj,
            f"{model._meta.label_lower}.{step.name}",
            by=by,
            at=at,
            old=old,
            new=step.target,
            **details,
        )
    return obj


def _told(obj: Any, fields: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What a step changes besides the state, before and after: words, days and figures in plain
    form.

    Who and when stand in the entry itself; whole sheets (JSON) and files are too long for a log of
    acts.
    """
    plain = {}
    for name, value in fields.items():
        if not name.endswith(("_at", "_by")) and _is_plain(value):
            plain[name] = value
    if not plain:
        return {}
    before = {name: getattr(obj, name) for name in plain}
    return {"before": _in_words(before), "after": _in_words(plain)}


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, Decimal, date, models.Model))


def _in_words(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: str(value) if isinstance(value, models.Model) else value
        for name, value in values.items()
    }
