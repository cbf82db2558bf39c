"""Pictures drawn on the server: one SVG for the screen, the print and the PDF.

Colours are attributes, so a strict content policy holds; the font stands on the `<svg>` itself,
because a page's style does not reach the text of an inline SVG in WeasyPrint. Every picture carries
its title and its figures in words.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from gongjian.lib.templatetags.office import MARKS, points

Number = Decimal | int | float
Values = Sequence[Number | None]

FONT = (
    "PingFang SC, Microsoft YaHei, FandolHei, Noto Sans CJK SC, "
    "Source Han Sans SC, WenQuanYi Micro Hei, sans-serif"
)
# How a series' points are drawn other than as circles, so that lines are told apart without colour.
MARKED = {
    "square": "m-4 -4h8v8h-8z",
    "diamond": "m0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z",
    "triangle": "m0 -5l5 9h-10z",
}
BRAND, PALE, AMBER, GREY, BAD = "#0e5c4a", "#7fb3a3", "#d9a441", "#8b948e", "#a8221b"
SERIES = [
    (BRAND, "", "circle"),
    (AMBER, "6 3", "square"),
    (GREY, "2 3", "diamond"),
    (BAD, "9 3 2 3", "triangle"),
]
PARTS = [
    (BRAND, "#ffffff"),
    (PALE, "#1c2421"),
    (AMBER, "#1c2421"),
    ("#dfe3de", "#1c2421"),
    (GREY, "#1c2421"),
]
CELLS = {
    "done": ("#e3f3ea", "#16703f"),
    "due": ("#fdf1dc", "#8a5200"),
    "late": ("#fbe9e7", "#a8221b"),
    "none": ("#eef0ed", "#5a655f"),
}
WIDTH, LABEL, ROW, SIZE = 720, 168, 28, 13
WORDS_IN_DESC = 30


class Bar(NamedTuple):
    label: str
    full: str
    y: float
    middle: float
    width: str
    fill: str
    text: str
    text_x: str


class Point(NamedTuple):
    x: str
    y: str
    text: str


def bar_chart(
    rows: Iterable[tuple[str, Number | None]],
    *,
    title: str,
    top: Number | None = None,
    stressed: Iterable[str] = (),
    show: Callable[[Any], str] = points,
    desc: str = "",
) -> SafeString:
    """One bar a row, the longest is `top` (else the greatest value); rows named in `stressed` stand
    out. None: 未评.
    """
    listed = list(rows)
    stress = set(stressed)
    values = [value for _, value in listed]
    reach = _reach(values, top)
    room = WIDTH - LABEL - 110
    bars = []
    for place, (label, value) in enumerate(listed):
        width = room * max(float(value or 0), 0) / reach
        y = 8 + place * ROW
        fill = AMBER if label in stress else BRAND
        text = "未评" if value is None else show(value)
        bar = _bar(label, y, text, LABEL + width + 8)
        bars.append(bar._replace(width=_n(width), fill=fill))
    words = desc or _in_words(listed, show)
    height = 16 + ROW * len(listed)
    return draw("bars", title, words, WIDTH, height, bars=bars, left=LABEL)


def _bar(label: str, y: float, text: str, text_x: float) -> Bar:
    """A row's label and figure, the bar itself still without width."""
    short = fitted(label, LABEL - 14)
    return Bar(short, label, y + 5, y + ROW / 2, "", "", text, _n(text_x))


