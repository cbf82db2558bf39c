"""Frontages (门前三包责任区): looking at them, and keeping their register."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from gongjian.audit.services import record
from gongjian.lib.phones import check_phone, mask
from gongjian.lib.positions import read_position
from gongjian.lib.quarters import Quarter
from gongjian.workflow import WrongState, require
from inspections import duties
from inspections.models import DutyAgreement, Frontage, FrontageCheck
from inspections.models.findings import Source
from inspections.models.frontages import FrontageStatus, spellings
from inspections.permissions import may_check_frontage, may_edit_frontage, may_reveal_phone
from inspections.services.duty_sets import names_of, offered_sets, rules_for
from inspections.services.findings import report_finding
from inspections.services.recipients import lead_unit_of
from inspections.services.stars import rate_frontages

NOBODY_THERE = (FrontageStatus.VACANT, FrontageStatus.DEMOLISHED)
EDITABLE = (
    "shop_name",
    "shop_type",
    "responsible_person",
    "phone",
    "status",
    "plaque_number",
    "length_m",
    "depth_m",
    "latitude",
    "longitude",
    "datum",
)
"""What may be changed by hand or through the API; the door comes with the register."""
AGREEMENT = ("agreement_number", "signed_on", "valid_until", "duty_set")
"""What is signed: changed on the page or by the register, never through the API."""
MAY_NOT_EDIT = "您不能修改这个责任区：由共建办、牵头单位或所在社区修改"


def check_frontage(
    frontage: Frontage, *, checked_on: date, failed: list[str], remark: str = "", by, at: datetime
) -> FrontageCheck:
    """Note one look at one frontage; duties not kept (`failed`, by code) are reported as a finding for the lead unit.

    Raises ValidationError for a day to come, a duty that the agreement does not ask or a door with nobody behind it,
    and WrongState for a second look of the same person on the same day.
    """
    require(may_check_frontage(by, frontage), "您不能登记这个责任区的抽查")
    rules = rules_for(frontage.duty_set)
    _refuse(frontage, rules, checked_on, failed, at)
    kept = [duty.code for duty in rules.duties if duty.code in failed]
    seen = {
        "quarter": str(Quarter.of(checked_on)),
        "checked_on": checked_on,
        "remark": remark,
        "by": by,
        "at": at,
    }
    try:
        with transaction.atomic():
            if kept:
                _report(frontage, names_of(kept, rules), remark, by=by, at=at)
            check = FrontageCheck.objects.create(
                frontage=frontage, failed=kept, passed=not kept, **seen
            )
            record(
                frontage,
                "inspections.frontage.check",
                by=by,
                at=at,
                checked_on=checked_on,
                failed=kept,
            )
            rate_frontages([frontage.pk], at=at)
    except IntegrityError as twice:
        raise WrongState(
            f"您已登记过“{frontage}”{checked_on:%m 月 %d 日}的抽查，一天只登记一次"
        ) from twice
    return check


def _refuse(
    frontage: Frontage, rules: duties.DutyRules, checked_on: date, failed: list[str], at: datetime
) -> None:
    if checked_on > timezone.localdate(at):
        raise ValidationError({"checked_on": "检查日期还没有到，请填今天或以前的日期"})
    if unknown := sorted(set(failed) - set(rules.names)):
        raise ValidationError({"failed": f"没有这样的责任内容：{'、'.join(unknown)}"})
    if frontage.status in NOBODY_THERE:
        raise ValidationError(
            f"“{frontage}”已登记为{frontage.get_status_display()}，不需要抽查；情况有变请先更新名册"
        )


def _report(frontage: Frontage, names: str, remark: str, *, by, at: datetime):
    words = f"{frontage.shop_name}：{names}未落实"
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


def change_frontage(
    frontage: Frontage, *, only_corrects: bool = False, by, at: datetime, **changes: Any
) -> Frontage:
    """Change what the register says of a door; what was and what is stand in the log, phones masked.

    Another shop or another agreement puts the former into the place's history, unless the change `only_corrects` what
    was written wrongly. The row is held meanwhile, so that of two changes the second starts from the first. Raises
    ValidationError at the field that is wrong. Without a difference nothing is written.
    """
    require(may_edit_frontage(by, frontage), MAY_NOT_EDIT)
    fields = EDITABLE + AGREEMENT
    with transaction.atomic():
        row = (
            Frontage.objects.select_for_update(of=("self",))
            .select_related("road_section")
            .get(pk=frontage.pk)
        )
        before = {name: getattr(row, name) for name in fields}
        _set_checked(row, changes)
        changed = [name for name in fields if getattr(row, name) != before[name]]
        if changed:
            _write(row, changed)
            if not only_corrects:
                DutyAgreement.objects.bulk_create(ended(row.pk, before, changed, by=by, at=at))
            said = {"before": before, "after": {name: getattr(row, name) for name in changed}}
            shown = {
                side: {name: _loggable(name, values[name]) for name in changed}
                for side, values in said.items()
            }
            record(frontage, "inspections.frontage.edit", by=by, at=at, **shown)
    for name in fields:
        setattr(frontage, name, getattr(row, name))
    return frontage


def _write(row: Frontage, changed: list[str]) -> None:
    for name, letters in spellings(row.shop_name, row.road_section.name, row.door_number).items():
        setattr(row, name, letters)
    row.save(update_fields=[*changed, "pinyin", "initials"])


def ended(pk: int, before: Mapping[str, Any], changed, *, by, at: datetime) -> list[DutyAgreement]:
    """The unsaved row of history for a frontage that was as `before`; none when neither shop nor agreement is new.

    A field that was blank is filled in, and ends nothing.
    """
    if not any(name in changed and before[name] for name in DutyAgreement.ENDS_WITH):
        return []
    kept = {name: before[name] for name in DutyAgreement.KEPT}
    return [DutyAgreement(frontage_id=pk, **kept, by=by, at=at)]


def _set_checked(row: Frontage, changes: dict[str, Any]) -> None:
    """Put the changes on the row, each in its one written form. Raises ValidationError by field."""
    if unknown := sorted(set(changes) - {*EDITABLE, *AGREEMENT}):
        raise ValidationError(dict.fromkeys(unknown, "这一项不能在这里修改"))
    for name, value in changes.items():
        setattr(row, name, value)
    row.clean_fields(
        exclude=[field.name for field in row._meta.fields if field.name not in changes]
    )
    if changes.get("phone"):
        try:
            row.phone = check_phone(row.phone)
        except ValueError as wrong:
            raise ValidationError({"phone": str(wrong)}) from wrong
    if {"latitude", "longitude", "datum"} & set(changes):
        _check_position(row)
    if "duty_set" in changes and row.duty_set not in dict(offered_sets()):
        raise ValidationError({"duty_set": "没有这样的责任内容，或已经停用：请从列表中选"})
    _check_constraints(row, changes)


def _check_position(row: Frontage) -> None:
    missing = [name for name in ("latitude", "longitude") if getattr(row, name) is None]
    if len(missing) == 1:
        raise ValidationError({missing[0]: "纬度和经度要一起填，或都留空"})
    try:
        read_position(row.latitude, row.longitude, row.datum)
    except ValueError as wrong:
        fields = {"经度": "longitude", "坐标": "datum"}
        raise ValidationError({fields.get(str(wrong)[:2], "latitude"): str(wrong)}) from wrong


CONSTRAINT_AT = {
    "one_agreement_a_number": "agreement_number",
    "one_plaque_a_number": "plaque_number",
    "agreement_ends_after_signing": "valid_until",
    "extent_is_positive": "length_m",
}


def _check_constraints(row: Frontage, changes: dict[str, Any]) -> None:
    """Say beside its field what the database would refuse."""
    wrong = {}
    for constraint in row._meta.constraints:
        if field := CONSTRAINT_AT.get(constraint.name):
            try:
                constraint.validate(Frontage, row)
            except ValidationError as refused:
                wrong[field if field in changes else next(iter(changes))] = refused.messages
    if wrong:
        raise ValidationError(wrong)


def _loggable(name: str, value: Any) -> Any:
    return mask(value) if name == "phone" and value else value


def reveal_phone(frontage: Frontage, *, by, at: datetime) -> str:
    """Give the whole number of who answers for a frontage, and note who asked; the number itself is not in the log."""
    require(may_reveal_phone(by, frontage), "您不能查看这个责任区的完整号码")
    record(frontage, "inspections.frontage.reveal_phone", by=by, at=at)
    return frontage.phone
