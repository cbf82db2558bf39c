"""One quarter on the stage: who acts, when, how well each community is kept, and how much of it is shown."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from communities.models import Community, GroupMember
from gongjian.demo.agenda import Agenda, Stage
from gongjian.demo.calendar import Milestones
from gongjian.demo.staff import Staff
from gongjian.lib.quarters import Quarter
from gongjian.reference import Reference


@dataclass(frozen=True)
class Scale:
    """How much of a quarter is shown. Rates are per community and, for self-checks, per item and month.

    `unsettled` is the share of findings that nobody puts right, and of the unpunctual who do not sign for their work.
    """

    general_work: int = 6
    finding_rate: float = 0.4
    city_findings: float = 0.9
    frontage_checks: int = 4
    has_joint_works: bool = True
    photos: int = 0
    city_photos: int = 0
    has_letter: bool = False
    appeals: int = 0
    is_commended: bool = False
    unsettled: float = 0.0


HISTORY = Scale(
    general_work=1, finding_rate=0.1, city_findings=0.15, frontage_checks=0, has_joint_works=False
)
LIVING = Scale(photos=8, has_letter=True, unsettled=0.06)
WHOLE = Scale(photos=20, city_photos=6, appeals=3, is_commended=True, unsettled=0.01)


@dataclass(frozen=True)
class Character:
    """How clean a community is kept and how much its people keep to dates, both from 0 to 1."""

    quality: float
    punctuality: float


@dataclass
class Play:
    """Everything that the acts of one quarter share. `stages` are its lines on the terminal, 1 to 7."""

    quarter: Quarter
    seed: int
    scale: Scale
    staff: Staff
    communities: list[Community]
    reference: Reference
    agenda: Agenda
    stages: dict[int, Stage]
    seats: dict[int, list[GroupMember]] = field(default_factory=dict)
    photos_taken: Counter = field(default_factory=Counter)
    """By whether the city found what they show."""
    reworks: int = 0

    def __post_init__(self) -> None:
        self.dates = Milestones(self.quarter)
        self.by_pk = {community.pk: community for community in self.communities}
        self.characters = {
            community.pk: self._character(community) for community in self.communities
        }

    def random(self, *about) -> Random:
        """A source of its own for each thing told, so that one story does not move another."""
        return Random(":".join(str(part) for part in (self.seed, self.quarter, *about)))

    def plan(
        self, stage: int, at: datetime, act: Callable[[datetime], None], *, alone: bool = False
    ) -> None:
        self.agenda.plan(at, self.stages[stage], act, alone=alone)

    def _character(self, community: Community) -> Character:
        """The community's own nature, a little better or worse this quarter."""
        nature, mood = Random(f"{self.seed}:{community.code}"), self.random("mood", community.code)
        quality = 0.66 + 0.27 * nature.betavariate(3, 2) + mood.uniform(-0.03, 0.03)
        punctuality = 0.62 + 0.37 * nature.betavariate(4, 1.5)
        return Character(min(quality, 0.99), min(punctuality, 0.99))


def read_seats() -> dict[int, list[GroupMember]]:
    """Who sits in each community's group, the lead unit first. One query."""
    seats = defaultdict(list)
    rows = GroupMember.objects.select_related("unit", "group").order_by("group", "role", "pk")
    for seat in rows:
        seats[seat.group.community_id].append(seat)
    return seats
