"""The items of a checklist: what is asked, why, what counts as good, and how points are taken."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

# So much for each instance; all or nothing; between two bounds for each instance, as the checker
# sees fit; the share of what was sampled that failed, times the cap.
INSTANCE, FIXED, RANGE, SHARE = "instance", "fixed", "range", "share"
KINDS = {INSTANCE: "按处扣分", FIXED: "一次扣完", RANGE: "酌情扣分", SHARE: "按比例扣分"}
# The figures that a failed item of a self-check gives, by kind.
FIGURES_OF_KIND = {
    INSTANCE: ("instances",),
    FIXED: (),
    RANGE: ("instances", "deducted"),
    SHARE: ("sampled", "failed"),
}

TIME_UNITS = {"day": "日", "working_day": "个工作日", "working_hour": "个工作小时"}
# What becomes of an item of which there is nothing (不涉及); the words are those of the rubric.
RENORMALISE, FULL, ZERO = "renormalise", "full", "zero"
POLICIES = {RENORMALISE: "不计入总分", FULL: "得满分", ZERO: "得零分"}

# The records of the group that may answer an item by themselves.
RECORDS = {"self_check": "月自查", "meeting": "例会", "labour_day": "劳动日", "publicity": "公布"}

EXAMPLES = {"good": "合格", "borderline": "临界", "bad": "不合格"}


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """How long a finding may take to be put right (整改期限); 0 days: on the day it was found."""

    amount: int
    unit: str

    @property
    def label(self) -> str:
        return f"{self.amount} {TIME_UNITS[self.unit]}内" if self.amount else "当日"


@dataclass(frozen=True, slots=True)
class ChecklistSection:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One item of a checklist; at most `cap` points are taken in all.

    `deduction` is what one instance costs, or a fixed item at once; `lowest`..`highest` bound an
    instance of a range; `sample` is how many a share should look at. `answered_by` names the
    records that answer the item, each missing one an instance. `examples` tells in words what is
    good, borderline, bad.
    """

    code: str
    section: str
    text: str
    points: Decimal
    how_checked: str
    deduction: Decimal
    deduction_rule: str
    cap: Decimal
    may_be_not_applicable: bool
    event_class: str
    put_right: TimeLimit | None
    kind: str = INSTANCE
    lowest: Decimal = Decimal(0)
    highest: Decimal = Decimal(0)
    sample: int | None = None
    why: str = ""
    standard: str = ""
    examples: Mapping[str, str] = field(default_factory=dict)
    not_applicable_policy: str = RENORMALISE
    answered_by: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """Return the figures of its mark when it failed."""
        return FIGURES_OF_KIND[self.kind]

    @property
    def label(self) -> str:
        return f"“{self.text}”（{self.code}）"

    @property
    def kind_name(self) -> str:
        return KINDS[self.kind]

    @property
    def not_applicable_name(self) -> str:
        return POLICIES[self.not_applicable_policy]

    @property
    def record_names(self) -> list[str]:
        return [RECORDS[record] for record in self.answered_by]


@dataclass(frozen=True, slots=True)
class Checklist:
    """One version of the checklist; the items keep the order in which they are walked."""

    name: str
    version: str
    clause: str
    sections: tuple[ChecklistSection, ...]
    items: tuple[ChecklistItem, ...]

    def item(self, code: str) -> ChecklistItem:
        """Return the item with this code. Raises KeyError if there is none."""
        return {item.code: item for item in self.items}[code]

    def by_section(self) -> list[tuple[ChecklistSection, list[ChecklistItem]]]:
        """Return each section with its items."""
        items: dict[str, list[ChecklistItem]] = defaultdict(list)
        for item in self.items:
            items[item.section].append(item)
        return [(part, items[part.code]) for part in self.sections]

    @property
    def points(self) -> Decimal:
        return sum((item.points for item in self.items), Decimal(0))
