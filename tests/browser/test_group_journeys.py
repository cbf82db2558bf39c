"""What the people of one community do in a quarter, by clicking and typing."""

import pytest
from django.urls import reverse

from communities.models.plans import AssignmentStatus
from inspections.models import Finding
from tests.communities.factories import make_assignment
from tests.inspections.factories import (
    CODES,
    make_checklist,
    make_finding,
    make_self_check,
    photo_bytes,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHOTO = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes()}
FAILED = {"Q2": ("楼道口堆放旧家具", "2"), "W1": ("路边有暴露垃圾", "1")}


def choose(page, code, result):
    page.locator(f"label:has(input[name={code}-result][value={result}])").click()


def fill_items(page, codes):
    """Mark the items; the two of FAILED with their words, the first of them with a photo."""
    for code in codes:
        choose(page, code, "fail" if code in FAILED else "pass")
        if code in FAILED:
            page.fill(f"[name={code}-note]", FAILED[code][0])
            page.fill(f"[name={code}-instances]", FAILED[code][1])
    page.set_input_files("[name=Q2-photos]", PHOTO)


@pytest.fixture
def check(city):
    return make_self_check(city, marks={})


def open_check(open_as, city, check, **options):
    page = open_as(city.community_worker, "phone", **options)
    page.goto(reverse("inspections:self_check_fill", args=[check.pk]))
    return page


def test_the_self_check_counts_on_the_phone_and_is_handed_in(open_as, city, check):
    page = open_check(open_as, city, check)
    fill_items(page, CODES)
    assert page.inner_text("[data-done]") == str(len(CODES))
    counted = page.inner_text("[data-deducted]")
    page.click(".dock .primary")
    page.wait_for_url(f"**{check.get_absolute_url()}")
    check.refresh_from_db()
    assert (check.status, f"{100 - check.total_points:.2f}") == ("submitted", counted)
    described = dict(Finding.objects.values_list("item_code", "description"))
    assert described == {"Q2": "楼道口堆放旧家具（2 处）", "W1": "路边有暴露垃圾"}


def test_a_refused_self_check_keeps_every_word_and_photo(open_as, city, check):
    page = open_check(open_as, city, check)
    fill_items(page, CODES[:-1])
    page.click(".dock .primary")
    page.wait_for_selector(".errors[data-focus]")
    assert page.locator(".errors li").count() == 1
    assert page.input_value("[name=Q2-note]") == FAILED["Q2"][0]
    assert page.locator("#Q2 .shots img").count() == 1
    choose(page, CODES[-1], "pass")
    page.click(".dock .primary")
    page.wait_for_url(f"**{check.get_absolute_url()}")
    assert Finding.objects.get(item_code="Q2").photos.count() == 1


def test_the_self_check_is_handed_in_without_javascript(open_as, city, check):
    page = open_check(open_as, city, check, java_script_enabled=False)
    fill_items(page, CODES)
    page.click(".dock button:not(.primary)")
    page.locator("[role=status]", has_text="可以提交").wait_for()
    page.click(".dock .primary")
    page.wait_for_url(f"**{check.get_absolute_url()}")
    assert Finding.objects.filter(self_check=check).count() == len(FAILED)


def test_the_self_check_opens_from_the_workbench_and_is_done_by_keyboard(open_as, city):
    make_checklist()
    page = open_as(city.community_worker, "phone")
    page.goto("/")
    assert "12月5日" in page.locator(".todo li", has_text="11 月自查").inner_text()
    page.click("text=11 月自查：虎山社区")
    assert "虎山社区" in page.locator("[name=community] option:checked").inner_text()
    page.click("main button.primary")
    page.focus(f"[name={CODES[0]}-result] >> nth=0")
    page.keyboard.press("Space")
    for _ in CODES[1:]:
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
    assert page.inner_text("[data-done]") == str(len(CODES))
    page.keyboard.press("Enter")
    page.get_by_text("各项都已查完").wait_for()


def test_a_finding_is_put_right_with_a_photo(open_as, city):
    finding = make_finding(city)
    page = open_as(city.lead_officer, "phone")
    page.goto(finding.get_absolute_url())
    page.click("text=登记整改")
    page.fill("[name=rectification]", "已清运并冲洗地面")
    page.set_input_files("[name=photos]", PHOTO)
    page.click("main button.primary")
    page.wait_for_url(f"**{finding.get_absolute_url()}")
    assert page.locator("img[alt^=整改后]").evaluate(
        "image => image.complete || image.decode().then(() => true)"
    )
    finding.refresh_from_db()
    assert finding.status == "rectified"


def test_the_lead_unit_signs_for_its_work_from_the_workbench(open_as, city):
    assignment = make_assignment(city)
    page = open_as(city.lead_officer)
    page.goto("/")
    page.click("text=签收季度任务：虎山社区")
    page.click("main button:text-is('签收')")
    page.wait_for_selector("text=已签收")
    assignment.refresh_from_db()
    assert assignment.status == AssignmentStatus.ACKNOWLEDGED
