"""The words of the task notice: every work area under its own heading, numbered without a gap."""

import pytest

from communities.models.plans import WorkArea
from communities.services.plan_notice import AIMS, lines_by_area
from tests.communities.factories import make_plan, make_plan_item

pytestmark = pytest.mark.django_db


def test_every_work_area_has_its_heading(cast):
    plan = make_plan(cast)
    items = [make_plan_item(plan, area=area, text=f"做{area.label}") for area in WorkArea]
    headings = lines_by_area(items)[::2]
    assert set(AIMS) == set(WorkArea)
    assert headings[0].startswith("（一）")
    assert [heading.partition("）")[2] for heading in headings] == [
        f"{area.label}，{AIMS[area]}" for area in WorkArea
    ]
