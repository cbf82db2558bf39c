"""What the tests of the rules share: the rule files as shipped, and a community to bend."""

import json
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from gongjian.lib.canonical import canonical_json
from gongjian.lib.checklists import load_checklist
from scoring.rules.records.freezing import freeze
from scoring.rules.rubrics.rubric import load_rubric
from scoring.rules.scores.components import Bonus, Rectification
from scoring.rules.scores.locked_sheets import pass_totals
from scoring.rules.scores.quarters import CommunityInputs
from scoring.rules.scores.units import UnitInputs
from scoring.rules.scores.years import Share

ROOT = Path(__file__).parents[3]
RUBRIC_FILE = json.loads((ROOT / "scoring/rubrics/default.json").read_text(encoding="utf-8"))
CHECKLIST_FILE = json.loads((ROOT / "inspections/checklists/v1.json").read_text(encoding="utf-8"))
RUBRIC = load_rubric(RUBRIC_FILE)
CHECKLIST = load_checklist(CHECKLIST_FILE)
MONTHS = ("2026-07", "2026-08", "2026-09")
ON_TIME = dict.fromkeys(MONTHS, "on_time")


def rubric_file(path, value):
    """Return the default rubric with one value changed.

    For instance `rubric_file("components.assessment.weight", "0.5")`.
    """
    return _changed(RUBRIC_FILE, path, value)


def checklist_file(path, value):
    return _changed(CHECKLIST_FILE, path, value)


def points(*written):
    return [Decimal(text) for text in written]


def day(*written):
    return {"day": pass_totals(points(*written))}


def make_inputs(code="330111001", **given):
    whole = CommunityInputs(code, "虎山社区", "城区", day("90.00"), ON_TIME, Rectification(0, 0))
    return replace(whole, **given)


def clean_marks(**given):
    """Return an assessor's sheet with nothing deducted but for the items passed.

    An item comes as `Q1="2.00"` or as a whole mark.
    """
    marks = {
        item.code: {"deducted": "0", "not_applicable": False, "note": ""}
        for item in CHECKLIST.items
    }
    return marks | {
        code: mark if isinstance(mark, dict) else {"deducted": mark} for code, mark in given.items()
    }


def _changed(mapping, path, value):
    changed = inner = deepcopy(mapping)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in steps:
        inner = inner[step]
    inner[last] = value
    return changed


HUSHAN = {
    "day": {"S1": Decimal("92.00"), "S2": Decimal("94.50")},
    "night": {"S3": Decimal("88.15")},
}
GUANSHAN = {"day": {"S4": Decimal("81.00")}}


def gathered(sheets):
    return {code: pass_totals(list(held.values())) for code, held in sheets.items()}


def two_communities():
    hushan = make_inputs(
        "a",
        passes=gathered(HUSHAN),
        self_checks=ON_TIME | {"2026-09": "late"},
        rectification=Rectification(12, 11),
        bonuses=(Bonus("承办全市现场会", Decimal("1")),),
        maluses={"false_rectification": 1},
        vetoes=("fraud",),
        tie_breakers={"repeats": Decimal("2")},
    )
    return [make_inputs("b", name="鹳山社区", passes=gathered(GUANSHAN)), hushan]


def frozen(communities=None, sheets=None):
    return freeze(
        "2026Q3",
        MONTHS,
        RUBRIC_FILE,
        communities or two_communities(),
        sheets or {"a": HUSHAN, "b": GUANSHAN},
    )


NOTHING_DUE = dict.fromkeys(("meetings", "labour_days", "tasks", "frontage_checks"), Share(0, 0))
DUTIES = NOTHING_DUE | {"meetings": Share(1, 1), "labour_days": Share(1, 0), "tasks": Share(4, 3)}
UNITS = [
    UnitInputs("lead", "1", "市住建局", ("a", "b")),
    UnitInputs("member", "2", "富春商场", ("a",), DUTIES),
    UnitInputs("member", "4", "新登中学", ("b",), NOTHING_DUE),
    UnitInputs(
        "department",
        "3",
        "市综合执法局",
        handled=Share(4, 3),
        blame={"a": {"false_rectification": 1}},
    ),
]


def shared_rubric():
    """The default rubric, a false rectification shared 2:8 by department and community."""
    rubric = deepcopy(RUBRIC_FILE)
    rubric["maluses"][0]["shared_by"] = "joint"
    rubric["shared_blame"] = [
        {"code": "joint", "name": "部门与社区 2∶8", "department_share": "0.2"}
    ]
    return rubric


def record_with_units():
    """Return a frozen record as it is read from its file: two communities, four units."""
    sheets = {"a": HUSHAN, "b": GUANSHAN}
    record = freeze("2026Q3", MONTHS, shared_rubric(), two_communities(), sheets, UNITS)
    return json.loads(canonical_json(record))
