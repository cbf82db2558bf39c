from funds import states
from tests.access import OFFICE
from tests.funds.factories import make_expense, make_pledge
from tests.machines import Machine

KEEPERS = OFFICE | {"lead_officer", "community_worker"}
DECIDERS = {"lead_officer", "office_director"}

MACHINES = [
    Machine(
        states.PLEDGE_STEPS,
        lambda cast, status: make_pledge(cast, status=status),
        {
            "pay_part": KEEPERS,
            "pay_off": KEEPERS,
            "take_back_part": KEEPERS,
            "take_back": KEEPERS,
            "withdraw": KEEPERS | {"member_liaison"},
        },
    ),
    Machine(
        states.EXPENSE_STEPS,
        lambda cast, status: make_expense(cast, status=status),
        {"approve": DECIDERS, "refuse": DECIDERS},
    ),
]
