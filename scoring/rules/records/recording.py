"""What stands on the frozen record of a community, a reading, a unit; and how it is read back."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from gongjian.lib.points import round_half_up
from scoring.rules.refusals import Refused
from scoring.rules.rubrics.items import Reading
from scoring.rules.scores.components import Bonus, Rectification
from scoring.rules.scores.locked_sheets import pass_totals
from scoring.rules.scores.quarters import CommunityInputs
from scoring.rules.scores.units import UnitInputs
from scoring.rules.scores.years import Share

# Sheet points of one community by pass code and sheet reference.
Sheets = Mapping[str, Mapping[str, Decimal]]


def inputs_as_mapping(inputs: CommunityInputs, sheets: Sheets) -> dict[str, Any]:
    """Return the inputs with the sheets themselves in place of their totals.

    What only some rubrics ask for is left out where there is none, so that other records stay as
    they were.
    """
    counted = inputs.rectification
    rectification = counted and {"due": counted.due, "closed_in_time": counted.closed_in_time}
    bonuses = []
    for bonus in inputs.bonuses:
        bonuses.append(bonus_as_mapping(bonus))
    mapping: dict[str, Any] = {
        "code": inputs.code,
        "name": inputs.name,
        "class_name": inputs.class_name,
        "sheets": sheets_as_mapping(sheets),
        "self_checks": dict(inputs.self_checks),
        "rectification": rectification,
        "bonuses": bonuses,
        "maluses": dict(inputs.maluses),
        "vetoes": sorted(inputs.vetoes),
        "tie_breakers": figures_as_text(inputs.tie_breakers),
    }
    optional = {
        "readings": readings_as_mapping(inputs),
        "bonus_cases": dict(inputs.bonus_cases),
        "absent": inputs.absent,
        "last_place": inputs.last_place,
    }
    return mapping | {name: value for name, value in optional.items() if value}


def sheets_as_mapping(sheets: Sheets) -> dict[str, dict[str, str]]:
    """Return the sheets' points as text, by pass and reference."""
    mapping = {}
    for on_pass, points in sheets.items():
        mapping[on_pass] = {ref: two_places(figure) for ref, figure in points.items()}
    return mapping


def bonus_as_mapping(bonus: Bonus) -> dict[str, str]:
    """Return a bonus with its reason as it stands on record."""
    return {"reason": bonus.reason, "points": two_places(bonus.points)}


def readings_as_mapping(inputs: CommunityInputs) -> dict[str, Any]:
    """Return the readings by component and item as they stand on record."""
    mapping = {}
    for part, readings in inputs.readings.items():
        mapping[part] = {code: reading_as_mapping(reading) for code, reading in readings.items()}
    return mapping


def reading_as_mapping(reading: Reading) -> dict[str, Any]:
    """Return a reading as the database and the frozen record hold it: only what it has."""
    picked = {}
    for code, points in reading.picked.items():
        picked[code] = [f"{figure:f}" for figure in points]
    mapping = {
        "not_applicable": reading.not_applicable or None,
        "reason": reading.reason or None,
        "cases": dict(reading.cases),
        "picked": picked,
        "value": None if reading.value is None else f"{reading.value:f}",
        "done": reading.done,
        "due": reading.due,
        "sizes": figures_as_text(reading.sizes),
    }
    filled = {}
    for name, value in mapping.items():
        if value is not None and value != {}:
            filled[name] = value
    return filled


def figures_as_text(figures: Mapping[str, Decimal]) -> dict[str, str]:
    """Return figures by code as text: a record has no floats."""
    return {code: f"{figure:f}" for code, figure in figures.items()}


def figures_from(mapping: Mapping[str, str]) -> dict[str, Decimal]:
    """Return the figures that `figures_as_text` wrote."""
    figures = {}
    for code, text in mapping.items():
        figures[code] = Decimal(text)
    return figures


def reading_from(mapping: Mapping[str, Any]) -> Reading:
    """Return the reading that `reading_as_mapping` wrote."""
    value = mapping.get("value")
    picked = {}
    for code, points in mapping.get("picked", {}).items():
        picked[code] = tuple(map(Decimal, points))
    sizes = figures_from(mapping.get("sizes", {}))
    return Reading(
        not_applicable=mapping.get("not_applicable", False),
        reason=mapping.get("reason", ""),
        cases=mapping.get("cases", {}),
        picked=picked,
        value=None if value is None else Decimal(value),
        done=mapping.get("done"),
        due=mapping.get("due"),
        sizes=sizes,
    )


def inputs_from(mapping: Mapping[str, Any]) -> CommunityInputs:
    """Return the inputs that `inputs_as_mapping` wrote, the sheets summed up by pass."""
    passes, readings = {}, {}
    for on_pass, points in mapping["sheets"].items():
        passes[on_pass] = pass_totals([Decimal(figure) for figure in points.values()])
    for part, rows in mapping.get("readings", {}).items():
        readings[part] = {code: reading_from(row) for code, row in rows.items()}
    counted = mapping["rectification"]
    bonuses = mapping["bonuses"]
    rectification = counted and Rectification(counted["due"], counted["closed_in_time"])
    vetoes = tuple(mapping["vetoes"])
    tie_breakers = figures_from(mapping["tie_breakers"])
    return CommunityInputs(
        code=mapping["code"],
        name=mapping["name"],
        class_name=mapping["class_name"],
        passes=passes,
        self_checks=mapping["self_checks"],
        rectification=rectification,
        bonuses=tuple(Bonus(row["reason"], Decimal(row["points"])) for row in bonuses),
        maluses=mapping["maluses"],
        vetoes=vetoes,
        tie_breakers=tie_breakers,
        readings=readings,
        bonus_cases=mapping.get("bonus_cases", {}),
        absent=mapping.get("absent", ""),
        last_place=mapping.get("last_place"),
    )


def unit_as_mapping(inputs: UnitInputs) -> dict[str, Any]:
    """Return a unit in one of its standings: only what its figure rests on there."""
    duties = {}
    for code, share in inputs.duties.items():
        duties[code] = share_as_mapping(share)
    blame = {code: dict(cases) for code, cases in inputs.blame.items()}
    handled = inputs.handled and share_as_mapping(inputs.handled)
    mapping = {
        "standing": inputs.standing,
        "ref": inputs.ref,
        "name": inputs.name,
        "communities": list(inputs.communities),
        "duties": duties,
        "handled": handled,
        "blame": blame,
    }
    filled = {}
    for name, value in mapping.items():
        if value:
            filled[name] = value
    return filled


def share_as_mapping(share: Share) -> dict[str, int]:
    """Return so many done of so many due as it stands on record."""
    return {"due": share.due, "done": share.done}


def unit_from(mapping: Mapping[str, Any]) -> UnitInputs:
    """Return the unit that `unit_as_mapping` wrote."""
    handled = mapping.get("handled")
    duties = {}
    for code, share in mapping.get("duties", {}).items():
        duties[code] = Share(share["due"], share["done"])
    communities = tuple(mapping.get("communities", ()))
    return UnitInputs(
        standing=mapping["standing"],
        ref=mapping["ref"],
        name=mapping["name"],
        communities=communities,
        duties=duties,
        handled=handled and Share(handled["due"], handled["done"]),
        blame=mapping.get("blame", {}),
    )


def two_places(value: Decimal) -> str:
    """Return a figure of points as text. Raises `Refused` if writing it would round it."""
    if round_half_up(value) != value:
        raise Refused(f"得分 {value} 超过两位小数，不能存档")
    return f"{round_half_up(value):f}"
