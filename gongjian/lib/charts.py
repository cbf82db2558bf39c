"""Pictures drawn on the server: one SVG for the screen, the print and the PDF.

Colours are attributes, so a strict content policy holds; the font stands on the `<svg>` itself,
because a page's style does not reach the text of an inline SVG in WeasyPrint. Every picture carries
its title and its figures in words.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from gongjian.lib.templatetags.office import MARKS, points

Number = Decimal | int | float
Values = Sequence[Number | None]

FONT = "PingFang SC, Microsoft YaHei, FandolHei, Noto Sans CJK SC, Source Han Sans SC, WenQuanYi Micro Hei, sans-serif"
# How a series' points are drawn other than as circles, so that lines are told apart without colour.
MARKED = {
    "square": "m-4 -4h8v8h-8z", "diamond": "m0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z", "triangle": "m0 -5l5 9h-10z",
}  # fmt: skip
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
    rows: Iterable[tuple[str, Number | None]], *, title: str, top: Number | None = None,
    stressed: Iterable[str] = (), show: Callable[[Any], str] = points, desc: str = "",
) -> SafeString:  # fmt: skip
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
        if label in stress:
            fill = AMBER
        else:
            fill = BRAND
        text = "未评"
        if value is not None:
            text = show(value)
        bar = Bar(
            fitted(label, LABEL - 14),
            label,
            y + 5,
            y + ROW / 2,
            _n(width),
            fill,
            text,
            _n(LABEL + width + 8),
        )
        bars.append(bar)
    return draw(
        "bars",
        title,
        desc or _say(listed, show),
        WIDTH,
        16 + ROW * len(listed),
        bars=bars,
        left=LABEL,
    )


def trend_line(
    labels: Sequence[str], series: Mapping[str, Values], *, title: str, low: Number | None = None,
    high: Number | None = None, show: Callable[[Any], str] = points, desc: str = "",
) -> SafeString:  # fmt: skip
    """One line a series over the labels (quarters, months); a gap where the value is None; four
    series at most.
    """
    figures = [float(value) for values in series.values() for value in values if value is not None]
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
    for at in (floor + (roof - floor) * quarter / 4 for quarter in range(5)):
        grid.append((_n(y(at)), show(round(at, 2))))
    every = max(1, -(-len(labels) // 12))
    ticks = [
        (_n(x(place)), fitted(label, step * every - 6 if len(labels) > 1 else 200, 12))
        for place, label in enumerate(labels)
    ]
    key = [
        (margin_left + place * 160, name, *look)
        for place, (name, look) in enumerate(zip(series, SERIES, strict=False))
    ]
    words = desc or "；".join(
        f"{name}：{_say(zip(labels, values, strict=False), show)}"
        for name, values in series.items()
    )
    return draw(
        "lines", title, words, WIDTH, 272 if len(series) > 1 else 248,
        lines=lines, grid=grid, ticks=ticks[::every], key=key if len(series) > 1 else [],
        left=margin_left, right=WIDTH - right, marked=MARKED,
    )  # fmt: skip


def stacked_bar(
    rows: Iterable[tuple[str, Values]], parts: Sequence[str], *, title: str, top: Number | None = None,
    show: Callable[[Any], str] = points, desc: str = "",
) -> SafeString:  # fmt: skip
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
        y = 40 + place * ROW
        value = LABEL + float(_total(values)) * room / reach + 8
        end = _n(value)
        bar = Bar(
            fitted(label, LABEL - 14),
            label,
            y + 5,
            y + ROW / 2,
            "",
            "",
            show(_total(values)),
            end,
        )
        bars.append(
            (
                bar,
                segments,
            )
        )
    key = [
        (LABEL + place * 104, fitted(name, 84, 12), PARTS[place % len(PARTS)][0])
        for place, name in enumerate(parts)
    ]
    words = desc or "；".join(
        f"{label}：{_say(zip(parts, values, strict=False), show)}"
        for label, values in listed[:WORDS_IN_DESC]
    )
    return draw(
        "stack", title, words, WIDTH, 48 + ROW * len(listed), bars=bars, key=key, left=LABEL
    )


def mini_stack(values: Values, *, title: str, top: Number, width: int = 220) -> SafeString:
    """The make-up of one figure for a table cell; the title says the figures."""
    scale = width / float(top or 1)
    segments = _segments(values, scale, 0, points)
    return draw("mini", title, "", width, 12, segments=segments)


def sparkline(values: Values, *, title: str, width: int = 96, height: int = 24) -> SafeString:
    """The course of one figure for a table cell, its last value dotted."""
    figures = []
    for value in values:
        if value is not None:
            figures.append(float(value))
    if not figures:
        return draw("spark", title, "暂无数据", width, height)
    floor, roof = _span(figures, None, None)
    step = (width - 8) / max(len(values) - 1, 1)
    drawn = [
        Point(
            _n(4 + step * place),
            _n(height - 4 - (float(value) - floor) / (roof - floor) * (height - 8)),
            points(value),
        )
        for place, value in enumerate(values)
        if value is not None
    ]
    texts = [point.text for point in drawn]
    return draw(
        "spark",
        title,
        "、".join(texts),
        width,
        height,
        path=_path(drawn),
        last=drawn[-1],
    )


def matrix(
    columns: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]], *, title: str, desc: str = ""
) -> SafeString:
    """Who has done what: one row a community, one cell a duty, in the states done, due, late and
    none.
    """
    listed = list(rows)
    cell = min(62.0, (WIDTH - LABEL) / max(len(columns), 1))
    heads = [
        (_n(LABEL + cell * (place + 0.5)), fitted(name, cell - 4, 12))
        for place, name in enumerate(columns)
    ]
    lines = []
    for place, (label, states) in enumerate(listed):
        y = 32 + place * ROW
        marks = []
        for at, state in enumerate(states):
            value = LABEL + cell * (at + 0.5) - 12
            marks.append(
                (
                    _n(value),
                    _n(LABEL + cell * (at + 0.5)),
                    *CELLS.get(state, CELLS["none"]),
                    *MARKS.get(state, MARKS["none"]),
                )
            )
        lines.append((fitted(label, LABEL - 14), label, y, y + ROW / 2, marks))
    late = [label for label, states in listed if "late" in states]
    words = desc or (
        f"{len(listed)} 行，有逾期的：{'、'.join(late)}" if late else f"{len(listed)} 行，均无逾期"
    )
    return draw(
        "matrix",
        title,
        words,
        int(LABEL + cell * len(columns)) or WIDTH,
        40 + ROW * len(listed),
        rows=lines,
        heads=heads,
    )


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
    name: str, values: Values, look: tuple[str, str, str],
    x: Callable[[int], float], y: Callable[[float], float], show: Callable[[Any], str],
) -> dict[str, Any]:  # fmt: skip
    runs: list[list[Point]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(Point(_n(x(place)), _n(y(float(value))), show(value)))
    drawn = []
    for run in runs:
        for point in run:
            drawn.append(point)
    paths = [_path(run) for run in runs if len(run) > 1]
    return {
        "name": name,
        "colour": look[0],
        "dash": look[1],
        "shape": look[2],
        "paths": paths,
        "points": drawn,
    }


def _segments(
    values: Values, scale: float, x0: float, show: Callable[[Any], str]
) -> list[dict[str, str]]:
    segments = []
    at = float(x0)
    for place, value in enumerate(values):
        width = max(float(value or 0), 0) * scale
        fill, ink = PARTS[place % len(PARTS)]
        text = ""
        if value is not None:
            text = show(value)
        fits = ""
        if width > measured(text, 12) + 8:
            fits = text
        if width:
            middle = _n(at + width / 2)
            shape = {"x": _n(at), "middle": middle, "width": _n(max(width - 1, 0.5))}
            segments.append({**shape, "fill": fill, "ink": ink, "text": fits})
        at += width
    return segments


def _reach(values: Values, top: Number | None) -> float:
    return float(top or max((value for value in values if value is not None), default=0)) or 1.0


def _span(figures: Sequence[float], low: Number | None, high: Number | None) -> tuple[float, float]:
    """The scale's ends; a single value, or equal ones, stands in the middle of a scale of its
    own.
    """
    if low is not None:
        floor = float(low)
    else:
        floor = min(figures)
    if high is not None:
        roof = float(high)
    else:
        roof = max(figures)
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


def _say(rows: Iterable[tuple[str, Number | None]], show: Callable[[Any], str]) -> str:
    sentences = []
    for label, value in rows:
        sentences.append(f"{label} {show(value) if value is not None else '未评'}")
    return "，".join(sentences[:WORDS_IN_DESC]) + (
        f" 等 {len(sentences)} 项" if len(sentences) > WORDS_IN_DESC else ""
    )
