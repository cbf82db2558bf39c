from tests.access import ASSESSMENT, BUSINESS, CITY_WIDE, EVERYONE, OWN_GROUP, Codes, Page

PAGES = [
    Page("workbench", get=Codes(BUSINESS, otherwise=302)),
    Page(
        "community_page",
        lambda cast: [cast.community.code],
        get=Codes(CITY_WIDE | ASSESSMENT | OWN_GROUP, otherwise=404),
    ),
    Page("manual", get=Codes(EVERYONE)),
    Page("manual_chapter", lambda cast: ["01-start"], get=Codes(EVERYONE)),
    Page(
        "feedback",
        get=Codes(EVERYONE),
        post=Codes(EVERYONE, code=302),
        data=lambda cast: {"text": "太慢"},
    ),
    Page("healthz", get=Codes(EVERYONE), public=True),
]