def trend_line(
    labels: Sequence[str],
    series: Mapping[str, Values],
    *,
    title: str,
    low: Number | None = None,
    high: Number | None = None,
    show: Callable[[Any], str] = points,
    desc: str = "",
) -> SafeString:
    """One line a series over the labels (quarters, months); a gap where the value is None; four
    series at most.
    """
    figures = _figures(itertools.chain.from_iterable(series.values()))
    if not figures:
        return draw("lines", title, desc, WIDTH, 120)
    floor, roof = _span(figures, low, high)
    margin_left = 60
    right = 24
    upper = 20
    lower = 216
    inset = 30
    step = (WIDTH - margin_left - right - 2 * inset) / max(len(labels) - 1, 1)

    def x(place: int) -> float:
        if len(labels) > 1:
            return margin_left + inset + step * place
        return (WIDTH + margin_left - right) / 2

    def y(value: float) -> float:
        return lower - (value - floor) / (roof - floor) * (lower - upper)

    lines = []
    for (name, values), look in zip(series.items(), SERIES, strict=False):
        line = _line(name, values, look, x, y, show)
        lines.append(line)
    grid = []
    for quarter in range(5):
        at = floor + (roof - floor) * quarter / 4
        grid.append((_n(y(at)), show(round(at, 2))))
    every = max(1, -(-len(labels) // 12))
    room = step * every - 6 if len(labels) > 1 else 200
    ticks = []
    for place in range(0, len(labels), every):
        ticks.append((_n(x(place)), fitted(labels[place], room, 12)))
    height = 248
    key: list[tuple[Any, ...]] = []
    if len(series) > 1:
        height = 272
        for place, (name, look) in enumerate(zip(series, SERIES, strict=False)):
            key.append((margin_left + place * 160, name, *look))
    words = desc or _say_each(series.items(), labels, show)
    scale = {"grid": grid, "ticks": ticks, "left": margin_left, "right": WIDTH - right}
    return draw("lines", title, words, WIDTH, height, lines=lines, key=key, marked=MARKED, **scale)


def stacked_bar(
    rows: Iterable[tuple[str, Values]],
    parts: Sequence[str],
    *,
    title: str,
    top: Number | None = None,
    show: Callable[[Any], str] = points,
    desc: str = "",
) -> SafeString:
    """What a figure is made of: one bar a row, one segment a part, the sum behind it; five parts at
    most.
    """
    listed = list(rows)
    totals = [_total(values) for _, values in listed]
    reach = _reach(totals, top)
    room = WIDTH - LABEL - 90
    bars = []
    for place, (label, values) in enumerate(listed):
        segments = _segments(values, room / reach, LABEL, show)
        total = _total(values)
        end = LABEL + float(total) * room / reach + 8
        bar = _bar(label, 40 + place * ROW, show(total), end)
        bars.append((bar, segments))
    key = []
    for place, name in enumerate(parts):
        fill, _ = PARTS[place % len(PARTS)]
        key.append((LABEL + place * 104, fitted(name, 84, 12), fill))
    words = desc or _say_each(listed[:WORDS_IN_DESC], parts, show)
    height = 48 + ROW * len(listed)
    return draw("stack", title, words, WIDTH, height, bars=bars, key=key, left=LABEL)


def mini_stack(values: Values, *, title: str, top: Number, width: int = 220) -> SafeString:
    """The make-up of one figure for a table cell; the title says the figures."""
    scale = width / float(top or 1)
    segments = _segments(values, scale, 0, points)
    return draw("mini", title, "", width, 12, segments=segments)


def sparkline(values: Values, *, title: str, width: int = 96, height: int = 24) -> SafeString:
    """The course of one figure for a table cell, its last value dotted."""
    figures = _figures(values)
    if not figures:
        return draw("spark", title, "暂无数据", width, height)
    floor, roof = _span(figures, None, None)
    step = (width - 8) / max(len(values) - 1, 1)
    drawn = []
    for place, value in enumerate(values):
        if value is not None:
            share = (float(value) - floor) / (roof - floor)
            y = height - 4 - share * (height - 8)
            drawn.append(Point(_n(4 + step * place), _n(y), points(value)))
    words = "、".join(point.text for point in drawn)
    return draw("spark", title, words, width, height, path=_path(drawn), last=drawn[-1])


def _figures(values: Iterable[Number | None]) -> list[float]:
    """The values that are there."""
    return [float(value) for value in values if value is not None]


def matrix(
    columns: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]], *, title: str, desc: str = ""
) -> SafeString:
    """Who has done what: one row a community, one cell a duty, in the states done, due, late and
    none.
    """
    listed = list(rows)
    cell = min(62.0, (WIDTH - LABEL) / max(len(columns), 1))
    heads = []
    for place, name in enumerate(columns):
        middle = LABEL + cell * (place + 0.5)
        heads.append((_n(middle), fitted(name, cell - 4, 12)))
    lines = []
    for place, (label, states) in enumerate(listed):
        y = 32 + place * ROW
        marks = []
        for at, state in enumerate(states):
            middle = LABEL + cell * (at + 0.5)
            look = (*CELLS.get(state, CELLS["none"]), *MARKS.get(state, MARKS["none"]))
            marks.append((_n(middle - 12), _n(middle), *look))
        lines.append((fitted(label, LABEL - 14), label, y, y + ROW / 2, marks))
    width = int(LABEL + cell * len(columns)) or WIDTH
    height = 40 + ROW * len(listed)
    words = desc or _say_who_is_late(listed)
    return draw("matrix", title, words, width, height, rows=lines, heads=heads)


