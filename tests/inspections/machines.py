from inspections.states import FINDING_STEPS, RETURN, SELF_CHECK_STEPS
from tests.access import OFFICE
from tests.inspections.factories import make_finding, make_self_check
from tests.machines import Machine

GROUP = {"lead_officer", "community_worker"}


def self_check(cast, status):
    return make_self_check(cast, status=status, total_points="100.00", submitted_by=cast.lead_officer)


def self_check_of_the_community(cast, status):
    """Handed in by the community's worker: the lead unit's officer may give it back as well, but not accept it."""
    return make_self_check(cast, status=status, total_points="100.00", submitted_by=cast.community_worker)


def finding(cast, status):
    """Lies with the member unit; the lead officer is the one who says that it is put right."""
    return make_finding(cast, status=status, responsible_unit=cast.member_unit, rectified_by=cast.lead_officer)


MACHINES = [
    Machine(SELF_CHECK_STEPS, self_check, may={"submit": GROUP, "return": OFFICE, "accept": OFFICE}),
    Machine((RETURN,), self_check_of_the_community, may={"return": OFFICE | {"lead_officer"}}),
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
