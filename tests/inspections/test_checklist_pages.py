"""Versions of the checklist: read by all, laid down by the office, shown where the item is filled
in.
"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from inspections.models import Checklist, ExamplePhoto
from tests.editing import send
from tests.inspections.factories import (
    V2,
    checklist_upload,
    make_checklist,
    make_example,
    make_self_check,
    photo_upload,
)
from tests.markup import as_read


@pytest.fixture
def v2(cast):
    return make_checklist(version="v2", content=V2)


@pytest.fixture
def office(cast, sign_in):
    return sign_in(cast.office_staff)


def upload(client, file, month="2026-12"):
    return client.post(reverse("inspections:checklist_new"), {"content": file, "from_month": month})


def test_the_office_lays_down_a_version_for_a_month_to_come(v2, office):
    answer = upload(office, checklist_upload(points="7", cap="7"))
    third = Checklist.objects.get(version="v3")
    assert (answer.headers["Location"], str(third.valid_from)) == (
        third.get_absolute_url(),
        "2026-12-01",
    )
    upload(office, checklist_upload(points="6", cap="6"))
    third.refresh_from_db()
    assert (third.content["items"][0]["points"], Checklist.objects.count()) == ("6", 2)


@pytest.mark.parametrize(
    ("file", "month", "said"),
    [
        (checklist_upload, "2026-11", "2026-11 已经开始，新版本请从以后的月份启用"),
        (lambda: checklist_upload(cap="9"), "2026-12", "items[1].cap：扣分上限 9 超过本项分值 8"),
        (lambda: checklist_upload("v3.pdf"), "2026-12", "不认识文件“v3.pdf”"),
        (lambda: checklist_upload("v3.xlsx"), "2026-12", "Excel"),
    ],
)
def test_a_wrong_file_or_month_is_refused_with_the_reason(v2, office, file, month, said):
    answer = upload(office, file(), month)
    assert (answer.status_code, Checklist.objects.count()) == (400, 1)
    assert said in answer.content.decode()


def test_a_version_in_force_is_frozen(v2, office):
    file = checklist_upload()
    Checklist.objects.filter(pk=v2.pk).update(version="v3")
    assert "已经启用，内容不能改动" in upload(office, file).content.decode()


@pytest.mark.parametrize("kind", ["xlsx", "yaml"])
def test_what_was_taken_away_may_be_handed_in_again(v2, office, kind):
    taken = office.get(v2.get_absolute_url(), {"file": kind})
    content = b"".join(taken.streaming_content)
    Checklist.objects.filter(pk=v2.pk).update(version="v1")
    assert upload(office, SimpleUploadedFile(f"v2.{kind}", content)).status_code == 302


def test_an_example_stands_beside_its_item_and_costs_nothing_until_it_is_opened(
    cast, v2, office, sign_in
):
    given = {"item_code": "Q4", "look": "bad", "caption": "满溢", "photos": photo_upload()}
    office.post(reverse("inspections:checklist_examples", args=[v2.pk]), given)
    photo = ExamplePhoto.objects.get()
    check = make_self_check(cast, marks={}, checklist=v2)
    page = (
        sign_in(cast.lead_officer)
        .get(reverse("inspections:self_check_fill", args=[check.pk]))
        .content.decode()
    )
    assert (
        f'<img src="{photo.get_absolute_url()}?size=small" alt="不合格示例：满溢" width="104"'
        in as_read(page)
    )
    assert page.count("<details") >= 13
    assert page.count('loading="lazy"') == 1
    assert len(page.encode()) < 100_000


def test_an_example_that_is_no_photo_is_refused_beside_its_field(v2, office):
    given = {"item_code": "Q4", "look": "bad", "photos": checklist_upload("x.jpg")}
    answer = office.post(reverse("inspections:checklist_examples", args=[v2.pk]), given)
    assert (answer.status_code, "文件不是照片" in answer.content.decode()) == (400, True)


def test_an_example_is_taken_away_into_the_bin(cast, v2, office):
    photo = make_example(cast, checklist=v2)
    office.post(reverse("inspections:checklist_examples", args=[v2.pk]), {"remove": photo.uuid})
    assert not ExamplePhoto.objects.exists()


def test_a_share_that_cannot_be_is_named_at_its_item_and_nothing_is_lost(cast, v2, sign_in):
    check = make_self_check(cast, marks={}, checklist=v2)
    page = reverse("inspections:self_check_fill", args=[check.pk])
    phone = sign_in(cast.lead_officer)
    given = {
        "L2-result": "fail",
        "L2-sampled": "2",
        "L2-failed": "3",
        "L2-note": "占道",
        "Q1-result": "pass",
    }
    answer = send(phone, page, {**given, "act": "draft"})
    body = answer.content.decode()
    assert (answer.status_code, "不合格 3 家，多于抽查的 2 家" in body) == (400, True)
    assert 'value="占道"' in body
    send(phone, page, {**given, "L2-sampled": "12", "act": "draft"})
    check.refresh_from_db()
    assert check.marks["L2"] | {"note": ""} == check.marks["L2"] | {
        "sampled": 12,
        "failed": 3,
        "note": "",
    }
    assert "扣 3.00 分" in as_read(phone.get(page).content.decode())
    shown = as_read(phone.get(check.get_absolute_url()).content.decode())
    assert "抽查 12 家，不合格 3 家" in shown
    assert 'name="L5-result"' not in phone.get(page).content.decode()
