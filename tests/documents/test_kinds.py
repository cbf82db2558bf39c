"""What each kind asks of its draft, on the form and at handing in."""

import pytest

from gongjian.documents import services
from gongjian.documents.drafting.kinds import RULES, faults_of
from gongjian.documents.forms.drafts import DraftForm
from gongjian.documents.models import DocumentKind, Issuer
from gongjian.lib import pdf
from gongjian.workflow import WrongState
from tests.documents.factories import make_document

REQUEST = {
    "main_recipient": "市人民政府",
    "signer": "张建国",
    "note": "联系人：张三，电话：0571-63310000",
}


def test_every_kind_has_its_rules():
    assert set(RULES) == set(DocumentKind)


@pytest.mark.parametrize(
    ("kind", "words", "fields"),
    [
        ("request", REQUEST, set()),
        ("request", REQUEST | {"main_recipient": "市委、市政府"}, {"main_recipient"}),
        ("request", REQUEST | {"signer": "", "note": "此件公开发布"}, {"signer", "note"}),
        ("report", {"main_recipient": "市人民政府"}, {"signer"}),
        ("notice", {"main_recipient": "各社区", "signer": "张建国"}, {"signer"}),
        ("letter", {"main_recipient": " "}, {"main_recipient"}),
        ("public_notice", {"main_recipient": "各社区"}, {"main_recipient"}),
        ("rectification_notice", {}, set()),
    ],
)
def test_a_kind_says_by_field_what_its_draft_lacks(kind, words, fields):
    assert set(faults_of(kind, words)) == fields


def test_the_form_says_why_a_request_is_not_complete(cast):
    words = {
        "kind": "request",
        "issuer": Issuer.objects.get().pk,
        "title": "关于经费的请示",
        "body": "请批示。",
    }
    form = DraftForm({**words, "main_recipient": "市委、市政府"})
    assert form.errors["main_recipient"] == ["请示只写一个主送机关，其他机关写入抄送"]
    assert form.errors["signer"] == ["请示是上行文，请填写签发人姓名"]


def test_an_incomplete_request_is_not_handed_in(cast, monkeypatch):
    monkeypatch.setattr(pdf, "ready", lambda: ["缺少仿宋字体（FandolFang）"])
    document = make_document(
        cast, kind="request", main_recipient="市人民政府", signer="张建国", note="此件公开发布"
    )
    with pytest.raises(WrongState, match="联系人和电话"):
        services.hand_in_draft(document, by=cast.office_staff, at=cast.now)


def test_a_letter_bears_the_bare_name_and_a_rectification_notice_the_red_head(cast):
    assert services.sheet_of(make_document(cast, kind="letter")).is_letter
    assert (
        services.sheet_of(make_document(cast, kind="letter")).issuer_mark
        == Issuer.objects.get().name
    )
    notice = services.sheet_of(make_document(cast, kind="rectification_notice"))
    assert (notice.kind, notice.issuer_mark) == ("整改通知书", Issuer.objects.get().mark)
