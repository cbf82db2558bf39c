from tests.access import EVERYONE, Codes, Page

PAGES = [
    Page("workbench", get=Codes(EVERYONE)),
    Page("healthz", get=Codes(EVERYONE), public=True),
]
