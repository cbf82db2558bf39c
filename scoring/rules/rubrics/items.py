"""The items of a rubric (评分项目) as data: what each is worth, by which rule, what was read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

# What becomes of an item of which a community has nothing (不涉及): it may not be; it leaves the
# total; the mean of the other communities stands in; all of its points; none.
POLICIES = ("refuse", "renormalise", "mean_of_others", "full", "zero")
REFUSE, RENORMALISE, MEAN_OF_OTHERS, FULL, ZERO = POLICIES

# A percent is 0..100, given as a figure or as so many done of so many due; a number is 0 or more.
MEASURES = ("percent", "number")
PERCENT, NUMBER = MEASURES


@dataclass(frozen=True, slots=True)
class Deduction:
    """What one case (处、项、次) costs: `lowest`..`highest` points as the assessor sees fit.

    It always costs the same where both are equal. At most `most_cases` count, None: every one.
    """

    code: str
    reason: str
    unit: str
    lowest: Decimal
    highest: Decimal
    most_cases: int | None = None

    @property
    def is_fixed(self) -> bool:
        """Return whether every case costs the same."""
        return self.lowest == self.highest


@dataclass(frozen=True, slots=True)
class PerInstance:
    """Points less what the cases cost, all together at most `cap` (None: all the item's points)."""

    deductions: tuple[Deduction, ...]
    cap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """The assessor gives `lowest`..`highest` points himself."""

    lowest: Decimal
    highest: Decimal


@dataclass(frozen=True, slots=True)
class PointStep:
    """`points` from `lowest` up to but not including `highest` (None: no end)."""

    lowest: Decimal
    highest: Decimal | None
    points: Decimal


@dataclass(frozen=True, slots=True)
class Ladder:
    measure: str
    steps: tuple[PointStep, ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """The item's points times a rate; `lower_is_better`: times 100 percent less the rate."""

    lower_is_better: bool = False


@dataclass(frozen=True, slots=True)
class Linear:
    """All points at `full_at`, none at `none_at`, in proportion between, held at both ends."""

    measure: str
    full_at: Decimal
    none_at: Decimal


@dataclass(frozen=True, slots=True)
class Threshold:
    """All points if the figure is at least, or at most, the bound; else `otherwise`.

    One of the two bounds is None.
    """

    measure: str
    at_least: Decimal | None
    at_most: Decimal | None
    otherwise: Decimal


@dataclass(frozen=True, slots=True)
class Size:
    """What a count is divided by: area, residents or shops of the community, by `unit`."""

    code: str
    name: str
    unit: Decimal


@dataclass(frozen=True, slots=True)
class NormalisedCount:
    """A count divided by the sizes of the place, then as `Linear`."""

    per: tuple[Size, ...]
    full_at: Decimal
    none_at: Decimal


Rule = PerInstance | Range | Ladder | Rate | Linear | Threshold | NormalisedCount


@dataclass(frozen=True, slots=True)
class Item:
    """One item; it counts in `months` (1..12), empty: in all.

    `not_applicable` is its policy, "": as its list says.
    """

    code: str
    name: str
    points: Decimal
    rule: Rule
    clause: str = ""
    group: str = ""
    months: tuple[int, ...] = ()
    not_applicable: str = ""


@dataclass(frozen=True, slots=True)
class ItemList:
    """The items of one component or sheet; `full_points` is the total of its fullest month."""

    full_points: Decimal
    not_applicable: str
    items: tuple[Item, ...]

    def in_months(self, months: tuple[str, ...]) -> tuple[Item, ...]:
        """Return the items that count in a period of these months ("2026-04")."""
        numbers = set()
        for month in months:
            numbers.add(int(month[-2:]))
        return tuple(item for item in self.items if not item.months or numbers & set(item.months))

    def policy(self, item: Item) -> str:
        """Return what becomes of the item where it does not apply."""
        return item.not_applicable or self.not_applicable


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read for one item of one community; only what its rule asks for is filled.

    `cases` by deduction code; `picked` the points of each case of a deduction with a range; `value`
    a figure, a count or points; `done` of `due` a rate; `sizes` by code. `reason`: why the item
    does not apply.
    """

    not_applicable: bool = False
    cases: Mapping[str, int] = field(default_factory=dict)
    picked: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict)
    value: Decimal | None = None
    done: int | None = None
    due: int | None = None
    sizes: Mapping[str, Decimal] = field(default_factory=dict)
    reason: str = ""


NOT_APPLICABLE = Reading(not_applicable=True)
Readings = Mapping[str, Reading]
