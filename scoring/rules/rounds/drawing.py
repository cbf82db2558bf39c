"""The draw of assessors (抽签): by a stored seed, so that anyone can draw again and get the same.

Chance comes from SHA-256 over seed and codes, not from a program's random generator: the same in
every language and in every version.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from scoring.rules.refusals import Missing


def draw(seed: str, eligible: Mapping[str, Collection[str]], count: int) -> dict[str, list[str]]:
    """Return `count` assessors for every community, of those `eligible`, the load spread evenly.

    Communities come by lot; each takes those with the least to do so far, equals by lot. The order
    in which anything comes never matters. Raises `Missing` naming every community with too few
    eligible assessors.
    """
    lacking = []
    for code, assessors in too_few(eligible, count).items():
        lacking.append(f"{code}：可抽的考评员只有 {assessors} 名，需要 {count} 名")
    if lacking:
        raise Missing(*lacking)
    load: Counter[str] = Counter()
    drawn: dict[str, list[str]] = {}
    for community in sorted(eligible, key=lambda code: _lot(seed, code)):
        turns = {}
        for name in eligible[community]:
            lot = _lot(seed, community, name)
            turns[name] = load[name], lot
        drawn[community] = sorted(sorted(turns, key=turns.__getitem__)[:count])
        load.update(drawn[community])
    return drawn


def places_for(
    seed: str, on_pass: str, codes: Collection[str], count: int, must: Sequence[str] = ()
) -> list[str]:
    """Return the communities visited once more on a pass (错时、夜间): `must`, then others by lot.

    They are `count` in all; if more must be visited, all of them are (末位必检). The order of the
    codes never matters.
    """
    bound = [code for code in must if code in codes]
    others = set(codes) - set(bound)
    by_lot = sorted(others, key=lambda code: _lot(seed, on_pass, code))
    still_open = max(0, count - len(bound))
    return sorted(bound + by_lot[:still_open])


def not_covered(codes: Collection[str], drawn: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the communities that a draw leaves without anybody; none is allowed by day (覆盖)."""
    return sorted(code for code in codes if not drawn.get(code))


def too_few(eligible: Mapping[str, Collection[str]], least: int) -> dict[str, int]:
    """Return how many assessors may be drawn for the communities with fewer than `least`."""
    counts = {}
    for code in sorted(eligible):
        count = len(set(eligible[code]))
        if count < least:
            counts[code] = count
    return counts


def _lot(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()
