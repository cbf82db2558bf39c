"""Where points are lost: communities by items, shaded and numbered, so that it reads in black and
white.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.utils.safestring import SafeString

from gongjian.lib.charts import LABEL, WIDTH, Number, draw, fitted, measured

# Grounds by the tenths lost: each is plainly lighter than the one before, in grey too, and bears
# black digits.
HEAT = [("#7fb3a3", 6), ("#a5cabb", 4), ("#cadfd6", 2), ("#e8f1ed", 1)]
HEAT_SIZE, HEAT_ROW, HEAT_HEAD, HEAT_LINE, HEAT_KEYS = 13, 21, 28, 19, 3
HEAT_WORDS = "数字为扣去的分占该项分值的成数：空格不足一成，1为一成以上，9为九成以上；“—”为不涉及。"


def heat_matrix(
    columns: Sequence[str],
    rows: Iterable[tuple[str, Sequence[Number | None]]],
    *,
    title: str,
    key: Sequence[str] = (),
    desc: str = "",
) -> SafeString:
    """How much of each item's points was lost, in tenths: one row a community, one cell an item;
    None: 不涉及.

    Shares run from 0 to 1. The darker a cell the more was lost, and its digit says the same to
    whoever has no colour; a cell without one lost less than a tenth. `key` explains the columns.
    """
    listed = list(rows)
    cell = max(HEAT_SIZE, (WIDTH - LABEL) // max(len(columns), 1))
    top = HEAT_HEAD + HEAT_LINE * (-(-len(key) // HEAT_KEYS) + 1)
    grounds: dict[str, list[str]] = {ground: [] for ground, _ in HEAT}
    lines = []
    for place, (label, shares) in enumerate(listed):
        y = top + place * HEAT_ROW
        at = 0
        for ground, alike in groupby(shares, _ground):
            count = len(list(alike))
            if ground:
                grounds[ground].append(f"M{LABEL + at * cell} {y + HEAT_ROW / 2}h{count * cell}")
            at += count
        places, signs = _digits(shares, cell)
        lines.append((fitted(label, LABEL - 14, HEAT_SIZE), y + HEAT_ROW / 2, places, signs))
    width = LABEL + cell * len(columns)
    bottom = top + HEAT_ROW * len(listed)
    grid = ""
    for y in range(top, bottom + 1, HEAT_ROW):
        grid += f"M{LABEL} {y}H{width}"
    for x in range(LABEL, width + 1, cell):
        grid += f"M{x} {top}V{bottom}"
    heads = []
    for n, name in enumerate(columns):
        middle = LABEL + cell * (n + 0.5)
        heads.append((f"{middle:.1f}", fitted(name, cell, HEAT_SIZE)))
    shades = [(ground, "".join(paths)) for ground, paths in grounds.items() if paths]
    body = {"rows": lines, "row_height": HEAT_ROW, "grid": grid, "grounds": shades}
    frame = {"heads": heads, "head_y": top - 8, "left": LABEL, "size": HEAT_SIZE}
    words = desc or _worst(columns, listed)
    drawing = {**body, **frame, "scale": HEAT_WORDS, "keys": _key(key)}
    return draw("heat", title, words, max(width, WIDTH), bottom + 4, **drawing)


def _digits(shares: Sequence[Number | None], cell: int) -> tuple[str, str]:
    """Where the digits of a row stand, and the digits."""
    xes, signs = [], []
    for n, share in enumerate(shares):
        sign = _tenth(share)
        if sign:
            x = LABEL + cell * (n + 0.5) - HEAT_SIZE / 2
            xes.append(f"{x:.0f}")
            signs.append(sign)
    return " ".join(xes), "".join(signs)


def _key(words: Sequence[str]) -> list[tuple[float, int, str]]:
    """The explanations in columns, each as wide as its longest."""
    lines = -(-len(words) // HEAT_KEYS)
    placed, x = [], 8.0
    for start in range(0, len(words), lines or 1):
        column = words[start : start + lines]
        for n, part in enumerate(column, 1):
            placed.append((x, HEAT_SIZE + HEAT_LINE * n, fitted(part, WIDTH - x, 12)))
        x += max(map(measured, column)) + HEAT_SIZE
    return placed


def heat_rows(height: int, keys: int = 0) -> int:
    """How many rows a heat matrix of 720 by `height` holds under its head and so many
    explanations.
    """
    lines_of_keys = -(-keys // HEAT_KEYS) + 1
    room = height - 4 - HEAT_HEAD - HEAT_LINE * lines_of_keys
    return int(room // HEAT_ROW)


def _tenth(share: Number | None) -> str:
    """The full-width digit of a share: as wide as a character, so that its place is known whatever
    the face.
    """
    if share is None:
        return "—"
    if share * 10 >= 1:
        return chr(0xFF10 + min(9, int(share * 10)))
    return ""


def _ground(share: Number | None) -> str:
    if share is None:
        return ""
    tenths = share * 10
    return next((ground for ground, least in HEAT if tenths >= least), "")


def _worst(columns: Sequence[str], rows: Sequence[tuple[str, Sequence[Number | None]]]) -> str:
    """The columns by their mean, the worst first."""
    means = []
    shares_by_column = zip(*(shares for _, shares in rows), strict=True)
    for name, shares in zip(columns, shares_by_column, strict=False):
        figures = [float(share) for share in shares if share is not None]
        if figures:
            means.append((sum(figures) / len(figures), name))
    texts = [f"{name} {mean:.0%}" for mean, name in sorted(means, key=lambda pair: -pair[0])]
    worst = "，".join(texts)
    if worst:
        return f"{len(rows)} 行，各列平均扣分比例：{worst}"
    return "暂无数据"
