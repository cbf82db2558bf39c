"""The rubric as the mapping that is stored with its version; `load_rubric` reads it back to the same rubric."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from scoring.rules.rubrics.items import (
    Deduction,
    Item,
    ItemList,
    Ladder,
    Linear,
    NormalisedCount,
    PerInstance,
    Range,
    Rate,
    Rule,
    Step,
    Threshold,
)
from scoring.rules.rubrics.parts import (
    NO_BONUS,
    NO_DUTIES,
    NO_HONOURS,
    AssessmentRules,
    MeasuredRules,
    SamplingRules,
    SelfCheckRules,
)
from scoring.rules.rubrics.rubric import Rubric

Mapped = dict[str, Any]
_OPTIONAL = {
    "group",
    "months",
    "not_applicable",
    "shared_by",
    "within",
    "rules",
    "assessors_each",
    "sheet",
    "quotas",
    "by_place",
}
"""Left out of the file where there is nothing to say."""


def rubric_mapping(rubric: Rubric) -> Mapped:
    """Every part in the order in which an office reads a rubric: weights first, then what is added and taken."""
    return {
        "name": rubric.name,
        "version": rubric.version,
        "components": _components(rubric),
        "bonus": None if rubric.bonus == NO_BONUS else _plain(rubric.bonus),
        "maluses": _rows(rubric.maluses),
        "vetoes": _rows(rubric.vetoes),
        "total": {
            "lowest_points": _figure(rubric.lowest_points),
            "highest_points": _figure(rubric.highest_points),
        },
        "grades": _rows(rubric.grades),
        "ranking": _plain(rubric.ranking),
        "member_unit": None if rubric.member_unit == NO_DUTIES else _plain(rubric.member_unit),
        "honours": None if rubric.honours == NO_HONOURS else _plain(rubric.honours),
        **_later_parts(rubric),
    }


def _later_parts(rubric: Rubric) -> Mapped:
    found: Mapped = {}
    if rubric.classes:
        found["classes"] = [{"name": name} for name in rubric.classes]
    if rubric.lead_unit_style != "mean":
        found["lead_unit"] = {"of_communities": rubric.lead_unit_style}
    if rubric.shared_blame:
        found["shared_blame"] = _rows(rubric.shared_blame)
    if rubric.sampling is not None:
        found["sampling"] = _sampling(rubric.sampling)
    return found


def _components(rubric: Rubric) -> Mapped:
    found: Mapped = {}
    if rubric.assessment.is_set:
        found["assessment"] = _assessment(rubric.assessment)
    if rubric.self_check.is_set:
        found["self_check"] = _self_check(rubric.self_check)
    if rubric.rectification.is_set:
        found["rectification"] = _plain(rubric.rectification)
    if rubric.measured:
        found["measured"] = [_measured(rules) for rules in rubric.measured]
    return found


def _assessment(rules: AssessmentRules) -> Mapped:
    found = _plain(rules)
    return found if rules.sheet is None else found | {"sheet": item_list_mapping(rules.sheet)}


def _self_check(rules: SelfCheckRules) -> Mapped:
    points = {f"{state}_points": _figure(value) for state, value in rules.points.items()}
    return {"name": rules.name, "weight": _figure(rules.weight), "clause": rules.clause, **points}


def _measured(rules: MeasuredRules) -> Mapped:
    head = {
        "code": rules.code,
        "name": rules.name,
        "weight": _figure(rules.weight),
        "clause": rules.clause,
    }
    return head | item_list_mapping(rules.items)


def item_list_mapping(items: ItemList) -> Mapped:
    return {
        "full_points": _figure(items.full_points),
        "not_applicable": items.not_applicable,
        "items": [_item(item) for item in items.items],
    }


def _item(item: Item) -> Mapped:
    found = {
        "code": item.code,
        "name": item.name,
        "points": _figure(item.points),
        **_rule(item.rule),
    }
    later = {"clause": item.clause, "group": item.group, "months": list(item.months)}
    return found | {
        key: value
        for key, value in {**later, "not_applicable": item.not_applicable}.items()
        if value
    }


def _rule(rule: Rule) -> Mapped:
    match rule:
        case PerInstance(deductions, cap):
            held = {} if cap is None else {"cap": _figure(cap)}
            return {
                "kind": "per_instance",
                **held,
                "deductions": [_deduction(row) for row in deductions],
            }
        case Range(lowest, highest):
            return {"kind": "range", "from": _figure(lowest), "to": _figure(highest)}
        case Ladder(measure, steps):
            return {"kind": "ladder", "measure": measure, "steps": [_step(step) for step in steps]}
        case Rate(lower_is_better):
            return {"kind": "rate", **({"lower_is_better": True} if lower_is_better else {})}
        case Linear():
            return {"kind": "linear", **_plain(rule)}
        case Threshold():
            return {
                "kind": "threshold",
                **{key: value for key, value in _plain(rule).items() if value is not None},
            }
        case NormalisedCount():
            return {"kind": "normalised_count", **_plain(rule)}


def _deduction(row: Deduction) -> Mapped:
    spread = {"from": _figure(row.lowest), "to": _figure(row.highest)}
    cost = {"each": _figure(row.highest)} if row.is_fixed else spread
    most = {} if row.most_cases is None else {"most_cases": row.most_cases}
    return {"code": row.code, "reason": row.reason, "unit": row.unit, **cost, **most}


def _step(step: Step) -> Mapped:
    return {**_band(step.lowest, step.highest), "points": _figure(step.points)}


def _band(lowest: Decimal, highest: Decimal | None) -> Mapped:
    return {"from": _figure(lowest), "to": None if highest is None else _figure(highest)}


def _sampling(rules: SamplingRules) -> Mapped:
    return {
        "measure": rules.measure,
        "clause": rules.clause,
        "bands": [{"name": band.name, **_band(band.lowest, band.highest)} for band in rules.bands],
        "quotas": [
            {
                "code": quota.code,
                "name": quota.name,
                "bands": [{"least": least} for least in quota.least],
                **({"within": quota.within} if quota.within else {}),
            }
            for quota in rules.quotas
        ],
    }


def _rows(parts: Iterable[Any]) -> list[Mapped]:
    return [_plain(part) for part in parts]


def _plain(part: Any) -> Mapped:
    """A part whose fields bear the names that they have in the file."""
    found = {
        named.name: getattr(part, named.name) for named in fields(part) if named.name != "is_set"
    }
    said = {name: value for name, value in found.items() if value or name not in _OPTIONAL}
    return {name: _value(value) for name, value in said.items() if name != "lists_absent" or value}


def _value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _figure(value)
    if isinstance(value, tuple):
        return [_value(inner) for inner in value]
    if isinstance(value, str | int | Mapping | None):
        return value
    return _plain(value)


def _figure(value: Decimal) -> int | str:
    """A whole figure as a number, another as the text that it is written with: never a binary fraction."""
    return int(value) if value == value.to_integral_value() else f"{value:f}"
