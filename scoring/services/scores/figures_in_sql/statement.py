"""The arithmetic of a quarter as one SELECT, a row a community: see docs/scoring.md for every step's source.

Sheets count in hundredths of a point, times their pass's weight, times `$spread` over the sheets counted; months in
1/`$point_scale` points; cases in 1/`$case_scale`. All of them meet over `$unit` x passes held x findings due.
"""

from collections.abc import Sequence
from datetime import datetime

from scoring.models import Round
from scoring.models.adjustments import AdjustmentKind
from scoring.services.scores.figures_in_sql import sources
from scoring.services.scores.figures_in_sql.dialects import Statement, words
from scoring.services.scores.figures_in_sql.whole_numbers import Case, WholeNumbers
from scoring.services.scores.inputs import FALSE_RECTIFICATION

FIGURES = Statement("""
WITH register AS ($register),
counted_passes AS (
    SELECT community, on_pass, sheets, total, highest, lowest, $pass_weight AS weight,
        CASE WHEN $trimmed THEN total - highest - lowest ELSE total END AS counted,
        CASE WHEN $trimmed THEN sheets - 2 ELSE sheets END AS divisor
    FROM gathered_passes
),
assessed AS (
    SELECT community,
        CAST(SUM(weight * counted * ($spread / divisor)) AS bigint) AS brought,
        CAST(SUM(weight) AS bigint) AS held,
        $object_of(on_pass, $json_array(sheets, total, highest, lowest)) AS seen
    FROM counted_passes GROUP BY community
),
months AS ($months),
reported AS (
    SELECT community, COUNT(*) AS handed_in, CAST(SUM(marked) AS bigint) AS marked,
        CAST(SUM(CASE WHEN is_late THEN $late ELSE $on_time END) AS bigint) AS brought,
        $object_of(month, CASE WHEN is_late THEN 'late' ELSE 'on_time' END) AS seen
    FROM months GROUP BY community
),
cases AS (
    SELECT community, kind, rule_code, 1 AS times, COALESCE(own, 0) AS own, reason, number
    FROM ($recorded) AS recorded
    UNION ALL
    SELECT community, '$malus_kind', '$false_rectification', times, 0, '', 0 FROM ($established) AS established
),
noted AS (
    SELECT community, $array_of($json_array(number, kind, rule_code, times, own, reason)) AS seen
    FROM cases GROUP BY community
),
cases_by_rule AS (
    SELECT community, kind, rule_code, CAST(SUM(times) AS bigint) AS times, CAST(SUM(own) AS bigint) AS own
    FROM cases GROUP BY community, kind, rule_code
),
adjusted AS (
    SELECT community, CAST(SUM($bonus_points) AS bigint) AS earned, CAST(SUM($malus_points) AS bigint) AS taken,
        MAX($held_down_to) AS held_down_to
    FROM cases_by_rule GROUP BY community
),
parts AS (
    SELECT register.id AS community, register.code, register.kind,
        COALESCE(assessed.brought, $without_sheets) AS assessed,
        COALESCE(assessed.held, $without_passes) AS held,
        COALESCE(reported.brought, 0) + $missing * ($months_due - COALESCE(reported.handed_in, 0)) AS reported,
        CASE WHEN gathered_findings.due > 0 THEN $put_right * closed ELSE $nothing_due END AS rectified,
        CASE WHEN gathered_findings.due > 0 THEN gathered_findings.due ELSE $point_scale END AS due,
        $least($bonus_cap, COALESCE(adjusted.earned, 0)) AS bonus,
        COALESCE(adjusted.taken, 0) AS malus,
        COALESCE(adjusted.held_down_to, 0) AS held_down_to,
        reported.marked, reported.handed_in,
        $json_object(
            'passes', $json(assessed.seen),
            'self_checks', $json(reported.seen),
            'rectification', $json_array(COALESCE(gathered_findings.due, 0), COALESCE(gathered_findings.closed, 0)),
            'cases', $json(noted.seen)
        ) AS inputs
    FROM register
    LEFT JOIN assessed ON assessed.community = register.id
    LEFT JOIN reported ON reported.community = register.id
    LEFT JOIN gathered_findings ON gathered_findings.community = register.id
    LEFT JOIN adjusted ON adjusted.community = register.id
    LEFT JOIN noted ON noted.community = register.id
),
sums AS (
    SELECT parts.*, $unit * held * due AS shares,
        ($sheets_by * assessed * due) + ($months_by * reported * held * due) + ($findings_by * rectified * held)
        + ($cases_by * (bonus - malus) * held * due) AS brought
    FROM parts
),
totals AS (
    SELECT sums.*,
        $least($highest_total, $greatest($lowest_total, (200 * brought + shares) / (2 * shares))) AS total
    FROM sums
)
SELECT community, code,
    (2 * assessed + held * $spread) / (2 * held * $spread) AS assessment,
    (200 * reported + $months_due * $point_scale) / (2 * $months_due * $point_scale) AS self_check,
    (200 * rectified + due) / (2 * due) AS rectification,
    (200 * bonus + $case_scale) / (2 * $case_scale) AS bonus,
    (200 * malus + $case_scale) / (2 * $case_scale) AS malus,
    total,
    (2 * marked + handed_in) / (2 * handed_in) AS self_mean,
    $rank() OVER (ORDER BY total DESC) AS place,
    $rank() OVER (PARTITION BY kind ORDER BY total DESC) AS class_place,
    $greatest(held_down_to, $reached) AS grade,
    inputs
FROM totals
""")


