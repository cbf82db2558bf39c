"""核稿、会签、用印、更正、归档: the stops between a draft and the shelf."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from gongjian.documents import services
from gongjian.documents.issuing import countersigning
from gongjian.documents.models import OfficialDocument
from gongjian.jobs.models import Job
from gongjian.lib import pdf
from gongjian.notifications.models import Notification
from gongjian.workflow import WrongState
from tests.documents.factories import make_document


def going_round(cast, *names):
    document = make_document(cast, status="checking", countersigners=list(names))
    return countersigning.check_draft(document, by=cast.office_director, at=cast.now)


def rows_of(document):
    return list(countersigning.round_of(document))


def test_a_draft_that_others_must_countersign_goes_by_the_check(cast, monkeypatch):
    monkeypatch.setattr(pdf, "ready", lambda: ["缺少仿宋字体（FandolFang）"])
    document = make_document(cast, countersigners=["市城管局"])
    with pytest.raises(WrongState, match="请先送核稿"):
        services.hand_in_draft(document, by=cast.office_staff, at=cast.now)
    services.send_to_check(document, by=cast.office_staff, at=cast.now)
    assert document.status == "checking"


def test_nobody_checks_what_he_drafted(cast):
    with pytest.raises(PermissionDenied):
        countersigning.check_draft(
            make_document(cast, status="checking"), by=cast.office_staff, at=cast.now
        )


def test_where_nobody_is_asked_a_checked_draft_goes_to_the_director(cast):
    assert going_round(cast).status == "in_review"


def test_the_last_yes_hands_the_draft_to_the_director(cast):
    document = going_round(cast, "市城管局", cast.assessor.username)
    unit, person = rows_of(document)
    assert OfficialDocument.objects.visible_to(cast.assessor).get() == document
    assert Notification.objects.get().recipient == cast.assessor
    countersigning.countersign(unit, agreed=True, by=cast.office_staff, at=cast.now)
    with pytest.raises(PermissionDenied):
        countersigning.countersign(person, agreed=True, by=cast.office_staff, at=cast.now)
    answered = countersigning.countersign(person, agreed=True, by=cast.assessor, at=cast.now)
    assert (answered.status, rows_of(answered)[1].answered_by) == ("in_review", cast.assessor)


def test_a_no_returns_the_draft_and_a_new_round_asks_again(cast):
    document = going_round(cast, "市城管局")
    (row,) = rows_of(document)
    with pytest.raises(ValidationError, match="请写明意见"):
        countersigning.countersign(row, agreed=False, by=cast.office_staff, at=cast.now)
    returned = countersigning.countersign(
        row, agreed=False, remark="时限太紧", by=cast.office_staff, at=cast.now
    )
    assert returned.status == "draft"
    with pytest.raises(WrongState, match="已经结束"):
        countersigning.countersign(row, agreed=True, by=cast.office_staff, at=cast.now)


def test_a_sealed_document_is_printed_only_after_the_seal(cast):
    document = make_document(cast, status="in_review", needs_seal=True)
    services.sign_document(document, by=cast.office_director, at=cast.now)
    assert services.print_document(document, at=cast.now).status == "signed"
    assert not Job.objects.exists()
    services.seal_document(document, by=cast.office_staff, at=cast.now)
    assert (document.status, Job.objects.get().args) == ("sealed", {"document": document.pk})


def test_a_correction_keeps_the_number_of_what_it_corrects(cast):
    old = make_document(cast, status="published")
    words = {
        "kind": "notice",
        "issuer": old.issuer,
        "title": "关于更正的通知",
        "body": "更正如下。",
    }
    new = services.draft_document(corrects=old, by=cast.office_staff, at=cast.now, **words)
    assert old.correction() is None
    OfficialDocument.objects.filter(pk=new.pk).update(
        status="published", year=2026, serial=9, published_at=cast.now
    )
    assert old.correction() == new
    with pytest.raises(WrongState, match="未更正过"):
        services.draft_document(corrects=old, by=cast.office_staff, at=cast.now, **words)


def test_an_issued_document_is_archived_once(cast):
    document = make_document(cast, status="published")
    services.archive_document(document, place="2026-永久-12", by=cast.office_staff, at=cast.now)
    with pytest.raises(WrongState, match="还没有归档"):
        services.archive_document(document, place="2026-永久-13", by=cast.office_staff, at=cast.now)
    assert OfficialDocument.objects.get().archive_place == "2026-永久-12"


def test_a_no_without_words_is_answered_beside_the_question(cast, sign_in):
    document = going_round(cast, "市城管局")
    (row,) = rows_of(document)
    url = reverse("documents:countersign", args=[document.pk])
    answer = sign_in(cast.office_staff).post(url, {"row": row.pk, "agreed": "no", "remark": ""})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'href="#remark_{row.pk}"' in page
    assert "不同意会签的，请写明意见" in page


def test_too_long_a_remark_is_kept_for_shortening(cast, sign_in):
    document = going_round(cast, "市城管局")
    (row,) = rows_of(document)
    url = reverse("documents:countersign", args=[document.pk])
    words = {"row": row.pk, "agreed": "no", "remark": "紧" * 301}
    answer = sign_in(cast.office_staff).post(url, words)
    assert answer.status_code == 400
    assert f'value="{"紧" * 301}"' in answer.content.decode()
