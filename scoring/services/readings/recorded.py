"""What the office has recorded beside the sheets: readings and absences, by community."""

from collections import defaultdict

from scoring.models import Absence, Reading, Round
from scoring.rules.records.recording import reading_from
from scoring.rules.rubrics.items import Readings


def readings_of(round: Round) -> dict[int, dict[str, Readings]]:
    """Return what was found, by community id, component and item. One query."""
    readings: dict[int, dict[str, Readings]] = defaultdict(dict)
    rows = Reading.objects.filter(round=round)
    for community, component, items in rows.values_list("community", "component", "items"):
        readings[community][component] = {
            code: reading_from(stored) for code, stored in items.items()
        }
    return readings


def absences_of(round: Round) -> dict[int, str]:
    """Return why there was nothing to assess, by community id. One query."""
    return dict(Absence.objects.filter(round=round).in_force().values_list("community", "reason"))
