"""A 40-page list: its first page, its last page and its filters cost what a short one costs."""

import pytest
from django.urls import reverse

from communities.models import RoadSection
from inspections.models import Finding, Frontage
from tests.queries import count_queries

PAGES = 40
A_PAGE = 50


@pytest.fixture
def crowded(cast):
    """2,000 frontages and 2,000 findings in 虎山社区."""
    section = RoadSection.objects.get(community=cast.community)
    many = range(PAGES * A_PAGE)
    Frontage.objects.bulk_create(
        Frontage(
            community=cast.community,
            road_section=section,
            door_number=f"{n}号",
            shop_name=f"第{n}店",
        )
        for n in many
    )
    given = {
        "community": cast.community,
        "source": "city",
        "item_code": "W1",
        "found_by": cast.assessor,
    }
    when = {"found_at": cast.now, "due_at": cast.now, "responsible_unit": cast.lead_unit}
    Finding.objects.bulk_create(
        Finding(number=f"2026-1116-{n}", description=f"问题{n}", place="路口", **given, **when)
        for n in many
    )
    return cast


@pytest.mark.slow
@pytest.mark.parametrize("name", ["inspections:frontages", "inspections:findings"])
def test_forty_pages_cost_what_one_costs(name, cast, sign_in, request):
    client = sign_in(cast.office_staff)
    url = reverse(name)
    client.get(url)
    request.getfixturevalue("crowded")
    first = count_queries(lambda: client.get(url))
    assert f"/ {PAGES} 页" in client.get(url).content.decode()
    assert count_queries(lambda: client.get(url, {"page": PAGES})) == first
    assert first <= 16
