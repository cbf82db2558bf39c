"""The rubric as the mapping that is stored with its version; `load_rubric` reads it back."""

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
    PointStep,
    Range,
    Rate,
    Rule,
    Threshold,
)
from scoring.rules.rubrics.parts import (
    MEAN,
    NO_BONUS,
    NO_DUTIES,
    NO_HONOURS,
    AssessmentRules,
    MeasuredRules,
    Quota,
    SamplingRules,
    SelfCheckRules,
)
from scoring.rules.rubrics.rubric import Rubric

Mapped = dict[str, Any]

# Left out of the file where there is nothing to say.
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
    "lists_absent",
}


def rubric_mapping(rubric: Rubric) -> Mapped:
    """Return every part in the order in which an office reads a rubric: weights come first."""
    mapping: Mapped = {"name": rubric.name, "version": rubric.version}
    mapping["components"] = _components(rubric)
    mapping["bonus"] = None if rubric.bonus == NO_BONUS else _fields(rubric.bonus)
    mapping["maluses"] = _rows(rubric.maluses)
    mapping["vetoes"] = _rows(rubric.vetoes)
    lowest = _figure(rubric.lowest_points)
    highest = _figure(rubric.highest_points)
    mapping["total"] = {"lowest_points": lowest, "highest_points": highest}
    mapping["grades"] = _rows(rubric.grades)
    mapping["ranking"] = _fields(rubric.ranking)
    unit = rubric.member_unit
    honours = rubric.honours
    mapping["member_unit"] = None if unit == NO_DUTIES else _fields(unit)
    mapping["honours"] = None if honours == NO_HONOURS else _fields(honours)
    if rubric.classes:
        mapping["classes"] = [{"name": name} for name in rubric.classes]
    if rubric.lead_unit_style != MEAN:
        mapping["lead_unit"] = {"of_communities": rubric.lead_unit_style}
    if rubric.shared_blame:
        mapping["shared_blame"] = _rows(rubric.shared_blame)
    if rubric.sampling is not None:
        mapping["sampling"] = sampling_mapping(rubric.sampling)
    return mapping


def _components(rubric: Rubric) -> Mapped:
    components: Mapped = {}
    if rubric.assessment.is_set:
        components["assessment"] = assessment_mapping(rubric.assessment)
    if rubric.self_check.is_set:
        components["self_check"] = self_check_mapping(rubric.self_check)
    if rubric.rectification.is_set:
        components["rectification"] = _fields(rubric.rectification)
    if rubric.measured:
        components["measured"] = [measured_mapping(rules) for rules in rubric.measured]
    return components


def assessment_mapping(rules: AssessmentRules) -> Mapped:
    """Return the assessors' sheets as they stand in the file."""
    mapping = _fields(rules)
    if rules.sheet is not None:
        mapping["sheet"] = item_list_mapping(rules.sheet)
    return mapping


def self_check_mapping(rules: SelfCheckRules) -> Mapped:
    """Return what a month's report brings as it stands in the file, a key for each state."""
    mapping = {"name": rules.name, "weight": _figure(rules.weight), "clause": rules.clause}
    for state, points in rules.points.items():
        mapping[f"{state}_points"] = _figure(points)
    return mapping


def measured_mapping(rules: MeasuredRules) -> Mapped:
    """Return a measured component as it stands in the file, its items beside its weight."""
    head = {
        "code": rules.code,
        "name": rules.name,
        "weight": _figure(rules.weight),
        "clause": rules.clause,
    }
    return head | item_list_mapping(rules.items)


def item_list_mapping(items: ItemList) -> Mapped:
    """Return a list of items as it stands in the file."""
    return {
        "full_points": _figure(items.full_points),
        "not_applicable": items.not_applicable,
        "items": [item_mapping(item) for item in items.items],
    }


