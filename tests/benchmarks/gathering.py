"""How long a whole city's quarter takes to gather, beside hand-written SQL that stores the same
rows.

    export GONGJIAN_MODE=test DJANGO_SETTINGS_MODULE=gongjian.settings
    python -m tests.benchmarks.gathering [communities ...]
    python -m tests.servers postgresql -- python -m tests.benchmarks.gathering [communities ...]

Each community has five locked sheets of thirteen items, three self-checks of as many (some late,
some missing), up to three findings; some have a bonus, a malus or a veto. The service does its
whole act: looks for what is missing, reads the rubric, computes, ranks, stores, records; there are
no groups, so no unit is scored. The script knows the default rubric by heart and checks nothing.
They run in turn, each into an empty table, and must leave the same rows.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import django
from django.db import connection, transaction
from django.test.runner import DiscoverRunner

SIZES = (10_000, 129_433)
TURNS = 3
ASSESSORS = 500
KINDS = ("old_town", "new_town", "mixed")

SHEETS = """
INSERT INTO scoring_sheet (round_id, community_id, assessor_id, on_pass, status, marks, total_points, visited_on,
    reason)
SELECT %(round)s, c.id, %(assessor)s + (c.id * 5 + n.id) %% 500, 'day', 'locked', {marks},
    (7000 + (c.id * 7919 + n.id * 104729) %% 3001) / 100.0, '2026-11-10', ''
FROM communities_community c CROSS JOIN (SELECT id - %(assessor)s AS id FROM accounts_user
    WHERE id >= %(assessor)s AND id < %(assessor)s + 5) n
WHERE c.is_active ORDER BY c.id
"""
SELF_CHECKS = """
INSERT INTO inspections_selfcheck (uuid, community_id, month, checklist_id, status, marks, total_points, due_on,
    is_late, late_reason, started_by_id, updated_at)
SELECT {uuid}, c.id, %(month)s, %(checklist)s, 'accepted', {marks}, (8000 + c.id * 7907 %% 2001) / 100.0, '2026-12-05',
    (c.id + %(number)s) %% 11 = 0, '', %(by)s, '2026-12-01 10:00:00'
FROM communities_community c WHERE c.is_active AND (c.id + %(number)s) %% 17 <> 0 ORDER BY c.id
"""
FINDINGS = """
INSERT INTO inspections_finding (datum, number, community_id, source, item_code, description, place, status,
    found_by_id, found_at, due_at, rectification, no_photo_reason, rework_count, false_count,
    rectified_at, rectified_by_id, verified_by_id)
SELECT '', c.id || '-' || %(number)s, c.id, 'city', 'W1', '楼后堆放垃圾', '虎山路 3 号',
    CASE WHEN c.id %% 5 = 0 THEN 'assigned' ELSE 'closed_out' END, %(by)s, '2026-11-05 10:00:00', '2026-11-10 10:00:00',
    '', '', 0, 0, '2026-11-08 10:00:00', %(doer)s, %(by)s
FROM communities_community c WHERE c.is_active AND c.id %% 4 > %(number)s ORDER BY c.id
"""

# Written for the default rubric and no more than six sheets a pass, all in integers; hundredths of
# a point.
BY_HAND = """
WITH pass AS (
    SELECT community_id, on_pass, COUNT(*) AS n, SUM({h}) AS total, MAX({h}) AS high, MIN({h}) AS low
    FROM scoring_sheet WHERE round_id = {round} AND status = 'locked' GROUP BY community_id, on_pass
), city AS (
    SELECT community_id, CAST(SUM(w) AS bigint) AS held, CAST(SUM(w * mean) AS bigint) AS mean{passes}
    FROM (
        SELECT community_id, on_pass, n, total, high, low,
            CASE on_pass WHEN 'day' THEN 6 WHEN 'off_peak' THEN 3 ELSE 1 END AS w,
            CASE WHEN n >= 5 THEN (total - high - low) * (60 / (n - 2)) ELSE total * (60 / n) END AS mean
        FROM pass
    ) weighed GROUP BY community_id
), own AS (
    SELECT community_id, COUNT(*) AS months, SUM(CASE WHEN is_late THEN 60 ELSE 100 END) AS points,
        SUM({h}) AS marked{months}
    FROM inspections_selfcheck
    WHERE month IN ('2026-10', '2026-11', '2026-12') AND status IN ('submitted', 'accepted') GROUP BY community_id
), put_right AS (
    SELECT community_id, COUNT(*) AS due,
        SUM(CASE WHEN status = 'closed_out' AND rectified_at <= due_at THEN 1 ELSE 0 END) AS closed
    FROM inspections_finding
    WHERE due_at >= '2026-09-30 16:00:00{zone}' AND due_at < '2026-12-31 16:00:00{zone}' GROUP BY community_id
), cases AS (
    SELECT community_id, {least}(500, SUM(CASE kind WHEN 'bonus' THEN {points} ELSE 0 END)) AS bonus,
        {least}(1000, 200 * SUM(CASE kind WHEN 'malus' THEN 1 ELSE 0 END)) AS malus,
        MAX(CASE kind WHEN 'veto' THEN 1 ELSE 0 END) AS vetoed{cases}
    FROM scoring_adjustment WHERE round_id = {round} AND withdrawn_at IS NULL GROUP BY community_id
), parts AS (
    SELECT c.id, c.kind, city.mean, city.held, COALESCE(own.points, 0) AS own, own.marked, own.months,
        COALESCE(closed, 1) AS closed, COALESCE(due, 1) AS due, COALESCE(bonus, 0) AS bonus,
        COALESCE(malus, 0) AS malus, COALESCE(vetoed, 0) AS vetoed{inputs}
    FROM communities_community c JOIN city ON city.community_id = c.id
    LEFT JOIN own ON own.community_id = c.id LEFT JOIN put_right ON put_right.community_id = c.id
    LEFT JOIN cases ON cases.community_id = c.id
    WHERE c.is_active
), totals AS (
    SELECT parts.*, {least}(10000, {greatest}(0, (2 * (17 * mean * due + 4000 * own * held * due
        + 600000 * closed * held + 1200 * (bonus - malus) * held * due) + 1200 * held * due)
        / (2400 * held * due))) AS total
    FROM parts
)
INSERT INTO scoring_score (round_id, community_id, assessment_points, self_check_points, rectification_points,
    bonus_points, malus_points, total_points, self_mean_points, rank, class_rank, grade{stored})
