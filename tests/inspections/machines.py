from datetime import timedelta

from inspections.models import FindingRequest
from inspections.states import (
    ENTRY_STEPS,
    FINDING_STEPS,
    GRANT,
    PASS,
    REPORT_STEPS,
    REQUEST_STEPS,
    RETURN,
    SELF_CHECK_STEPS,
    VERIFY,
)
from tests.access import OFFICE
from tests.cast import TODAY
from tests.inspections.factories import (
    make_entry,
    make_finding,
    make_report,
    make_request,
    make_self_check,
)
from tests.machines import Machine

GROUP = {"lead_officer", "community_worker"}


def self_check(cast, status):
    return make_self_check(
        cast, status=status, total_points="100.00", submitted_by=cast.lead_officer
    )


def self_check_of_the_community(cast, status):
    """Handed in by the community's worker: the lead unit's officer may give it back as well, but
    not accept it.
    """
    return make_self_check(
        cast, status=status, total_points="100.00", submitted_by=cast.community_worker
    )


def finding(cast, status, **given):
    """Lies with the member unit; the lead officer is the one who says that it is put right."""
    doer_and_judge = {"rectified_by": cast.lead_officer, "verified_by": cast.office_staff}
    return make_finding(
        cast, status=status, responsible_unit=cast.member_unit, **doer_and_judge, **given
    )


def supervised(cast, status):
    return finding(cast, status, supervised_at=cast.now)


def request(kind):
    def make(cast, status):
        row = make_request(cast, kind=kind, status=status, finding=finding(cast, "assigned"))
        if status not in ("asked", "lapsed"):
            FindingRequest.objects.filter(pk=row.pk).update(decided_by=cast.office_staff)
        return row

    return make


def report(cast, status):
    """With the finding, the reason and the answer that the steps bring."""
    brought = {
        "finding": make_finding(cast, source="resident"),
        "reason": "不属于共建范围",
        "answer": "已清运",
    }
    return make_report(cast, status=status, **brought)


def entry(cast, status):
    return make_entry(
        cast, status=status, published_on=TODAY, expires_on=TODAY + timedelta(days=180)
    )


MACHINES = [
    Machine(
        REPORT_STEPS,
        report,
        may=dict.fromkeys(["accept", "refuse", "answer"], OFFICE | {"community_worker"}),
    ),
    Machine(ENTRY_STEPS, entry, may=dict.fromkeys(["publish", "drop", "remove"], OFFICE)),
    Machine(
        SELF_CHECK_STEPS, self_check, may={"submit": GROUP, "return": OFFICE, "accept": OFFICE}
    ),
    Machine((RETURN,), self_check_of_the_community, may={"return": OFFICE | {"lead_officer"}}),
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
