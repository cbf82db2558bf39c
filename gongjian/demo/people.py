"""The 300 people of the demo city in their roles, from its worksheets; nothing is saved here."""

from collections import Counter
from dataclasses import dataclass
from itertools import cycle

from gongjian.accounts.roles import Role
from gongjian.demo import words
from gongjian.demo.city import INSTITUTION, City, names_of
from gongjian.office.register.specs import COMMUNITIES, FUNCTIONAL, UNITS

OFFICE_STAFF, ASSESSORS = 6, 20
APPROVERS = ("副市长", "市政府副秘书长")
LIAISONS = 49
LOGINS = {
    Role.OFFICE_STAFF: "bangong",
    Role.OFFICE_DIRECTOR: "zhuren",
    Role.APPROVER: "shenpi",
    Role.ASSESSOR: "kaoping",
    Role.DEPARTMENT_OFFICER: "zhineng",
    Role.LEAD_OFFICER: "qiantou",
    Role.MEMBER_LIAISON: "lianluo",
    Role.COMMUNITY_WORKER: "shequ",
    Role.LIAISON_LEADER: "lingdao",
    Role.AUDITOR: "shenji",
    Role.SYSTEM_ADMIN: "guanli",
    Role.SECURITY_ADMIN: "anquan",
    Role.API_CLIENT: "pingtai",
}


@dataclass(frozen=True)
class Person:
    """One account to be: its role, and the unit's or community's name in which the role is held."""

    username: str
    name: str
    phone: str
    role: Role
    title: str = ""
    unit: str = ""
    community: str = ""


class People:
    """Everybody with an account, counted up by role; names and numbers come from the city."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.people: list[Person] = []
        self.serials: Counter = Counter()

    def add(self, role: Role, *, name: str = "", phone: str = "", **fields: str) -> None:
        """Add somebody in a role, with an invented name and number where none is named."""
        self.serials[role] += 1
        username = f"{LOGINS[role]}{self.serials[role]:02}"
        name = name or next(self.city.names)
        phone = phone or next(self.city.phones)
        person = Person(username, name, phone, role, **fields)
        self.people.append(person)

    def add_contact(self, role: Role, unit: dict, title: str) -> None:
        """Add a unit's 联络员 from the unit's own row."""
        name, phone = unit["contact"], unit["phone"]
        self.add(role, name=name, phone=phone, title=title, unit=unit["name"])


def make_people(city: City) -> list[Person]:
    """Return everybody with an account.

    The first of each role has to do with the first community: those are the demo's faces.
    """
    people = People(city)
    add_office(people)
    add_assessors(people)
    add_officers(people)
    add_people_of_communities(people)
    return people.people


def add_office(people: People) -> None:
    office, _ = words.OFFICE
    government, _ = words.GOVERNMENT
    people.add(Role.OFFICE_DIRECTOR, title="主任", unit=office)
    for _ in range(OFFICE_STAFF):
        people.add(Role.OFFICE_STAFF, title="科员", unit=office)
    for title in APPROVERS:
        people.add(Role.APPROVER, title=title, unit=government)
    people.add(Role.AUDITOR, title="审计员", unit="富阳市审计局")
    people.add(Role.SYSTEM_ADMIN, title="系统管理员", unit=office)
    people.add(Role.SECURITY_ADMIN, title="安全管理员", unit=office)
    people.add(Role.API_CLIENT, name="城市管理平台", unit="富阳市城市管理局")


def add_assessors(people: People) -> None:
    """Departments give assessors first, then institutions: each has a stake in few communities."""
    units = people.city.worksheets[UNITS.name]
    candidates = names_of(units, FUNCTIONAL) + names_of(units, INSTITUTION)
    for unit in candidates[:ASSESSORS]:
        people.add(Role.ASSESSOR, title="考评员", unit=unit)


def add_officers(people: People) -> None:
    """Each department and lead unit has an officer; the units that sit most have liaisons."""
    city = people.city
    rows = city.worksheets[UNITS.name]
    for department in names_of(rows, FUNCTIONAL):
        people.add(Role.DEPARTMENT_OFFICER, title="科长", unit=department)
    units = {unit["name"]: unit for unit in rows}
    places = city.worksheets[COMMUNITIES.name]
    lead_units = dict.fromkeys(place["lead_unit"] for place in places)
    for name in lead_units:
        people.add_contact(Role.LEAD_OFFICER, units[name], "办公室主任")
    for name in liaison_units(city, set(lead_units))[:LIAISONS]:
        people.add_contact(Role.MEMBER_LIAISON, units[name], "联络员")


def liaison_units(city: City, lead_units: set[str]) -> list[str]:
    """Return the units that lead nowhere, by seats; one of the first community's comes first."""
    seats = [seat for seat in city.seats if seat["unit"] not in lead_units]
    counts = Counter(seat["unit"] for seat in seats)
    by_seats = [name for name, _ in counts.most_common()]
    first_community = city.seats[0]["community"]
    for seat in seats:
        if seat["community"] == first_community:
            by_seats.remove(seat["unit"])
            return [seat["unit"], *by_seats]
    return by_seats


def add_people_of_communities(people: People) -> None:
    """Add a worker and a liaison leader for each community; leaders are of the 四副班子."""
    places = people.city.worksheets[COMMUNITIES.name]
    for place in places:
        people.add(Role.COMMUNITY_WORKER, title="社区干部", community=place["name"])
    for place, title in zip(places, cycle(words.LEADER_TITLES)):
        leader, community = place["liaison_leader"], place["name"]
        people.add(Role.LIAISON_LEADER, name=leader, title=title, community=community)
