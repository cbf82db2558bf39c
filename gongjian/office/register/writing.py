"""The rows behind each worksheet, written in chunks.

Called in one transaction by `apply_import`.
"""

from datetime import datetime

from communities.models import (
    Community,
    CommunityPosting,
    Group,
    GroupMember,
    RoadSection,
    Subdistrict,
)
from communities.models.groups import MemberRole
from gongjian.accounts.roles import Role
from gongjian.lib.spreadsheets.specs import canonical
from gongjian.office.register.plans import ImportPlan
from gongjian.office.register.snapshot import Key, Values
from gongjian.office.register.specs import (
    CLASSES,
    COMMUNITIES,
    DATUMS,
    FRONTAGES,
    FUNCTIONAL,
    KINDS,
    MEMBER_ROLES,
    SEATS,
    STATUSES,
    UNITS,
)
from inspections.models import DutyAgreement, Frontage
from inspections.models.frontages import spellings
from inspections.services.frontages import former_agreements
from units.models import Contact, Unit, UnitKind

CHUNK = 500
NUMBERS = ("agreement_number", "plaque_number")
# What the worksheet says of a frontage as it is kept.
AS_WRITTEN = (
    *(
        "door_number",
        "shop_name",
        "shop_type",
        "responsible_person",
        "phone",
        *NUMBERS,
        "signed_on",
        "valid_until",
    ),
    *("length_m", "depth_m", "latitude", "longitude"),
)
Pks = dict[Key, int]


def _update(model, rows: list, fields: list[str]) -> None:
    if rows:
        model.objects.bulk_update(rows, fields, batch_size=CHUNK)


def _write(model, plan: ImportPlan, name: str, make, *, unique: dict | None = None) -> Pks:
    """Insert new rows and update changed ones; the database row of every key.

    `make(key, values)` gives the fields. `unique` names fields whose values two rows may swap, with
    a stand-in (from a key's row) that each changed row takes first.
    """
    worksheet = plan.worksheets[name]
    pks = plan.snapshot.pks[name]
    changed = {}
    for key in worksheet.changed:
        changed[key] = make(key, worksheet.final[key])
    if unique:
        aside = []
        for key in changed:
            fields = {name: of(pks[key]) for name, of in unique.items()}
            aside.append(model(pk=pks[key], **fields))
        _update(model, aside, [*unique])
    fields = list(next(iter(changed.values()), {}))
    models = []
    for key, values in changed.items():
        models.append(model(pk=pks[key], **values))
    _update(model, models, fields)
    new_rows = {}
    for key in worksheet.new:
        new_rows[key] = model(**make(key, worksheet.final[key]))
    model.objects.bulk_create(new_rows.values(), batch_size=CHUNK)
    return pks | {key: row.pk for key, row in new_rows.items()}


def write_units(plan: ImportPlan) -> Pks:
    stand_in = {"short_name": lambda pk: f"~{pk}", "credit_code": lambda pk: ""}
    pks = _write(Unit, plan, UNITS.name, _unit, unique=stand_in)
    worksheet = plan.worksheets[UNITS.name]
    people = {}
    for key in [*worksheet.new, *worksheet.changed]:
        people[pks[key]] = worksheet.final[key]
    contacts = []
    for pk, values in people.items():
        contact = Contact(unit_id=pk, name=values["contact"], phone=values["phone"])
        contacts.append(contact)
    Contact.objects.bulk_create(
        contacts,
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["unit"],
        update_fields=["name", "phone"],
    )
    return pks


def _unit(key: Key, values: Values) -> dict:
    functional = values["kind"] == FUNCTIONAL
    if functional:
        kind = UnitKind.ORGAN
    else:
        kind = KINDS[values["kind"]]
    return {
        "name": values["name"],
        "short_name": values["short_name"],
        "kind": kind,
        "is_functional_department": functional,
        "credit_code": values["credit_code"],
        "is_active": values["active"],
    }


def write_communities(plan: ImportPlan) -> Pks:
    worksheet = plan.worksheets[COMMUNITIES.name]
    places = {}
    for key in [*worksheet.new, *worksheet.changed]:
        places[worksheet.final[key]["subdistrict"]] = key[:9]
    fresh = []
    for name, code in places.items():
        if name not in plan.snapshot.subdistricts:
            fresh.append(Subdistrict(name=name, code=code))
    Subdistrict.objects.bulk_create(fresh)
    rows = dict(Subdistrict.objects.values_list("name", "pk"))

    def community(code: Key, values: Values) -> dict:
        kind = CLASSES[values["kind"]]
        fields = {"name": values["name"], "kind": kind, "is_active": values["active"]}
        return {"code": code, "subdistrict_id": rows[values["subdistrict"]], **fields}

    unique = {"name": lambda pk: f"~{pk}"}
    return _write(Community, plan, COMMUNITIES.name, community, unique=unique)


