"""Lists of those named: proposed anew beside what people struck or added, and held to their quotas."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from scoring.models import Nomination, Round
from scoring.models.bulletins import CRITICISED_KINDS, Honour
from scoring.models.scores import Standing
from scoring.rules.honours.proposing import Candidate, within_quota

STANDINGS = {"community": "社区", **{standing.value: standing.label for standing in Standing}}


def may_be_named(unit, honour: str) -> bool:
    """Anyone may be praised; an enterprise or a social body is not criticised by name without a legal review."""
    return honour != Honour.CRITICISM or unit.kind in CRITICISED_KINDS


def named_for(round: Round, honour: str) -> list[Nomination]:
    """Those in the list, communities first, then units by standing, each best first."""
    nominations = round.nominations.in_list().filter(honour=honour)
    found = nominations.select_related("community", "unit")
    order = list(STANDINGS)
    return sorted(found, key=lambda one: (order.index(one.quota_key), -one.points, one.pk))


def propose_anew(
    round: Round, honour: str, proposed: Iterable[Nomination], quotas: Mapping[str, int]
) -> list[Nomination]:
    """Put what the rules propose, within the quotas, in place of what they proposed before. Returns the new rows.

    Whom people struck stays struck and takes no place; whom they added stays and takes one. Call inside a transaction.
    """
    held = round.nominations.filter(honour=honour)
    held.filter(struck_at=None, added_at=None).delete()
    known = set()
    for one in held.all():
        known.add(_key(one))
    quota_keys = [one.quota_key for one in held.in_list()]
    taken = Counter(quota_keys)
    left = {}
    for standing, most in quotas.items():
        left[standing] = max(0, most - taken[standing])
    cut = _cut([one for one in proposed if _key(one) not in known], left)
    return Nomination.objects.bulk_create(cut)


def _key(nomination: Nomination) -> tuple:
    return nomination.community_id, nomination.unit_id, nomination.standing


def _cut(proposed: list[Nomination], quotas: Mapping[str, int]) -> list[Nomination]:
    """Those within the quota of their standing; the equals at its edge all stay, for people to choose between."""
    kept = []
    for standing, group in _by_standing(proposed).items():
        ranked = _ranked(group, quotas.get(standing))
        kept += ranked[0]
    return kept


def _by_standing(nominations: Iterable[Nomination]) -> dict[str, list[Nomination]]:
    alike: dict[str, list[Nomination]] = defaultdict(list)
    for one in nominations:
        alike[one.quota_key].append(one)
    return alike


def _ranked(
    group: list[Nomination], most: int | None
) -> tuple[list[Nomination], list[Nomination], int]:
    """All who are named within the quota, the equals at its edge among them, and how many of those may stay."""
    candidates = []
    for place, one in enumerate(group):
        candidates.append(Candidate(place, one.points))
    lowest_first = group[0].honour == Honour.CRITICISM
    cut = within_quota(candidates, most, lowest_first=lowest_first)
    named, tied = ([group[one.key] for one in chosen] for chosen in (cut.named, cut.tied))
    return named, tied, cut.open_places


def over_quota(round: Round, honour: str, quotas: Mapping[str, int]) -> list[str]:
    """Where more are in the list than there are places: a sentence a standing, naming the equals to choose between."""
    return [
        _too_many(STANDINGS[standing], group, quotas[standing])
        for standing, group in _by_standing(named_for(round, honour)).items()
        if len(group) > quotas.get(standing, len(group))
    ]


def _too_many(standing: str, group: list[Nomination], most: int) -> str:
    _, tied, open_places = _ranked(group, most)
    left = f"{standing}名额 {most} 个，名单中有 {len(group)} 个"
    if not tied:
        return f"{left}，请剔除 {len(group) - most} 个并写明理由"
    names = [one.name for one in tied]
    equals = "、".join(names)
    return (
        f"{left}：{equals}并列（{tied[0].points} 分），只余 {open_places} 个名额，"
        f"请研究确定，剔除 {len(group) - most} 个并写明理由"
    )
