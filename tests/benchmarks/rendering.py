"""What our documents cost beside bare WeasyPrint, in one run: a circular of three pages and one of
five, a long annex, two processes, and memory.

    export GONGJIAN_MODE=test DJANGO_SETTINGS_MODULE=gongjian.settings
    python -m tests.benchmarks.rendering [three_pages|circular|annex|processes|memory …]

Times are of the processor, the least of several turns, because others may use the machine too; the
times of the clock stand beside them. The two processes are timed by the clock alone and want two
free cores. Bare WeasyPrint is `HTML(string=…).write_pdf(…)` with the same PDF variant: once on our
own HTML, once on plain HTML in which the engine breaks lines and pages itself. Needs no database.
"""

import os
import sys
from collections.abc import Callable
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time

import django

TEXT = "社区共建活动办公室组织协调各级部门单位街道居民卫生绿化秩序" * 10
HEADS = ("名次", "社区", "牵头单位", "全市考评", "月度自查", "问题整改", "得分")
WIDTHS = (6, 15, 15, 11, 11, 11, 10)
ROUNDS, LONG, BATCH, RENDERS = 5, 1286, 8, 40
WORDS = 260
# Rows and characters that fill three pages of ours; the aim for them in ms, where bare WeasyPrint
# takes so many.
THREE_PAGES, FEW_WORDS, AIM, THEIRS = 51, 75, 350, 316
PLAIN = """<!DOCTYPE html><html lang="zh-CN"><head><title>{title}</title><style>
@page {{ size: A4; margin: 37mm 26mm 35mm 28mm }}
body {{ font: 15.75pt/29.53pt FandolFang }} h1 {{ font: bold 22pt FandolSong; text-align: center }}
table {{ width: 100%; border-collapse: collapse; font-size: 12pt; line-height: 15.6pt }}
td, th {{ border: 0.5pt solid #000; padding: 0 3pt }}</style></head>
<body><h1>{title}</h1><p>{text}</p><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></body></html>"""


def rows_of(count: int) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            str(n),
            f"第{n}社区",
            "市教育局",
            f"{90 + n % 10}.31",
            "100.00",
            "88.89",
            f"{92 + n % 7}.40",
        )
        for n in range(1, count + 1)
    )


def sheet_with(count: int, words: int = WORDS):
    """A circular of so many characters of text with a table of so many rows."""
    from gongjian.documents.layout.document import (
        Attachment,
        PrintedColumn,
        PrintedSheet,
        PrintedTable,
    )

    columns = tuple(
        PrintedColumn(head, "left", width) for head, width in zip(HEADS, WIDTHS, strict=True)
    )
    return PrintedSheet(
        issuer_mark="富阳市社区共建活动办公室文件",
        number="富共建办〔2026〕12号",
        title="关于2026年第四季度社区共建考核评议情况的通报",
        main_recipient="各社区共建领导小组",
        body=TEXT[:words],
        signature="富阳市社区共建活动办公室",
        document_date=date(2026, 10, 8),
        attachments=(Attachment("考核评议得分排名表", PrintedTable(columns, rows_of(count))),),
    )


def plain_page(count: int, words: int = WORDS) -> str:
    """The same words and rows as an author without a layout of his own would write them."""
    heads = "".join(f"<th>{head}</th>" for head in HEADS)
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows_of(count)
    )
    return PLAIN.format(title="考核评议情况的通报", text=TEXT[:words], heads=heads, rows=rows)


