"""共建名单: who sits in which group, and that each group has one lead unit on which both worksheets
agree.
"""

from gongjian.lib.spreadsheets import Row
from gongjian.lib.spreadsheets.specs import canonical
from gongjian.office.register.desk import RegisterDesk, given_in
from gongjian.office.register.snapshot import shown_names
from gongjian.office.register.specs import COMMUNITIES, SEATS, UNITS

LEAD, MEMBER = "牵头", "共建"
FOLLOWS = "随牵头单位变更"


def plan_seats(desk: RegisterDesk) -> None:
    """Plan 共建名单 after units and communities: a change of lead unit moves seats and the
    community's own row too.
    """
    _lay_seats(desk)
    leads_in_seats = _leads_in_seats(desk)
    for code in _touched(desk):
        _settle_lead(desk, code, leads_in_seats.get(code))


def _lay_seats(desk: RegisterDesk) -> None:
    communities = desk.communities_by_name()
    units = desk.units_by_name()
    names = shown_names(desk.final(COMMUNITIES))
    for row in desk.lines(SEATS, "community", "unit"):
        code = communities.get(canonical(row.values["community"]))
        unit = units.get(canonical(row.values["unit"]))
        if code is None:
            desk.refuse(
                SEATS, row, "community", f"“{row.values['community']}”不在社区名册中：请核对名称"
            )
        if unit is None:
            desk.refuse(
                SEATS,
                row,
                "unit",
                f"“{row.values['unit']}”不在单位名册中：请先登记该单位，或核对名称",
            )
        if code and unit:
            seat_values = {"community": names[code], "unit": desk.final(UNITS)[unit]["name"]}
            desk.take_line(SEATS, (code, unit), row, given_in(row) | seat_values, said_by="unit")


def _leads_in_seats(desk: RegisterDesk) -> dict[str, str]:
    """The lead unit of each community as 共建名单 in the file has it; a second one is refused."""
    leads: dict[str, str] = {}
    rows = desk.rows[SEATS.name]
    for (code, unit), row in rows.items():
        if row.values.get("role") != LEAD:
            continue
        if code in leads:
            first = rows[code, leads[code]]
            lead_unit = f"{_unit(desk, leads[code])}（第 {first.number} 行）"
            message = f"是“牵头”，但{_name(desk, code)}已有牵头单位{lead_unit}"
            desk.refuse(SEATS, row, "role", f"{message}：一个社区只能有一个")
        else:
            leads[code] = unit
    return leads


def _touched(desk: RegisterDesk) -> dict[str, None]:
    """Codes of communities whose row or seats stand in the file."""
    codes = dict.fromkeys(desk.rows[COMMUNITIES.name])
    for code, _ in desk.rows[SEATS.name]:
        codes[code] = None
    return codes


def _settle_lead(desk: RegisterDesk, code: str, in_seats: str | None) -> None:
    """Make the community's row and its seats name the same lead unit, or say where the file
    disagrees.
    """
    before = desk.plan.worksheets[COMMUNITIES.name].before.get(code, {})
    old = canonical(before.get("lead_unit", ""))
    row = desk.rows[COMMUNITIES.name].get(code)
    in_row = ""
    if row and row.values.get("lead_unit"):
        in_row = canonical(desk.final(COMMUNITIES)[code]["lead_unit"])
    if row and row.values.get("lead_unit") and not in_row:
        return  # a unit that is not on the register, already refused
    if in_row and in_seats and in_row != in_seats:
        seat = desk.rows[SEATS.name][code, in_seats]
        message = (
            f"“{_unit(desk, in_row)}”与共建名单第 {seat.number} "
            f"行的牵头单位“{_unit(desk, in_seats)}”不一致"
        )
        desk.refuse(COMMUNITIES, row, "lead_unit", f"{message}：请改成一致")
        return
    lead = in_seats or in_row or old
    if not lead:
        _refuse_leaderless(desk, code, row)
    elif _keeps_its_seat(desk, code, lead):
        _seat_lead(desk, code, lead, old)


def _refuse_leaderless(desk: RegisterDesk, code: str, row: Row | None) -> None:
    """Without a lead unit there is no group: nobody to sit in it, no liaison leader to help it."""
    if row and desk.final(COMMUNITIES)[code]["liaison_leader"]:
        desk.refuse(COMMUNITIES, row, "liaison_leader", "填了，但没有牵头单位：请先填牵头单位")
    for (seated, _), seat in desk.rows[SEATS.name].items():
        if seated == code:
            desk.refuse(
                SEATS,
                seat,
                "community",
                f"“{_name(desk, code)}”没有牵头单位：请把其中一个单位的角色填为“牵头”",
            )
            return


def _keeps_its_seat(desk: RegisterDesk, code: str, lead: str) -> bool:
    """Whether the file does not at the same time seat the lead unit as an ordinary member."""
    seat = desk.rows[SEATS.name].get((code, lead))
    if seat is None or seat.values.get("role") != MEMBER:
        return True
    message = f"是“共建”，而{_name(desk, code)}的牵头单位就是它"
    desk.refuse(SEATS, seat, "role", f"{message}：换牵头单位请把新单位填为“牵头”")
    return False


def _seat_lead(desk: RegisterDesk, code: str, lead: str, old: str) -> None:
    """Carry a change of lead unit to the rows that the file does not mention."""
    communities = {code: desk.final(COMMUNITIES)[code]}
    seats = desk.final(SEATS)
    names = shown_names(communities)
    old_seat = code, old
    is_changed = bool(old) and old != lead
    if is_changed and old_seat in seats and old_seat not in desk.rows[SEATS.name]:
        desk.put(SEATS, old_seat, FOLLOWS, {"role": MEMBER})
    if seats.get((code, lead), {}).get("role") != LEAD:
        seat_values = {
            "community": names[code],
            "unit": _unit(desk, lead),
            "role": LEAD,
            "active": True,
        }
        desk.put(SEATS, (code, lead), FOLLOWS, seat_values)
    if canonical(desk.final(COMMUNITIES)[code]["lead_unit"]) != lead:
        desk.put(COMMUNITIES, code, FOLLOWS, {"lead_unit": _unit(desk, lead)})


def _unit(desk: RegisterDesk, key: str) -> str:
    return desk.final(UNITS)[key]["name"]


def _name(desk: RegisterDesk, code: str) -> str:
    return desk.final(COMMUNITIES)[code]["name"]
