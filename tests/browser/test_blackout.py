"""A face on a photo: drawn over with the mouse, painted black for good."""

import pytest
from PIL import Image

from inspections.models import Photo
from tests.inspections.factories import make_photo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def drag(page, start, end):
    box = page.locator(".black-out svg").bounding_box()
    at = [
        (box["x"] + box["width"] * x / 100, box["y"] + box["height"] * y / 100)
        for x, y in (start, end)
    ]
    page.mouse.move(*at[0])
    page.mouse.down()
    page.mouse.move(*at[1], steps=4)
    page.mouse.up()


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_face_is_drawn_over_and_gone(open_as, city, width):
    photo = make_photo(city, "white")
    page = open_as(city.lead_officer, width)
    page.goto(photo.finding.get_absolute_url())
    page.get_by_role("link", name="遮挡").click()
    page.wait_for_url("**/black-out/")
    page.wait_for_load_state("networkidle")
    drag(page, (10, 10), (40, 40))
    drag(page, (60, 60), (80, 80))
    page.get_by_role("button", name="撤销").click()
    assert page.locator(".black-out rect").count() == 1
    page.get_by_role("button", name="遮挡").click()
    page.get_by_role("button", name="确认").click()
    page.get_by_text("已遮挡 1 处，原来的照片已销毁").wait_for()
    with Image.open(Photo.objects.get(pk=photo.pk).file.open("rb")) as image:
        wide, high = image.size
        assert max(image.getpixel((wide // 4, high // 4))) < 12
        assert min(image.getpixel((wide * 7 // 10, high * 7 // 10))) > 240


def test_without_javascript_the_numbers_are_typed_and_previewed(open_as, city):
    photo = make_photo(city, "white")
    page = open_as(city.lead_officer, java_script_enabled=False)
    page.goto(f"{photo.get_absolute_url()}black-out/")
    for label, value in (("左边距", "10"), ("上边距", "10"), ("宽", "30"), ("高", "30")):
        page.get_by_label(f"第 1 处{label}（%）").fill(value)
    page.get_by_role("button", name="预览").click()
    page.locator(".black-out rect").wait_for(state="attached")
    assert page.locator(".black-out rect").count() == 1
    page.get_by_role("button", name="遮挡").click()
    page.get_by_text("已遮挡 1 处").wait_for()
    assert Photo.objects.get(pk=photo.pk).blacked_out_at
