"""Looking at frontages (门前三包抽查)."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from gongjian.audit.services import record
from gongjian.lib.quarters import Quarter
from gongjian.workflow import WrongState, require
from inspections import duties
from inspections.models import Frontage, FrontageCheck
from inspections.models.findings import Source
from inspections.models.frontages import FrontageStatus
from inspections.permissions import may_check_frontage
from inspections.services.findings import report_finding
from inspections.services.recipients import lead_unit_of

NOBODY_THERE = (FrontageStatus.VACANT, FrontageStatus.DEMOLISHED)


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
