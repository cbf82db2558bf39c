"""Who held which office when: appointments read with the unit or the community in which they are
held.
"""

from datetime import date

from django.db.models import Q

from communities.models import Community, CommunityPosting
from gongjian.accounts.models import Appointment, AppointmentQuerySet
from gongjian.accounts.roles import OFFICE, THREE_ADMINISTRATORS
from gongjian.office.staffing.permissions import IN_A_COMMUNITY, OFFICERS
from units.models import Unit

PLACES = ("unit_posting__unit", "community_posting__community")


def holders(
    *,
    on: date,
    role: str | None = None,
    unit: Unit | None = None,
    community: Community | None = None,
):
    """The appointments in force on the day `on`, of one role, unit or community when given."""
    conditions = {
        "role": role,
        "unit_posting__unit": unit,
        "community_posting__community": community,
    }
    filters = {}
    for name, value in conditions.items():
        if value is not None:
            filters[name] = value
    appointments = Appointment.objects.in_force(on)
    return with_places(appointments.filter(**filters))


def with_places(appointments: AppointmentQuerySet) -> AppointmentQuerySet:
    return appointments.select_related("user", *PLACES)


def place_of(appointment: Appointment) -> Unit | Community | None:
    """The unit or the community in which the appointment is held; asks nothing of one read
    `with_places`.
    """
    posting = getattr(appointment, "unit_posting", None)
    if posting:
        return posting.unit
    posting = getattr(appointment, "community_posting", None)
    if posting:
        return posting.community
    return None


def offices_visible_to(user):
    """Appointments of all times that the user may read: all for the three administrators, the
    business roles for the office, and for everyone else those of the unit or the community he acts
    for.
    """
    if user.has_role(*THREE_ADMINISTRATORS):
        return Appointment.objects.all()
    business = Appointment.objects.exclude(role__in=THREE_ADMINISTRATORS)
    if user.has_role(*OFFICE):
        return business
    return business.filter(
        Q(unit_posting__unit__in=units_known_to(user))
        | Q(community_posting__community__in=communities_known_to(user))
    )


def units_known_to(user):
    """The units of whose offices the user reads."""
    if user.has_role(*THREE_ADMINISTRATORS, *OFFICE):
        return Unit.objects.all()
    return Unit.objects.held_by(user, *OFFICERS)


def communities_known_to(user):
    """The communities of whose offices the user reads."""
    if user.has_role(*THREE_ADMINISTRATORS, *OFFICE):
        return Community.objects.all()
    appointments = Appointment.objects.of(user, *IN_A_COMMUNITY)
    postings = CommunityPosting.objects.filter(appointment__in=appointments)
    return Community.objects.filter(pk__in=postings.values("community"))
