"""Bring the demo city into the database: the register by its import, then the people."""

from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery

from communities.models import Community, CommunityPosting, Group
from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import Role
from gongjian.demo.city import City
from gongjian.demo.people import Person, make_people
from gongjian.office.register.applying import apply_import, register_file
from gongjian.office.register.planning import plan_import
from gongjian.office.register.plans import ImportPlan
from units.models import Posting, Unit

CHUNK = 500


def settle(city: City, *, at: datetime) -> ImportPlan:
    """Import the city's worksheets as an office would; give everybody an account and a post."""
    file = register_file("demo", "演示城市名册.xlsx")
    with transaction.atomic():
        plan = apply_import(plan_import(city.tables()), file=file, at=at)
        settle_people(make_people(city), city, at=at)
        link_leaders()
    return plan


def settle_people(people: list[Person], city: City, *, at: datetime) -> None:
    """Save accounts without a usable password, each with one post from the city's first day."""
    users = [account(person, at) for person in people]
    User.objects.bulk_create(users, batch_size=CHUNK)
    units = dict(Unit.objects.values_list("name", "pk"))
    communities = dict(Community.objects.values_list("name", "pk"))
    posts, in_units, in_communities = [], [], []
    for user, person in zip(users, people, strict=True):
        post = Appointment(user=user, role=person.role, title=person.title, starts_on=city.since)
        posts.append(post)
        if person.unit:
            in_units.append(Posting(appointment=post, unit_id=units[person.unit]))
        if person.community:
            community = communities[person.community]
            in_communities.append(CommunityPosting(appointment=post, community_id=community))
    Appointment.objects.bulk_create(posts, batch_size=CHUNK)
    Posting.objects.bulk_create(in_units, batch_size=CHUNK)
    CommunityPosting.objects.bulk_create(in_communities, batch_size=CHUNK)


def account(person: Person, at: datetime) -> User:
    user = User(username=person.username, name=person.name, phone=person.phone, created_at=at)
    user.set_unusable_password()
    return user


def link_leaders() -> None:
    """Make the account posted to a community as its leader the group's liaison leader."""
    postings = CommunityPosting.objects.filter(
        community=OuterRef("community"), appointment__role=Role.LIAISON_LEADER
    )
    leader = Subquery(postings.values("appointment__user")[:1])
    Group.objects.update(liaison_leader=leader)
