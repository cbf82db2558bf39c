"""One quarter on the stage: who acts, when, how well each community is kept, how much is shown."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from random import Random

from communities.models import Community, GroupMember
from gongjian.accounts.models import User
from gongjian.demo.agenda import Agenda, TimedStage
from gongjian.demo.calendar import Milestones
from gongjian.demo.staff import Staff, acting
from gongjian.lib.checklists import Checklist, load_checklist
from gongjian.lib.quarters import Quarter
from gongjian.reference import Reference
from scoring.models import Round
from units.models import Unit


@dataclass(frozen=True)
class Scale:
    """How much of a quarter is shown.

    Rates are per community and, for self-checks, per item and month. `unsettled` is the share of
    findings that nobody puts right, and of the unpunctual who do not sign for their work.
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
    """What the acts of one quarter share.

    `stages` are its lines on the terminal, 1 to 7; `round` is there once it is drawn;
    `photo_counts` counts photos by whether the city found what they show.
    """

    quarter: Quarter
    seed: int
    scale: Scale
    staff: Staff
    communities: list[Community]
    reference: Reference
    agenda: Agenda
    stages: dict[int, TimedStage]
    seats: dict[int, list[GroupMember]] = field(default_factory=dict)
    photo_counts: Counter = field(default_factory=Counter)
    rework_count: int = 0
    round: Round | None = None

    def __post_init__(self) -> None:
        self.dates = Milestones(self.quarter)
        self.by_pk = {community.pk: community for community in self.communities}
        self.characters: dict[int, Character] = {}
        for community in self.communities:
            self.characters[community.pk] = self.character(community)

    @cached_property
    def checklist(self) -> Checklist:
        return load_checklist(self.reference.checklist.content)

    @cached_property
    def departments(self) -> dict[str, Unit]:
        """The functional departments by short name. One query."""
        departments = Unit.objects.filter(is_functional_department=True)
        return {unit.short_name: unit for unit in departments}

    def random(self, *subject) -> Random:
        """Return a source of chance for one subject, so that one story does not move another."""
        parts = [self.seed, self.quarter, *subject]
        return Random(":".join(map(str, parts)))

    def character(self, community: Community) -> Character:
        """Return the community's lasting nature, a little better or worse this quarter."""
        nature = Random(f"{self.seed}:{community.code}")
        mood = self.random("mood", community.code).uniform(-0.03, 0.03)
        quality = 0.66 + 0.27 * nature.betavariate(3, 2) + mood
        punctuality = 0.62 + 0.37 * nature.betavariate(4, 1.5)
        return Character(min(quality, 0.99), min(punctuality, 0.99))

    def plan(
        self, stage: int, at: datetime, act: Callable, *subjects: object, alone: bool = False
    ) -> None:
        """Plan that `act(play, *subjects, at)` happens at a moment and counts for a stage."""
        act_of_play = partial(act, self, *subjects)
        self.agenda.plan(at, self.stages[stage], act_of_play, alone=alone)

    def quality(self, community: Community) -> float:
        return self.characters[community.pk].quality

    def punctuality(self, community: Community) -> float:
        return self.characters[community.pk].punctuality

    def people_of(self, community: Community) -> tuple[User, User]:
        """Return those who do a community's work: its own worker and its lead unit's officer."""
        worker = self.staff.workers[community.pk]
        return worker, self.staff.lead_officer(community)

    def day(self, number: int) -> date:
        """Return the day so many days after the quarter's first."""
        return self.quarter.first_day + timedelta(days=number)

    def clerk(self, number: int, at: datetime) -> User:
        return acting(self.staff.clerk(number), at)

    def director(self, at: datetime) -> User:
        return acting(self.staff.director, at)

    def approver(self, at: datetime) -> User:
        return acting(self.staff.approver, at)

    def worker(self, community: Community, at: datetime) -> User:
        return acting(self.staff.workers[community.pk], at)

    def lead_officer(self, community: Community, at: datetime) -> User:
        return acting(self.staff.lead_officer(community), at)


def read_seats() -> dict[int, list[GroupMember]]:
    """Return the seats of each community's group by its pk, the lead unit first. One query."""
    seats = defaultdict(list)
    rows = GroupMember.objects.select_related("unit", "group").order_by("group", "role", "pk")
    for seat in rows:
        seats[seat.group.community_id].append(seat)
    return seats
