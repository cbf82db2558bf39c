"""The 300 people of the demo city in the roles of the office, from its sheets; nothing is written here."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

from gongjian.accounts.roles import Role
from gongjian.demo import words
from gongjian.demo.city import City
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


def make_people(city: City) -> list[Person]:
    """Everybody with an account. The first of a role has to do with the first community: those are the demo's faces."""
    serials: Counter = Counter()

    def person(role: Role, **given) -> Person:
        serials[role] += 1
        given = {"name": "", "phone": "", **given}
        name, phone = given.pop("name") or next(city.names), given.pop("phone") or next(city.phones)
        return Person(f"{LOGINS[role]}{serials[role]:02}", name, phone, role, **given)

    return [
        *_office(person),
        *_assessors(person, city),
        *_of_units(person, city),
        *_of_communities(person, city),
    ]


def _office(person) -> Iterator[Person]:
    office, government = words.OFFICE[0], words.GOVERNMENT[0]
    yield person(Role.OFFICE_DIRECTOR, title="主任", unit=office)
    yield from (person(Role.OFFICE_STAFF, title="科员", unit=office) for _ in range(OFFICE_STAFF))
    yield from (person(Role.APPROVER, title=title, unit=government) for title in APPROVERS)
    yield person(Role.AUDITOR, title="审计员", unit="富阳市审计局")
    yield person(Role.SYSTEM_ADMIN, title="系统管理员", unit=office)
    yield person(Role.SECURITY_ADMIN, title="安全管理员", unit=office)
    yield person(Role.API_CLIENT, name="城市管理平台", unit="富阳市城市管理局")


def _assessors(person, city: City) -> Iterator[Person]:
    """Drawn from all over: departments first, then institutions, so that each has an interest in few communities."""
    units = city.sheets[UNITS.name]
    departments = [unit["name"] for unit in units if unit["kind"] == FUNCTIONAL]
    institutions = [unit["name"] for unit in units if unit["kind"] == "事业单位"]
    for unit in [*departments, *institutions][:ASSESSORS]:
        yield person(Role.ASSESSOR, title="考评员", unit=unit)


def _of_units(person, city: City) -> Iterator[Person]:
    """Department officers, an officer for each lead unit (its 联络员), and liaisons of the units that sit most."""
    units = {unit["name"]: unit for unit in city.sheets[UNITS.name]}
    for unit in units.values():
        if unit["kind"] == FUNCTIONAL:
            yield person(Role.DEPARTMENT_OFFICER, title="科长", unit=unit["name"])
    leads = dict.fromkeys(place["lead_unit"] for place in city.sheets[COMMUNITIES.name])
    for name in leads:
        yield _contact(person, Role.LEAD_OFFICER, units[name], title="办公室主任")
    for name in _liaison_units(city, leads)[:LIAISONS]:
        yield _contact(person, Role.MEMBER_LIAISON, units[name], title="联络员")


def _contact(person, role: Role, unit: dict, *, title: str) -> Person:
    return person(role, name=unit["contact"], phone=unit["phone"], title=title, unit=unit["name"])


def _liaison_units(city: City, leads) -> list[str]:
    """Member units that lead nowhere: one of the first community's, then those that sit in most groups."""
    first = city.seats[0]["community"]
    sits = Counter(seat["unit"] for seat in city.seats if seat["unit"] not in leads)
    home = [
        seat["unit"] for seat in city.seats if seat["community"] == first and seat["unit"] in sits
    ][:1]
    return list(dict.fromkeys([*home, *(name for name, _ in sits.most_common())]))


def _of_communities(person, city: City) -> Iterator[Person]:
    """A worker and a liaison leader for each community; leaders are of the four top bodies (四副班子)."""
    places = city.sheets[COMMUNITIES.name]
    for place in places:
        yield person(Role.COMMUNITY_WORKER, title="社区干部", community=place["name"])
    for place, title in zip(places, cycle(words.LEADER_TITLES)):
        yield person(
            Role.LIAISON_LEADER, name=place["liaison_leader"], title=title, community=place["name"]
        )
