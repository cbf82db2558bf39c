from tests.access import BUSINESS, CITY_WIDE, Codes, Page

PAGES = [
    Page("burden:city", get=Codes(BUSINESS)),
    Page(
        "burden:party",
        lambda cast: ["unit", cast.lead_unit.pk],
        get=Codes(
            CITY_WIDE | {"lead_officer"},
            otherwise=404,
            exceptions={"system_admin": 403, "security_admin": 403},
        ),
    ),
]
