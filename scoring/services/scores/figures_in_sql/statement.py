"""The arithmetic of a quarter as one SELECT, a row a community; docs/scoring.md has the sources.

Everything is a whole number, so that nothing is rounded but the published figures:

    sheets     hundredths of a point x weight of their pass x $spread (a multiple of every divisor)
    months     1/$point_scale points
    cases      1/$case_scale points
    a total    1/($unit x weights of the passes held x findings due) points

A published figure is x / y points. In hundredths, rounded half up, that is
floor(100 * x / y + 1/2) = (200 * x + y) / (2 * y), because both databases cut an integer division
off, and nothing here is below 0 but a total, which is held to $lowest_total >= 0. Where x already
stands in hundredths it is (2 * x + y) / (2 * y).
"""

from collections.abc import Sequence
from datetime import datetime

from scoring.models import Round
from scoring.models.adjustments import AdjustmentKind
from scoring.services.readings.adjustments import FALSE_RECTIFICATION
from scoring.services.scores.figures_in_sql import sources
from scoring.services.scores.figures_in_sql.dialects import (
    Parameters,
    Statement,
    compiled,
    words,
)
from scoring.services.scores.figures_in_sql.whole_numbers import CaseRule, WholeNumbers

FIGURES = Statement("""
WITH register AS ($register),
counted_passes AS (
    -- Trimmed, a pass loses one highest and one lowest sheet, from its sum and from its divisor.
    SELECT community, on_pass, sheets, total, highest, lowest, $pass_weight AS weight,
        CASE WHEN $trimmed THEN total - highest - lowest ELSE total END AS counted,
        CASE WHEN $trimmed THEN sheets - 2 ELSE sheets END AS divisor
    FROM gathered_passes
),
assessed AS (
    -- brought / (held * spread) is the mean of the passes by weight, in hundredths. Every divisor
    -- divides spread, so spread / divisor is whole. A pass that was not held has no row, so its
    -- weight is missing from held as well: the weights of the others are made good for it.
    SELECT community,
        CAST(SUM(weight * counted * ($spread / divisor)) AS bigint) AS brought,
        CAST(SUM(weight) AS bigint) AS held,
        $object_of(on_pass, $json_array(sheets, total, highest, lowest)) AS seen
    FROM counted_passes GROUP BY community
),
months AS ($months),
reported AS (
    -- What the months handed in bring, in time or late; the months missing come in below.
    SELECT community, COUNT(*) AS handed_in, CAST(SUM(marked) AS bigint) AS marked,
        CAST(SUM(CASE WHEN is_late THEN $late ELSE $on_time END) AS bigint) AS brought,
        $object_of(month, CASE WHEN is_late THEN 'late' ELSE 'on_time' END) AS seen
    FROM months GROUP BY community
),
cases AS (
    -- Those that the office recorded, and the false rectifications that count by themselves.
    SELECT community, kind, rule_code, 1 AS times, COALESCE(own, 0) AS own, reason, number
    FROM ($recorded) AS recorded
    UNION ALL
    SELECT community, '$malus_kind', '$false_rectification', times, 0, '', 0
    FROM ($established) AS established
),
noted AS (
    SELECT community, $array_of($json_array(number, kind, rule_code, times, own, reason)) AS seen
    FROM cases GROUP BY community
),
cases_by_rule AS (
    -- Rule by rule first: each has a cap of its own.
    SELECT community, kind, rule_code,
        CAST(SUM(times) AS bigint) AS times, CAST(SUM(own) AS bigint) AS own
    FROM cases GROUP BY community, kind, rule_code
),
adjusted AS (
    -- Grades are numbered from the best: of several vetoes the greatest number holds down furthest.
    SELECT community,
        CAST(SUM($bonus_points) AS bigint) AS earned,
        CAST(SUM($malus_points) AS bigint) AS taken,
        MAX($held_down_to) AS held_down_to
    FROM cases_by_rule GROUP BY community
),
parts AS (
    SELECT register.id AS community, register.code, register.kind,
        COALESCE(assessed.brought, $without_sheets) AS assessed,
        COALESCE(assessed.held, $without_passes) AS held,
        -- A month without a row was not reported, which never brings more than it should.
        COALESCE(reported.brought, 0)
            + $missing * ($months_due - COALESCE(reported.handed_in, 0)) AS reported,
        -- rectified / due is the component in points: 100 x closed of due findings, or, nothing
        -- being due, the rubric's own points, which stand over point_scale.
        CASE WHEN gathered_findings.due > 0 THEN $put_right * closed ELSE $nothing_due END
            AS rectified,
        CASE WHEN gathered_findings.due > 0 THEN gathered_findings.due ELSE $point_scale END
            AS due,
        -- The common cap, over the caps of the single rules.
        $least($bonus_cap, COALESCE(adjusted.earned, 0)) AS bonus,
        COALESCE(adjusted.taken, 0) AS malus,
        COALESCE(adjusted.held_down_to, 0) AS held_down_to,
        reported.marked, reported.handed_in,
        $json_object(
            'passes', $json(assessed.seen),
            'self_checks', $json(reported.seen),
            'rectification', $json_array(
                COALESCE(gathered_findings.due, 0), COALESCE(gathered_findings.closed, 0)
            ),
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
    -- brought / shares is the total in points. assessed stands over held, rectified over due and
    -- the others over neither, so each part is multiplied by those of the two that it lacks; the
    -- four factors bring the rubric's weights and the scales of the parts over unit.
    SELECT parts.*, $unit * held * due AS shares,
        ($sheets_by * assessed * due)
        + ($months_by * reported * held * due)
        + ($findings_by * rectified * held)
        + ($cases_by * (bonus - malus) * held * due) AS brought
    FROM parts
),
totals AS (
    -- Rounded half up and then bounded: rounding keeps order, so that the bounds, rounded alike,
    -- give what bounding first would give. A sum below 0 ends at lowest_total either way.
    SELECT sums.*,
        $least($highest_total, $greatest(
            $lowest_total, (200 * brought + shares) / (2 * shares)
        )) AS total
    FROM sums
)
SELECT community, code,
    -- x = assessed, already in hundredths; y = held * spread
    (2 * assessed + held * $spread) / (2 * held * $spread) AS assessment,
    -- the mean over the months due: x = reported; y = months_due * point_scale
    (200 * reported + $months_due * $point_scale) / (2 * $months_due * $point_scale)
        AS self_check,
    -- x = rectified; y = due
    (200 * rectified + due) / (2 * due) AS rectification,
    -- x = bonus, malus; y = case_scale
    (200 * bonus + $case_scale) / (2 * $case_scale) AS bonus,
    (200 * malus + $case_scale) / (2 * $case_scale) AS malus,
    total,
    -- the mean of the marks that a community gave itself, shown and never scored:
    -- x = marked, already in hundredths; y = handed_in; NULL where nothing was handed in
    (2 * marked + handed_in) / (2 * handed_in) AS self_mean,
    -- By the published figure: equal figures share a place (docs/scoring.md, Rounding).
    $rank() OVER (ORDER BY total DESC) AS place,
    $rank() OVER (PARTITION BY kind ORDER BY total DESC) AS class_place,
    -- A veto holds the grade down and leaves the points.
    $greatest(held_down_to, $reached) AS grade,
    inputs
FROM totals
""")