SELECT {round}, id, (2 * mean + 60 * held) / (120 * held) / 100.0, (200 * own + 3) / 6 / 100.0,
    (20000 * closed + due) / (2 * due) / 100.0, bonus / 100.0, malus / 100.0, total / 100.0,
    (2 * marked + months) / (2 * months) / 100.0, RANK() OVER (ORDER BY total DESC),
    RANK() OVER (PARTITION BY kind ORDER BY total DESC),
    CASE WHEN vetoed = 1 OR total < 6000 THEN '不合格' WHEN total < 8000 THEN '合格' WHEN total < 9000 THEN '良好'
        ELSE '优秀' END{stored}
FROM totals
"""

WHOLE_ROWS = {
    "passes": ", {object_of}(on_pass, {array}(n, total, high, low)) AS passes",
    "months": ", {object_of}(month, CASE WHEN is_late THEN 'late' ELSE 'on_time' END) AS checks",
    "cases": ", {array_of}({array}(id, kind, rule_code, 1, COALESCE({points}, 0), reason)) "
    "AS cases",
    "inputs": ", {object}('passes', {json}(passes), 'self_checks', {json}(checks), 'rectification',"
    " {array}(COALESCE(due, 0), COALESCE(closed, 0)), 'cases', {json}(cases)) AS inputs",
    "stored": ", inputs",
}
WORDS = {
    "sqlite": {
        "h": "CAST(ROUND(total_points * 100) AS integer)",
        "points": "CAST(ROUND(points * 100) AS integer)",
        "least": "MIN",
        "greatest": "MAX",
        "zone": "",
        "json": "json",
        "object": "json_object",
        "array": "json_array",
        "object_of": "json_group_object",
        "array_of": "json_group_array",
        "uuid": "lower(hex(randomblob(16)))",
        "marks": "%(marks)s",
    },
    "postgresql": {
        "h": "CAST(total_points * 100 AS integer)",
        "points": "CAST(points * 100 AS integer)",
        "least": "LEAST",
        "greatest": "GREATEST",
        "zone": "+00",
        "json": "",
        "object": "jsonb_build_object",
        "array": "jsonb_build_array",
        "object_of": "jsonb_object_agg",
        "array_of": "jsonb_agg",
        "uuid": "gen_random_uuid()",
        "marks": "%(marks)s::jsonb",
    },
}


def by_hand(round, *, whole_rows: bool) -> None:
    """Store the scores by one statement; without the inputs, if rows need not be whole."""
    known = WORDS[connection.vendor]
    extra = {name: text.format(**known) if whole_rows else "" for name, text in WHOLE_ROWS.items()}
    with transaction.atomic():
        run(BY_HAND.format(**known, **extra, round=round.pk))


def run(query: str, **parameters) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters or None)


def found_city(count: int):
    """The cast, and a round under the default rubric in a register of so many communities."""
    from communities.models import Community
    from tests.cast import make_cast
    from tests.scoring.factories import make_round

    cast = make_cast()
    round = make_round(cast, status="assessing")
    Community.objects.update(is_active=False)
    where = cast.community.subdistrict
    named = ((f"第{n}社区", f"{330200000000 + n}", KINDS[n % 3]) for n in range(count))
    places = (
        Community(name=name, code=code, kind=kind, subdistrict=where) for name, code, kind in named
    )
    Community.objects.bulk_create(places, batch_size=5000)
    return cast, round


def record_quarter(cast, round) -> None:
    """What the quarter rests on, poured in by the database itself."""
    from gongjian.accounts.models import User
    from tests.scoring.factories import clean_marks, make_checklist

    words = WORDS[connection.vendor]
    made = [
        User(username=f"k{n}", name=f"考评{n}", created_at=cast.now) for n in range(ASSESSORS + 5)
    ]
    first = User.objects.bulk_create(made)[0].pk
    run(
        SHEETS.format(**words),
        round=round.pk,
        assessor=first,
        marks=json.dumps(clean_marks(Q1="2.00")),
    )
    marks = {
        code: {"result": "pass", "instances": 0, "note": "", "place": ""} for code in clean_marks()
    }
    given = {
        "checklist": make_checklist().pk,
        "by": cast.office_staff.pk,
        "marks": json.dumps(marks),
    }
    for number, month in enumerate(round.span.months):
        run(SELF_CHECKS.format(**words), month=month, number=number, **given)
    for number in range(3):
        run(FINDINGS, number=number, by=cast.office_staff.pk, doer=cast.lead_officer.pk)
    record_cases(cast, round)
    run("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def record_cases(cast, round) -> None:
    from communities.models import Community
    from scoring.models import Adjustment

    by = {
        "round": round,
        "recorded_by": cast.office_staff,
        "recorded_at": cast.now,
        "reason": "有据可查",
    }
    kinds = [("bonus", "", "1.50"), ("malus", "false_rectification", None), ("veto", "fraud", None)]
    some = Community.objects.active().order_by("pk").values_list("pk", flat=True)[::50]
    Adjustment.objects.bulk_create(
        Adjustment(community_id=pk, kind=kind, rule_code=code, points=points, **by)
        for n, pk in enumerate(some)
        for kind, code, points in [kinds[n % 3]]
    )


def stored(round) -> list[tuple]:
    """Every row of the round but for its number, the inputs read."""
    from scoring.models import Score

    left_out = {"id", "explanation"}
    columns = [
        field.attname for field in Score._meta.concrete_fields if field.attname not in left_out
    ]
    return list(Score.objects.filter(round=round).order_by("community").values_list(*columns))


def compete(round, contestants: dict[str, Callable[[], None]]) -> dict[str, list[float]]:
    """Seconds of each, taken in turn; the table is emptied before each."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(TURNS):
        for name, act in contestants.items():
            run("DELETE FROM scoring_score")
            start = perf_counter()
            act()
            seconds[name].append(perf_counter() - start)
    return seconds


