from inspections.models import FindingRequest
from inspections.states import FINDING_STEPS, GRANT, PASS, REQUEST_STEPS, SELF_CHECK_STEPS, VERIFY
from tests.access import OFFICE
from tests.inspections.factories import make_finding, make_request, make_self_check
from tests.machines import Machine

GROUP = {"lead_officer", "community_worker"}


def self_check(cast, status):
    return make_self_check(cast, status=status, total_points="100.00", submitted_by=cast.lead_officer)


def finding(cast, status, **given):
    """Lies with the member unit; the lead officer is the one who says that it is put right."""
    doer_and_judge = {"rectified_by": cast.lead_officer, "verified_by": cast.office_staff}
    return make_finding(cast, status=status, responsible_unit=cast.member_unit, **doer_and_judge, **given)


def supervised(cast, status):
    return finding(cast, status, supervised_at=cast.now)


def request(kind):
    def make(cast, status):
        row = make_request(cast, kind=kind, status=status, finding=finding(cast, "assigned"))
        if status not in ("asked", "lapsed"):
            FindingRequest.objects.filter(pk=row.pk).update(decided_by=cast.office_staff)
        return row

    return make


MACHINES = [
    Machine(SELF_CHECK_STEPS, self_check, may={"submit": GROUP, "return": OFFICE, "accept": OFFICE}),
    Machine(
        FINDING_STEPS,
        finding,
        may={
            "assign": OFFICE | GROUP,
            "rectify": GROUP | {"member_liaison"},
            "verify": OFFICE | {"community_worker"},
            "pass": set(),
            "close_out": OFFICE,
            "send_back": OFFICE | {"community_worker"},
            "mark_false": OFFICE,
        },
    ),
    Machine((VERIFY, PASS), supervised, may={"verify": OFFICE, "pass": {"community_worker"}}),
    Machine(
        REQUEST_STEPS,
        request("extension"),
        may={"grant": OFFICE, "refuse": OFFICE, "lapse": OFFICE | GROUP | {"member_liaison"}},
    ),
    Machine((GRANT,), request("hand_on"), may={"grant": OFFICE | GROUP}),
]
