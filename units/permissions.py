"""Who may change a unit's entry in the register."""

from gongjian.accounts.roles import OFFICE, Role
from units.models import Unit


def may_edit_contact(user, unit) -> bool:
    """The office, and the unit's own officers: they know best whom to telephone. One query for the latter."""
    if user.has_role(*OFFICE):
        return True
    own = Unit.objects.held_by(user, Role.LEAD_OFFICER, Role.MEMBER_LIAISON, Role.DEPARTMENT_OFFICER)
    return own.filter(pk=unit.pk).exists()


def may_see_contact(user, unit) -> bool:
    return user.sees_city or may_edit_contact(user, unit)


def may_see_offices(user, unit) -> bool:
    """Who held which office in the unit: the auditor, the office, and the unit's own officers."""
    return user.has_role(Role.AUDITOR) or may_edit_contact(user, unit)
