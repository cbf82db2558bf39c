"""The frozen quarter: inputs, rubric and results as canonical JSON, from which anyone recomputes every figure.

Canonical: keys sorted, no spaces, UTF-8, no floats; figures with decimals are text. The SHA-256 of these bytes is
what is published.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from gongjian.lib.points import round_half_up
from scoring.rules.components import Bonus, Rectification
from scoring.rules.explanation import explain
from scoring.rules.items import Reading
from scoring.rules.quarters import CityScores, CommunityInputs, QuarterScore, city_scores
from scoring.rules.ranking import Place
from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubric import Rubric, load_rubric
from scoring.rules.sheets import pass_totals

FORMAT = "gongjian-quarter/1"
FORMAT_WITH_ITEMS = "gongjian-quarter/2"
"""A quarter in which something was recorded that the first format has no place for; else the first is written."""

_EXTRA = ("readings", "bonus_cases", "absent")

Sheets = Mapping[str, Mapping[str, Decimal]]
"""Sheet points of one community by pass code and sheet reference."""


def freeze(
    quarter: str,
    months: Sequence[str],
    rubric: Mapping[str, Any],
    communities: Sequence[CommunityInputs],
    sheets: Mapping[str, Sheets],
) -> dict[str, Any]:
    """The record of a published quarter, ready for `canonical_json`; `sheets` by community code.

    Raises `Missing` naming every community that lacks something, `Refused` if the gathered totals are not those of
    the sheets.
    """
    for inputs in communities:
        _refuse_other_totals(inputs, sheets.get(inputs.code, {}))
    has_more = any(getattr(inputs, name) for inputs in communities for name in _EXTRA)
    frozen: dict[str, Any] = {
        "format": FORMAT_WITH_ITEMS if has_more else FORMAT,
        "quarter": quarter,
        "months": list(months),
        "rubric": dict(rubric),
        "communities": [
            _inputs_as_mapping(inputs, sheets.get(inputs.code, {}))
            for inputs in sorted(communities, key=lambda c: c.code)
        ],
    }
    return frozen | {"results": recompute(frozen)}


def recompute(frozen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All results of a frozen quarter, from its inputs and its rubric alone; compare them with `frozen["results"]`.

    Raises `Refused` for another format, `Missing` or `WrongRulebook` if the record itself is not whole.
    """
    if frozen.get("format") not in (FORMAT, FORMAT_WITH_ITEMS):
        raise Refused(f"不认识的存档格式“{frozen.get('format')}”，应是 {FORMAT} 或 {FORMAT_WITH_ITEMS}")
    rubric, months = load_rubric(frozen["rubric"]), frozen["months"]
    city = city_scores(inputs_on_record(frozen), months, rubric)
    if city.lacking:
        raise Missing(*(f"{lacking.name}：{what}" for lacking in city.lacking for what in lacking.what))
    return _results(city, months, rubric)


def inputs_on_record(frozen: Mapping[str, Any]) -> list[CommunityInputs]:
    """What every community's figure rested on."""
    return [_inputs_from(mapping) for mapping in frozen["communities"]]


def first_difference(frozen: Mapping[str, Any]) -> str:
    """Where the results on record first differ from those recomputed, as a path with both figures; "" if nowhere.

    Raises what `recompute` raises.
    """
    return _difference(frozen.get("results"), recompute(frozen), "results")


def _difference(recorded: Any, computed: Any, path: str) -> str:
    pairs: list[tuple[Any, Any, str]]
    if isinstance(recorded, Mapping) and isinstance(computed, Mapping):
        pairs = [(recorded.get(key), computed.get(key), f"{path}.{key}") for key in sorted({*recorded, *computed})]
    elif isinstance(recorded, list) and isinstance(computed, list) and len(recorded) == len(computed):
        pairs = [(*pair, f"{path}[{n}]") for n, pair in enumerate(zip(recorded, computed, strict=True))]
    else:
        return "" if recorded == computed else f"{path}：存档为 {_short(recorded)}，复算为 {_short(computed)}"
    return next((found for pair in pairs if (found := _difference(*pair))), "")


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:80]}…"


def _results(city: CityScores, months: Sequence[str], rubric: Rubric) -> list[dict[str, Any]]:
    pairs = zip(city.scores, city.places, strict=True)
    return [_result(score, place, months, rubric) for score, place in pairs]


def _result(score: QuarterScore, place: Place, months: Sequence[str], rubric: Rubric) -> dict[str, Any]:
    return {
        "code": place.code,
        "name": score.inputs.name,
        "class_name": place.class_name,
        "points": _two_places(score.points),
        "grade": score.grade,
        "place": place.place,
        "class_place": place.class_place,
        "statement": score.assessment.statement,
        "explanation": explain(score, months, rubric).as_mapping(),
    }


def _inputs_as_mapping(inputs: CommunityInputs, sheets: Sheets) -> dict[str, Any]:
    """The inputs with the sheets themselves in place of their totals."""
    counted = inputs.rectification
    mapping = {
        "code": inputs.code,
        "name": inputs.name,
        "class_name": inputs.class_name,
        "sheets": {code: {ref: _two_places(points) for ref, points in held.items()} for code, held in sheets.items()},
        "self_checks": dict(inputs.self_checks),
        "rectification": counted and {"due": counted.due, "closed_in_time": counted.closed_in_time},
        "bonuses": [{"reason": bonus.reason, "points": _two_places(bonus.points)} for bonus in inputs.bonuses],
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
    }


def reading_as_mapping(reading: Reading) -> dict[str, Any]:
    """A reading as it is kept in the database and in the frozen record: only what was given."""
    mapping = {
        "not_applicable": reading.not_applicable or None,
        "cases": dict(reading.cases),
        "picked": {code: [f"{points:f}" for points in picked] for code, picked in reading.picked.items()},
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
        cases=mapping.get("cases", {}),
        picked={code: tuple(map(Decimal, picked)) for code, picked in mapping.get("picked", {}).items()},
        value=None if value is None else Decimal(value),
        done=mapping.get("done"),
        due=mapping.get("due"),
        sizes={code: Decimal(size) for code, size in mapping.get("sizes", {}).items()},
    )


def _inputs_from(mapping: Mapping[str, Any]) -> CommunityInputs:
    counted = mapping["rectification"]
    return CommunityInputs(
        code=mapping["code"],
        name=mapping["name"],
        class_name=mapping["class_name"],
        passes={code: pass_totals([Decimal(p) for p in held.values()]) for code, held in mapping["sheets"].items()},
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
    )


def _refuse_other_totals(inputs: CommunityInputs, sheets: Sheets) -> None:
    """The totals that the database gathered must be those of the sheets that are frozen with them."""
    gathered = {code: totals for code, totals in inputs.passes.items() if totals.count}
    summed = {code: pass_totals(list(held.values())) for code, held in sheets.items() if held}
    if gathered != summed:
        raise Refused(f"{inputs.name}：归集的汇总与评分表不一致，请重新归集后再存档")


def _two_places(value: Decimal) -> str:
    """A figure of points as text. Raises `Refused` if writing it would round it."""
    if round_half_up(value) != value:
        raise Refused(f"得分 {value} 超过两位小数，不能存档")
    return f"{round_half_up(value):f}"
