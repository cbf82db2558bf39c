"""Frozen records of random cities under random rubrics, as they are read from their files."""

import json
from decimal import Decimal
from random import Random

from gongjian.lib.canonical import canonical_json
from scoring.rules.records.freezing import freeze
from scoring.rules.rubrics.parts import DUTIES
from scoring.rules.scores.components import Bonus, Rectification
from scoring.rules.scores.locked_sheets import pass_totals
from scoring.rules.scores.quarters import CommunityInputs
from scoring.rules.scores.units import UnitInputs
from scoring.rules.scores.years import Share
from tests.scoring.random_cities import random_rubric
from tests.scoring.rules.made import MONTHS

CLASSES = ("老城社区", "新建社区", "城乡结合部社区")
CODES = [f"33011100{number}" for number in range(1, 8)]
MEMBER_UNIT = {
    "community_weight": "0.55",
    "own_duties_weight": "0.45",
    "duties": [
        {"code": code, "name": name, "weight": "0.25"} for code, name in sorted(DUTIES.items())
    ],
}


def random_record(luck: Random) -> dict:
    rubric = random_rubric(luck) | {
        "member_unit": luck.choice([None, MEMBER_UNIT]),
        "lead_unit": {"of_communities": luck.choice(["mean", "lowest", "highest"])},
    }
    if rubric["bonus"] and luck.random() < 0.5:
        rubric["bonus"] = rubric["bonus"] | {"by_place": ["1", "0.335", "-0.5"]}
    sheets = {code: random_sheets(luck, rubric) for code in CODES}
    communities = [random_inputs(luck, rubric, code, sheets[code]) for code in CODES]
    units = random_units(luck, rubric, communities)
    record = freeze("2026Q3", MONTHS, rubric, communities, sheets, units)
    return json.loads(canonical_json(record))


def random_sheets(luck: Random, rubric: dict) -> dict:
    passes = rubric["components"].get("assessment", {}).get("passes", ())
    if not passes:
        return {}
    sheets = {}
    for rule in luck.sample(passes, luck.randint(1, len(passes))):
        count = luck.choice([1, 2, 3, 4, 5, 7])
        points = [Decimal(luck.randint(5500, 10000)).scaleb(-2) for _ in range(count)]
        sheets[rule["code"]] = {f"{rule['code']}{n}": figure for n, figure in enumerate(points)}
    return sheets


def random_inputs(luck: Random, rubric: dict, code: str, sheets: dict) -> CommunityInputs:
    due = luck.choice([0, 1, 3, 7])
    bonus = rubric["bonus"] or {}
    vetoes = [rule["code"] for rule in rubric["vetoes"] if luck.random() < 0.1]
    return CommunityInputs(
        code=code,
        name=f"社区{code[-1]}",
        class_name=luck.choice(CLASSES),
        passes={name: pass_totals(list(points.values())) for name, points in sheets.items()},
        self_checks={month: luck.choice(["on_time", "late", "missing"]) for month in MONTHS},
        rectification=Rectification(due, luck.randint(0, due)),
        bonuses=(Bonus("获评先进", Decimal("1.25")),) if bonus and luck.random() < 0.3 else (),
        maluses={rule["code"]: luck.randint(0, 4) for rule in rubric["maluses"]},
        vetoes=tuple(vetoes),
        bonus_cases={rule["code"]: luck.randint(0, 4) for rule in bonus.get("rules", ())},
        last_place=luck.choice([None, 1, 2, 3, 4]),
    )


def random_units(luck: Random, rubric: dict, communities: list[CommunityInputs]) -> list:
    units = []
    for number in range(5):
        own = tuple(luck.sample(CODES, luck.randint(1, 3)))
        units.append(UnitInputs("lead", str(number), f"牵头{number}", own))
        duties = {}
        if rubric["member_unit"]:
            duties = {code: random_share(luck) for code in DUTIES}
        units.append(UnitInputs("member", str(number), f"共建{number}", own, duties))
        blame = {}
        for inputs in communities[:2]:
            blame[inputs.code] = {"leak": luck.randint(0, inputs.maluses["leak"])}
        handled = random_share(luck)
        department = UnitInputs(
            "department", str(number), f"部门{number}", handled=handled, blame=blame
        )
        units.append(department)
    return units


def random_share(luck: Random) -> Share:
    due = luck.choice([0, 1, 2, 9])
    return Share(due, luck.randint(0, due))