def _say_who_is_late(rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    late = [label for label, states in rows if "late" in states]
    if late:
        return f"{len(rows)} 行，有逾期的：{'、'.join(late)}"
    return f"{len(rows)} 行，均无逾期"


def draw(kind: str, title: str, desc: str, width: int, height: int, **drawing: Any) -> SafeString:
    """One of templates/charts as a picture of so many units, with its title and its figures in
    words.
    """
    context = {
        "title": title,
        "desc": desc,
        "width": width,
        "height": max(height, 12),
        "font": FONT,
        "size": SIZE,
        **drawing,
    }
    return render_to_string(f"charts/{kind}.svg", context)


def _line(
    name: str,
    values: Values,
    look: tuple[str, str, str],
    x: Callable[[int], float],
    y: Callable[[float], float],
    show: Callable[[Any], str],
) -> dict[str, Any]:
    runs: list[list[Point]] = [[]]
    drawn = []
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            point = Point(_n(x(place)), _n(y(float(value))), show(value))
            runs[-1].append(point)
            drawn.append(point)
    paths = [_path(run) for run in runs if len(run) > 1]
    line: dict[str, Any] = dict(zip(("colour", "dash", "shape"), look, strict=True))
    return {**line, "name": name, "paths": paths, "points": drawn}


def _segments(
    values: Values, scale: float, x0: float, show: Callable[[Any], str]
) -> list[dict[str, str]]:
    segments = []
    at = float(x0)
    for place, value in enumerate(values):
        width = max(float(value or 0), 0) * scale
        fill, ink = PARTS[place % len(PARTS)]
        text = "" if value is None else show(value)
        if width <= measured(text, 12) + 8:
            text = ""
        if width:
            segment = {"x": _n(at), "fill": fill, "ink": ink, "text": text}
            segment["middle"] = _n(at + width / 2)
            segment["width"] = _n(max(width - 1, 0.5))
            segments.append(segment)
        at += width
    return segments


def _reach(values: Values, top: Number | None) -> float:
    return float(top or max(_figures(values), default=0)) or 1.0


def _span(figures: Sequence[float], low: Number | None, high: Number | None) -> tuple[float, float]:
    """The scale's ends; a single value, or equal ones, stands in the middle of a scale of its
    own.
    """
    floor = min(figures) if low is None else float(low)
    roof = max(figures) if high is None else float(high)
    if roof > floor:
        return (floor, roof)
    return (floor - 1, floor + 1)


def _total(values: Values) -> Number:
    return sum((Decimal(str(value)) for value in values if value is not None), Decimal(0))


def _path(drawn: Sequence[Point]) -> str:
    return " ".join(f"{point.x},{point.y}" for point in drawn)


def _n(value: float) -> str:
    return f"{value:.1f}"


def measured(text: str, size: int = SIZE) -> float:
    """About how wide a text is drawn."""
    return sum(size if ord(sign) > 0x2E7F else size * 0.58 for sign in text)


def fitted(text: str, room: float, size: int = SIZE) -> str:
    """The text, cut with an ellipsis where it would run over; the full one stands in the row's
    title.
    """
    if measured(text, size) <= room:
        return text
    while text and measured(text, size) + size > room:
        text = text[:-1]
    return f"{text}…"


def _in_words(rows: Iterable[tuple[str, Number | None]], show: Callable[[Any], str]) -> str:
    sentences = []
    for label, value in rows:
        text = "未评" if value is None else show(value)
        sentences.append(f"{label} {text}")
    words = "，".join(sentences[:WORDS_IN_DESC])
    if len(sentences) > WORDS_IN_DESC:
        return f"{words} 等 {len(sentences)} 项"
    return words


def _say_each(
    rows: Iterable[tuple[str, Values]], labels: Sequence[str], show: Callable[[Any], str]
) -> str:
    """Each row's figures by their labels, a sentence each."""
    sentences = []
    for name, values in rows:
        figures = zip(labels, values, strict=False)
        sentences.append(f"{name}：{_in_words(figures, show)}")
    return "；".join(sentences)
