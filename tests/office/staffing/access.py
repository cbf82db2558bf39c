from gongjian.accounts.roles import Role
from tests.access import OFFICE, OTHER_GROUP, OWN_GROUP, Codes, Page

ADMIN = {"system_admin"}
READS = ADMIN | {"security_admin", "auditor"}
APPOINTS = ADMIN | {"security_admin"}
OFFICERS = OWN_GROUP | OTHER_GROUP | {"department_officer"}
NOT_HIS_ROLE = {"security_admin": 400}
"""The role posted is none that he may give: the form says so at the field."""


def account(cast):
    return [cast.lead_officer.pk]


def appointment(cast):
    return [cast.lead_officer.appointments.get().pk]


def administrator(cast):
    return [cast.auditor.appointments.get().pk]


def new_appointment(cast):
    return {"role": Role.ASSESSOR, "unit": cast.office.pk, "starts_on": "2026-11-16"}


def new_account(cast):
    return {"username": "xin", "name": "新来", **new_appointment(cast)}


def corrected(cast):
    return {"title": "科长", "starts_on": "2026-01-01"}


def ended(cast):
    return {"ends_on": cast.today}


def handed_over(cast):
    return {"successor": cast.approver.pk, "day": cast.today, "act": "preview"}


PAGES = [
    Page("staffing:list", get=Codes(READS)),
    Page("staffing:detail", account, get=Codes(READS)),
    Page("staffing:new", get=Codes(ADMIN), post=Codes(ADMIN), data=new_account),
    Page(
        "staffing:edit",
        account,
        get=Codes(ADMIN),
        post=Codes(ADMIN, code=302),
        data=lambda c: {"name": "朱"},
        opens=True,
    ),
    Page(
        "staffing:appoint",
        account,
        get=Codes(APPOINTS),
        post=Codes(ADMIN, code=302, exceptions=NOT_HIS_ROLE),
        data=new_appointment,
    ),
    Page(
        "staffing:correct",
        appointment,
        get=Codes(ADMIN),
        post=Codes(ADMIN, code=302),
        data=corrected,
        opens=True,
    ),
    Page(
        "staffing:correct",
        administrator,
        get=Codes({"security_admin"}),
        post=Codes({"security_admin"}, code=302),
        data=corrected,
        opens=True,
    ),
    Page(
        "staffing:end",
        appointment,
        get=Codes(ADMIN),
        post=Codes(ADMIN, code=302),
        data=ended,
        opens=True,
    ),
    Page(
        "staffing:end",
        administrator,
        get=Codes({"security_admin"}),
        post=Codes({"security_admin"}, code=302),
        data=ended,
        opens=True,
    ),
    Page("staffing:hand_over", appointment, get=Codes(ADMIN), post=Codes(ADMIN), data=handed_over),
    Page(
        "staffing:hand_over",
        administrator,
        get=Codes({"security_admin"}),
        post=Codes({"security_admin"}, code=400),  # the approver may not hold it beside his own
        data=handed_over,
    ),
    Page("staffing:offices", get=Codes(READS | OFFICE | OFFICERS)),
    Page("staffing:offices", get=Codes(READS | OFFICE | OFFICERS), query="?format=xlsx"),
    Page("staffing:reset", account, post=Codes(ADMIN)),
    Page("staffing:reveal_phone", account, post=Codes(ADMIN)),
    Page("staffing:stop", account, post=Codes(ADMIN, code=302)),
    Page("staffing:stop_many", post=Codes(ADMIN), data=lambda c: {"ids": [c.lead_officer.pk]}),
]
