"""What the register holds now, in the very shape of its workbook: one query a worksheet.

Export writes it, planning compares with it; so an exported file read again changes nothing.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from communities.models import Community, GroupMember, Subdistrict
from communities.models.groups import MemberRole
from communities.models.places import Class
from gongjian.lib.spreadsheets.specs import canonical
from gongjian.office.register.specs import (
    COMMUNITIES,
    DATUMS,
    FRONTAGES,
    FUNCTIONAL,
    SEATS,
    STATUSES,
    UNITS,
)
from inspections.models import Frontage
from inspections.services.duty_sets import titles_of_sets
from units.models import Unit, UnitKind

STATUS_WORDS = {value: str(label) for label, value in STATUSES.items()}
DATUM_WORDS = {value: str(label) for label, value in DATUMS.items()}
Key = Any
Values = dict[str, Any]
Table = dict[Key, Values]


@dataclass
class Snapshot:
    """The worksheets by key, each row's values by field; `pks` names the database row of a key.

    Keys: a community's code; a unit's canonical name; (code, unit) for a seat; (code, road section,
    door) for a frontage. `active` says whether a community or unit is still on the register;
    `duty_sets` holds (code, title, whether it is offered).
    """

    tables: dict[str, Table] = field(default_factory=dict)
    pks: dict[str, dict[Key, int]] = field(default_factory=dict)
    subdistricts: dict[str, str] = field(default_factory=dict)
    duty_sets: list[tuple[str, str, bool]] = field(default_factory=list)

    def rows(self, name: str) -> Iterator[Values]:
        """The worksheet as it is exported: what is on the register, in order."""
        return (values for values in self.tables[name].values() if values["active"])


def take_snapshot() -> Snapshot:
    """Read the whole register. Six queries, whatever its size."""
    subdistricts = dict(Subdistrict.objects.values_list("name", "code"))
    seen = Snapshot(
        subdistricts=subdistricts,
        duty_sets=titles_of_sets(),
    )
    codes = _read_communities(seen)
    keys = _read_units(seen)
    _read_seats(seen, codes, keys)
    _read_frontages(seen, codes)
    return seen


def shown_names(communities: Table) -> dict[str, str]:
    """Code to the name that other worksheets use: a name borne twice is written with its
    subdistrict.
    """
    canonicals = []
    for values in communities.values():
        canonicals.append(canonical(values["name"]))
    borne = Counter(canonicals)
    names = {}
    for code, values in communities.items():
        name = values["name"]
        is_borne_once = borne[canonical(name)] == 1
        names[code] = name if is_borne_once else values["subdistrict"] + name
    return names


def _keep(seen: Snapshot, name: str, rows: list[tuple[int, Key, Values]]) -> None:
    seen.tables[name] = {key: values for _, key, values in rows}
    seen.pks[name] = {key: pk for pk, key, _ in rows}


def _read_communities(seen: Snapshot) -> dict[int, str]:
    """Fill 社区名册; the code of each community by its row."""
    columns = ("pk", "code", "name", "subdistrict__name", "kind", "is_active")
    group = ("group__lead_unit__name", "group__liaison_leader_name")
    rows = []
    communities = Community.objects.order_by("code")
    for pk, code, name, subdistrict, kind, active, lead, leader in communities.values_list(
        *columns, *group
    ):
        values = {
            "name": name,
            "code": code,
            "subdistrict": subdistrict,
            "kind": str(Class(kind).label),
        }
        rows.append(
            (
                pk,
                code,
                {
                    **values,
                    "lead_unit": lead or "",
                    "liaison_leader": leader or "",
                    "active": active,
                },
            )
        )
    _keep(seen, COMMUNITIES.name, rows)
    return {pk: code for pk, code, _ in rows}


def _read_units(seen: Snapshot) -> dict[int, str]:
    """Fill 单位名册; the key of each unit by its row."""
    columns = (
        "pk",
        "name",
        "short_name",
        "kind",
        "is_functional_department",
        "credit_code",
        "is_active",
    )
    contact = ("contact__name", "contact__phone")
    rows = []
    units = Unit.objects.order_by("pk")
    for (
        pk,
        name,
        short_name,
        kind,
        functional,
        credit_code,
        active,
        person,
        phone,
    ) in units.values_list(*columns, *contact):
        values = {
            "name": name,
            "short_name": short_name,
            "kind": FUNCTIONAL if functional else str(UnitKind(kind).label),
        }
        more = {
            "credit_code": credit_code,
            "contact": person or "",
            "phone": phone or "",
            "active": active,
        }
        rows.append((pk, canonical(name), {**values, **more}))
    _keep(seen, UNITS.name, rows)
    return {pk: key for pk, key, _ in rows}


def _read_seats(seen: Snapshot, codes: dict[int, str], keys: dict[int, str]) -> None:
    communities = seen.tables[COMMUNITIES.name]
    units = seen.tables[UNITS.name]
    names = shown_names(communities)
    columns = ("pk", "group__community", "unit", "role", "representative", "phone")
    rows = []
    group_members = GroupMember.objects.order_by("group__community__code", "role", "pk")
    for pk, community, unit, role, representative, phone in group_members.values_list(*columns):
        code = codes[community]
        key = keys[unit]
        values = {
            "community": names[code],
            "unit": units[key]["name"],
            "role": str(MemberRole(role).label),
        }
        more = {
            "representative": representative,
            "phone": phone,
            "active": communities[code]["active"],
        }
        rows.append((pk, (code, key), {**values, **more}))
    _keep(seen, SEATS.name, rows)


def _read_frontages(seen: Snapshot, codes: dict[int, str]) -> None:
    communities = seen.tables[COMMUNITIES.name]
    names = shown_names(communities)
    titles = {code: title for code, title, _ in seen.duty_sets}
    columns = (
        "door_number",
        "shop_name",
        "responsible_person",
        "phone",
        "agreement_number",
        "signed_on",
    )
    columns += (
        "valid_until",
        "shop_type",
        "plaque_number",
        "length_m",
        "depth_m",
        "latitude",
        "longitude",
    )
    frontages = Frontage.objects.order_by("community__code", "road_section", "pk")
    rows = []
    for pk, community, road, status, duty_set, datum, *rest in frontages.values_list(
        "pk", "community", "road_section__name", "status", "duty_set", "datum", *columns
    ):
        code = codes[community]
        values = {
            "community": names[code],
            "road_section": road,
            **dict(zip(columns, rest, strict=True)),
        }
        values |= {"status": STATUS_WORDS[status], "duty_set": titles.get(duty_set, duty_set)}
        values["datum"] = DATUM_WORDS[datum]
        key = frontage_key(code, road, values["door_number"])
        rows.append((pk, key, {**values, "active": communities[code]["active"]}))
    _keep(seen, FRONTAGES.name, rows)


def frontage_key(code: str, road_section: str, door_number: str) -> tuple[str, str, str]:
    return code, canonical(road_section), canonical(door_number)
