"""The locked sheets of one pass, summed up the way the database sums them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from scoring.rules.refusals import Refused


@dataclass(frozen=True, slots=True)
class PassTotals:
    """Count, sum, highest and lowest of the sheet points (0..100) of one pass.

    All are 0 if nobody went.
    Raises `Refused` if no set of sheets could have these totals.
    """

    count: int
    total: Decimal
    highest: Decimal
    lowest: Decimal

    def __post_init__(self) -> None:
        is_sum = self.count * self.lowest <= self.total <= self.count * self.highest
        if self.count < 0 or not is_sum or not 0 <= self.lowest <= self.highest <= 100:
            bounds = f"最高 {self.highest}，最低 {self.lowest}"
            figures = f"{self.count} 张，合计 {self.total}，{bounds}"
            raise Refused(f"评分表汇总有误：{figures}，请重新归集本轮评分表")


def pass_totals(sheets: Sequence[Decimal]) -> PassTotals:
    """Return the totals of the sheets of one pass, in whatever order they come."""
    if not sheets:
        return PassTotals(0, Decimal(0), Decimal(0), Decimal(0))
    total = sum(sheets, Decimal(0))
    return PassTotals(len(sheets), total, max(sheets), min(sheets))
