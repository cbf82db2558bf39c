from gongjian.recycling.services import bin_record
from tests.access import ADMIN, BUSINESS, OFFICE, Codes, Page
from tests.communities.factories import make_meeting

OWNER = {"lead_officer"}
SEES = OFFICE | OWNER | {"auditor"}


def binned(cast):
    return [
        bin_record(
            make_meeting(cast), by=cast.lead_officer, at=cast.now, owner=cast.lead_officer
        ).pk
    ]


PAGES = [
    Page("recycling:bin", get=Codes(BUSINESS, code=200, exceptions=dict.fromkeys(ADMIN, 200))),
    Page(
        "recycling:record",
        binned,
        get=Codes(SEES, otherwise=404),
        post=Codes(OFFICE | OWNER, otherwise=404, code=302, exceptions={"auditor": 403}),
    ),
]
