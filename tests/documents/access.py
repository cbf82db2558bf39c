from gongjian.documents.models import Countersignature, Issuer
from tests.access import ADMIN, BUSINESS, EVERYONE, OFFICE, Codes, Page
from tests.documents.factories import make_document

READS_DRAFTS = OFFICE | {"auditor"}
WORDS = {"title": "关于卫生的通知", "body": "请落实。", "main_recipient": "各社区"}
ISSUER = {
    "name": "市城管局",
    "mark": "市城管局文件",
    "code": "富城管",
    "printed_by": "市城管局",
    "seal_mm": 42,
}
REMARK = {"remark": "请补充时限"}


def draft(cast):
    return [make_document(cast).pk]


def draft_with_attachments(cast):
    """Two by hand, so that each may be moved; minutes, so that the people are asked for."""
    by_hand = [
        {"key": f"0000000{place}", "title": f"办法{place}", "text": "略。"} for place in (1, 2)
    ]
    return [make_document(cast, kind="minutes", attachments=by_hand).pk]


def in_review(cast):
    return [make_document(cast, status="in_review").pk]


def approving(cast):
    return [make_document(cast, status="approving", needs_approval=True).pk]


def for_signature_by_city(cast):
    return [make_document(cast, status="in_review", needs_approval=True).pk]


def published(cast):
    return [make_document(cast, status="published").pk]


def verifiable(cast):
    return [make_document(cast, status="published", code="23456ABCDE").code]


def new_document(cast):
    return {"kind": "notice", "issuer": Issuer.objects.get().pk, **WORDS}


def checking(cast):
    return [make_document(cast, status="checking").pk]


def going_round(cast):
    document = make_document(
        cast, status="countersigning", countersigners=["市城管局"], round_at=cast.now
    )
    document.countersignatures.create(name="市城管局", asked_at=cast.now)
    return [document.pk]


def waiting_for_seal(cast):
    return [make_document(cast, status="signed", needs_seal=True).pk]


def answer(cast):
    return {"row": Countersignature.objects.get().pk, "agreed": "yes"}


DIRECTOR = {"office_director"}
UNSEEN = {"auditor": 403, "office_staff": 403}

PAGES = [
    Page("documents:list", get=Codes(BUSINESS, exceptions=dict.fromkeys(ADMIN, 200))),
    Page("documents:new", get=Codes(OFFICE), post=Codes(OFFICE, code=302), data=new_document),
    Page("documents:issuers", get=Codes(DIRECTOR)),
    Page(
        "documents:issuer_new",
        get=Codes(DIRECTOR),
        post=Codes(DIRECTOR, code=302),
        data=lambda cast: ISSUER,
    ),
    Page(
        "documents:issuer_edit",
        lambda cast: [Issuer.objects.get().pk],
        get=Codes(DIRECTOR),
        post=Codes(DIRECTOR, code=302),
        data=lambda cast: ISSUER,
        opens=True,
    ),
    Page("documents:detail", published, get=Codes(BUSINESS, otherwise=404)),
    Page("documents:detail", draft, get=Codes(READS_DRAFTS, otherwise=404), query="?draft"),
    Page(
        "documents:edit",
        draft_with_attachments,
        get=Codes(OFFICE, otherwise=404, exceptions={"auditor": 403}),
        post=Codes(OFFICE, otherwise=404, code=302, exceptions={"auditor": 403}),
        data=lambda cast: WORDS,
        opens=True,
    ),
    Page("documents:delete", draft, post=Codes(OFFICE, 404, 302, {"auditor": 403})),
    Page("documents:pdf", draft, get=Codes(READS_DRAFTS, otherwise=404)),
    Page("documents:submit", draft, post=Codes(OFFICE, 404, 302, {"auditor": 403})),
    Page("documents:sign", in_review, post=Codes(DIRECTOR, 404, 302, UNSEEN)),
    Page("documents:send_up", for_signature_by_city, post=Codes(DIRECTOR, 404, 302, UNSEEN)),
    Page(
        "documents:approve",
        approving,
        post=Codes({"approver"}, 404, 302, UNSEEN | {"office_director": 403}),
    ),
    Page("documents:send_to_check", draft, post=Codes(OFFICE, 404, 302, {"auditor": 403})),
    Page("documents:check", checking, post=Codes(DIRECTOR, 404, 302, UNSEEN)),
    Page(
        "documents:countersign",
        going_round,
        post=Codes(OFFICE, 404, 302, {"auditor": 403}),
        data=answer,
    ),
    Page(
        "documents:seal",
        waiting_for_seal,
        post=Codes(OFFICE, 404, 302, {"auditor": 403, "approver": 403}),
    ),
    Page(
        "documents:archive",
        published,
        get=Codes(OFFICE, 403, 200, dict.fromkeys(ADMIN, 404)),
        post=Codes(OFFICE, 403, 302, dict.fromkeys(ADMIN, 404)),
        data=lambda cast: {"place": "2026-永久-12"},
    ),
    Page(
        "documents:return",
        in_review,
        get=Codes(DIRECTOR, 404, 200, UNSEEN),
        post=Codes(DIRECTOR, 404, 302, UNSEEN),
        data=lambda cast: REMARK,
        opens=True,
    ),
    Page(
        "documents:withdraw",
        published,
        get=Codes(DIRECTOR, 403, 200, dict.fromkeys(ADMIN, 404)),
        post=Codes(DIRECTOR, 403, 302, dict.fromkeys(ADMIN, 404)),
        data=lambda cast: REMARK,
        opens=True,
    ),
    Page("documents_public:find", get=Codes(EVERYONE), public=True),
    Page("documents_public:verify", verifiable, get=Codes(EVERYONE), public=True),
    Page("api:document-list", get=Codes(BUSINESS, exceptions=dict.fromkeys(ADMIN, 200))),
    Page("api:document-detail", published, get=Codes(BUSINESS, otherwise=404)),
]
