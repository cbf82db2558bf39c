from gongjian.accounts.roles import Role
from tests.access import Codes, Page

ADMIN = {"system_admin"}
READS = ADMIN | {"security_admin", "auditor"}


def account(cast):
    return [cast.lead_officer.pk]


def appointment(cast):
    return [cast.lead_officer.appointments.get().pk]


def new_appointment(cast):
    return {"role": Role.ASSESSOR, "unit": cast.office.pk, "starts_on": "2026-11-16"}


def new_account(cast):
    return {"username": "xin", "name": "新来", **new_appointment(cast)}


PAGES = [
    Page("staffing:list", get=Codes(READS)),
    Page("staffing:detail", account, get=Codes(READS)),
    Page("staffing:new", get=Codes(ADMIN), post=Codes(ADMIN), data=new_account),
    Page("staffing:appoint", account, get=Codes(ADMIN), post=Codes(ADMIN, code=302), data=new_appointment),
    Page(
        "staffing:end", appointment, get=Codes(ADMIN), post=Codes(ADMIN, code=302), data=lambda c: {"ends_on": c.today}
    ),
    Page("staffing:reset", account, post=Codes(ADMIN)),
    Page("staffing:stop", account, post=Codes(ADMIN, code=302)),
]