def item_mapping(item: Item) -> Mapped:
    """Return an item as it stands in the file; what it does not say is left out."""
    mapping: Mapped = {"code": item.code, "name": item.name, "points": _figure(item.points)}
    mapping |= rule_mapping(item.rule)
    if item.clause:
        mapping["clause"] = item.clause
    if item.group:
        mapping["group"] = item.group
    if item.months:
        mapping["months"] = list(item.months)
    if item.not_applicable:
        mapping["not_applicable"] = item.not_applicable
    return mapping


def rule_mapping(rule: Rule) -> Mapped:
    """Return the rule by which an item is scored as it stands in the file."""
    match rule:
        case PerInstance(deductions, cap):
            if cap is None:
                limit = {}
            else:
                limit = {"cap": _figure(cap)}
            rows = [deduction_mapping(row) for row in deductions]
            return {"kind": "per_instance", **limit, "deductions": rows}
        case Range(lowest, highest):
            return {"kind": "range", "from": _figure(lowest), "to": _figure(highest)}
        case Ladder(measure, steps):
            return {"kind": "ladder", "measure": measure, "steps": [_step(step) for step in steps]}
        case Rate(lower_is_better):
            direction = {"lower_is_better": True} if lower_is_better else {}
            return {"kind": "rate", **direction}
        case Linear():
            return {"kind": "linear", **_fields(rule)}
        case Threshold():
            bounds = {}
            for key, value in _fields(rule).items():
                if value is not None:
                    bounds[key] = value
            return {"kind": "threshold", **bounds}
        case NormalisedCount():
            return {"kind": "normalised_count", **_fields(rule)}


def deduction_mapping(row: Deduction) -> Mapped:
    """Return what one case costs as it stands in the file."""
    mapping: Mapped = {"code": row.code, "reason": row.reason, "unit": row.unit}
    if row.is_fixed:
        mapping["each"] = _figure(row.highest)
    else:
        mapping |= {"from": _figure(row.lowest), "to": _figure(row.highest)}
    if row.most_cases is not None:
        mapping["most_cases"] = row.most_cases
    return mapping


def _step(step: PointStep) -> Mapped:
    return {**_band(step.lowest, step.highest), "points": _figure(step.points)}


def _band(lowest: Decimal, highest: Decimal | None) -> Mapped:
    return {"from": _figure(lowest), "to": None if highest is None else _figure(highest)}


def sampling_mapping(rules: SamplingRules) -> Mapped:
    """Return the least samples as they stand in the file."""
    mapping: Mapped = {"measure": rules.measure, "clause": rules.clause, "bands": []}
    for band in rules.bands:
        limits = _band(band.lowest, band.highest)
        mapping["bands"].append({"name": band.name, **limits})
    mapping["quotas"] = [quota_mapping(quota) for quota in rules.quotas]
    return mapping


def quota_mapping(quota: Quota) -> Mapped:
    """Return the least samples of one kind as they stand in the file."""
    bands = [{"least": least} for least in quota.least]
    mapping: Mapped = {"code": quota.code, "name": quota.name, "bands": bands}
    if quota.within:
        mapping["within"] = quota.within
    return mapping


def _rows(parts: Iterable[Any]) -> list[Mapped]:
    return [_fields(part) for part in parts]


def _fields(part: Any) -> Mapped:
    """Return a part whose fields bear the names that they have in the file."""
    mapping: Mapped = {}
    for field in fields(part):
        value = getattr(part, field.name)
        is_left_out = field.name in _OPTIONAL and not value
        if field.name != "is_set" and not is_left_out:
            mapping[field.name] = _value(value)
    return mapping


def _value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _figure(value)
    if isinstance(value, tuple):
        return [_value(inner) for inner in value]
    if isinstance(value, str | int | Mapping | None):
        return value
    return _fields(value)


def _figure(value: Decimal) -> int | str:
    """Return a whole figure as a number, another as it is written: never a binary fraction."""
    if value == value.to_integral_value():
        return int(value)
    return f"{value:f}"
