"""Lay a file beside the register and say what it would change; nothing is written here."""

import re
from collections.abc import Sequence
from functools import partial

from gongjian.lib.positions import Datum, read_position
from gongjian.lib.spreadsheets import CellError, Row, WorksheetTable, parse
from gongjian.lib.spreadsheets.specs import canonical, spread
from gongjian.office.register.desk import RegisterDesk, given_in
from gongjian.office.register.leads import plan_seats
from gongjian.office.register.plans import WORDS, ImportPlan
from gongjian.office.register.snapshot import frontage_key, shown_names, take_snapshot
from gongjian.office.register.specs import COMMUNITIES, FRONTAGES, SEATS, SPECS, UNITS
from inspections.duties import DEFAULT

DEGREES = {"latitude": "纬度", "longitude": "经度"}
MOST_METRES = {"length_m": 9999, "depth_m": 999}
# Columns that only say to whom a row belongs: a community renamed elsewhere does not change its
# seats.
REFERENCES = {SEATS.name: {"community", "unit"}, FRONTAGES.name: {"community"}}


def plan_import(tables: Sequence[WorksheetTable]) -> ImportPlan:
    """What taking these worksheets in would do: new, changed and unchanged rows, and every bad
    cell.

    Six queries.
    """
    parsed = parse(tables, SPECS)
    desk = RegisterDesk(parsed, take_snapshot())
    plan = desk.plan
    plan.ignored_columns = parsed.ignored_columns
    plan.unknown_worksheets = parsed.unknown_worksheets
    plan.missing_worksheets = parsed.missing_worksheets
    if not parsed.worksheets and not parsed.errors:
        names = spread([spec.name for spec in SPECS])
        first = "文件"
        if tables:
            first = tables[0].name
        cell_error = CellError(
            first, "A1", "", f"没有找到名册：工作表应叫{names}中的一个，或含有它们的标题"
        )
        plan.errors.append(cell_error)
    for plan_sheet in (plan_units, plan_communities, plan_seats, plan_frontages):
        plan_sheet(desk)
    plan.errors.sort(key=partial(_place_of, [table.name for table in tables]))
    for name, worksheet in plan.worksheets.items():
        words = {}
        for f, word in WORDS[name].items():
            if f not in REFERENCES.get(name, ()):
                words[f] = word
        worksheet.compare(words)
    return plan


def _place_of(names: list[str], error: CellError) -> tuple[int, int, int, str]:
    """Where the remark stands, as one reads: worksheet by worksheet, line by line, A before B
    before AA.
    """
    letters = error.cell.rstrip("0123456789")
    return (
        names.index(error.worksheet) if names else 0,
        int(error.cell[len(letters) :]),
        len(letters),
        letters,
    )


def plan_units(desk: RegisterDesk) -> None:
    before = desk.plan.worksheets[UNITS.name].before
    for row in desk.lines(UNITS, "name"):
        key = canonical(row.values["name"])
        values = given_in(row)
        if key in before:
            values["name"] = before[key]["name"]
        if desk.take_line(UNITS, key, row, values, said_by="name") and key not in before:
            _complete_new_unit(desk, key, row)
    desk.refuse_shared(UNITS, "short_name", "已是别的单位的简称：")
    desk.refuse_shared(UNITS, "credit_code", "已是别的单位的代码：")


def _complete_new_unit(desk: RegisterDesk, key: str, row: Row) -> None:
    unit = desk.final(UNITS)[key]
    if not unit["kind"]:
        desk.refuse_blank(UNITS, row, "kind", "不能为空：新单位要填类别")
    if not unit["short_name"]:
        longest = next(
            column.max_length for column in UNITS.columns if column.field == "short_name"
        )
        if len(unit["name"]) > longest:
            desk.refuse_blank(
                UNITS, row, "short_name", f"不能为空：单位名称超过 {longest} 个字，要填简称"
            )
        unit["short_name"] = unit["name"]


def plan_communities(desk: RegisterDesk) -> None:
    units = desk.units_by_name()
    subdistricts = dict(desk.plan.snapshot.subdistricts)
    for row in desk.lines(COMMUNITIES, "name"):
        code = _code_of(desk, row)
        if code is None:
            continue
        given = given_in(row)
        before = desk.plan.worksheets[COMMUNITIES.name].before.get(code)
        if before and canonical(before["name"]) == canonical(given["name"]):
            given["name"] = before["name"]
        name = given.pop("lead_unit", "")
        if name:
            given |= _lead_unit(desk, row, name, units)
        said_by = "name"
        if row.values.get("code"):
            said_by = "code"
        if desk.take_line(COMMUNITIES, code, row, given, said_by=said_by):
            _check_place(desk, code, row, subdistricts)
    desk.refuse_shared(
        COMMUNITIES, "name", "在本街道重名：", scope=lambda values: values["subdistrict"]
    )


def _code_of(desk: RegisterDesk, row: Row) -> str | None:
    """The code of the community that the line is about; None after a remark."""
    name = row.values["name"]
    code = row.values.get("code") or ""
    before = desk.plan.worksheets[COMMUNITIES.name].before
    if code in before:
        return code
    where = canonical(row.values.get("subdistrict") or "")
    namesakes = []
    for code_on_record, values in before.items():
        is_there = where in ("", canonical(values["subdistrict"]))
        if is_there and canonical(values["name"]) == canonical(name):
            namesakes.append(code_on_record)
    if not code and len(namesakes) == 1:
        return namesakes[0]
    if not code:
        if namesakes:
            wrong = f"不能为空：有 {len(namesakes)} 个社区叫“{name}”"
        else:
            wrong = f"不能为空：“{name}”是新社区"
        desk.refuse_blank(COMMUNITIES, row, "code", f"{wrong}，要填 12 位代码")
    elif not re.fullmatch(r"[0-9]{12}", code):
        desk.refuse(COMMUNITIES, row, "code", f"“{code}”不是 12 位数字：请填统计用区划代码")
    elif namesakes and where:
        message = f"“{code}”与在册的不同：“{name}”的代码是 {namesakes[0]}，请核对"
        desk.refuse(COMMUNITIES, row, "code", message)
    else:
        return code
    return None


