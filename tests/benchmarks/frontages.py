"""How long 20,000 frontages take from a workbook into the register, beside reading the bare workbook.

    GONGJIAN_MODE=test DJANGO_SETTINGS_MODULE=gongjian.settings python -m tests.benchmarks.frontages [rows]

Runs in a database of its own, made and thrown away (DATABASE_URL says which kind). Prints seconds of each stage and the
ratio of the whole import to the bare reading, which says more than seconds on a machine of unknown speed.
"""

import sys
from datetime import date
from io import BytesIO
from time import perf_counter

import django
from django.test.runner import DiscoverRunner
from django.utils import timezone

ROWS = 20_000
DOORS_A_ROAD = 40
ROADS_A_COMMUNITY = 20


def workbook(rows: int) -> bytes:
    """The register of a city with `rows` frontages, every column filled."""
    from gongjian.lib.spreadsheets import write_xlsx
    from gongjian.register.specs import COMMUNITIES, FRONTAGES, UNITS, headers

    per_community = DOORS_A_ROAD * ROADS_A_COMMUNITY
    places = [
        [f"第{n}社区", f"330111001{n:03}", "富春街道", "新建社区", "", ""] for n in range(1, 2 + rows // per_community)
    ]
    doors = (_frontage(places[n // per_community][0], n) for n in range(rows))
    sheets = [(COMMUNITIES, places), (UNITS, []), (FRONTAGES, doors)]
    stream = BytesIO()
    write_xlsx(stream, [(spec.name, list(headers(spec).values()), lines) for spec, lines in sheets])
    return stream.getvalue()


def _frontage(community: str, n: int) -> list:
    road, door = f"桂花路第{n // DOORS_A_ROAD}段（文教路至迎宾路）", f"{n % DOORS_A_ROAD + 1}号"
    shop = [f"江滨面馆{n}", "吴店主", f"138{n:08}", f"富包〔2026〕{n:05}号", date(2026, 3, 1), date(2028, 2, 28)]
    return [community, road, door, *shop, "营业", "餐饮", f"FY-{n:05}", "门前四包", "6.5", "3.5", *_point(n)]


def _point(n: int) -> list[str]:
    return [f"30.{n:06}", f"119.{n:06}", "GCJ-02"]


def measure(content: bytes) -> dict[str, float]:
    """Seconds of the bare reading, and of each stage of the import."""
    from gongjian.lib.spreadsheets import read_tables
    from gongjian.register.applying import RegisterFile, apply_import
    from gongjian.register.planning import plan_import

    took, start = {}, perf_counter()
    tables = read_tables(BytesIO(content), "名册.xlsx")
    took["read"] = perf_counter() - start
    for again in ("", " again"):
        start = perf_counter()
        plan = plan_import(tables)
        took[f"plan{again}"] = perf_counter() - start
        if plan.errors:
            raise SystemExit("\n".join(map(str, plan.errors[:5])))
        start = perf_counter()
        apply_import(plan, file=RegisterFile("benchmark", "名册.xlsx"), at=timezone.now())
        took[f"write{again}"] = perf_counter() - start
    return took


def main(rows: int) -> None:
    django.setup()
    runner = DiscoverRunner(verbosity=0, interactive=False)
    made = runner.setup_databases()
    try:
        took = measure(workbook(rows))
    finally:
        runner.teardown_databases(made)
    for stage, seconds in took.items():
        print(f"{stage:12} {seconds:6.2f} s")
    whole = took["read"] + took["plan"] + took["write"]
    print(f"import       {whole:6.2f} s for {rows:,} rows, {whole / took['read']:.1f} times the bare reading")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
