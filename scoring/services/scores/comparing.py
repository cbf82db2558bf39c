"""Whether a round's scores still are what gathering would give now, and for the same reasons."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from communities.models import Community
from gongjian.lib.canonical import canonical_json
from scoring.models import Round, Score, UnitScore
from scoring.services.scores.explanations import Explanations
from scoring.services.scores.figures import scores_now


def changed_since_gathering(round: Round, *, at: datetime) -> list[str]:
    """Return the names of communities that would stand elsewhere, or for other reasons, at `at`.

    Raises Missing if they could not be gathered at all.
    """
    stored = {}
    for score in Score.objects.filter(round=round):
        stored[score.community_id] = score
    now = {score.community_id: score for score in scores_now(round, at=at)}
    explanations = Explanations()
    changed = stored.keys() ^ now.keys()
    for community in stored.keys() & now.keys():
        # The rows just computed hold the round with its rubric; those stored would query for it.
        stored[community].round = round
        if not is_same(stored[community], now[community], explanations):
            changed.add(community)
    # Read whole: a city's worth of changes would be too many numbers for one query.
    if not changed:
        return []
    names = Community.objects.values_list("pk", "name")
    return sorted(name for pk, name in names if pk in changed)


def is_same(stored: Score, now: Score, explanations: Explanations) -> bool:
    if (stored.rank, stored.class_rank) != (now.rank, now.class_rank):
        return False
    if stored.inputs is not None and now.inputs is not None:
        return _basis(stored.inputs) == _basis(now.inputs)
    # A score stored with its whole explanation is compared by that.
    return canonical_json(explanations.of(stored)) == canonical_json(explanations.of(now))


def _basis(inputs: Mapping[str, Any]) -> bytes:
    """Return the inputs in a form that does not depend on the order in which cases were read."""
    cases = sorted(inputs["cases"] or [])
    return canonical_json({**inputs, "cases": cases})


def units_changed_since_gathering(round: Round, frozen: Mapping[str, Any]) -> list[str]:
    """Return the names of units that stand elsewhere, or for other reasons, on this record."""
    names = {}
    stored = {}
    unit_scores = UnitScore.objects.filter(round=round)
    for row in unit_scores.select_related("unit"):
        key = (row.standing, str(row.unit_id))
        names[key] = row.unit.name
        stored[key] = (row.total_points, row.rank, row.explanation)
    on_record = {}
    for result in frozen.get("unit_results", ()):
        key = (result["standing"], result["ref"])
        names[key] = result["name"]
        points = Decimal(result["points"])
        on_record[key] = (points, result["place"], result["explanation"])
    return sorted({names[key] for key in names if stored.get(key) != on_record.get(key)})
