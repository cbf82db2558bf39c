"""Lists of names: proposed anew beside what people struck or added, and held to their quotas."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from communities.models import Community
from scoring.models import Nomination, Round
from scoring.models.bulletins import CRITICISED_KINDS, Honour
from scoring.models.scores import Standing
from scoring.rules.honours.proposing import Candidate, Cut, within_quota
from units.models import Unit

COMMUNITY = "community"
STANDINGS = {COMMUNITY: "社区", **{standing.value: standing.label for standing in Standing}}


def may_be_named(unit: Unit, honour: str) -> bool:
    """Whether the unit may be named without a legal review.

    Anyone may be praised; an enterprise or a social body is not criticised by name without one.
    """
    return honour != Honour.CRITICISM or unit.kind in CRITICISED_KINDS


def subject_columns(subject: Community | Unit) -> dict[str, Community | Unit]:
    """Return the column of a nomination or score that holds the subject."""
    return {"community": subject} if isinstance(subject, Community) else {"unit": subject}


def named_for(round: Round, honour: str) -> list[Nomination]:
    """Return the names in the list: communities, then units by standing, each best first."""
    nominations = round.nominations.in_list().filter(honour=honour)
    order = list(STANDINGS)
    related = nominations.select_related("community", "unit").order_by("-points", "pk")
    return sorted(related, key=lambda row: order.index(row.quota_key))


def propose_anew(
    round: Round, honour: str, proposed: Iterable[Nomination], quotas: Mapping[str, int]
) -> list[Nomination]:
    """Replace what the rules proposed before by what they propose within the quotas now.

    Whom people struck stays struck and takes no place; whom they added stays and takes one. Call
    inside a transaction. Returns the new rows.
    """
    nominations = round.nominations.filter(honour=honour)
    nominations.filter(struck_at=None, added_at=None).delete()
    touched_by_people = {_subject_key(nomination) for nomination in nominations.all()}
    taken_places = Counter(nomination.quota_key for nomination in nominations.in_list())
    candidates = [row for row in proposed if _subject_key(row) not in touched_by_people]
    new_rows = []
    for standing, group in _by_standing(candidates).items():
        open_places = None
        if standing in quotas:
            open_places = max(0, quotas[standing] - taken_places[standing])
        cut = _cut(group, open_places)
        new_rows += [group[candidate.key] for candidate in cut.named]
    return Nomination.objects.bulk_create(new_rows)


def _subject_key(nomination: Nomination) -> tuple[Any, ...]:
    return nomination.community_id, nomination.unit_id, nomination.standing


def _by_standing(nominations: Iterable[Nomination]) -> dict[str, list[Nomination]]:
    groups: dict[str, list[Nomination]] = defaultdict(list)
    for nomination in nominations:
        groups[nomination.quota_key].append(nomination)
    return groups


def _cut(group: list[Nomination], quota: int | None) -> Cut:
    """Return who stays within the quota; the keys are places in the group."""
    candidates = [Candidate(place, nomination.points) for place, nomination in enumerate(group)]
    return within_quota(candidates, quota, lowest_first=group[0].honour == Honour.CRITICISM)


def over_quota(round: Round, honour: str, quotas: Mapping[str, int]) -> list[str]:
    """Return a sentence for each standing with more names in the list than places."""
    sentences = []
    for standing, group in _by_standing(named_for(round, honour)).items():
        if standing in quotas and len(group) > quotas[standing]:
            sentences.append(_too_many(STANDINGS[standing], group, quotas[standing]))
    return sentences


def _too_many(standing: str, group: list[Nomination], quota: int) -> str:
    """Say how many to strike, and name the equals to choose between."""
    to_strike = f"剔除 {len(group) - quota} 个并写明理由"
    names = f"{standing}名额 {quota} 个，名单中有 {len(group)} 个"
    cut = _cut(group, quota)
    if not cut.tied:
        return f"{names}，请{to_strike}"
    tied = [group[candidate.key] for candidate in cut.tied]
    equals = "、".join(nomination.name for nomination in tied)
    tie = f"{equals}并列（{tied[0].points} 分），只余 {cut.open_places} 个名额"
    return f"{names}：{tie}，请研究确定，{to_strike}"
