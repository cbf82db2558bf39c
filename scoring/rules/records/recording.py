"""What stands on the frozen record of one community, one reading, one unit; and the inputs read back from it."""

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

Sheets = Mapping[str, Mapping[str, Decimal]]
"""Sheet points of one community by pass code and sheet reference."""


def inputs_as_mapping(inputs: CommunityInputs, sheets: Sheets) -> dict[str, Any]:
    """The inputs with the sheets themselves in place of their totals."""
    counted = inputs.rectification
    mapping = {
        "code": inputs.code,
        "name": inputs.name,
        "class_name": inputs.class_name,
        "sheets": {
            code: {ref: two_places(points) for ref, points in held.items()}
            for code, held in sheets.items()
        },
        "self_checks": dict(inputs.self_checks),
        "rectification": counted and {"due": counted.due, "closed_in_time": counted.closed_in_time},
        "bonuses": [
            {"reason": bonus.reason, "points": two_places(bonus.points)} for bonus in inputs.bonuses
        ],
        "maluses": dict(inputs.maluses),
        "vetoes": sorted(inputs.vetoes),
        "tie_breakers": {code: f"{value:f}" for code, value in inputs.tie_breakers.items()},
    }
    return mapping | {name: value for name, value in _more_as_mapping(inputs).items() if value}


def _more_as_mapping(inputs: CommunityInputs) -> dict[str, Any]:
    """What only some rubrics ask for; left out where there is none, so that other records stay as they were."""
    return {
        "readings": {
            part: {code: reading_as_mapping(reading) for code, reading in readings.items()}
            for part, readings in inputs.readings.items()
        },
        "bonus_cases": dict(inputs.bonus_cases),
        "absent": inputs.absent,
        "last_place": inputs.last_place,
    }


def reading_as_mapping(reading: Reading) -> dict[str, Any]:
    """A reading as it is kept in the database and in the frozen record: only what was given."""
    mapping = {
        "not_applicable": reading.not_applicable or None,
        "reason": reading.reason or None,
        "cases": dict(reading.cases),
        "picked": {
            code: [f"{points:f}" for points in picked] for code, picked in reading.picked.items()
        },
        "value": None if reading.value is None else f"{reading.value:f}",
        "done": reading.done,
        "due": reading.due,
        "sizes": {code: f"{size:f}" for code, size in reading.sizes.items()},
    }
    return {name: value for name, value in mapping.items() if value is not None and value != {}}


def reading_from(mapping: Mapping[str, Any]) -> Reading:
    """The reading that `reading_as_mapping` wrote."""
    value = mapping.get("value")
    return Reading(
        not_applicable=mapping.get("not_applicable", False),
        reason=mapping.get("reason", ""),
        cases=mapping.get("cases", {}),
        picked={
            code: tuple(map(Decimal, picked)) for code, picked in mapping.get("picked", {}).items()
        },
        value=None if value is None else Decimal(value),
        done=mapping.get("done"),
        due=mapping.get("due"),
        sizes={code: Decimal(size) for code, size in mapping.get("sizes", {}).items()},
    )


def inputs_from(mapping: Mapping[str, Any]) -> CommunityInputs:
    counted = mapping["rectification"]
    return CommunityInputs(
        code=mapping["code"],
        name=mapping["name"],
        class_name=mapping["class_name"],
        passes={
            code: pass_totals([Decimal(p) for p in held.values()])
            for code, held in mapping["sheets"].items()
        },
        self_checks=mapping["self_checks"],
        rectification=counted and Rectification(counted["due"], counted["closed_in_time"]),
        bonuses=tuple(Bonus(row["reason"], Decimal(row["points"])) for row in mapping["bonuses"]),
        maluses=mapping["maluses"],
        vetoes=tuple(mapping["vetoes"]),
        tie_breakers={code: Decimal(value) for code, value in mapping["tie_breakers"].items()},
        readings={
            part: {code: reading_from(reading) for code, reading in readings.items()}
            for part, readings in mapping.get("readings", {}).items()
        },
        bonus_cases=mapping.get("bonus_cases", {}),
        absent=mapping.get("absent", ""),
        last_place=mapping.get("last_place"),
    )


def unit_as_mapping(inputs: UnitInputs) -> dict[str, Any]:
    """A unit in one of its standings: only what its figure rests on there."""
    handled = inputs.handled
    mapping = {
        "standing": inputs.standing,
        "ref": inputs.ref,
        "name": inputs.name,
        "communities": list(inputs.communities),
        "duties": {
            code: {"due": share.due, "done": share.done} for code, share in inputs.duties.items()
        },
        "handled": handled and {"due": handled.due, "done": handled.done},
        "blame": {code: dict(cases) for code, cases in inputs.blame.items()},
    }
    return {name: value for name, value in mapping.items() if value}


def unit_from(mapping: Mapping[str, Any]) -> UnitInputs:
    """The unit that `unit_as_mapping` wrote."""
    handled = mapping.get("handled")
    return UnitInputs(
        standing=mapping["standing"],
        ref=mapping["ref"],
        name=mapping["name"],
        communities=tuple(mapping.get("communities", ())),
        duties={
            code: Share(share["due"], share["done"])
            for code, share in mapping.get("duties", {}).items()
        },
        handled=handled and Share(handled["due"], handled["done"]),
        blame=mapping.get("blame", {}),
    )


def two_places(value: Decimal) -> str:
    """A figure of points as text. Raises `Refused` if writing it would round it."""
    if round_half_up(value) != value:
        raise Refused(f"得分 {value} 超过两位小数，不能存档")
    return f"{round_half_up(value):f}"
