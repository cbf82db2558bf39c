"""The components of a rubric read from its rule file: sheets, self-checks, rectification, items."""

from typing import Any

from gongjian.lib.rulebooks import Section
from scoring.rules.rubrics.codes import (
    refuse_repeated_codes,
    refuse_strange_codes,
    share_of,
    weight_of,
)
from scoring.rules.rubrics.item_files import read_item_list, read_sheet_list
from scoring.rules.rubrics.parts import (
    NO_ASSESSMENT,
    NO_RECTIFICATION,
    NO_SELF_CHECK,
    PASSES,
    SELF_CHECK_STATES,
    USUAL,
    AssessmentRules,
    MeasuredRules,
    PassRule,
    RectificationRules,
    SelfCheckRules,
    UnusualRules,
)

_UNUSUAL_FIGURES = ("below_points", "from_last", "apart", "near")
# What the parts of a score are called in explanations and trials; no measured component may be.
_TAKEN_CODES = (
    "assessment",
    "self_check",
    "rectification",
    "bonus",
    "maluses",
    "total",
    "rounding",
)


def read_components(part: Section, *, is_new: bool) -> dict[str, Any]:
    """Return what the score is weighed from, by the name of each in a `Rubric`."""
    return {
        "assessment": read_assessment(part, is_new),
        "self_check": read_self_check(part),
        "rectification": read_rectification(part),
        "measured": read_measured(part),
    }


def read_assessment(components: Section, is_new: bool) -> AssessmentRules:
    """Return how the assessors' sheets are drawn, filled in and weighed."""
    if not components.has("assessment"):
        return NO_ASSESSMENT
    part = components.section("assessment")
    rows = part.rows("passes")
    pass_rules = []
    for row in rows:
        pass_rule = PassRule(row.text("code"), row.text("name"), share_of(row))
        pass_rules.append(pass_rule)
    passes = tuple(pass_rules)
    if is_new:
        refuse_strange_codes(rows, passes, PASSES, "考评员只能按这几轮抽")
    refuse_repeated_codes(part, "passes", passes)
    if part.is_null("trim_from_sheets"):
        trim = None
    else:
        trim = part.whole("trim_from_sheets", 3, 1000)
    each = None
    if part.has("assessors_each"):
        each = part.whole("assessors_each", 1, 1000)
    if trim and each and each < trim:
        drawn = f"每个社区却只有 {each} 名考评员，永远用不上"
        part.fault("trim_from_sheets", f"满 {trim} 张评分表才去掉最高分和最低分，{drawn}")
    sheet = None
    if part.has("sheet"):
        sheet = read_sheet_list(part.section("sheet"), is_new=is_new)
    head = (part.text("name"), weight_of(part), part.text("clause"))
    return AssessmentRules(*head, trim, passes, each, sheet, read_unusual(part))


def read_unusual(part: Section) -> UnusualRules:
    """Return which marks stand out; where the file says nothing it is as usual."""
    if not part.has("unusual"):
        return USUAL
    unusual = part.section("unusual")
    figures = {}
    for key in _UNUSUAL_FIGURES:
        if unusual.has(key):
            above_zero = key in ("from_last", "apart")
            figures[key] = unusual.number(key, 0, 100, above_lowest=above_zero)
    return UnusualRules(**figures)


def read_self_check(components: Section) -> SelfCheckRules:
    """Return what a month's report brings by its state."""
    if not components.has("self_check"):
        return NO_SELF_CHECK
    part = components.section("self_check")
    points = {}
    for state in SELF_CHECK_STATES:
        points[state] = part.number(f"{state}_points", 0, 100)
    return SelfCheckRules(part.text("name"), weight_of(part), part.text("clause"), points)


def read_rectification(components: Section) -> RectificationRules:
    """Return what rectification in time is worth."""
    if not components.has("rectification"):
        return NO_RECTIFICATION
    part = components.section("rectification")
    nothing_due = part.number("nothing_due_points", 0, 100)
    return RectificationRules(part.text("name"), weight_of(part), part.text("clause"), nothing_due)


def read_measured(components: Section) -> tuple[MeasuredRules, ...]:
    """Return the components whose items are measured once a period."""
    measured = []
    for row in components.rows_if_any("measured"):
        code = row.text("code")
        name = row.text("name")
        weight = share_of(row)
        clause = row.text("clause")
        measured_rules = MeasuredRules(code, name, weight, clause, read_item_list(row))
        measured.append(measured_rules)
    codes = [rules.code for rules in measured]
    values = [*codes, *_TAKEN_CODES]
    components.refuse_repeats("measured", values, "代码")
    return tuple(measured)
