"""What looks at one door are worth: points and stars by a scheme that is data.

Exact decimals, no clock, no models.

Two kinds of scheme: `window` takes the mean of the looks of the last days, each 100 less what its
failed duties cost; `credit` begins at a base, takes off for what failed, adds for a look passed and
for time without a failure, and begins anew with the quarter or the year.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from operator import itemgetter
from typing import NamedTuple

from gongjian.lib.points import round_half_up
from gongjian.lib.rulebooks import Section

WINDOW, CREDIT = "window", "credit"
RESETS = ("never", "quarter", "year")
MOST_STARS = 5
FULL = Decimal(100)


class Look(NamedTuple):
    """One look at a door: the day and the codes of the duties that were not kept."""

    on: date
    failed: Sequence[str]


class Rating(NamedTuple):
    """Points with two decimals, None where nobody looked; stars 1 to 5, None while there are too
    few looks.
    """

    points: Decimal | None
    stars: int | None
    looks: int


@dataclass(frozen=True)
class Credit:
    """How a credit account moves.

    Points; `recovery_points` come back after each `recovery_days` without a failure.
    """

    base_points: Decimal
    highest_points: Decimal
    passed_adds: Decimal
    recovery_points: Decimal
    recovery_days: int
    reset: str


@dataclass(frozen=True)
class HonourRule:
    """So many stars at the end of each of the last quarters; shown for so many days."""

    stars: int
    quarters: int
    shown_days: int


@dataclass(frozen=True)
class WarningRule:
    """So many failed looks in one quarter; shown for so many days."""

    failed_checks: int
    shown_days: int


@dataclass(frozen=True)
class StarScheme:
    """One version of the rules."""

    version: str
    title: str
    valid_from: date
    kind: str
    window_days: int
    least_checks: int
    costs: Mapping[str, Decimal]
    other_cost: Decimal
    bands: tuple[tuple[Decimal, int], ...]
    credit: Credit | None
    honour: HonourRule
    warning: WarningRule

    def since(self, on: date) -> date:
        """The first day whose looks count on the day `on`."""
        first = on - timedelta(days=self.window_days - 1)
        if self.credit is None or self.credit.reset == "never":
            return first
        if self.credit.reset == "year":
            month = 1
        else:
            month = (on.month - 1) // 3 * 3 + 1
        return max(first, date(on.year, month, 1))

    def cost_of(self, failed: Iterable[str]) -> Decimal:
        return sum((self.costs.get(code, self.other_cost) for code in failed), Decimal(0))

    def stars_for(self, points: Decimal) -> int:
        return next(stars for least, stars in self.bands if points >= least)


def rate(scheme: StarScheme, looks: Iterable[Look], on: date) -> Rating:
    """What the looks up to the day `on` are worth on that day."""
    counted = sorted(
        (look for look in looks if scheme.since(on) <= look.on <= on), key=itemgetter(0)
    )
    if not counted:
        return Rating(None, None, 0)
    if scheme.credit:
        worth = _balance(scheme, scheme.credit, counted, on)
    else:
        worth = _mean(scheme, counted)
    points = round_half_up(worth, 2)
    return Rating(
        points,
        scheme.stars_for(points) if len(counted) >= scheme.least_checks else None,
        len(counted),
    )


def _mean(scheme: StarScheme, looks: Sequence[Look]) -> Fraction:
    worth = []
    for look in looks:
        cost = scheme.cost_of(look.failed)
        worth.append(max(FULL - cost, Decimal(0)))
    fraction = Fraction(sum(worth, Decimal(0)))
    return fraction / len(worth)


def _balance(scheme: StarScheme, rules: Credit, looks: Sequence[Look], on: date) -> Fraction:
    """The account after every look, and after the time without a failure that followed each."""
    account, paid = rules.base_points, 0
    failed_on: date | None = None
    ending: list[tuple[date, Sequence[str] | None]] = [*looks, (on, None)]
    for day, failed in ending:
        if failed_on:
            rested = (day - failed_on).days // rules.recovery_days
            recovered = _recovered(account, rules, rested - paid)
            account, paid = recovered, rested
        if failed:
            account, failed_on, paid = max(account - scheme.cost_of(failed), Decimal(0)), day, 0
        elif failed is not None:
            account = min(account + rules.passed_adds, rules.highest_points)
    return Fraction(account)


def _recovered(account: Decimal, rules: Credit, times: int) -> Decimal:
    """Time alone brings an account back to its base, never above it."""
    return max(account, min(account + rules.recovery_points * times, rules.base_points))


def load_scheme(content: object) -> StarScheme:
    """Read a scheme's JSON. Raises WrongRulebook, naming every wrong value by its path."""
    file = Section(content)
    kind = file.choice("kind", (WINDOW, CREDIT))
    credit = None
    if kind == CREDIT:
        credit = _credit(file.section("credit"))
    honour = _honour(file.section("honour"))
    warning = _warning(file.section("warning"))
    window_days = file.whole("window_days", 1, 730)
    least_checks = file.whole("least_checks", 1, 20)
    other_cost = file.number("other_cost", 0, 100)
    scheme = StarScheme(
        version=file.text("version"),
        title=file.text("title"),
        valid_from=_day(file, "valid_from"),
        kind=kind,
        window_days=window_days,
        least_checks=least_checks,
        costs=_costs(file, content),
        other_cost=other_cost,
        bands=_bands(file),
        credit=credit,
        honour=honour,
        warning=warning,
    )
    file.finish()
    return scheme


