"""Frontages (门前三包责任区): looking at them, and keeping their register."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from gongjian.audit.services import record
from gongjian.lib.phones import check_phone, mask
from gongjian.lib.quarters import Quarter
from gongjian.workflow import WrongState, require
from inspections import duties
from inspections.models import Frontage, FrontageCheck
from inspections.models.findings import Source
from inspections.models.frontages import FrontageStatus
from inspections.permissions import may_check_frontage, may_edit_frontage, may_reveal_phone
from inspections.services.findings import report_finding
from inspections.services.recipients import lead_unit_of
from inspections.services.stars import rate_frontages

NOBODY_THERE = (FrontageStatus.VACANT, FrontageStatus.DEMOLISHED)
EDITABLE = ("shop_name", "responsible_person", "phone", "status")
"""What may be changed by hand or through the API; the door and the agreement come with the register."""
MAY_NOT_EDIT = "您不能修改这个责任区：由共建办、牵头单位或所在社区修改"


def check_frontage(
    frontage: Frontage, *, checked_on: date, failed: list[str], remark: str = "", by, at: datetime
) -> FrontageCheck:
    """Note one look at one frontage; duties not kept (`failed`, by code) are reported as a finding for the lead unit.

    Raises ValidationError for a day to come, an unknown duty or a door with nobody behind it, and WrongState for a
    second look of the same person on the same day.
    """
    require(may_check_frontage(by, frontage), "您不能登记这个责任区的抽查")
    _refuse(frontage, checked_on, failed, at)
    kept = [duty.code for duty in duties.DUTIES if duty.code in failed]
    seen = {"quarter": str(Quarter.of(checked_on)), "checked_on": checked_on, "remark": remark, "by": by, "at": at}
    try:
        with transaction.atomic():
            if kept:
                _report(frontage, kept, remark, by=by, at=at)
            check = FrontageCheck.objects.create(frontage=frontage, failed=kept, passed=not kept, **seen)
            record(frontage, "inspections.frontage.check", by=by, at=at, checked_on=checked_on, failed=kept)
            rate_frontages([frontage.pk], at=at)
    except IntegrityError as twice:
        raise WrongState(f"您已登记过“{frontage}”{checked_on:%m 月 %d 日}的抽查，一天只登记一次") from twice
    return check


def _refuse(frontage: Frontage, checked_on: date, failed: list[str], at: datetime) -> None:
    if checked_on > timezone.localdate(at):
        raise ValidationError({"checked_on": "检查日期还没有到，请填今天或以前的日期"})
    if unknown := sorted(set(failed) - set(duties.NAMES)):
        raise ValidationError({"failed": f"没有这样的责任内容：{'、'.join(unknown)}"})
    if frontage.status in NOBODY_THERE:
        raise ValidationError(f"“{frontage}”已登记为{frontage.get_status_display()}，不需要抽查；情况有变请先更新名册")


def _report(frontage: Frontage, failed: list[str], remark: str, *, by, at: datetime):
    words = f"{frontage.shop_name}：{duties.names_of(failed)}未落实"
    return report_finding(
        community=frontage.community,
        source=Source.FRONTAGE_CHECK,
        item_code=duties.ITEM_CODE,
        description=f"{words}，{remark}"[:200] if remark else words,
        place=frontage.address,
        responsible_unit=lead_unit_of(frontage.community),
        frontage=frontage,
        by=by,
        at=at,
    )


def change_frontage(frontage: Frontage, *, by, at: datetime, **changes: str) -> Frontage:
    """Change shop name, responsible person, telephone or status; what was and what is stand in the log, phones masked.

    The row is held meanwhile, so that of two changes the second starts from the first. Raises ValidationError at the
    field that is wrong. Without a difference nothing is written.
    """
    require(may_edit_frontage(by, frontage), MAY_NOT_EDIT)
    with transaction.atomic():
        row = Frontage.objects.select_for_update().get(pk=frontage.pk)
        before = {name: getattr(row, name) for name in EDITABLE}
        _set_checked(row, changes)
        changed = [name for name in EDITABLE if getattr(row, name) != before[name]]
        if changed:
            row.save(update_fields=changed)
            said = {"before": before, "after": {name: getattr(row, name) for name in changed}}
            shown = {side: {name: _loggable(name, values[name]) for name in changed} for side, values in said.items()}
            record(frontage, "inspections.frontage.edit", by=by, at=at, **shown)
    for name in EDITABLE:
        setattr(frontage, name, getattr(row, name))
    return frontage


def _set_checked(row: Frontage, changes: dict[str, str]) -> None:
    """Put the changes on the row, each in its one written form. Raises ValidationError by field."""
    if unknown := sorted(set(changes) - set(EDITABLE)):
        raise ValidationError(dict.fromkeys(unknown, "这一项不能在这里修改"))
    for name, value in changes.items():
        setattr(row, name, value)
    row.clean_fields(exclude=[field.name for field in row._meta.fields if field.name not in changes])
    if changes.get("phone"):
        try:
            row.phone = check_phone(row.phone)
        except ValueError as wrong:
            raise ValidationError({"phone": str(wrong)}) from wrong


def _loggable(name: str, value: str) -> str:
    return mask(value) if name == "phone" and value else value


def reveal_phone(frontage: Frontage, *, by, at: datetime) -> str:
    """Give the whole number of who answers for a frontage, and note who asked; the number itself is not in the log."""
    require(may_reveal_phone(by, frontage), "您不能查看这个责任区的完整号码")
    record(frontage, "inspections.frontage.reveal_phone", by=by, at=at)
    return frontage.phone
