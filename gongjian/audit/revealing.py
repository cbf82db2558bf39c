"""Whole telephone numbers: pages mask them, and whoever sees one in full is logged."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model

from gongjian.accounts.models import User
from gongjian.audit.services import record


def reveal_phone(
    thing: Model, phone: str, *, allowed: bool, by: User, at: datetime, **details: Any
) -> str:
    """Return the whole number that stands at `thing`, and log who asked; the number is not logged.

    Raises PermissionDenied unless `allowed`.
    """
    if not allowed:
        raise PermissionDenied("您不能查看完整号码")
    record(thing, f"{thing._meta.label_lower}.reveal_phone", by=by, at=at, **details)
    return str(phone)