def measure(count: int) -> None:
    from scoring.services.scores.gathering import gather_scores
    from tests.scoring.factories import AFTER_QUARTER
    from tests.triggers import lifted

    cast, round = found_city(count)
    with lifted():
        record_quarter(cast, round)
    service = {"by": cast.office_staff, "at": AFTER_QUARTER}
    gather_scores(round, **service)
    ours = stored(round)
    run("DELETE FROM scoring_score")
    by_hand(round, whole_rows=True)
    if stored(round) != ours:
        raise SystemExit("手写的语句与系统算得不一样")
    seconds = compete(
        round,
        {
            "gathering": lambda: gather_scores(round, **service),
            "by hand, the same rows": lambda: by_hand(round, whole_rows=True),
            "by hand, figures alone": lambda: by_hand(round, whole_rows=False),
        },
    )
    tell(count, seconds)


def tell(count: int, seconds: dict[str, list[float]]) -> None:
    whole = median(seconds["gathering"])
    print(
        f"{connection.vendor}, {count:,} communities, {len(next(iter(seconds.values())))} "
        "turns, equal in every column"
    )
    for name, each in seconds.items():
        print(
            f"  {name:24} {median(each):7.3f} s   gathering is {whole / median(each):.2f} "
            "times that",
            flush=True,
        )


def main(sizes: list[int]) -> None:
    django.setup()
    for count in sizes:
        with TemporaryDirectory() as room:
            if connection.vendor == "sqlite":
                connection.settings_dict["TEST"]["NAME"] = str(
                    Path(room) / "benchmark.sqlite3"
                )  # on disk, as in use
            runner = DiscoverRunner(verbosity=0, interactive=False)
            made = runner.setup_databases()
            try:
                measure(count)
            finally:
                runner.teardown_databases(made)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or list(SIZES))