def city_select(round: Round, numbers: WholeNumbers, *, at: datetime) -> tuple[str, Parameters]:
    """Return the SELECT with its parameters.

    It gives figures in hundredths, grades by their number from the best, inputs as JSON.
    """
    placeholders: dict[str, object] = {**words(), **integers(numbers), **choices_by_rule(numbers)}
    style = numbers.rubric.ranking.style
    placeholders["rank"] = {"competition": "RANK", "dense": "DENSE_RANK"}[style]
    placeholders["malus_kind"] = AdjustmentKind.MALUS.value
    placeholders["false_rectification"] = FALSE_RECTIFICATION
    # Where sheets are asked for, a community without one has no total, which the table refuses:
    # never a full one. Without the component nothing is brought, over a divisor of 1.
    has_sheets = numbers.rubric.assessment.is_set
    placeholders["without_sheets"] = "NULL" if has_sheets else 0
    placeholders["without_passes"] = "NULL" if has_sheets else 1
    parameters = codes_as_parameters(numbers)
    established = sources.established_cases(round, at)
    rows = {
        "register": sources.register(),
        "months": sources.reported_months(round),
        "recorded": sources.recorded_cases(round),
        "established": established,
    }
    for name, query in rows.items():
        placeholders[name], values = compiled(name, query)
        parameters |= values
    return FIGURES.substitute(placeholders), parameters


