from inspections.states import FINDING_STEPS, SELF_CHECK_STEPS
from tests.access import OFFICE
from tests.inspections.factories import make_finding, make_self_check
from tests.machines import Machine

GROUP = {"lead_officer", "community_worker"}


def self_check(cast, status):
    return make_self_check(cast, status=status, total_points="100.00", submitted_by=cast.lead_officer)


def finding(cast, status):
    """Lies with the member unit; the lead officer is the one who says that it is put right."""
    return make_finding(cast, status=status, responsible_unit=cast.member_unit, rectified_by=cast.lead_officer)


MACHINES = [
    Machine(SELF_CHECK_STEPS, self_check, may={"submit": GROUP, "return": OFFICE, "accept": OFFICE}),
    Machine(
        FINDING_STEPS,
        finding,
        may={
            "assign": OFFICE | GROUP,
            "rectify": GROUP | {"member_liaison"},
            "verify": OFFICE | {"community_worker"},
            "send_back": OFFICE | {"community_worker"},
        },
    ),
]