def _check_place(desk: RegisterDesk, code: str, row: Row, subdistricts: dict[str, str]) -> None:
    """A community's class and subdistrict: there, and of one mind with its code."""
    community = desk.final(COMMUNITIES)[code]
    if desk.is_new(COMMUNITIES, code):
        for field, word in (("subdistrict", "街道"), ("kind", "类别")):
            if not community[field]:
                desk.refuse_blank(COMMUNITIES, row, field, f"不能为空：新社区要填{word}")
    else:
        before = desk.plan.worksheets[COMMUNITIES.name].before[code]
        if community["subdistrict"] == before["subdistrict"]:
            return
    name = community["subdistrict"]
    if not name:
        return
    by_code = {}
    for place, communities in subdistricts.items():
        by_code[communities] = place
    if subdistricts.setdefault(name, code[:9]) != code[:9]:
        message = f"“{name}”的代码是 {subdistricts[name]}，与社区代码 {code} 不符"
        desk.refuse(COMMUNITIES, row, "subdistrict", message)
    elif by_code.get(code[:9], name) != name:
        message = f"“{name}”与社区代码不符：{code[:9]} 是{by_code[code[:9]]}"
        desk.refuse(COMMUNITIES, row, "subdistrict", message)


def _lead_unit(desk: RegisterDesk, row: Row, name: str, units: dict[str, str]) -> dict[str, str]:
    key = units.get(canonical(name))
    if key is None:
        desk.refuse(
            COMMUNITIES, row, "lead_unit", f"“{name}”不在单位名册中：请先登记该单位，或核对名称"
        )
        return {}
    return {"lead_unit": desk.final(UNITS)[key]["name"]}


def plan_frontages(desk: RegisterDesk) -> None:
    communities = desk.communities_by_name()
    names = shown_names(desk.final(COMMUNITIES))
    sets = {}
    for _, title, is_offered in desk.plan.snapshot.duty_sets:
        if is_offered:
            sets[canonical(title)] = title
    before = desk.plan.worksheets[FRONTAGES.name].before
    for row in desk.lines(FRONTAGES, "community", "road_section", "door_number"):
        code = communities.get(canonical(row.values["community"]))
        if code is None:
            desk.refuse(
                FRONTAGES,
                row,
                "community",
                f"“{row.values['community']}”不在社区名册中：请核对名称",
            )
            continue
        key = frontage_key(code, row.values["road_section"], row.values["door_number"])
        values = given_in(row)
        if key in before:
            place_fields = ("road_section", "door_number")
        else:
            place_fields = ()
        values |= {"community": names[code], **{name: before[key][name] for name in place_fields}}
        if desk.take_line(FRONTAGES, key, row, values, said_by="door_number"):
            _complete(desk.final(FRONTAGES)[key])
            _check_agreement(desk, key, row, sets)
            _check_ground(desk, key, row)
    desk.refuse_shared(FRONTAGES, "agreement_number", "已是别的协议的编号：")
    desk.refuse_shared(FRONTAGES, "plaque_number", "已是别的责任区的责任牌：")


def _complete(frontage: dict) -> None:
    """What a new row need not say."""
    frontage["status"] = frontage["status"] or "营业"
    frontage["duty_set"] = frontage["duty_set"] or DEFAULT.title
    frontage["datum"] = frontage["datum"] or Datum.WGS84.label


def _check_agreement(desk: RegisterDesk, key: tuple, row: Row, sets: dict[str, str]) -> None:
    frontage = desk.final(FRONTAGES)[key]
    before = desk.plan.worksheets[FRONTAGES.name].before.get(key)
    signed = frontage["signed_on"]
    until = frontage["valid_until"]
    if signed and until and until < signed:
        desk.refuse(FRONTAGES, row, "valid_until", f"“{until}”早于签订日期 {signed}：请核对")
    duty_set = frontage["duty_set"]
    if before and before["duty_set"] == duty_set:
        return
    title = sets.get(canonical(duty_set))
    if title:
        frontage["duty_set"] = title
    else:
        allowed = spread(list(sets.values()))
        message = f"“{duty_set}”不是在用的责任内容：可填{allowed}"
        desk.refuse(FRONTAGES, row, "duty_set", message)


def _check_ground(desk: RegisterDesk, key: tuple, row: Row) -> None:
    """The extent and the point: figures that can be true."""
    frontage = desk.final(FRONTAGES)[key]
    for field, most in MOST_METRES.items():
        if frontage[field] is not None and not 0 < frontage[field] <= most:
            desk.refuse(
                FRONTAGES, row, field, f"应大于 0、不超过 {most} 米，现为 {frontage[field]}：请核对"
            )
    degrees = [field for field in DEGREES if frontage[field] is not None]
    if len(degrees) == 1:
        desk.refuse(FRONTAGES, row, degrees[0], "单独填不能定位：纬度和经度要一起填，或都留空")
    elif degrees:
        try:
            read_position(*(frontage[field] for field in DEGREES))
        except ValueError as wrong:
            field = next(field for field, word in DEGREES.items() if str(wrong).startswith(word))
            desk.refuse(FRONTAGES, row, field, str(wrong).removeprefix(DEGREES[field]))
