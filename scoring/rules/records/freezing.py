"""The frozen quarter: inputs, rubric and results as canonical JSON, from which anyone recomputes every figure.

Canonical: keys sorted, no spaces, UTF-8, no floats; figures with decimals are text. The SHA-256 of these bytes is
what is published. How one community and one unit are written down is in `recording`.
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

FORMAT = "gongjian-quarter/1"
FORMAT_WITH_ITEMS = "gongjian-quarter/2"
FORMAT_WITH_UNITS = "gongjian-quarter/3"
FORMATS = (FORMAT, FORMAT_WITH_ITEMS, FORMAT_WITH_UNITS)
"""Each holds all that the one before it can; a record is written in the first that holds what it has."""

_ITEMS = ("readings", "bonus_cases", "absent")

Record = Mapping[str, Any]
Results = dict[str, list[dict[str, Any]]]
"""What is computed, by the names under which it stands on record: `results`, with units on record `unit_results`."""


def freeze(
    quarter: str,
    months: Sequence[str],
    rubric: Mapping[str, Any],
    communities: Sequence[CommunityInputs],
    sheets: Mapping[str, Sheets],
    units: Sequence[UnitInputs] = (),
) -> dict[str, Any]:
    """The record of a published quarter, ready for `canonical_json`; `sheets` by community code.

    Raises `Missing` naming every community that lacks something, `Refused` if the gathered totals are not those of
    the sheets.
    """
    for inputs in communities:
        _refuse_other_totals(inputs, sheets.get(inputs.code, {}))
    frozen: dict[str, Any] = {
        "quarter": quarter,
        "months": list(months),
        "rubric": dict(rubric),
        "communities": [
            inputs_as_mapping(inputs, sheets.get(inputs.code, {}))
            for inputs in sorted(communities, key=lambda c: c.code)
        ],
    }
    if units:
        frozen["units"] = [
            unit_as_mapping(one) for one in sorted(units, key=lambda u: (u.standing, u.ref))
        ]
    frozen["format"] = needed_format(frozen)
    return frozen | recompute(frozen)


def needed_format(frozen: Record) -> str:
    """The first format that can hold this record."""
    communities = frozen["communities"]
    if "units" in frozen or any("last_place" in one or _says_why_not(one) for one in communities):
        return FORMAT_WITH_UNITS
    return (
        FORMAT_WITH_ITEMS if any(name in one for one in communities for name in _ITEMS) else FORMAT
    )


def _says_why_not(community: Record) -> bool:
    """Whether a reading on record says why its item does not apply."""
    readings = community.get("readings", {}).values()
    return any("reason" in reading for items in readings for reading in items.values())


def recompute(frozen: Record) -> Results:
    """All results of a frozen quarter, from its inputs and its rubric alone; compare them with those on record.

    Raises `Refused` for another format, `Missing` or `WrongRulebook` if the record itself is not whole.
    """
    if frozen.get("format") not in FORMATS:
        raise Refused(f"不认识的存档格式“{frozen.get('format')}”，应是 {'、'.join(FORMATS)}")
    rubric, months = stored_rubric(frozen["rubric"]), frozen["months"]
    city = city_scores(inputs_on_record(frozen), months, rubric)
    if city.lacking:
        raise Missing(
            *(f"{lacking.name}：{what}" for lacking in city.lacking for what in lacking.what)
        )
    computed: Results = {"results": _results(city, months, rubric)}
    if "units" in frozen:
        computed["unit_results"] = [_unit_result(one) for one in _units(frozen, city, rubric)]
    return computed


def inputs_on_record(frozen: Record) -> list[CommunityInputs]:
    """What every community's figure rested on."""
    return [inputs_from(mapping) for mapping in frozen["communities"]]


def _units(frozen: Record, city: CityScores, rubric: Rubric) -> list[UnitResult]:
    """The units by the communities' figures just computed."""
    points = {score.inputs.code: (score.inputs.name, score.points) for score in city.scores}
    maluses = {one["code"]: one["maluses"] for one in frozen["communities"]}
    return unit_results(
        [unit_from(mapping) for mapping in frozen["units"]], points, maluses, rubric
    )


def first_difference(frozen: Record) -> str:
    """Where the results on record first differ from those recomputed, as a path with both figures; "" if nowhere.

    Raises what `recompute` raises.
    """
    computed = recompute(frozen)
    differences = (
        _difference(frozen.get(name), computed.get(name), name)
        for name in ("results", "unit_results")
    )
    return next(filter(None, differences), "")


def _difference(recorded: Any, computed: Any, path: str) -> str:
    pairs: list[tuple[Any, Any, str]]
    if isinstance(recorded, Mapping) and isinstance(computed, Mapping):
        pairs = [
            (recorded.get(key), computed.get(key), f"{path}.{key}")
            for key in sorted({*recorded, *computed})
        ]
    elif (
        isinstance(recorded, list) and isinstance(computed, list) and len(recorded) == len(computed)
    ):
        pairs = [
            (*pair, f"{path}[{n}]") for n, pair in enumerate(zip(recorded, computed, strict=True))
        ]
    else:
        return (
            ""
            if recorded == computed
            else f"{path}：存档为 {_short(recorded)}，复算为 {_short(computed)}"
        )
    return next((found for pair in pairs if (found := _difference(*pair))), "")


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:80]}…"


def _results(city: CityScores, months: Sequence[str], rubric: Rubric) -> list[dict[str, Any]]:
    pairs = zip(city.scores, city.places, strict=True)
    return [_result(score, place, months, rubric) for score, place in pairs]


def _result(
    score: QuarterScore, place: Place, months: Sequence[str], rubric: Rubric
) -> dict[str, Any]:
    return {
        "code": place.code,
        "name": score.inputs.name,
        "class_name": place.class_name,
        "points": two_places(score.points),
        "grade": score.grade,
        "place": place.place,
        "class_place": place.class_place,
        "statement": score.assessment.statement,
        "explanation": explain(score, months, rubric).as_mapping(),
    }


def _unit_result(found: UnitResult) -> dict[str, Any]:
    return {
        "standing": found.inputs.standing,
        "ref": found.inputs.ref,
        "name": found.inputs.name,
        "points": two_places(found.points),
        "place": found.place,
        "explanation": found.explanation,
    }


def _refuse_other_totals(inputs: CommunityInputs, sheets: Sheets) -> None:
    """The totals that the database gathered must be those of the sheets that are frozen with them."""
    gathered = {code: totals for code, totals in inputs.passes.items() if totals.count}
    summed = {code: pass_totals(list(held.values())) for code, held in sheets.items() if held}
    if gathered != summed:
        raise Refused(f"{inputs.name}：归集的汇总与评分表不一致，请重新归集后再存档")
