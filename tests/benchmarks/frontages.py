"""How long 20,000 frontages take from a workbook into the register, beside reading the bare
workbook; then the list.

    export GONGJIAN_MODE=test DJANGO_SETTINGS_MODULE=gongjian.settings
    python -m tests.benchmarks.frontages [rows]
    python -m tests.servers postgresql -- python -m tests.benchmarks.frontages [rows]

Runs in a database of its own, made and thrown away. Prints seconds of processor and of clock for
each stage, and the ratio of the whole import to the bare reading, which says more than seconds on a
machine of unknown speed.
"""

import sys
from datetime import date
from io import BytesIO
from time import perf_counter, process_time

import django
from django.test import Client
from django.test.runner import DiscoverRunner
from django.urls import reverse
from django.utils import timezone

ROWS = 20_000
DOORS_A_ROAD = 40
ROADS_A_COMMUNITY = 20


def workbook(rows: int) -> bytes:
    """The register of a city with `rows` frontages, every column filled."""
    from gongjian.lib.spreadsheets import write_xlsx
    from gongjian.office.register.specs import COMMUNITIES, FRONTAGES, UNITS, headers

    per_community = DOORS_A_ROAD * ROADS_A_COMMUNITY
    places = [
        [f"第{n}社区", f"330111001{n:03}", "富春街道", "新建社区", "", ""]
        for n in range(1, 2 + rows // per_community)
    ]
    doors = (_frontage(places[n // per_community][0], n) for n in range(rows))
    sheets = [(COMMUNITIES, places), (UNITS, []), (FRONTAGES, doors)]
    stream = BytesIO()
    write_xlsx(stream, [(spec.name, list(headers(spec).values()), lines) for spec, lines in sheets])
    return stream.getvalue()


def _frontage(community: str, n: int) -> list:
    road, door = f"桂花路第{n // DOORS_A_ROAD}段（文教路至迎宾路）", f"{n % DOORS_A_ROAD + 1}号"
    shop = [
        f"江滨面馆{n}",
        "吴店主",
        f"138{n:08}",
        f"富包〔2026〕{n:05}号",
        date(2026, 3, 1),
        date(2028, 2, 28),
    ]
    return [
        community,
        road,
        door,
        *shop,
        "营业",
        "餐饮",
        f"FY-{n:05}",
        "门前四包",
        "6.5",
        "3.5",
        *_point(n),
    ]


def _point(n: int) -> list[str]:
    return [f"30.{n:06}", f"119.{n:06}", "GCJ-02"]


class Watch:
    """Times stages and prints them; `clock` holds the seconds of each."""

    def __init__(self) -> None:
        self.clock: dict[str, float] = {}

    def __call__(self, stage: str, act):
        start, busy = perf_counter(), process_time()
        done = act()
        self.clock[stage] = perf_counter() - start
        print(
            f"{stage:24} {self.clock[stage]:7.2f} s, of which {process_time() - busy:6.2f} s here",
            flush=True,
        )
        return done


def take_in(watch: Watch, content: bytes) -> None:
    """The workbook read bare, then taken in, then looked at once more as it would be uploaded
    again.
    """
    from gongjian.lib.spreadsheets import read_tables
    from gongjian.office.register.applying import apply_import, register_file
    from gongjian.office.register.planning import plan_import

    tables = watch("read", lambda: read_tables(BytesIO(content), "名册.xlsx"))
    plan = watch("plan", lambda: plan_import(tables))
    if plan.errors:
        raise SystemExit("\n".join(map(str, plan.errors[:5])))
    file = register_file("benchmark", "名册.xlsx")
    watch("write", lambda: apply_import(plan, file=file, at=timezone.now()))
    watch("plan the same again", lambda: plan_import(tables))


def look_at(watch: Watch, user) -> None:
    """The list as the office opens, narrows, searches and exports it."""
    client = Client()
    client.force_login(user)
    address = reverse("inspections:frontages")
    views = {
        "list": "",
        "last page": "?page=last",
        "about to end": "?tab=expiring",
        "search": "?search=jbmg19",
    }
    for name, query in views.items():
        watch(name, lambda query=query: client.get(address + query).content)
    watch(
        "phone search",
        lambda: client.get(reverse("inspections:frontage_search"), {"q": "jbmg19"}).content,
    )
    watch("export", lambda: b"".join(client.get(f"{address}?format=xlsx").streaming_content))


def main(rows: int) -> None:
    django.setup()
    from tests.cast import make_cast

    watch, runner = Watch(), DiscoverRunner(verbosity=0, interactive=False)
    made = runner.setup_databases()
    try:
        cast = make_cast()
        take_in(watch, workbook(rows))
        look_at(watch, cast.office_staff)
    finally:
        runner.teardown_databases(made)
    whole = sum(watch.clock[stage] for stage in ("read", "plan", "write"))
    print(
        f"import: {whole:.1f} s for {rows:,} rows, {whole / watch.clock['read']:.1f} times "
        "the bare reading"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
