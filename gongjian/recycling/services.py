"""The recycle bin (回收站): rows leave their table and come back with the same keys, for thirty
days.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.files.storage import Storage
from django.db import IntegrityError, connection, models, router, transaction
from django.db.models.deletion import Collector, ProtectedError, RestrictedError
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.recycling.models import BinnedRecord
from gongjian.recycling.permissions import may_restore
from gongjian.workflow import WrongState, require

DAYS_KEPT = 30
# A row as Django's serializers write it.
SerializedRow = dict[str, Any]


def bin_record(
    obj: models.Model,
    *,
    by: User,
    at: datetime,
    dependents: Iterable[models.Model] = (),
    owner: User | None = None,
    parent: models.Model | None = None,
    parent_states: Iterable[str] = (),
) -> BinnedRecord:
    """Take `obj` out of its table into the bin, with what cascades from it and the `dependents`
    that hold it back.

    Whether it may be deleted is the caller's to settle. Raises WrongState when something else
    refers to it.
    """
    with transaction.atomic():
        purge_on = timezone.localdate(at) + timedelta(days=DAYS_KEPT)
        binned = BinnedRecord(
            object_type=obj._meta.label_lower,
            object_id=str(obj.pk),
            label=str(obj)[:200],
            owner=owner,
            binned_by=by,
            binned_at=at,
            purge_on=purge_on,
        )
        if parent is not None:
            binned.parent_type = parent._meta.label_lower
            binned.parent_id = str(parent.pk)
            binned.parent_states = list(parent_states)
        record(obj, f"{binned.object_type}.bin", by=by, at=at, purge_on=binned.purge_on)
        binned.payload = [
            row for instance in (*dependents, obj) for row in _take_out(instance, obj)
        ]
        binned.save(force_insert=True)
    return binned


def _take_out(row: models.Model, obj: models.Model) -> list[SerializedRow]:
    """Delete one row with what cascades from it; returns all of it as it was."""
    collector = Collector(using=router.db_for_write(type(row), instance=row), origin=row)
    try:
        collector.collect([row])
    except ProtectedError as protected:
        raise WrongState(_held_back(obj, protected.protected_objects)) from protected
    except RestrictedError as restricted:
        raise WrongState(_held_back(obj, restricted.restricted_objects)) from restricted
    rows = []
    for instances in collector.data.values():
        for instance in instances:
            rows.append(instance)
    rows += [instance for fast_delete in collector.fast_deletes for instance in fast_delete]
    payload: list[SerializedRow] = json.loads(serializers.serialize("json", rows))
    collector.delete()
    return payload


def _held_back(obj: models.Model, rows: Iterable[models.Model]) -> str:
    kinds = sorted({str(row._meta.verbose_name) for row in rows})
    return f"“{obj}”不能删除：还有{'、'.join(kinds)}引用它，请先处理"


def restore(binned: BinnedRecord, *, by: User, at: datetime) -> models.Model:
    """Bring a deleted row back with all that hung on it, under the same keys; returns the row.

    Raises WrongState when it is back already, when what it belongs to no longer takes it, or when
    its place is taken.
    """
    require(may_restore(by, binned), "只有删除人、登记人和共建办可以恢复")
    with transaction.atomic():
        binned_records = BinnedRecord.objects.select_for_update().waiting()
        locked = binned_records.filter(pk=binned.pk).first()
        if locked is None:
            raise WrongState("这条记录已经恢复，或已彻底删除")
        _refuse_lost_parent(locked)
        _put_back(locked)
        BinnedRecord.objects.filter(pk=locked.pk).update(restored_by=by, restored_at=at)
        model = apps.get_model(locked.object_type)
        row: models.Model = model._base_manager.get(pk=locked.object_id)
        record(row, f"{locked.object_type}.restore", by=by, at=at)
    binned.restored_by = by
    binned.restored_at = at
    return row


def _refuse_lost_parent(binned: BinnedRecord) -> None:
    if not binned.parent_type:
        return
    model = apps.get_model(binned.parent_type)
    parent = model._base_manager.select_for_update().filter(pk=binned.parent_id).first()
    if parent is None:
        raise WrongState(f"所属的{model._meta.verbose_name}已删除，请先恢复它")
    if parent.status not in binned.parent_states:
        raise WrongState(f"“{parent}”{parent.get_status_display()}，不能再把“{binned.label}”放回去")


def _put_back(binned: BinnedRecord) -> None:
    try:
        with transaction.atomic():
            for restored in serializers.deserialize("python", binned.payload):
                restored.save(force_insert=True)
            connection.check_constraints()
    except IntegrityError as taken:
        raise WrongState(
            f"“{binned.label}”不能恢复：同样的记录已另有一份，或它所属的记录已不在"
        ) from taken


def purge(*, at: datetime) -> int:
    """Let go for good of what has lain in the bin for thirty days, its files included; returns how
    many records.
    """
    binned_records = BinnedRecord.objects.expired(timezone.localdate(at))
    ids = binned_records.order_by("pk").values_list("pk", flat=True)
    return sum(_let_go(pk, at=at) for pk in list(ids))


def _let_go(pk: int, *, at: datetime) -> int:
    with transaction.atomic():
        binned_records = BinnedRecord.objects.select_for_update().filter(pk=pk)
        binned = binned_records.first()
        if binned is None:
            return 0
        if binned.restored_at is None:
            record(
                binned, "recycling.binnedrecord.purge", by=None, at=at, object=binned.object_type
            )
            for storage, name in _files_of(binned):
                transaction.on_commit(partial(storage.delete, name))
        binned.delete()
    return 1


def _files_of(binned: BinnedRecord) -> Iterator[tuple[Storage, str]]:
    """(storage, name) of each file that only the binned rows had."""
    for row in binned.payload:
        model = apps.get_model(row["model"])
        for field in model._meta.concrete_fields:
            name = isinstance(field, models.FileField) and row["fields"].get(field.name)
            if name and not model._base_manager.filter(**{field.name: name}).exists():
                yield field.storage, name
