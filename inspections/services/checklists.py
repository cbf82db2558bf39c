"""Versions of the checklist: adopted once, never changed."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.lib.canonical import fingerprint
from gongjian.lib.checklists import Checklist as Rules
from gongjian.lib.checklists import load_checklist
from gongjian.lib.quarters import month_end, month_of
from gongjian.workflow import WrongState, require
from inspections.models import Checklist
from inspections.permissions import may_edit_checklist

LONGEST_VERSION, LONGEST_NAME = 20, 60


def adopt_checklist(
    *,
    version: str,
    title: str,
    valid_from: date,
    content: dict[str, Any],
    at: datetime,
    by: User | None = None,
) -> Checklist:
    """Put a version in force from a day on; the same version once more changes nothing.

    Raises WrongRulebook, naming every wrong value, and WrongState when the version is there with
    other content.
    """
    load_checklist(content)
    fields = {"title": title, "valid_from": valid_from, "content": content}
    with transaction.atomic():
        checklist, is_new = Checklist.objects.get_or_create(version=version, defaults=fields)
        if is_new:
            details = {"version": version, "valid_from": valid_from}
            record(checklist, "inspections.checklist.adopt", by=by, at=at, **details)
        elif checklist.content != content:
            raise WrongState(f"自查表 {version} 已经启用，内容不能改动；请用新的版本号")
    return checklist


def publish_checklist(
    *, content: dict[str, Any], from_month: str, by: User, at: datetime
) -> Checklist:
    """Publish a version of the office for the months from `from_month` on.

    Whole months go by one version; until its month begins, the same version may be replaced. Raises
    WrongRulebook, naming every wrong value; ValidationError for a month that has begun (its
    self-checks may be under way) and for a version that is in force.
    """
    require(may_edit_checklist(by), "只有市共建办可以上传自查表")
    rules = load_checklist(content)
    today = timezone.localdate(at)
    if from_month <= month_of(today):
        message = f"{from_month} 已经开始，新版本请从以后的月份启用"
        raise ValidationError({"from_month": message})
    if len(rules.version) > LONGEST_VERSION or len(rules.name) > LONGEST_NAME:
        message = f"版本最多 {LONGEST_VERSION} 个字，名称最多 {LONGEST_NAME} 个字"
        raise ValidationError({"content": message})
    valid_from = date.fromisoformat(f"{from_month}-01")
    fields = {"title": rules.name, "valid_from": valid_from, "content": content}
    with transaction.atomic():
        rows = Checklist.objects.select_for_update()
        checklist = rows.filter(version=rules.version).first()
        if checklist and checklist.valid_from <= today:
            message = f"版本 {rules.version} 已经启用，内容不能改动；请在文件里换一个新的版本号"
            raise ValidationError({"content": message})
        _refuse_shared_day(valid_from, rules.version)
        if checklist:
            return _replace(checklist, fields, by=by, at=at)
        checklist = Checklist.objects.create(version=rules.version, **fields)
        details = {"version": rules.version, "valid_from": valid_from}
        record(checklist, "inspections.checklist.publish", by=by, at=at, **details)
    return checklist


def _refuse_shared_day(valid_from: date, version: str) -> None:
    same_day = Checklist.objects.filter(valid_from=valid_from)
    other = same_day.exclude(version=version).first()
    if other:
        arranged = f"{valid_from:%Y-%m} 起已安排启用版本 {other.version}"
        message = f"{arranged}，请换一个月份，或上传同一版本替换它"
        raise ValidationError({"content": message})


def _replace(checklist: Checklist, fields: dict[str, Any], *, by: User, at: datetime) -> Checklist:
    before = {"valid_from": checklist.valid_from, "content": fingerprint(checklist.content)}
    for name, value in fields.items():
        setattr(checklist, name, value)
    checklist.save(update_fields=list(fields))
    after = {"valid_from": checklist.valid_from, "content": fingerprint(checklist.content)}
    record(checklist, "inspections.checklist.replace", by=by, at=at, before=before, after=after)
    return checklist


def checklist_in_force(on: date) -> Checklist:
    """Return the version in force on a day. Raises WrongState when there is none."""
    checklist = Checklist.objects.current(on).first()
    if checklist is None:
        raise WrongState("还没有启用的自查表，请联系市共建办先启用一个版本")
    return checklist


def checklist_for(month: str) -> Checklist:
    """Return the version by which a month is checked: the one in force on its last day.

    Raises ValidationError for a month before the first version.
    """
    last_day = month_end(month) - timedelta(days=1)
    checklist = Checklist.objects.current(last_day).first()
    if checklist is None:
        message = f"{month} 还没有启用的自查表，请换一个月份，或联系市共建办先启用一个版本"
        raise ValidationError({"month": message})
    return checklist


def rules_of(checklist: Checklist) -> Rules:
    """Return the version as items and arithmetic (gongjian.lib.checklists)."""
    return load_checklist(checklist.content)


def item_names(on: date) -> list[tuple[str, str]]:
    """Return (code, text) of every item in force on a day, for choices. One query.

    Empty while there is no checklist.
    """
    checklist = Checklist.objects.current(on).first()
    if checklist is None:
        return []
    names = []
    for item in rules_of(checklist).items:
        names.append((item.code, f"{item.code} {item.text}"))
    return names
