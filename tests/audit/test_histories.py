"""Every page that shows one object shows its history."""

import pytest
from django.urls import reverse

from tests.access import Page
from tests.doors import PAGES, client_for

NO_OBJECT = Page.__dataclass_fields__["args"].default
# Object pages that also take a POST; all other pages that do are forms.
WITH_AN_ACT = {"scoring:appeal"}
# Pages with an argument that show no single record, and why.
WITHOUT = {
    "audit:entry": "the log itself",
    "burden:party": "what a month asks of a unit, counted from many objects",
    "community_page": "figures of many objects, each with a page of its own",
    "documents_public:verify": "for anyone: number, date, sum and standing of a document, "
    "nobody's name",
    "funds:community": "sums of many objects, each with a page of its own",
    "inspections:self_check_fill": "a form, posted to an address of its own",
    "inspections:public_follow": "for the resident who holds the code: state, dates and answer",
    "inspections:public_frontage": "for whoever stands before the door: nobody's name",
    "maps:community": "findings and frontages as points, each with a page of its own",
    "scoring:ranking": "a list",
    "scoring:unit_scores": "a list",
    "scoring:year": "computed anew from four rounds each time",
    "manual_chapter": "no record",
}
OBJECT_PAGES = [
    page
    for page in PAGES
    if page.get
    and page.get.code == 200
    and page.args is not NO_OBJECT
    and (page.post is None or page.name in WITH_AN_ACT)
    and not page.name.startswith("api:")
    and page.name not in WITHOUT
]


@pytest.mark.slow
@pytest.mark.parametrize("page", OBJECT_PAGES, ids=str)
def test_an_object_page_shows_its_history(page, cast, today):
    address = reverse(page.name, args=page.args(cast)) + page.query
    response = client_for(sorted(page.get.ok)[0], cast, is_api=False).get(address)
    assert response.status_code == 200
    if response.headers["Content-Type"].startswith("text/html"):
        assert "<h2>办理记录</h2>" in response.content.decode()


def test_the_pages_of_every_room_were_looked_at():
    assert len(OBJECT_PAGES) > 25
    assert set(WITHOUT) <= {page.name for page in PAGES}
