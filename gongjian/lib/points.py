"""Points: exact while they are computed, rounded half up once when they are published.

A mean over three sheets has no finite decimal, so what lies between the marks and the published
figure is a `Fraction`. Rounding it away early could turn a true .xx5 into .xx4999 and move a rank.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

Exact = Fraction | Decimal | int

HUNDRED = Fraction(100)
_WRITTEN_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)


def round_half_up(value: Exact, places: int = 2) -> Decimal:
    """The figure as it is published: 90.825 becomes 90.83, and -0.005 becomes -0.01."""
    numerator, denominator = value.as_integer_ratio()
    rounded = (2 * abs(numerator) * 10**places + denominator) // (2 * denominator)
    return Decimal(rounded if numerator >= 0 else -rounded).scaleb(-places)


def mean(values: Sequence[Exact]) -> Fraction:
    """The exact mean of at least one value."""
    fractions = [Fraction(value) for value in values]
    return sum(fractions, Fraction(0)) / len(values)


def weighted_mean(pairs: Iterable[tuple[Exact, Exact]]) -> Fraction:
    """The exact mean of (value, weight) pairs; the weights need not sum to 1, so an absent value
    renormalises them.
    """
    listed = []
    for value, weight in pairs:
        listed.append((Fraction(value), Fraction(weight)))
    weights = [weight for _, weight in listed]
    return sum((value * weight for value, weight in listed), Fraction(0)) / sum(weights)


def clamp(value: Exact, lowest: Exact, highest: Exact) -> Fraction:
    """`value` held between `lowest` and `highest` (保底、封顶)."""
    return max(Fraction(lowest), min(Fraction(value), Fraction(highest)))


def written_number(value: object) -> Decimal | None:
    """The number that somebody wrote as text or as a whole number; None if it is neither.

    Floats are refused: 0.1 as a float is not one tenth. Only plain ASCII digits, no exponent, no
    NaN.
    """
    if isinstance(value, Decimal) and value.is_finite():
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    text = ""
    if isinstance(value, str):
        text = value.strip()
    if _WRITTEN_NUMBER.fullmatch(text):
        return Decimal(text)
    return None


def plain(value: Exact) -> str:
    """The value for reading: at most four places, at least two ("78.4125", "93.15", "0.6667")."""
    text = f"{round_half_up(value, 4):f}"
    return text[:-2] + text[-2:].rstrip("0")
