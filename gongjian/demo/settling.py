"""Bring the demo city into the database: the register through its import, then the people, set-based."""

from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery

from communities.models import Community, CommunityPosting, Group
from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import Role
from gongjian.demo.city import City
from gongjian.demo.people import Person, make_people
from gongjian.office.register.applying import RegisterFile, apply_import
from gongjian.office.register.planning import plan_import
from gongjian.office.register.plans import ImportPlan
from units.models import Posting, Unit

CHUNK = 500


def settle(city: City, *, at: datetime) -> ImportPlan:
    """Take the city's sheets in as an office would its workbook, and give everybody an account and a post."""
    with transaction.atomic():
        plan = apply_import(
            plan_import(city.tables()), file=RegisterFile("demo", "演示城市名册.xlsx"), at=at
        )
        _settle_people(make_people(city), city, at=at)
        _link_leaders()
    return plan


def _settle_people(people: list[Person], city: City, *, at: datetime) -> None:
    """Accounts without a usable password, each with one appointment from the city's first day on."""
    users = [
        User(username=one.username, name=one.name, phone=one.phone, created_at=at) for one in people
    ]
    for user in users:
        user.set_unusable_password()
    User.objects.bulk_create(users, batch_size=CHUNK)
    held = [
        Appointment(user=user, role=one.role, title=one.title, starts_on=city.since)
        for user, one in zip(users, people, strict=True)
    ]
    Appointment.objects.bulk_create(held, batch_size=CHUNK)
    units = dict(Unit.objects.values_list("name", "pk"))
    places = dict(Community.objects.values_list("name", "pk"))
    posted = list(zip(held, people, strict=True))
    in_units = [
        Posting(appointment=post, unit_id=units[one.unit]) for post, one in posted if one.unit
    ]
    Posting.objects.bulk_create(in_units, batch_size=CHUNK)
    in_places = [(post, places[one.community]) for post, one in posted if one.community]
    CommunityPosting.objects.bulk_create(
        [CommunityPosting(appointment=post, community_id=place) for post, place in in_places],
        batch_size=CHUNK,
    )


def _link_leaders() -> None:
    """Each group's liaison leader is the account posted to its community."""
    leader = CommunityPosting.objects.filter(
        community=OuterRef("community"), appointment__role=Role.LIAISON_LEADER
    ).values("appointment__user")[:1]
    Group.objects.update(liaison_leader=Subquery(leader))
