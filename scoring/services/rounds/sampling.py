"""The least sample (最低抽样量): what a rubric asks of a city's size, and how a draw came out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from scoring.models import Round
from scoring.rules.rounds.sampling import least_samples, too_few_samples
from scoring.rules.rubrics.rubric import Rubric as Rules

# The quota of a least sample that the draw itself counts.
COMMUNITIES = "communities"


@dataclass(frozen=True)
class Sampled:
    """What the office says where the rubric has a least sample: the size of the city, and samples.

    `places`: how many of what the draw does not count are to be looked at, by quota.
    """

    size: Decimal
    places: Mapping[str, int] = field(default_factory=dict)


def samples_of(rubric: Rules, sampled: Sampled, *, communities: int) -> dict[str, int]:
    """Return how many are looked at, by the rubric's quotas; the draw counts the communities."""
    places = {**sampled.places, COMMUNITIES: communities}
    samples = {}
    quotas = rubric.sampling.quotas if rubric.sampling else ()
    for quota in quotas:
        samples[quota.code] = places.get(quota.code, 0)
    return samples


def short_of_sample(rubric: Rules, sampled: Sampled | None, *, communities: int) -> list[str]:
    """Return every quota of the rubric's least sample that would not be reached, in a sentence."""
    if rubric.sampling is None:
        return []
    if sampled is None:
        return [f"评分细则有最低抽样量，请填写{rubric.sampling.measure}"]
    samples = samples_of(rubric, sampled, communities=communities)
    return too_few_samples(samples, sampled.size, rubric.sampling)


@dataclass(frozen=True)
class Coverage:
    """One line of the least sample: what it is, how many were needed, how many were drawn."""

    name: str
    needed: int
    drawn: int


def coverage_of(round: Round, rubric: Rules) -> list[Coverage]:
    """Return the least sample as the round was drawn against it; [] where the rubric has none."""
    if rubric.sampling is None or not round.sampled:
        return []
    size = Decimal(round.sampled["size"])
    needed = least_samples(size, rubric.sampling)
    samples = round.sampled["taken"]
    lines = []
    quotas = rubric.sampling.quotas if rubric.sampling else ()
    for quota in quotas:
        coverage = Coverage(quota.name, needed[quota.code], samples[quota.code])
        lines.append(coverage)
    return lines
