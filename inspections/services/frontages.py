"""Frontages (门前三包责任区): checking them, and keeping their register."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.lib.phones import check_phone, mask
from gongjian.lib.positions import read_position
from gongjian.lib.quarters import Quarter
from gongjian.workflow import require
from inspections import duties
from inspections.models import DutyAgreement, Finding, Frontage, FrontageCheck
from inspections.models.findings import FindingSource
from inspections.models.frontages import FrontageStatus, spellings
from inspections.permissions import may_check_frontage, may_edit_frontage
from inspections.services.duty_sets import names_of, offered_sets, rules_for
from inspections.services.findings import report_finding
from inspections.services.recipients import lead_unit_of
from inspections.services.stars import rate_frontages

NOBODY_THERE = (FrontageStatus.VACANT, FrontageStatus.DEMOLISHED)
POSITION = ("latitude", "longitude", "datum")
# What may be changed by hand or through the API; the door comes with the register.
EDITABLE = (
    "shop_name",
    "shop_type",
    "responsible_person",
    "phone",
    "status",
    "plaque_number",
    "length_m",
    "depth_m",
    *POSITION,
)
# What is signed: changed on the page or by the register, never through the API.
AGREEMENT = ("agreement_number", "signed_on", "valid_until", "duty_set")
FIELDS = EDITABLE + AGREEMENT
# The field at which a page says what a constraint refuses.
FIELD_OF_CONSTRAINT = {
    "one_agreement_a_number": "agreement_number",
    "one_plaque_a_number": "plaque_number",
    "agreement_ends_after_signing": "valid_until",
    "extent_is_positive": "length_m",
}
LONGEST_DESCRIPTION = 200
MAY_NOT_EDIT = "您不能修改这个责任区：由共建办、牵头单位或所在社区修改"


def check_frontage(
    frontage: Frontage,
    *,
    checked_on: date,
    failed: list[str],
    remark: str = "",
    by: User,
    at: datetime,
) -> FrontageCheck:
    """Record one check of a frontage; duties not kept become a finding for the lead unit.

    `failed` lists them by code. Raises ValidationError for a day to come, a duty that the agreement
    does not ask, a door with nobody behind it, and a second check by the same person on one day.
    """
    require(may_check_frontage(by, frontage), "您不能登记这个责任区的抽查")
    rules = rules_for(frontage.duty_set)
    _refuse_impossible(frontage, rules, checked_on, failed, at)
    failed_codes = [duty.code for duty in rules.duties if duty.code in failed]
    check = FrontageCheck(frontage=frontage, checked_on=checked_on, by=by, at=at)
    check.quarter = str(Quarter.of(checked_on))
    check.failed = failed_codes
    check.passed = not failed_codes
    check.remark = remark
    try:
        with transaction.atomic():
            if failed_codes:
                names = names_of(failed_codes, rules)
                report_duties(frontage, names, remark, by=by, at=at)
            check.save(force_insert=True)
            details = {"checked_on": checked_on, "failed": failed_codes}
            record(frontage, "inspections.frontage.check", by=by, at=at, **details)
            rate_frontages([frontage.pk], at=at)
    except IntegrityError as second_check:
        message = f"您已登记过“{frontage}”{checked_on:%m 月 %d 日}的抽查，一天只登记一次"
        raise ValidationError({"checked_on": message}) from second_check
    return check


def _refuse_impossible(
    frontage: Frontage,
    rules: duties.DutyRules,
    checked_on: date,
    failed: Iterable[str],
    at: datetime,
) -> None:
    if checked_on > timezone.localdate(at):
        raise ValidationError({"checked_on": "检查日期还没有到，请填今天或以前的日期"})
    unknown = sorted(set(failed) - set(rules.names))
    if unknown:
        raise ValidationError({"failed": f"没有这样的责任内容：{'、'.join(unknown)}"})
    if frontage.status in NOBODY_THERE:
        status = frontage.get_status_display()
        raise ValidationError(f"“{frontage}”已登记为{status}，不需要抽查；情况有变请先更新名册")


def report_duties(
    frontage: Frontage, names: str, remark: str, *, by: User, at: datetime
) -> Finding:
    """Report duties that were not kept, by their names, as a finding for the lead unit."""
    description = f"{frontage.shop_name}：{names}未落实"
    if remark:
        description = f"{description}，{remark}"[:LONGEST_DESCRIPTION]
    community = frontage.community
    where: dict[str, Any] = {"community": community, "frontage": frontage}
    where["place"] = frontage.address
    what: dict[str, Any] = {"item_code": duties.ITEM_CODE, "description": description}
    what["source"] = FindingSource.FRONTAGE_CHECK
    lead_unit = lead_unit_of(community)
    return report_finding(**where, **what, responsible_unit=lead_unit, by=by, at=at)


def change_frontage(
    frontage: Frontage, *, only_corrects: bool = False, by: User, at: datetime, **changes: Any
) -> Frontage:
    """Change what the register says of a door; the log shows before and after, phones masked.

    Another shop or another agreement puts the former one into the history, unless the change
    `only_corrects` what was written wrongly. The row is locked meanwhile, so that of two changes
    the second starts from the first. Raises ValidationError at the field that is wrong. Without a
    difference nothing is written.
    """
    require(may_edit_frontage(by, frontage), MAY_NOT_EDIT)
    with transaction.atomic():
        rows = Frontage.objects.select_for_update(of=("self",)).select_related("road_section")
        locked_row = rows.get(pk=frontage.pk)
        before = {name: getattr(locked_row, name) for name in FIELDS}
        set_fields(locked_row, changes)
        after = {name: getattr(locked_row, name) for name in FIELDS}
        changed = [name for name in FIELDS if after[name] != before[name]]
        if changed:
            _store(locked_row, changed)
            if not only_corrects:
                former = former_agreements(frontage.pk, before, changed, by=by, at=at)
                DutyAgreement.objects.bulk_create(former)
            details = {"before": _logged(before, changed), "after": _logged(after, changed)}
            record(frontage, "inspections.frontage.edit", by=by, at=at, **details)
    for name, value in after.items():
        setattr(frontage, name, value)
    return frontage


def _store(row: Frontage, changed: list[str]) -> None:
    """Save the changed fields, and the letters by which the frontage is searched."""
    letters = spellings(row.shop_name, row.road_section.name, row.door_number)
    for column, value in letters.items():
        setattr(row, column, value)
    row.save(update_fields=[*changed, *letters])


def former_agreements(
    pk: int, before: Mapping[str, Any], changed: Iterable[str], *, by: User | None, at: datetime
) -> list[DutyAgreement]:
    """Return the unsaved row of history of a frontage that was as `before`.

    Empty when neither shop nor agreement is new; a field that was blank is filled in, and ends
    nothing.
    """
    replaced = {name for name in changed if before[name]}
    if replaced.isdisjoint(DutyAgreement.ENDS_WITH):
        return []
    columns = {name: before[name] for name in DutyAgreement.KEPT}
    return [DutyAgreement(frontage_id=pk, by=by, at=at, **columns)]


def set_fields(row: Frontage, changes: Mapping[str, Any]) -> None:
    """Set the changes on the row, each in its one written form. Raises ValidationError by field."""
    unknown = sorted(set(changes) - set(FIELDS))
    if unknown:
        raise ValidationError(dict.fromkeys(unknown, "这一项不能在这里修改"))
    for name, value in changes.items():
        setattr(row, name, value)
    unchanged = [field.name for field in row._meta.fields if field.name not in changes]
    row.clean_fields(exclude=unchanged)
    if changes.get("phone"):
        try:
            row.phone = check_phone(row.phone)
        except ValueError as wrong:
            raise ValidationError({"phone": str(wrong)}) from wrong
    if not changes.keys().isdisjoint(POSITION):
        check_position(row)
    if "duty_set" in changes and row.duty_set not in dict(offered_sets()):
        raise ValidationError({"duty_set": "没有这样的责任内容，或已经停用：请从列表中选"})
    check_constraints(row, changes)


def check_position(row: Frontage) -> None:
    """Raise ValidationError, at its field, for half a position or one that cannot be."""
    if row.latitude is not None and row.longitude is None:
        raise ValidationError({"longitude": "纬度和经度要一起填，或都留空"})
    if row.longitude is not None and row.latitude is None:
        raise ValidationError({"latitude": "纬度和经度要一起填，或都留空"})
    try:
        read_position(row.latitude, row.longitude, row.datum)
    except ValueError as wrong:
        # The message begins with the word of the field that it is about.
        field_of_word = {"经度": "longitude", "坐标": "datum"}
        field = field_of_word.get(str(wrong)[:2], "latitude")
        raise ValidationError({field: str(wrong)}) from wrong


def check_constraints(row: Frontage, changes: Mapping[str, Any]) -> None:
    """Raise ValidationError, at its field, for what the database would refuse."""
    errors = {}
    for constraint in row._meta.constraints:
        field = FIELD_OF_CONSTRAINT.get(constraint.name)
        if field is None:
            continue
        try:
            constraint.validate(Frontage, row)
        except ValidationError as refused:
            # The page shows the fields that change: an error at another one would be lost.
            shown_at = field if field in changes else next(iter(changes))
            errors[shown_at] = refused.messages
    if errors:
        raise ValidationError(errors)


def _logged(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return the named values as the log shows them: a telephone is masked."""
    logged = {name: values[name] for name in names}
    if logged.get("phone"):
        logged["phone"] = mask(logged["phone"])
    return logged
