"""The draw of assessors (抽签): by a stored seed, so that anyone can draw again and get the same.

Chance comes from SHA-256 over seed and codes, not from a program's random generator: the same in every language
and in every version.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from scoring.rules.refusals import Missing


def draw(seed: str, eligible: Mapping[str, Collection[str]], each: int) -> dict[str, list[str]]:
    """`each` assessors for every community, of those `eligible` for it, the load spread evenly.

    Communities come by lot; each takes those with the least to do so far, equals by lot. The order in which anything
    is given never matters. Raises `Missing` naming every community with too few eligible assessors.
    """
    if lacking := too_few(eligible, each):
        raise Missing(
            *(
                f"{code}：可抽的考评员只有 {found} 名，需要 {each} 名"
                for code, found in lacking.items()
            )
        )
    load: Counter[str] = Counter()
    drawn: dict[str, list[str]] = {}
    for community in sorted(eligible, key=lambda code: _lot(seed, code)):
        by_lot = sorted(
            set(eligible[community]), key=lambda name: (load[name], _lot(seed, community, name))
        )
        drawn[community] = sorted(by_lot[:each])
        load.update(drawn[community])
    return drawn


def places_for(
    seed: str, on_pass: str, codes: Collection[str], count: int, must: Sequence[str] = ()
) -> list[str]:
    """The communities visited once more on a pass (错时、夜间): all that `must` be, the others by lot, `count` in all.

    More that must be than `count` are all visited (末位必检). The order in which codes are given never matters.
    """
    bound = [code for code in must if code in codes]
    by_lot = sorted(set(codes) - set(bound), key=lambda code: _lot(seed, on_pass, code))
    return sorted(bound + by_lot[: max(0, count - len(bound))])


def not_covered(codes: Collection[str], drawn: Mapping[str, Sequence[str]]) -> list[str]:
    """The communities whom a draw leaves without anybody; by day there may be none (覆盖)."""
    return sorted(code for code in codes if not drawn.get(code))


def too_few(eligible: Mapping[str, Collection[str]], each: int) -> dict[str, int]:
    """The communities for which fewer than `each` assessors may be drawn, with how many there are."""
    found = {code: len(set(assessors)) for code, assessors in sorted(eligible.items())}
    return {code: count for code, count in found.items() if count < each}


def _lot(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()
