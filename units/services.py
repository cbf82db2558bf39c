"""The register of units as people keep it by hand.

Whole lists come through the register's import.
"""

from datetime import datetime

from django.db import transaction

from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.workflow import require
from units.models import Contact, Unit
from units.permissions import may_edit_contact


def change_contact(unit: Unit, *, name: str, phone: str, by: User, at: datetime) -> Contact:
    """Write down whom the office telephones at a unit; the log keeps both names, and both numbers
    masked.
    """
    require(may_edit_contact(by, unit), "您不能修改这家单位的联络员")
    with transaction.atomic():
        contact, _ = Contact.objects.select_for_update().get_or_create(unit=unit)
        before = {"contact": contact.name, "phone": contact.phone}
        contact.name = name
        contact.phone = phone
        contact.save(update_fields=["name", "phone"])
        after = {"contact": name, "phone": phone}
        record(unit, "units.unit.change_contact", by=by, at=at, before=before, after=after)
    return contact


def hand_over_contact(unit: Unit, *, leaver: User, successor: User, by: User, at: datetime) -> int:
    """Write down the successor as 联络员 where the leaver's name stands; returns how many entries
    changed.
    """
    with transaction.atomic():
        contacts = Contact.objects.select_for_update().filter(unit=unit, name=leaver.name)
        contact = contacts.first()
        if contact is None:
            return 0
        contact.name = successor.name
        contact.phone = successor.phone
        contact.save(update_fields=["name", "phone"])
        names = {"before": {"name": leaver.name}, "after": {"name": successor.name}}
        record(unit, "units.unit.change_contact", by=by, at=at, **names)
    return 1