def bare(html: str, *styles: Path) -> bytes:
    """WeasyPrint as its manual shows it, nothing kept between two documents."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    sheets = [CSS(filename=str(style), font_config=fonts) for style in styles]
    return HTML(string=html).write_pdf(
        stylesheets=sheets, font_config=fonts, pdf_variant="pdf/a-3a"
    )


class Turns:
    """Times several ways of doing a thing, by turns; the least second of each counts."""

    def __init__(self, **ways: Callable[[], object]) -> None:
        self.ways = ways
        self.busy: dict[str, float] = {}

    def run(self, rounds: int) -> "Turns":
        seen: dict[str, list[tuple[float, float]]] = {name: [] for name in self.ways}
        for _ in range(rounds):
            for name, act in self.ways.items():
                busy, clock = process_time(), perf_counter()
                act()
                seen[name].append((process_time() - busy, perf_counter() - clock))
        for name, times in seen.items():
            self.busy[name] = min(busy for busy, _ in times)
            clock = min(clock for _, clock in times)
            print(
                f"  {name:28} {self.busy[name] * 1000:8.0f} ms of processor "
                f"{clock * 1000:8.0f} ms of clock",
                flush=True,
            )
        return self

    def ratio(self, ours: str, theirs: str) -> None:
        print(f"  {ours} : {theirs} = {self.busy[ours] / self.busy[theirs]:.2f}", flush=True)


def compared(count: int, rounds: int, words: int = WORDS) -> Turns:
    from django.conf import settings

    from gongjian.documents.layout.document import compose, render_html, render_pdf

    sheet, style = (
        sheet_with(count, words),
        Path(settings.BASE_DIR) / "static" / "documents" / "gbt9704.css",
    )
    html, plain = render_html(sheet), plain_page(count, words)
    print(f"{count} rows, {len(compose(sheet))} pages, {os.getloadavg()[0]:.1f} others at work:")
    turns = Turns(
        ours=lambda: render_pdf(sheet),
        bare_same=lambda: bare(html, style),
        bare_plain=lambda: bare(plain),
        compose_and_html=lambda: render_html(sheet),
    ).run(rounds)
    turns.ratio("ours", "bare_same")
    turns.ratio("ours", "bare_plain")
    return turns


def three_pages() -> None:
    """The circular that the aim speaks of: one page of text and two of a table."""
    from gongjian.documents.layout.document import compose

    assert len(compose(sheet_with(THREE_PAGES, FEW_WORDS))) == 3
    assert len(compose(sheet_with(THREE_PAGES + 1, FEW_WORDS))) > 3
    turns = compared(THREE_PAGES, ROUNDS, FEW_WORDS)
    scaled = THEIRS * turns.busy["ours"] / turns.busy["bare_plain"]
    print(
        f"  where bare_plain takes {THEIRS} ms, ours takes {scaled:.0f} ms; the aim is {AIM} ms",
        flush=True,
    )


def circular() -> None:
    compared(60, ROUNDS)


def annex() -> None:
    compared(LONG, 1)


def processes() -> None:
    """A batch in one warm process and in two, by the clock."""
    context = get_context("spawn")
    print(f"{BATCH} circulars, {os.getloadavg()[0]:.1f} others at work:")
    pools = {number: context.Pool(number, initializer=warm) for number in (1, 2)}
    took: dict[int, list[float]] = {1: [], 2: []}
    for number, pool in pools.items():
        pool.map(render_one, range(2 * number), chunksize=1)  # every process has printed once
    for _ in range(3):
        for number, pool in pools.items():
            start = perf_counter()
            pool.map(render_one, range(BATCH), chunksize=1)
            took[number].append(perf_counter() - start)
    for number, pool in pools.items():
        pool.terminate()
        print(f"  {number} process(es) {min(took[number]):6.2f} s")
    print(f"  one : two = {min(took[1]) / min(took[2]):.2f}")


def warm() -> None:
    django.setup()
    render_one(0)


def render_one(_: int) -> int:
    from gongjian.documents.layout.document import render_pdf

    return len(render_pdf(sheet_with(60)))


def memory() -> None:
    """Resident memory of one process over many documents."""
    render_one(0)
    print(f"memory over {RENDERS} circulars:")
    for number in range(1, RENDERS + 1):
        render_one(0)
        if number in {1, 5} or number % 10 == 0:
            print(f"  after {number:3}: {_resident():6.1f} MB", flush=True)


def _resident() -> float:
    """Megabytes of memory that this process holds now; Linux."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


PARTS = {
    "three_pages": three_pages,
    "circular": circular,
    "annex": annex,
    "processes": processes,
    "memory": memory,
}


def main(names: list[str]) -> None:
    django.setup()
    render_one(0)
    for name in names or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