def figures(round: Round, numbers: WholeNumbers, *, at: datetime) -> tuple[str, sources.Parameters]:
    """The SELECT with its parameters: figures in hundredths, grades by their number from the best, inputs as JSON."""
    rows = {
        "register": sources.register(),
        "months": sources.months(round),
        "recorded": sources.recorded(round),
        "established": sources.established(round, at),
    }
    texts, parameters = {}, _codes(numbers)
    for name, query in rows.items():
        texts[name], found = sources.compiled(name, query)
        parameters |= found
    return FIGURES.substitute(
        {**words(), **texts, **_numbers(numbers), **_choices(numbers)}
    ), parameters


def _numbers(numbers: WholeNumbers) -> dict[str, object]:
    """What stands in the statement as plain integers; the codes of passes, rules and grades are parameters."""
    rubric = numbers.rubric
    lowest, highest = numbers.bounds
    names = ("sheets_by", "months_by", "findings_by", "cases_by")
    return {
        **dict(zip(names, numbers.factors, strict=True)),
        "unit": numbers.unit,
        "spread": numbers.spread,
        "point_scale": numbers.point_scale,
        "case_scale": numbers.case_scale,
        "months_due": len(numbers.months),
        "on_time": numbers.month_points("on_time"),
        "late": numbers.month_points("late"),
        "missing": numbers.month_points("missing"),
        "nothing_due": numbers.nothing_due,
        "put_right": 100 if rubric.rectification.is_set else 0,
        "bonus_cap": numbers.bonus_cap,
        "lowest_total": lowest,
        "highest_total": highest,
        # Where sheets are asked for, a community without one has no total, which the table refuses: never a full one.
        "without_sheets": "NULL" if rubric.assessment.is_set else 0,
        "without_passes": "NULL" if rubric.assessment.is_set else 1,
        "rank": {"competition": "RANK", "dense": "DENSE_RANK"}[rubric.ranking.style],
        "malus_kind": AdjustmentKind.MALUS.value,
        "false_rectification": FALSE_RECTIFICATION,
    }


def _choices(numbers: WholeNumbers) -> dict[str, str]:
    trim = numbers.rubric.assessment.trim_from_sheets
    floors = [
        f"WHEN total >= {floor} THEN {number}" for number, floor in enumerate(numbers.grade_floors)
    ]
    vetoes = [
        f"WHEN {_rule('veto', number)} THEN {grade}"
        for number, (_, grade) in enumerate(numbers.vetoes)
    ]
    own = f"WHEN kind = '{AdjustmentKind.BONUS.value}' AND rule_code = '' THEN {numbers.case_scale // 100} * own"
    return {
        "trimmed": f"sheets >= {trim}" if trim else "1 = 0",
        "pass_weight": _case(
            [f"WHEN on_pass = %(pass_{n})s THEN {w}" for n, (_, w) in enumerate(numbers.passes)]
        ),
        "bonus_points": _case([own, *_capped("bonus", numbers.bonuses)]),
        "malus_points": _case(_capped("malus", numbers.maluses)),
        "held_down_to": _case(vetoes),
        "reached": _case(floors),
    }


def _capped(kind: str, rules: Sequence[Case]) -> list[str]:
    least = words()["least"]
    return [
        f"WHEN {_rule(kind, number)} THEN {least}({rule.cap}, {rule.each} * times)"
        for number, rule in enumerate(rules)
    ]


def _rule(kind: str, number: int) -> str:
    return f"kind = '{kind}' AND rule_code = %({kind}_{number})s"


def _case(lines: Sequence[str]) -> str:
    return f"CASE {' '.join(lines)} ELSE 0 END" if lines else "0"


def _codes(numbers: WholeNumbers) -> sources.Parameters:
    listed = {
        "pass": [code for code, _ in numbers.passes],
        "bonus": [rule.code for rule in numbers.bonuses],
        "malus": [rule.code for rule in numbers.maluses],
        "veto": [code for code, _ in numbers.vetoes],
    }
    return {
        f"{kind}_{number}": code
        for kind, codes in listed.items()
        for number, code in enumerate(codes)
    }
