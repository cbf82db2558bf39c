"""A generated draft: its words are edited, its figures and pictures stay."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from gongjian.audit.models import Entry
from gongjian.documents import services
from gongjian.documents.drafting.pictures import leave_out_photos, photo_choices, picture_key
from gongjian.documents.models import DocumentPicture, Issuer, OfficialDocument
from gongjian.workflow import WrongState
from tests.editing import Fields
from tests.markup import as_read

BODY = "全市平均得分84.20分，其中优秀2个、合格1个。\n现将有关情况通报如下。"


def jpeg(colour: str) -> bytes:
    file = BytesIO()
    Image.new("RGB", (80, 60), colour).save(file, "JPEG")
    return file.getvalue()


BEFORE, AFTER, ALONE = jpeg("#888"), jpeg("#8f8"), jpeg("#f88")


def photo(content, caption):
    return {"sha256": picture_key(content), "caption": caption}


def generated(cast, **given):
    cells = [
        photo(BEFORE, "虎山社区：无暴露垃圾\n整改前"),
        photo(AFTER, "虎山社区：无暴露垃圾\n整改后"),
        photo(ALONE, "后周社区：无暴露垃圾\n整改前"),
    ]
    groups = [{"heading": "“四无”方面", "pictures": cells}]
    content = {
        "kind": "circular",
        "issuer": Issuer.objects.get(),
        "title": "情况的通报",
        "body": BODY,
    }
    content |= {
        "attachments": [{"title": "得分表", "text": "略"}, {"title": "照片", "photos": groups}]
    }
    acted = {"by": cast.office_staff, "at": cast.now}
    pictures = [BEFORE, AFTER, ALONE, BEFORE]
    return services.draft_document(
        **content, pictures=pictures, keeps_figures=True, **acted, **given
    )


def test_the_edit_page_marks_the_figures_and_refuses_another_one(cast, client):
    document = generated(cast)
    client.force_login(cast.office_staff)
    url = reverse("documents:edit", args=[document.pk])
    page = client.get(url)
    assert "<mark>84.20分</mark>" in as_read(page.content.decode())
    edited = BODY.replace("通报如下", "报告如下")
    sent = Fields(page.content.decode()).sent
    refused = client.post(url, {**sent, "body": edited.replace("84.20", "94.20")}).content.decode()
    assert "“94.20分”不是原稿在这里的数字：“全市平均得分94.20分，其中优秀2个、合格1个。”" in refused
    assert OfficialDocument.objects.get().body == BODY
    answer = client.post(url, {**sent, "body": edited})
    assert answer.status_code == 302, answer.context["form"].errors
    assert OfficialDocument.objects.get().body == edited


def test_the_service_refuses_as_the_page_does_and_a_draft_by_hand_is_free(cast):
    acted = {"by": cast.office_staff, "at": cast.now}
    with pytest.raises(ValidationError, match="“3个”"):
        services.edit_document(generated(cast), title="3个社区情况的通报", **acted)
    free = services.draft_document(
        kind="notice", issuer=Issuer.objects.get(), title="通知", body="查3个。", **acted
    )
    assert services.edit_document(free, body="查5个。", **acted).body == "查5个。"


def test_pictures_belong_to_the_document_and_never_change(cast):
    document = generated(cast)
    assert document.pictures.count() == 3
    (group,) = services.sheet_of(document).attachments[1].photos
    assert [one.content for one in group.photos] == [BEFORE, AFTER, ALONE]
    with pytest.raises(IntegrityError, match="不能改动"), transaction.atomic():
        DocumentPicture.objects.update(sha256="0" * 64)
    OfficialDocument.objects.update(status="published", year=2026, serial=1)
    with pytest.raises(IntegrityError, match="不能删除"), transaction.atomic():
        DocumentPicture.objects.all().delete()


def test_a_drafter_leaves_out_what_should_not_be_shown(cast):
    document, acted = generated(cast), {"by": cast.office_staff, "at": cast.now}
    said = [label for _, label in photo_choices(document)]
    assert said == ["虎山社区：无暴露垃圾（2 张）", "后周社区：无暴露垃圾（1 张）"]
    leave_out_photos(document, [picture_key(BEFORE)], **acted)
    document.refresh_from_db()
    (group,) = services.sheet_of(document).attachments[1].photos
    assert [one.content for one in group.photos] == [ALONE]
    assert (
        Entry.objects.about(document).filter(event="documents.officialdocument.leave_out").count()
        == 1
    )
    leave_out_photos(document, [picture_key(ALONE)], **acted)
    assert [item["title"] for item in document.attachments] == ["得分表"]
    handed_in = generated(cast)
    OfficialDocument.objects.update(status="in_review")
    with pytest.raises(WrongState, match="退回后"):
        leave_out_photos(handed_in, [picture_key(ALONE)], **acted)
