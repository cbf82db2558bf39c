from tests.access import BUSINESS, OFFICE, Codes, Page

DAY = {"kind": "holiday", "name": "元旦", "source": "国办发明电〔2026〕7号", "reason": "逐日录入"}

PAGES = [
    Page(
        "calendars:year",
        get=Codes(BUSINESS),
        post=Codes(OFFICE, code=302),
        data=lambda cast: {"act": "recount"},
    ),
    Page("calendars:year", get=Codes(BUSINESS), query="?format=xlsx"),
    Page(
        "calendars:day",
        lambda cast: ["2027-01-01"],
        get=Codes(OFFICE),
        post=Codes(OFFICE, code=302),
        data=lambda cast: DAY,
    ),
]
