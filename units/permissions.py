"""Who may change a unit's entry in the register."""

from gongjian.accounts.roles import OFFICE, Role
from units.models import Unit

SPEAK_FOR_A_UNIT = (Role.LEAD_OFFICER, Role.MEMBER_LIAISON, Role.DEPARTMENT_OFFICER)


def may_edit_contact(user, unit) -> bool:
    """The office, and the unit's own officers: they know best whom to telephone.

    One query for the latter.
    """
    if user.has_role(*OFFICE):
        return True
    units = Unit.objects.held_by(user, *SPEAK_FOR_A_UNIT)
    return units.filter(pk=unit.pk).exists()


def may_see_offices(user, unit) -> bool:
    """Who held which office in the unit: the auditor, the office, and the unit's own officers."""
    return user.has_role(Role.AUDITOR) or may_edit_contact(user, unit)


def may_reveal_phone(user, unit) -> bool:
    """The office and the unit's own officers ring people; the auditor and all others see the masked
    number.
    """
    return may_edit_contact(user, unit)
