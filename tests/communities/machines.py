from communities import states
from tests.access import OFFICE
from tests.communities.factories import (
    make_assignment,
    make_labour_day,
    make_meeting,
    make_plan,
    make_topic,
)
from tests.machines import Machine

KEEPERS = {"lead_officer", "community_worker"}

MACHINES = [
    Machine(
        states.PLAN_STEPS,
        make=lambda cast, status: make_plan(cast, status=status),
        may={"submit": OFFICE, "return": {"office_director"}, "issue": {"office_director"}},
    ),
    Machine(
        states.ASSIGNMENT_STEPS,
        make=lambda cast, status: make_assignment(cast, status=status),
        may={"acknowledge": {"lead_officer"}, "complete": {"community_worker"}},
    ),
    Machine(
        states.MEETING_STEPS,
        make=lambda cast, status: make_meeting(cast, status=status),
        may={"hold": KEEPERS},
    ),
    Machine(
        states.LABOUR_DAY_STEPS,
        make=lambda cast, status: make_labour_day(cast, status=status),
        may={"report": KEEPERS},
    ),
    Machine(
        states.TOPIC_STEPS,
        make=lambda cast, status: make_topic(cast, status=status),
        may={"answer": OFFICE | {"lead_officer"}},
    ),
]
