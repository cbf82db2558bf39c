from gongjian.documents import states
from tests.access import OFFICE
from tests.documents.factories import make_document
from tests.machines import Machine

DIRECTOR = {"office_director"}
OWN = (states.SUBMIT, states.SIGN, states.PUBLISH, states.WITHDRAW)
FOR_THE_CITY = (states.SEND_UP, states.APPROVE)

MACHINES = [
    Machine(
        OWN,
        lambda cast, status: make_document(cast, status=status, year=2026, serial=1),
        {"submit": OFFICE, "sign": DIRECTOR, "publish": OFFICE, "withdraw": DIRECTOR},
    ),
    Machine(
        FOR_THE_CITY,
        lambda cast, status: make_document(cast, status=status, needs_approval=True, year=2026, serial=1),
        {"send_up": DIRECTOR, "approve": {"approver"}},
    ),
]
