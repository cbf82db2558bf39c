"""How many places must be looked at for a result to hold (最低抽样量), by the size of the city."""

from collections.abc import Mapping
from decimal import Decimal

from scoring.rules.refusals import Refused
from scoring.rules.rubrics.codes import unknown_codes
from scoring.rules.rubrics.parts import SamplingRules


def least_samples(size: Decimal, rules: SamplingRules) -> dict[str, int]:
    """Return the least samples that a city of this size needs, by quota code.

    Raises `Refused` for a negative size.
    """
    if size < 0:
        raise Refused(f"{rules.measure}不能是负数，现为 {size}")
    number = 0
    while (highest := rules.bands[number].highest) is not None and size >= highest:
        number += 1
    least_samples = {}
    for quota in rules.quotas:
        least_samples[quota.code] = quota.least[number]
    return least_samples


def too_few_samples(counts: Mapping[str, int], size: Decimal, rules: SamplingRules) -> list[str]:
    """Return every quota that was not reached, in words; empty if the sample is large enough.

    Raises `Refused` for samples of something that the rubric does not ask for.
    """
    unknown = unknown_codes(counts, rules.quotas)
    if unknown:
        raise Refused(f"评分细则中没有抽样类别“{'、'.join(unknown)}”")
    least = least_samples(size, rules)
    shortfalls = []
    for quota in rules.quotas:
        count = counts.get(quota.code, 0)
        needed = least[quota.code]
        if count < needed:
            shortfall = f"抽了 {count} 处，至少 {needed} 处，还差 {needed - count} 处"
            shortfalls.append(f"{quota.name}：{shortfall}")
    return shortfalls
