"""责任分担: the maluses that a functional department bears together with the community."""

from collections import Counter, defaultdict

from scoring.models import Adjustment, Round
from scoring.models.adjustments import AdjustmentKind
from scoring.rules.rubric import Rubric
from scoring.rules.years import Blamed
from scoring.services.adjustments import FALSE_RECTIFICATION, established_in


def shared_cases(round: Round, rubric: Rubric) -> list[Blamed]:
    """The maluses of the quarter that departments share, by community and rule. Two queries, none if nothing is shared.

    Those recorded name their department; a false rectification is its unit's, where that is a functional department.
    """
    rules = {rule.code: rule for rule in rubric.maluses if rule.shared_by}
    if not rules:
        return []
    counted: dict[tuple[int, str], Counter] = defaultdict(Counter)
    recorded = Adjustment.objects.filter(round=round, kind=AdjustmentKind.MALUS, rule_code__in=rules).in_force()
    for community, code, department in recorded.values_list("community", "rule_code", "department"):
        counted[community, code][department] += 1
    for one in established_in(round) if FALSE_RECTIFICATION in rules else ():
        department = one.unit_id if one.unit and one.unit.is_functional_department else None
        counted[one.finding.community_id, FALSE_RECTIFICATION][department] += 1
    return [
        Blamed(rules[code], cases.total(), {unit: count for unit, count in cases.items() if unit is not None})
        for (_, code), cases in counted.items()
    ]