def _day(file: Section, key: str) -> date:
    try:
        return date.fromisoformat(text := file.text(key))
    except ValueError:
        if text:
            file.fault(key, f"应是如 2026-01-01 的日期，现为“{text}”")
        return date.min


def _costs(file: Section, content: object) -> dict[str, Decimal]:
    costs = file.section("costs")
    named = None
    if isinstance(content, Mapping):
        named = content.get("costs")
    numbers_by_code = {}
    for code in named if isinstance(named, Mapping) else ():
        numbers_by_code[code] = costs.number(code, 0, 100)
    return numbers_by_code


def _bands(file: Section) -> tuple[tuple[Decimal, int], ...]:
    pairs = []
    for row in file.rows("bands"):
        whole = row.whole("stars", 1, MOST_STARS)
        number = row.number("from_points", 0, 200)
        pairs.append((number, whole))
    bands = tuple(pairs)
    ordered = sorted(bands, reverse=True)
    if bands and (list(bands) != ordered or len({stars for _, stars in bands}) < len(bands)):
        file.fault("bands", "应从高分到低分排列，星级不重复")
    if not bands or bands[-1][0] != 0:
        file.fault("bands", "最后一档应从 0 分起，否则有的得分评不出星级")
        return ((Decimal(0), 1),)
    return bands


def _credit(section: Section) -> Credit:
    base_points = section.number("base_points", 0, 200, above_lowest=True)
    highest_points = section.number("highest_points", 0, 200, above_lowest=True)
    passed_adds = section.number("passed_adds", 0, 100)
    recovery_points = section.number("recovery_points", 0, 100)
    recovery_days = section.whole("recovery_days", 1, 365)
    reset = section.choice("reset", RESETS)
    return Credit(
        base_points=base_points,
        highest_points=highest_points,
        passed_adds=passed_adds,
        recovery_points=recovery_points,
        recovery_days=recovery_days,
        reset=reset,
    )


def _honour(section: Section) -> HonourRule:
    quarters = section.whole("quarters", 1, 4)
    stars = section.whole("stars", 1, MOST_STARS)
    shown_days = section.whole("shown_days", 1, 730)
    return HonourRule(stars, quarters, shown_days)


def _warning(section: Section) -> WarningRule:
    failed_checks = section.whole("failed_checks", 1, 50)
    return WarningRule(failed_checks, section.whole("shown_days", 1, 730))
