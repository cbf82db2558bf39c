from gongjian.audit.services import record
from tests.access import Codes, Page

AUDITOR = Codes({"auditor"})


def an_entry(cast):
    return [
        record(cast.lead_unit, "units.unit.change_contact", by=cast.office_staff, at=cast.now).pk
    ]


PAGES = [
    Page("audit:log", get=AUDITOR),
    Page("audit:log", get=AUDITOR, query="?format=xlsx"),
    Page("audit:check", get=AUDITOR),
    Page("audit:entry", an_entry, get=AUDITOR),
]
