"""责任分担: the maluses that a functional department bears together with the community."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from communities.models import Community
from scoring.models import Adjustment, Round
from scoring.models.adjustments import AdjustmentKind
from scoring.rules.rubrics.rubric import Rubric
from scoring.services.readings.adjustments import FALSE_RECTIFICATION, established_in

# By rule, how many cases each department's id shares; None: no department does.
CasesByDepartment = Mapping[str, Mapping[int | None, int]]


@dataclass(frozen=True)
class Blame:
    """The shared maluses of a quarter, by community code and rule."""

    departments: Mapping[str, CasesByDepartment]

    @property
    def cases(self) -> dict[str, dict[str, int]]:
        """All cases by community and rule, whoever shares them."""
        totals = {}
        for community, by_rule in self.departments.items():
            totals[community] = {rule: sum(counts.values()) for rule, counts in by_rule.items()}
        return totals

    def of(self, department: int) -> dict[str, dict[str, int]]:
        """Return by community and rule in how many cases this department shares."""
        shared: dict[str, dict[str, int]] = {}
        for community, by_rule in sorted(self.departments.items()):
            for rule, counts in by_rule.items():
                if department in counts:
                    shared.setdefault(community, {})[rule] = counts[department]
        return shared


def blame_in(round: Round, rubric: Rubric) -> Blame:
    """Return the maluses that departments share with communities in the register.

    Those recorded name their department; a false rectification is its unit's, where that is a
    functional department. Three queries, none without such rules.
    """
    shared_rules = {rule.code for rule in rubric.maluses if rule.shared_by}
    if not shared_rules:
        return Blame({})
    counts: dict[int, dict[str, Counter[int | None]]] = defaultdict(lambda: defaultdict(Counter))
    recorded = Adjustment.objects.in_force().filter(
        round=round, kind=AdjustmentKind.MALUS, rule_code__in=shared_rules
    )
    for community, rule, department in recorded.values_list("community", "rule_code", "department"):
        counts[community][rule][department] += 1
    if FALSE_RECTIFICATION in shared_rules:
        for established in established_in(round):
            unit = established.unit
            cases = counts[established.finding.community_id][FALSE_RECTIFICATION]
            if unit and unit.is_functional_department:
                cases[unit.pk] += 1
            else:
                cases[None] += 1
    communities = Community.objects.active().filter(pk__in=counts)
    return Blame({code: counts[pk] for code, pk in communities.values_list("code", "pk")})
