"""How many places must be looked at for a result to hold (最低抽样量), by the size of the city."""

from collections.abc import Mapping
from decimal import Decimal

from scoring.rules.refusals import Refused
from scoring.rules.rubrics.parts import Quota, SamplingRules


def least_samples(size: Decimal, rules: SamplingRules) -> dict[str, int]:
    """By quota code, how many samples a city of this size needs at least. Raises `Refused` for a negative size."""
    if size < 0:
        raise Refused(f"{rules.measure}不能是负数，现为 {size}")
    number = next(
        n for n, band in enumerate(rules.bands) if band.highest is None or size < band.highest
    )
    return {quota.code: quota.least[number] for quota in rules.quotas}


def too_few_samples(taken: Mapping[str, int], size: Decimal, rules: SamplingRules) -> list[str]:
    """Every quota that was not reached, in words; empty if the sample is large enough.

    Raises `Refused` for samples of something that the rubric does not ask for.
    """
    if unknown := sorted(set(taken) - {quota.code for quota in rules.quotas}):
        raise Refused(f"评分细则中没有抽样类别“{'、'.join(unknown)}”")
    least = least_samples(size, rules)
    return [
        _shortfall(quota, taken.get(quota.code, 0), least[quota.code])
        for quota in rules.quotas
        if taken.get(quota.code, 0) < least[quota.code]
    ]


def _shortfall(quota: Quota, taken: int, least: int) -> str:
    return f"{quota.name}：抽了 {taken} 处，至少 {least} 处，还差 {least - taken} 处"
