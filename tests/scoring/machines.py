from scoring import states
from tests.access import OFFICE
from tests.machines import Machine
from tests.scoring.factories import (
    make_appeal,
    make_commendation,
    make_correction,
    make_plan,
    make_quarter_list,
    make_round,
    make_sheet,
)


def _sheet(cast, status):
    round = make_round(cast, status="assessing")
    locked = {"total_points": 90} if status == "locked" else {}
    return make_sheet(round, cast.community, cast.assessor, status=status, **locked)


def _appeal(cast, status):
    return make_appeal(cast, status=status, department=cast.department)


IN_FORCE = {"number": 1, "frozen": {}, "sha256": "0" * 64}
"""A number and a record, which a correction has once it is in force."""


def _correction(cast, status):
    taken = IN_FORCE if status == "in_force" else {}
    return make_correction(cast, make_round(cast, status="published"), status=status, **taken)


def _lockable(cast, status):
    """A sheet as locking leaves it: its total is there whatever its status."""
    sheet = _sheet(cast, status)
    sheet.total_points = 90
    sheet.save(update_fields=["total_points"])
    return sheet


MACHINES = [
    Machine(
        states.ROUND_STEPS,
        lambda cast, status: make_round(cast, status=status, gathered_by=cast.office_staff),
        {step.name: OFFICE for step in states.ROUND_STEPS} | {"freeze": {"office_director"}},
    ),
    Machine(states.SHEET_STEPS, _lockable, {"lock": {"assessor"}}),
    Machine(
        states.PLAN_STEPS,
        lambda cast, status: make_plan(cast, status=status),
        {"apply": OFFICE, "approve": {"approver"}, "refuse": {"approver"}},
    ),
    Machine(
        states.COMMENDATION_STEPS,
        lambda cast, status: make_commendation(
            cast, status=status, plan=make_plan(cast, status="applied", request=None)
        ),
        {
            "open_notice": OFFICE,
            "review": {"office_director"},
            "return": {"office_director"},
            "send_back": {"approver"},
            "approve": {"approver"},
            "decide": OFFICE,
        },
    ),
    Machine(
        states.QUARTER_LIST_STEPS,
        lambda cast, status: make_quarter_list(
            cast, make_round(cast, status="frozen"), status=status
        ),
        {"open_notice": OFFICE, "return": {"office_director"}, "close": OFFICE},
    ),
    Machine(
        states.APPEAL_STEPS,
        _appeal,
        {
            "precheck": {"office_staff"},
            "dismiss": {"office_staff"},
            "verify": {"department_officer"},
        }
        | {"uphold": {"office_director"}, "refuse": {"office_director"}},
    ),
    Machine(
        states.CORRECTION_STEPS,
        _correction,
        {"approve": {"office_director"}, "refuse": {"office_director"}},
        takes={"approve": IN_FORCE},
    ),
]
