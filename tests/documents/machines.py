from dataclasses import replace

from gongjian.documents import states
from tests.access import OFFICE
from tests.documents.factories import make_document
from tests.machines import Machine

DIRECTOR = {"office_director"}
CHECKED = (states.SEND_TO_CHECK, states.CHECK)
ROUND = (states.START_ROUND, states.END_ROUND)
SEALED = (states.SEAL, states.PUBLISH)
OWN = (states.SUBMIT, states.SIGN, states.PUBLISH, states.WITHDRAW)
AFTER_SIGNATURE = (replace(states.RETURN, sources=("signed",)),)
FOR_THE_CITY = (states.SEND_UP, states.APPROVE)

MACHINES = [
    Machine(
        CHECKED,
        lambda cast, status: make_document(cast, status=status, year=2026, serial=1),
        {"send_to_check": OFFICE, "check": DIRECTOR},
    ),
    Machine(
        ROUND,
        lambda cast, status: make_document(
            cast, status=status, countersigners=["市城管局"], year=2026, serial=1
        ),
        {"start_round": DIRECTOR, "end_round": OFFICE},
    ),
    Machine(
        SEALED,
        lambda cast, status: make_document(
            cast, status=status, needs_seal=True, year=2026, serial=1
        ),
        {"seal": OFFICE, "publish": OFFICE},
    ),
    Machine(
        AFTER_SIGNATURE,
        lambda cast, status: make_document(
            cast, status=status, needs_approval=True, year=2026, serial=1
        ),
        {"return": OFFICE | {"approver"}},
    ),
    Machine(
        OWN,
        lambda cast, status: make_document(cast, status=status, year=2026, serial=1),
        {"submit": OFFICE, "sign": DIRECTOR, "publish": OFFICE, "withdraw": DIRECTOR},
    ),
    Machine(
        FOR_THE_CITY,
        lambda cast, status: make_document(
            cast, status=status, needs_approval=True, year=2026, serial=1
        ),
        {"send_up": DIRECTOR, "approve": {"approver"}},
    ),
]
