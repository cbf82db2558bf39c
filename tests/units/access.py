from tests.access import ADMIN, BUSINESS, OFFICE, Codes, Page

EDITORS = OFFICE | {"lead_officer"}
FILLED = {"name": "王联络", "phone": "13800002222"}

PAGES = [
    Page("units:list", get=Codes(BUSINESS, exceptions=dict.fromkeys(ADMIN, 200))),
    Page(
        "units:list",
        get=Codes(BUSINESS, exceptions=dict.fromkeys(ADMIN, 200)),
        query="?format=xlsx",
    ),
    Page("units:detail", lambda cast: [cast.lead_unit.pk], get=Codes(BUSINESS, otherwise=404)),
    Page(
        "units:contact",
        lambda cast: [cast.lead_unit.pk],
        get=Codes(EDITORS, exceptions=dict.fromkeys(ADMIN, 404)),
        post=Codes(EDITORS, code=302, exceptions=dict.fromkeys(ADMIN, 404)),
        data=lambda cast: FILLED,
        opens=True,
    ),
    Page(
        "units:reveal_phone",
        lambda cast: [cast.lead_unit.pk],
        post=Codes(EDITORS, exceptions=dict.fromkeys(ADMIN, 404)),
    ),
    Page("api:unit-list", get=Codes(BUSINESS, exceptions=dict.fromkeys(ADMIN, 200))),
    Page("api:unit-detail", lambda cast: [cast.lead_unit.pk], get=Codes(BUSINESS, otherwise=404)),
]
