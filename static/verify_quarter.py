#!/usr/bin/env python3
"""核对定分快照：用快照里的打分表、自查、整改和加减分，重算一个季度全部社区和单位的得分、名次、等次。

用法：python3 verify_quarter.py 快照.json [通报中公布的校验值]
只用 Python 标准库，不联网，不写文件。全部一致退出码为 0，有不同为 1，不能核对为 2。
规则出处：docs/scoring.md；分数一律按整数之比计算，只在公布时四舍五入一次。
"""

import hashlib
import json
import sys
from collections import Counter
from fractions import Fraction


class CannotVerify(Exception):
    """The file is no record, or its rubric asks for more than this program computes."""


NOT_WHOLE = (CannotVerify, ValueError, KeyError, TypeError, AttributeError, RecursionError)


def no_repeats(pairs):
    for name, count in Counter(name for name, _ in pairs).items():
        if count > 1:
            raise CannotVerify(f"同一处写了两个“{name}”")
    return dict(pairs)


def mean(points):
    return sum(points, Fraction(0)) / len(points)


def weighted(pairs):
    pairs = list(pairs)
    return sum(weight * points for weight, points in pairs) / sum(weight for weight, _ in pairs)


def published(points):
    """Rounded half up to two places, as text."""
    cents = (200 * abs(points.numerator) + points.denominator) // (2 * points.denominator)
    sign = "-" if points < 0 and cents else ""
    return f"{sign}{cents // 100}.{cents % 100:02d}"


def pass_points(sheets, trim_from):
    points = sorted(map(Fraction, sheets))
    if trim_from is not None and len(points) >= trim_from:
        points = points[1:-1]
    return mean(points)


def assessment(community, rules):
    sheets = community["sheets"]
    passes = []
    for rule in rules["passes"]:
        if sheets.get(rule["code"]):
            points = pass_points(sheets[rule["code"]].values(), rules["trim_from_sheets"])
            passes.append((Fraction(rule["weight"]), points))
    return weighted(passes)


def self_check(community, rules, months):
    return mean([Fraction(rules[f"{community['self_checks'][month]}_points"]) for month in months])


def rectification(community, rules):
    count = community["rectification"]
    if not count["due"]:
        return Fraction(rules["nothing_due_points"])
    return Fraction(100 * count["closed_in_time"], count["due"])


def bonus(community, rules):
    points = sum((Fraction(row["points"]) for row in community["bonuses"]), Fraction(0))
    for rule in rules.get("rules") or ():
        cases = community.get("bonus_cases", {}).get(rule["code"], 0)
        points += min(Fraction(rule["cap"]), Fraction(rule["points_each"]) * cases)
    by_place, place = rules.get("by_place") or (), community.get("last_place")
    if place and place <= len(by_place):
        points += Fraction(by_place[place - 1])
    return min(Fraction(rules["cap"]), points)


def malus(rule, cases):
    return min(Fraction(rule["cap"]), Fraction(rule["points_each"]) * cases)


def department_share(rubric, rule):
    """What a department bears of a deduction, 0 to 1."""
    kinds = {kind["code"]: kind for kind in rubric.get("shared_blame") or ()}
    kind = kinds.get(rule.get("shared_by"))
    return Fraction(kind["department_share"]) if kind else Fraction(0)


def community_points(community, rubric, months):
    parts = rubric["components"]
    total = Fraction(0)
    if parts.get("assessment"):
        points = assessment(community, parts["assessment"])
        total += Fraction(parts["assessment"]["weight"]) * points
    if parts.get("self_check"):
        points = self_check(community, parts["self_check"], months)
        total += Fraction(parts["self_check"]["weight"]) * points
    if parts.get("rectification"):
        points = rectification(community, parts["rectification"])
        total += Fraction(parts["rectification"]["weight"]) * points
    if rubric.get("bonus"):
        total += bonus(community, rubric["bonus"])
    for rule in rubric.get("maluses") or ():
        cases = community["maluses"].get(rule["code"], 0)
        total -= malus(rule, cases) * (1 - department_share(rubric, rule))
    lowest, highest = rubric["total"]["lowest_points"], rubric["total"]["highest_points"]
    return published(max(Fraction(lowest), min(Fraction(highest), total)))


def grade(points, community, rubric):
    names = [row["name"] for row in rubric["grades"]]
    starts = [Fraction(row["from_points"]) for row in rubric["grades"]]
    number = next(place for place, start in enumerate(starts) if Fraction(points) >= start)
    for rule in rubric.get("vetoes") or ():
        if rule["code"] in community["vetoes"]:
            number = max(number, names.index(rule["highest_grade"]))
    return names[number]


def places(measures, style):
    """The place of each: those before him, or the different figures before him, and one."""
    counts = Counter(measures.values())
    place_of, place = {}, 1
    for measure in sorted(counts, reverse=True):
        place_of[measure] = place
        place += counts[measure] if style == "competition" else 1
    return {key: place_of[measure] for key, measure in measures.items()}


def measure(points, community, ranking):
    figures = [Fraction(points)]
    for breaker in ranking["tie_breakers"]:
        figure = Fraction(community["tie_breakers"][breaker["code"]])
        figures.append(figure if breaker["higher_is_better"] else -figure)
    return tuple(figures)


def communities(record):
    """Every community's figure, grade and places, by its code."""
    rubric, results, measures = record["rubric"], {}, {}
    for community in record["communities"]:
        if not community.get("absent"):
            points = community_points(community, rubric, record["months"])
            results[community["code"]] = {
                "name": community["name"],
                "class_name": community["class_name"],
                "points": points,
                "grade": grade(points, community, rubric),
            }
            measures[community["code"]] = measure(points, community, rubric["ranking"])
    style = rubric["ranking"]["style"]
    for code, place in places(measures, style).items():
        results[code]["place"] = place
    for class_name in {row["class_name"] for row in results.values()}:
        members = {c: m for c, m in measures.items() if results[c]["class_name"] == class_name}
        for code, place in places(members, style).items():
            results[code]["class_place"] = place
    return results


