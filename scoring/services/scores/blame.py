"""责任分担: the maluses that a functional department bears together with the community."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from communities.models import Community
from scoring.models import Adjustment, Round
from scoring.models.adjustments import AdjustmentKind
from scoring.rules.rubrics.rubric import Rubric
from scoring.services.readings.adjustments import FALSE_RECTIFICATION, established_in


@dataclass(frozen=True)
class Blame:
    """The shared maluses of a quarter, by community code and rule: all cases, and those of each department's id."""

    cases: Mapping[str, Mapping[str, int]]
    departments: Mapping[str, Mapping[str, Mapping[int | None, int]]]

    def of(self, department: int) -> dict[str, dict[str, int]]:
        """By community and rule, in how many cases this department shares."""
        mine = {
            code: {rule: units[department] for rule, units in rules.items() if department in units}
            for code, rules in self.departments.items()
        }
        return {code: rules for code, rules in sorted(mine.items()) if rules}


def blame_in(round: Round, rubric: Rubric) -> Blame:
    """The maluses that departments share with the communities in the register. Three queries, none without such rules.

    Those recorded name their department; a false rectification is its unit's, where that is a functional department.
    """
    rules = {rule.code for rule in rubric.maluses if rule.shared_by}
    if not rules:
        return Blame({}, {})
    counted: dict[int, dict[str, Counter]] = defaultdict(lambda: defaultdict(Counter))
    recorded = Adjustment.objects.filter(
        round=round, kind=AdjustmentKind.MALUS, rule_code__in=rules
    ).in_force()
    for community, code, department in recorded.values_list("community", "rule_code", "department"):
        counted[community][code][department] += 1
    for one in established_in(round) if FALSE_RECTIFICATION in rules else ():
        department = one.unit_id if one.unit and one.unit.is_functional_department else None
        counted[one.finding.community_id][FALSE_RECTIFICATION][department] += 1
    codes = Community.objects.active().filter(pk__in=counted).values_list("code", "pk")
    found = {code: counted[pk] for code, pk in codes}
    return Blame({code: _totals(cases) for code, cases in found.items()}, found)


def _totals(cases: Mapping[str, Counter]) -> dict[str, int]:
    return {rule: units.total() for rule, units in cases.items()}
