"""Whether a round's scores still are what gathering would give: places, figures, and everything under them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from communities.models import Community
from gongjian.lib.canonical import canonical_json
from scoring.models import Round, Score, UnitScore
from scoring.services.scores.explanations import Explanations
from scoring.services.scores.gathering import scores_now


def changed_since_gathering(round: Round, *, at: datetime) -> list[str]:
    """The communities that would stand elsewhere or rest on something else if they were gathered now, by name.

    Raises Missing if they could not be gathered at all.
    """
    stored = {row.community_id: row for row in Score.objects.filter(round=round)}
    now = {row.community_id: row for row in scores_now(round, at=at)}
    explanations = Explanations()
    changed = {
        pk for pk in stored.keys() | now if not _same(stored.get(pk), now.get(pk), explanations)
    }
    names = Community.objects.values_list("pk", "name") if changed else ()
    return sorted(name for pk, name in names if pk in changed)


def units_changed_since_gathering(round: Round, frozen: Mapping[str, Any]) -> list[str]:
    """The units that would stand elsewhere, or for other reasons, on this record than they were gathered, by name."""
    rows = UnitScore.objects.filter(round=round).select_related("unit")
    stored = {
        (row.standing, str(row.unit_id)): (row.total_points, row.rank, row.explanation)
        for row in rows
    }
    results = frozen.get("unit_results", ())
    now = {
        (one["standing"], one["ref"]): (Decimal(one["points"]), one["place"], one["explanation"])
        for one in results
    }
    names = {(row.standing, str(row.unit_id)): row.unit.name for row in rows}
    names |= {(one["standing"], one["ref"]): one["name"] for one in results}
    return sorted({names[key] for key in stored.keys() | now if stored.get(key) != now.get(key)})


def _same(stored: Score | None, now: Score | None, explanations: Explanations) -> bool:
    if stored is None or now is None:
        return False
    stored.round = now.round
    places = ((stored.rank, stored.class_rank), (now.rank, now.class_rank))
    return places[0] == places[1] and _bases(stored, now, explanations)


def _bases(stored: Score, now: Score, explanations: Explanations) -> bool:
    """Inputs with inputs; a score stored with its whole explanation is compared by that."""
    if stored.inputs is not None and now.inputs is not None:
        return _basis(stored) == _basis(now)
    return canonical_json(explanations.of(stored)) == canonical_json(explanations.of(now))


def _basis(row: Score) -> str:
    return canonical_json({**row.inputs, "cases": sorted(row.inputs["cases"] or [])})