def own_duties(unit, rules):
    counted = []
    for rule in rules:
        share = unit.get("duties", {}).get(rule["code"])
        if share is None:
            return None
        if share["due"]:
            counted.append((Fraction(rule["weight"]), Fraction(100 * share["done"], share["due"])))
    return weighted(counted) if counted else None


def lead(unit, figures, record):
    points = [figures[code] for code in unit.get("communities", ())]
    style = (record["rubric"].get("lead_unit") or {}).get("of_communities", "mean")
    return {"mean": mean, "lowest": min, "highest": max}[style](points) if points else None


def member(unit, figures, record):
    points = [figures[code] for code in unit.get("communities", ())]
    rules = record["rubric"].get("member_unit") or {}
    if not points:
        return None
    if not rules.get("duties"):
        return mean(points) * Fraction(rules.get("community_weight", 1))
    duties = own_duties(unit, rules["duties"])
    if duties is None:
        return None
    duty_weight = Fraction(rules["own_duties_weight"])
    return Fraction(rules["community_weight"]) * mean(points) + duty_weight * duties


def department(unit, figures, record):
    handled = unit.get("handled")
    if not handled or not handled["due"]:
        return None
    rubric, borne = record["rubric"], Fraction(0)
    cases_of = {row["code"]: row["maluses"] for row in record["communities"]}
    rules = {rule["code"]: rule for rule in rubric.get("maluses") or ()}
    for code, blame in unit.get("blame", {}).items():
        for name, shared in blame.items():
            cases = cases_of[code][name]
            cost = malus(rules[name], cases) * department_share(rubric, rules[name])
            borne += cost * shared / cases if shared else 0
    return max(Fraction(0), Fraction(100 * handled["done"], handled["due"]) - borne)


def units(record, results):
    """Every rated unit's figure and place, by standing and number; unrated ones are left out."""
    figures = {code: Fraction(row["points"]) for code, row in results.items()}
    rated = {}
    for unit in record["units"]:
        points = {"lead": lead, "member": member, "department": department}[unit["standing"]](
            unit, figures, record
        )
        if points is not None:
            row = {"name": unit["name"], "points": published(points)}
            rated[unit["standing"], unit["ref"]] = row
    for standing in ("lead", "member", "department"):
        peers = {key: Fraction(row["points"]) for key, row in rated.items() if key[0] == standing}
        for key, place in places(peers, record["rubric"]["ranking"]["style"]).items():
            rated[key]["place"] = place
    return rated


WORDS = {"points": "得分", "grade": "等次", "place": "名次", "class_place": "分类名次"}


def compare(recorded, computed):
    """Every difference, a line each."""
    lines = [
        f"存档中有 {recorded[key]['name']}，重算没有" for key in recorded if key not in computed
    ]
    for key, row in computed.items():
        if key not in recorded:
            lines.append(f"重算有 {row['name']}，存档中没有")
            continue
        for name, value in row.items():
            if recorded[key][name] != value:
                word = WORDS.get(name, name)
                lines.append(f"{row['name']}：{word}存档为 {recorded[key][name]}，重算为 {value}")
    return lines


def refuse_more_than_this_computes(record):
    if record["rubric"]["components"].get("measured"):
        raise CannotVerify("细则有实测项目，请用 manage.py rescore 复算")


def refuse_other_months(record):
    year, number = record["quarter"].split("Q")
    last = 3 * int(number)
    if record["months"] != [f"{year}-{month:02d}" for month in range(last - 2, last + 1)]:
        raise CannotVerify(f"季度写的是 {record['quarter']}，月份却是 {record['months']}")


def refuse_float(figure):
    raise CannotVerify(f"存档中不能有浮点数 {figure}")


def rows_by_key(rows, *names):
    by_key = {}
    for row in rows:
        key = tuple(row[name] for name in names)
        if key in by_key:
            raise CannotVerify(f"{row['name']} 列了不止一次")
        by_key[key] = row
    return by_key


def verify(content):
    """Every difference between the results on record and those computed from its inputs."""
    record = json.loads(
        content.decode(),
        object_pairs_hook=no_repeats,
        parse_float=refuse_float,
        parse_constant=refuse_float,
    )
    refuse_other_months(record)
    refuse_more_than_this_computes(record)
    rows_by_key(record["communities"], "code")
    results = communities(record)
    recorded = {key[0]: row for key, row in rows_by_key(record["results"], "code").items()}
    lines = compare(recorded, results)
    if "units" in record:
        rows_by_key(record["units"], "standing", "ref")
        recorded_units = rows_by_key(record["unit_results"], "standing", "ref")
        lines += compare(recorded_units, units(record, results))
    count = len(record["results"]) + len(record.get("unit_results", ()))
    return lines, f"{record['quarter']}：{count} 个得分"


def main(path, sha256=""):
    with open(path, "rb") as file:
        content = file.read()
    file_sha256 = hashlib.sha256(content).hexdigest()
    print(f"文件校验值 {file_sha256}")
    if sha256 and file_sha256 != sha256.strip().lower():
        print("与公布的校验值不同：这不是定分时的快照。")
        return 1
    print(
        "与公布的校验值一致。"
        if sha256
        else "没有给出公布的校验值：只核对计算，不证明是公布的那一份。"
    )
    try:
        lines, what = verify(content)
    except NOT_WHOLE as wrong:
        print(f"不能核对：{wrong}")
        return 2
    print("\n".join(lines) if lines else f"{what}，与存档完全一致。")
    return 1 if lines else 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