def write_groups(plan: ImportPlan, communities: Pks, units: Pks) -> Pks:
    """Write the groups that the communities' worksheet implies; the group of every community by its
    code.
    """
    worksheet = plan.worksheets[COMMUNITIES.name]
    touched = {}
    for code in [*worksheet.new, *worksheet.changed]:
        if worksheet.final[code]["lead_unit"]:
            touched[code] = worksheet.final[code]
    by_community = {group.community_id: group for group in Group.objects.all()}
    accounts = _leader_accounts(touched, communities)
    made = []
    for code, values in touched.items():
        group = by_community.get(communities[code])
        if group is None:
            group = by_community[communities[code]] = Group(community_id=communities[code])
            made.append(group)
        group.lead_unit_id = units[canonical(values["lead_unit"])]
        group.liaison_leader_name = values["liaison_leader"]
        group.liaison_leader_id = accounts.get((communities[code], values["liaison_leader"]))
    groups = []
    for code in touched:
        group = by_community[communities[code]]
        if group.pk:
            groups.append(group)
    _update(Group, groups, ["lead_unit", "liaison_leader_name", "liaison_leader"])
    Group.objects.bulk_create(made, batch_size=CHUNK)
    pks = {}
    for code, community in communities.items():
        if community in by_community:
            pks[code] = by_community[community].pk
    return pks


def _leader_accounts(touched: dict, communities: Pks) -> dict[tuple[int, str], int]:
    """Accounts of liaison leaders by community and name: a leader's account is linked only where it
    is posted.
    """
    posts = CommunityPosting.objects.filter(
        appointment__role=Role.LIAISON_LEADER, appointment__ends_on=None
    )
    leaders = posts.values_list("community", "appointment__user__name", "appointment__user")
    if not touched:
        return {}
    return {(community, name): user for community, name, user in leaders}


def write_seats(plan: ImportPlan, groups: Pks, units: Pks) -> None:
    """Write seats; old lead units step down before new ones sit, and the lead unit's representative
    heads the group.
    """
    worksheet = plan.worksheets[SEATS.name]
    touched = [*worksheet.new, *worksheet.changed]
    if not touched:
        return
    newly_led, heads = set(), []
    for key in touched:
        values = worksheet.final[key]
        if values["role"] != MemberRole.LEAD.label:
            continue
        group = groups[key[0]]
        if "role" in worksheet.changed.get(key, ("role",)):
            newly_led.add(group)
        if values["representative"]:
            heads.append(Group(pk=group, head_name=values["representative"]))
    group_members = GroupMember.objects.filter(group__in=newly_led, role=MemberRole.LEAD)
    group_members.update(role=MemberRole.MEMBER)

    def seat(key: Key, values: Values) -> dict:
        role = MEMBER_ROLES[values["role"]]
        place = {"group_id": groups[key[0]], "unit_id": units[key[1]], "role": role}
        return {**place, "representative": values["representative"], "phone": values["phone"]}

    _write(GroupMember, plan, SEATS.name, seat)
    _update(Group, heads, ["head_name"])


def write_frontages(plan: ImportPlan, communities: Pks, *, by, at: datetime) -> None:
    """Write frontages; what another shop or agreement ends goes into the place's history."""
    worksheet = plan.worksheets[FRONTAGES.name]
    touched = [*worksheet.new, *worksheet.changed]
    sections = _sections(worksheet, touched, communities)
    sets = {}
    for code, title, _ in plan.snapshot.duty_sets:
        sets[title] = code

    def frontage(key: Key, values: Values) -> dict:
        road_section_id = sections[communities[key[0]], key[1]]
        place = {
            "community_id": communities[key[0]],
            "road_section_id": road_section_id,
        }
        words = {"status": STATUSES[values["status"]], "datum": DATUMS[values["datum"]]}
        words["duty_set"] = sets[values["duty_set"]]
        letters = spellings(values["shop_name"], values["road_section"], values["door_number"])
        return place | words | letters | {name: values[name] for name in AS_WRITTEN}

    unique = dict.fromkeys(NUMBERS, lambda pk: "")
    pks = _write(Frontage, plan, FRONTAGES.name, frontage, unique=unique)
    past = []
    for key, fields in worksheet.changed.items():
        before = _in_codes(worksheet.before[key], sets)
        past += former_agreements(pks[key], before, fields, by=by, at=at)
    DutyAgreement.objects.bulk_create(past, batch_size=CHUNK)


def _in_codes(values: Values, sets: dict[str, str]) -> Values:
    return {**values, "duty_set": sets.get(values["duty_set"], values["duty_set"])}


def _sections(worksheet, touched: list[Key], communities: Pks) -> dict[tuple[int, str], int]:
    """Road sections by community and canonical name; those that the file names first are made."""
    if touched:
        rows = RoadSection.objects.values_list("pk", "community", "name")
    else:
        rows = []
    sections = {}
    for pk, community, name in rows:
        sections[(community, canonical(name))] = pk
    section_names = {}
    for key in touched:
        section_names[(communities[key[0]], key[1])] = worksheet.final[key]["road_section"]
    made = []
    for place, name in section_names.items():
        if place not in sections:
            made.append(RoadSection(community_id=place[0], name=name))
    RoadSection.objects.bulk_create(made, batch_size=CHUNK)
    return sections | {(row.community_id, canonical(row.name)): row.pk for row in made}
