"""How far the readings of a round are: what each community still lacks."""

from collections.abc import Mapping
from dataclasses import dataclass

from communities.models import Community
from scoring.models import Absence, Round
from scoring.rules.readings.marking import missing_readings
from scoring.services.readings.recorded import readings_of


@dataclass(frozen=True)
class ReadingProgress:
    """How far the readings of a round are; absent communities are not looked at.

    `names` of the components; `lacking` by community id, in the order of `names`.
    """

    names: list[str]
    lacking: Mapping[int, tuple[list[str], ...]]
    absent: Mapping[int, Absence]

    @property
    def complete(self) -> list[tuple[str, int]]:
        """Each component with the number of communities that lack nothing of it."""
        counts = []
        for number, name in enumerate(self.names):
            complete = [pk for pk, lacks in self.lacking.items() if not lacks[number]]
            counts.append((name, len(complete)))
        return counts

    @property
    def asked(self) -> int:
        """How many communities are asked for readings."""
        return len(self.lacking)


def progress_of(round: Round) -> ReadingProgress:
    """Return what has been entered and what lacks. Three queries, whatever the city."""
    measured = round.rubric.rules.measured
    months = round.span.months
    readings = readings_of(round)
    absences = Absence.objects.filter(round=round).in_force()
    absent = {absence.community_id: absence for absence in absences}
    communities = Community.objects.active().exclude(pk__in=absent)
    lacking = {}
    for pk in communities.values_list("pk", flat=True):
        of_community = readings.get(pk, {})
        lacking[pk] = tuple(
            missing_readings(rules.items, of_community.get(rules.code, {}), months)
            for rules in measured
        )
    return ReadingProgress([rules.name for rules in measured], lacking, absent)
