"""Every state machine, walked whole: each step from each state by each person of the cast.

Each app lists its machines in tests/<app>/machines.py as MACHINES:
    Machine(
        STEPS,
        make=lambda cast, status: make_assignment(cast, status=status),
        may={"acknowledge": {…}},
    )
`may` names, for every step, the people of the cast who may take it on the object that `make`
returns.
"""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from gongjian.audit.models import Entry
from gongjian.workflow import WrongState, advance
from tests.walks import MACHINES

WALKS = [
    pytest.param(
        machine, step, id=f"{step.may.__module__.split('.')[-2]}.{step.name}.{step.target}"
    )
    for machine in MACHINES
    for step in machine.steps
]


def outcome(machine, step, status, person, cast):
    obj = machine.make(cast, status)
    before = Entry.objects.count()
    try:
        advance(obj, step, by=cast.people[person], at=cast.now, **machine.takes.get(step.name, {}))
    except PermissionDenied:
        return "refused"
    except WrongState:
        return "wrong state"
    obj.refresh_from_db()
    assert Entry.objects.count() == before + 1
    return obj.status


@pytest.mark.slow
@pytest.mark.parametrize(("machine", "step"), WALKS)
def test_step(machine, step, cast):
    wrong = []
    states = {state for one in machine.steps for state in (*one.sources, one.target)}
    for status in sorted(states):
        for person in sorted(cast.people):
            if person in machine.may[step.name]:
                expected = step.target if status in step.sources else "wrong state"
            else:
                expected = "refused"
            with transaction.atomic():
                got = outcome(machine, step, status, person, cast)
                transaction.set_rollback(True)
            # A right that depends on the state itself may refuse in a wrong state as well.
            if got != expected and not (expected == "wrong state" and got == "refused"):
                wrong.append(f"{step.name} from {status} by {person}: {got}, not {expected}")
    assert wrong == []
