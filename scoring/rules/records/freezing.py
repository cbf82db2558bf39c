"""The frozen quarter: inputs, rubric and results as JSON, from which anyone recomputes it.

Canonical: keys sorted, no spaces, UTF-8, no floats; figures with decimals are text. The SHA-256 of
these bytes is what is published. How one community and one unit are written down is in `recording`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from scoring.rules.records.recording import (
    Sheets,
    inputs_as_mapping,
    inputs_from,
    two_places,
    unit_as_mapping,
    unit_from,
)
from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubrics.rubric import Rubric, stored_rubric
from scoring.rules.scores.explanation import explain
from scoring.rules.scores.locked_sheets import pass_totals
from scoring.rules.scores.quarters import CityScores, CommunityInputs, QuarterScore, city_scores
from scoring.rules.scores.ranking import Place
from scoring.rules.scores.units import UnitInputs, UnitResult, unit_results

# Each holds all that the one before it can; a record is written in the first that holds it.
FORMAT = "gongjian-quarter/1"
FORMAT_WITH_ITEMS = "gongjian-quarter/2"
FORMAT_WITH_UNITS = "gongjian-quarter/3"
FORMATS = (FORMAT, FORMAT_WITH_ITEMS, FORMAT_WITH_UNITS)

_NEW_WITH_ITEMS = ("readings", "bonus_cases", "absent")

Record = Mapping[str, Any]
# What is computed, as it stands on record: `results`, with units on record `unit_results`.
Results = dict[str, list[dict[str, Any]]]


def freeze(
    quarter: str,
    months: Sequence[str],
    rubric: Mapping[str, Any],
    communities: Sequence[CommunityInputs],
    sheets: Mapping[str, Sheets],
    units: Sequence[UnitInputs] = (),
) -> dict[str, Any]:
    """Return the record of a published quarter, ready for `canonical_json`.

    `sheets` by community code. Raises `Missing` naming every community that lacks something,
    `Refused` if the gathered totals are not those of the sheets.
    """
    rows = []
    for inputs in sorted(communities, key=lambda community: community.code):
        own_sheets = sheets.get(inputs.code, {})
        refuse_other_totals(inputs, own_sheets)
        rows.append(inputs_as_mapping(inputs, own_sheets))
    frozen: dict[str, Any] = {
        "quarter": quarter,
        "months": list(months),
        "rubric": dict(rubric),
        "communities": rows,
    }
    if units:
        ordered = sorted(units, key=lambda unit: (unit.standing, unit.ref))
        frozen["units"] = [unit_as_mapping(unit) for unit in ordered]
    frozen["format"] = needed_format(frozen)
    return frozen | recompute(frozen)


def refuse_other_totals(inputs: CommunityInputs, sheets: Sheets) -> None:
    """Raise `Refused` if the gathered totals are not those of the sheets frozen with them."""
    gathered = {}
    for code, totals in inputs.passes.items():
        if totals.count:
            gathered[code] = totals
    summed = {}
    for on_pass, points in sheets.items():
        if points:
            summed[on_pass] = pass_totals(list(points.values()))
    if gathered != summed:
        raise Refused(f"{inputs.name}：归集的汇总与评分表不一致，请重新归集后再存档")


def needed_format(frozen: Record) -> str:
    """Return the first format that can hold this record."""
    if "units" in frozen:
        return FORMAT_WITH_UNITS
    needed = FORMAT
    for community in frozen["communities"]:
        if "last_place" in community or gives_reasons(community):
            return FORMAT_WITH_UNITS
        if any(name in community for name in _NEW_WITH_ITEMS):
            needed = FORMAT_WITH_ITEMS
    return needed


def gives_reasons(community: Record) -> bool:
    """Return whether a reading on record says why its item does not apply."""
    for readings in community.get("readings", {}).values():
        for reading in readings.values():
            if "reason" in reading:
                return True
    return False


def recompute(frozen: Record) -> Results:
    """Return all results of a frozen quarter, from its inputs and its rubric alone.

    Raises `Refused` for another format, `Missing` or `WrongRulebook` if the record is not whole.
    """
    if frozen.get("format") not in FORMATS:
        raise Refused(f"不认识的存档格式“{frozen.get('format')}”，应是 {'、'.join(FORMATS)}")
    rubric = stored_rubric(frozen["rubric"])
    months = frozen["months"]
    city = city_scores(inputs_on_record(frozen), months, rubric)
    refuse_lacking(city)
    results = []
    for score, place in zip(city.scores, city.places, strict=True):
        results.append(result_as_mapping(score, place, months, rubric))
    if "units" not in frozen:
        return {"results": results}
    units = units_of(frozen, city, rubric)
    unit_rows = [unit_result_as_mapping(result) for result in units]
    return {"results": results, "unit_results": unit_rows}


def refuse_lacking(city: CityScores) -> None:
    """Raise `Missing` naming all that communities lack."""
    missing = []
    for community in city.lacking:
        missing += [f"{community.name}：{what}" for what in community.what]
    if missing:
        raise Missing(*missing)


def inputs_on_record(frozen: Record) -> list[CommunityInputs]:
    """Return what every community's figure rested on."""
    return [inputs_from(mapping) for mapping in frozen["communities"]]


def units_of(frozen: Record, city: CityScores, rubric: Rubric) -> list[UnitResult]:
    """Return the units by the communities' figures just computed."""
    points, maluses = {}, {}
    for score in city.scores:
        points[score.inputs.code] = score.inputs.name, score.points
    for community in frozen["communities"]:
        maluses[community["code"]] = community["maluses"]
    units = []
    for mapping in frozen["units"]:
        units.append(unit_from(mapping))
    return unit_results(units, points, maluses, rubric)


def result_as_mapping(
    score: QuarterScore, place: Place, months: Sequence[str], rubric: Rubric
) -> dict[str, Any]:
    """Return a community's result as it stands on record."""
    explanation = explain(score, months, rubric).as_mapping()
    return {
        "code": place.code,
        "name": score.inputs.name,
        "class_name": place.class_name,
        "points": two_places(score.points),
        "grade": score.grade,
        "place": place.place,
        "class_place": place.class_place,
        "statement": score.assessment.statement,
        "explanation": explanation,
    }


def unit_result_as_mapping(result: UnitResult) -> dict[str, Any]:
    """Return a unit's result as it stands on record."""
    return {
        "standing": result.inputs.standing,
        "ref": result.inputs.ref,
        "name": result.inputs.name,
        "points": two_places(result.points),
        "place": result.place,
        "explanation": result.explanation,
    }
