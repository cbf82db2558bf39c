"""Every page of the access matrix in Chromium: at three widths nothing scrolls sideways, axe finds
nothing on a phone.
"""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from tests.browser.accessibility import RULES
from tests.browser.conftest import WIDTHS
from tests.doors import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# A street page is opened on what people have in their pocket.
SMALL_PHONE = {"width": 320, "height": 640}
FAVOURITES = [
    "office_director",
    "office_staff",
    "lead_officer",
    "community_worker",
    "assessor",
    "system_admin",
]
NOT_A_PAGE = ("api:", "healthz", "time_left", "?format=xlsx", "?format=zip")
DOWNLOADS = {
    "documents:pdf",
    "scoring:frozen",
    "register:template",
    "register:export",
    "inspections:photo",
}
DOWNLOADS |= {
    "inspections:checklist_example",
    "inspections:frontage_search",
    "inspections:frontage_paper_file",
}
DOWNLOADS |= {
    "inspections:public_photo",
    "inspections:queue_worker",
    "scoring:result_sheet",
    "scoring:evidence",
}


def first_reader(page):
    readers = [person for person in [*FAVOURITES, *sorted(page.get.ok)] if person in page.get.ok]
    return readers[0] if readers else None


SHOWN = [
    page
    for page in PAGES
    if page.get
    and page.get.code == 200
    and first_reader(page)
    and page.name not in DOWNLOADS
    and not any(word in str(page) for word in NOT_A_PAGE)
]


def _foreign(url, live_server):
    """Whether `url` is asked of another machine; the browser's own pages, its PDF viewer's, are
    none.
    """
    return url.startswith("http") and not url.startswith(live_server.url)


def _faults(tab, url, live_server):
    """What is wrong with the page at `url` in this tab, on a desk and then as narrow as a phone."""
    wrong = []
    tab.on(
        "console",
        lambda said: wrong.append(f"console: {said.text}") if said.type == "error" else None,
    )
    tab.on("request", lambda ask: wrong.append(ask.url) if _foreign(ask.url, live_server) else None)
    tab.goto(url)
    wrong += ["desk: scrolls sideways"] * _scrolls_sideways(tab)
    tab.set_viewport_size(WIDTHS["phone"])
    wrong += ["phone: scrolls sideways"] * _scrolls_sideways(tab)
    tab.set_viewport_size(SMALL_PHONE)
    wrong += ["small phone: scrolls sideways"] * _scrolls_sideways(tab)
    tab.set_viewport_size(WIDTHS["phone"])
    violations = Axe().run(tab, options=RULES).response["violations"]
    return wrong + [f"{one['id']} {one['nodes'][0]['html'][:120]}" for one in violations]


def _scrolls_sideways(tab) -> bool:
    return tab.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("page", SHOWN, ids=str)
def test_page_is_fit_to_show(page, open_as, city, live_server):
    url, reader = (
        reverse(page.name, args=page.args(city)) + page.query,
        city.people[first_reader(page)],
    )
    assert _faults(open_as(reader, "desk"), url, live_server) == []
