from tests.access import EVERYONE, Codes, Page

PAGES = [
    Page("api:schema", get=Codes(EVERYONE), public=True),
    Page("api:docs", get=Codes(EVERYONE), public=True),
]
