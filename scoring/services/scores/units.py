"""The scores of lead units, member units and functional departments (assessment 3.6).

What they rest on is gathered here and in `duties`; `scoring.rules.scores.units` computes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from communities.models import GroupMember
from communities.models.groups import MemberRole
from scoring.models import Round, UnitScore
from scoring.models.scores import Standing
from scoring.rules.rubrics.rubric import Rubric
from scoring.rules.scores.units import UnitInputs, unit_results
from scoring.rules.scores.years import Share
from scoring.services.scores.blame import Blame, blame_in
from scoring.services.scores.duties import duty_shares
from scoring.services.scores.inputs import rectification_by_department
from units.models import Unit

# By unit id, the ids of the communities that it leads, or in which it is a member.
Seats = Mapping[int, list[int]]


@dataclass(frozen=True)
class Scored:
    """A community as its units are rated by it."""

    code: str
    name: str
    points: Decimal


def unit_scores_of(round: Round, rubric: Rubric, *, at: datetime) -> list[UnitScore]:
    """Return every unit's result, ranked inside its standing, not saved. Twelve queries at most.

    By the scores just stored of the communities that have a group: units are rated by no others.
    """
    scored = _scored_communities(round)
    blame = blame_in(round, rubric)
    inputs = _inputs(round, rubric, scored, blame, at=at)
    points = {}
    for community in scored.values():
        points[community.code] = (community.name, community.points)
    rows = []
    for result in unit_results(inputs, points, blame.cases, rubric):
        unit_id = int(result.inputs.ref)
        row = UnitScore(round=round, unit_id=unit_id)
        row.standing = result.inputs.standing
        row.total_points = result.points
        row.rank = result.place
        row.explanation = result.explanation
        rows.append(row)
    return rows


def unit_inputs_of(round: Round, rubric: Rubric, *, at: datetime) -> list[UnitInputs]:
    """Return what the units' figures rest on at `at`, as the frozen record holds it.

    Twelve queries at most.
    """
    return _inputs(round, rubric, _scored_communities(round), blame_in(round, rubric), at=at)


def _scored_communities(round: Round) -> dict[int, Scored]:
    """Return the communities with a group and a score, by id. One query."""
    with_group = GroupMember.objects.values("group__community")
    scores = round.scores.filter(community__in=with_group).order_by()
    communities = {}
    for pk, code, name, points in scores.values_list(
        "community", "community__code", "community__name", "total_points"
    ):
        communities[pk] = Scored(code, name, points)
    return communities


def _inputs(
    round: Round, rubric: Rubric, scored: Mapping[int, Scored], blame: Blame, *, at: datetime
) -> list[UnitInputs]:
    """Return the inputs of lead units, then of member units, then of departments."""
    led, joined = seats_of(scored)
    shares = duty_shares(round.span, joined)
    counted_duties = set()
    for rule in rubric.member_unit.duties:
        counted_duties.add(rule.code)
    handled = rectification_by_department(round.span, at=at)
    units = Unit.objects.filter(pk__in={*led, *joined, *handled})
    names = dict(units.values_list("pk", "name"))

    def codes(communities: Iterable[int]) -> tuple[str, ...]:
        return tuple(scored[community].code for community in communities)

    inputs = []
    for pk, communities in led.items():
        unit_inputs = UnitInputs(Standing.LEAD, str(pk), names[pk], codes(communities))
        inputs.append(unit_inputs)
    for pk, communities in joined.items():
        duties = {code: share for code, share in shares[pk].items() if code in counted_duties}
        inputs.append(
            UnitInputs(Standing.MEMBER, str(pk), names[pk], codes(communities), duties=duties)
        )
    for pk, cases in handled.items():
        share = Share(cases.due, cases.closed_in_time)
        inputs.append(
            UnitInputs(Standing.DEPARTMENT, str(pk), names[pk], handled=share, blame=blame.of(pk))
        )
    return inputs


def seats_of(scored: Mapping[int, Scored]) -> tuple[Seats, Seats]:
    """Return the communities that each unit leads, and those it joins, by code. One query."""
    led: dict[int, list[int]] = defaultdict(list)
    joined: dict[int, list[int]] = defaultdict(list)
    members = GroupMember.objects.order_by("group__community__code")
    for unit, community, role in members.values_list("unit", "group__community", "role"):
        if community in scored:
            if role == MemberRole.LEAD:
                seats = led
            else:
                seats = joined
            seats[unit].append(community)
    return led, joined
