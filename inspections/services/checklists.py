"""Versions of the checklist: adopted once, never changed."""

from datetime import date, datetime, timedelta

from django.db import transaction

from gongjian.audit.services import record
from gongjian.lib.checklists import load_checklist
from gongjian.lib.quarters import month_end
from gongjian.workflow import WrongState
from inspections.models import Checklist


def adopt_checklist(*, version: str, title: str, valid_from: date, content: dict, at: datetime, by=None) -> Checklist:
    """Put a version in force from a day on; the same version once more changes nothing.

    Raises WrongRulebook, naming every wrong value, and WrongState when the version is known with other content.
    """
    load_checklist(content)
    with transaction.atomic():
        given = {"title": title, "valid_from": valid_from, "content": content}
        checklist, created = Checklist.objects.get_or_create(version=version, defaults=given)
        if created:
            record(checklist, "inspections.checklist.adopt", by=by, at=at, version=version, valid_from=valid_from)
        elif checklist.content != content:
            raise WrongState(f"自查表 {version} 已经启用，内容不能改动；请用新的版本号")
    return checklist


def checklist_in_force(on: date) -> Checklist:
    """The version in force on a day. Raises WrongState when there is none."""
    checklist = Checklist.objects.current(on).first()
    if checklist is None:
        raise WrongState("还没有启用的自查表，请联系市共建办先启用一个版本")
    return checklist


def checklist_for(month: str) -> Checklist:
    """The version by which a month is checked: the one in force on its last day."""
    return checklist_in_force(month_end(month) - timedelta(days=1))


def rules_of(checklist: Checklist):
    """The version as items and arithmetic (gongjian.lib.checklists)."""
    return load_checklist(checklist.content)


def item_names(on: date) -> list[tuple[str, str]]:
    """(code, text) of every item in force on a day, for choices; empty while there is no checklist. One query."""
    checklist = Checklist.objects.current(on).first()
    return [(item.code, f"{item.code} {item.text}") for item in rules_of(checklist).items] if checklist else []
