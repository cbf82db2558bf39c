"""Take a planned file in: all of it or nothing, set-based, with one entry in the log."""

from datetime import datetime

from django.db import transaction

from gongjian.audit.services import record
from gongjian.audit.subjects import Subject
from gongjian.office.register.permissions import may_import_register
from gongjian.office.register.plans import ImportPlan
from gongjian.office.register.writing import (
    write_communities,
    write_frontages,
    write_groups,
    write_seats,
    write_units,
)
from gongjian.workflow import require

REGISTER_FILE = "register.file"
# What the log calls the file.


class PlanHasErrors(Exception):
    """A file with a bad cell is never applied."""


def register_file(key: str, name: str) -> Subject:
    """Return the file that is taken in or given out, for the log: the register itself is no row."""
    return Subject(REGISTER_FILE, key, name)


def apply_import(plan: ImportPlan, *, file: Subject, by=None, at: datetime) -> ImportPlan:
    """Write what the plan says, all or nothing; `by` is None for the command on the server.

    Raises PlanHasErrors, PermissionDenied.
    """
    require(by is None or may_import_register(by), "只有共建办可以导入名册")
    if plan.errors:
        raise PlanHasErrors(f"还有 {len(plan.errors)} 处错误")
    with transaction.atomic():
        units = write_units(plan)
        communities = write_communities(plan)
        groups = write_groups(plan, communities, units)
        write_seats(plan, groups, units)
        write_frontages(plan, communities, by=by, at=at)
        record(
            file, "register.file.import", by=by, at=at, counts=plan.counts, changed=_changed(plan)
        )
    return plan


def _changed(plan: ImportPlan) -> dict[str, list]:
    changed = {}
    for name, worksheet in plan.worksheets.items():
        if worksheet.changed:
            changed[name] = []
            for change in worksheet.changes:
                fields = [list(field) for field in change.fields]
                changed[name].append([change.label, fields])
    return changed