def integers(numbers: WholeNumbers) -> dict[str, int]:
    """Return what stands in the statement as plain integers."""
    lowest_total, highest_total = numbers.bounds
    scales = {
        "unit": numbers.unit,
        "spread": numbers.spread,
        "point_scale": numbers.point_scale,
        "case_scale": numbers.case_scale,
    }
    factors = {
        "sheets_by": numbers.sheets_factor,
        "months_by": numbers.months_factor,
        "findings_by": numbers.findings_factor,
        "cases_by": numbers.cases_factor,
    }
    months = {
        "months_due": len(numbers.months),
        "on_time": numbers.month_points("on_time"),
        "late": numbers.month_points("late"),
        "missing": numbers.month_points("missing"),
    }
    bounds = {
        "bonus_cap": numbers.bonus_cap,
        "lowest_total": lowest_total,
        "highest_total": highest_total,
    }
    # Without the component nothing is put right and nothing is due; its weight is 0 as well.
    put_right = 0
    if numbers.rubric.rectification.is_set:
        put_right = 100
    findings = {
        "put_right": put_right,
        "nothing_due": numbers.nothing_due,
    }
    return scales | factors | months | bounds | findings


def choices_by_rule(numbers: WholeNumbers) -> dict[str, str]:
    """Return the CASEs by pass, rule and grade; codes are parameters, see `codes_as_parameters`."""
    weights = []
    for number, (_, weight) in enumerate(numbers.passes):
        weights.append(f"WHEN on_pass = %(pass_{number})s THEN {weight}")
    # A bonus for a reason of its own stands in hundredths, the others in 1/case_scale.
    hundredth = numbers.case_scale // 100
    own_bonus = f"WHEN kind = '{AdjustmentKind.BONUS}' AND rule_code = '' THEN {hundredth} * own"
    vetoes = []
    for number, (_, grade) in enumerate(numbers.vetoes):
        vetoes.append(f"WHEN {_applies('veto', number)} THEN {grade}")
    floors = []
    for number, floor in enumerate(numbers.grade_floors):
        floors.append(f"WHEN total >= {floor} THEN {number}")
    trim_from = numbers.rubric.assessment.trim_from_sheets
    branches = [own_bonus, *_capped("bonus", numbers.bonuses)]
    bonus_points = _case(branches)
    malus_points = _case(_capped("malus", numbers.maluses))
    return {
        "trimmed": f"sheets >= {trim_from}" if trim_from else "1 = 0",
        "pass_weight": _case(weights),
        "bonus_points": bonus_points,
        "malus_points": malus_points,
        "held_down_to": _case(vetoes),
        "reached": _case(floors),
    }


def _capped(kind: str, rules: Sequence[CaseRule]) -> list[str]:
    """Return a WHEN for each rule: all its cases together bring no more than its cap."""
    least = words()["least"]
    branches = []
    for number, rule in enumerate(rules):
        points = f"{least}({rule.cap}, {rule.points_each} * times)"
        branches.append(f"WHEN {_applies(kind, number)} THEN {points}")
    return branches


def _applies(kind: str, number: int) -> str:
    return f"kind = '{kind}' AND rule_code = %({kind}_{number})s"


def _case(branches: Sequence[str]) -> str:
    if branches:
        return f"CASE {' '.join(branches)} ELSE 0 END"
    return "0"


def codes_as_parameters(numbers: WholeNumbers) -> Parameters:
    """Return the codes of passes and rules, which the office wrote, as parameters."""
    codes = []
    for number, (code, _) in enumerate(numbers.passes):
        codes.append((f"pass_{number}", code))
    codes += [(f"bonus_{number}", rule.code) for number, rule in enumerate(numbers.bonuses)]
    codes += [(f"malus_{number}", rule.code) for number, rule in enumerate(numbers.maluses)]
    codes += [(f"veto_{number}", code) for number, (code, _) in enumerate(numbers.vetoes)]
    return dict(codes)
