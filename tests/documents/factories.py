from gongjian.documents.models import Issuer, OfficialDocument


def make_document(cast, **given):
    """A draft of the office's; numbered when its status says that it was signed."""
    signed = given.get("status") in {"signed", "sealed", "published", "withdrawn"}
    number = (
        {"year": 2026, "serial": OfficialDocument.objects.count() + 1, "document_date": cast.today}
        if signed
        else {}
    )
    content = {
        "kind": "notice",
        "title": "关于做好环境卫生工作的通知",
        "body": "请认真落实。",
        "main_recipient": "各社区",
    }
    people = {
        "issuer": Issuer.objects.get(),
        "drafted_by": cast.office_staff,
        "drafted_at": cast.now,
    }
    return OfficialDocument.objects.create(**{**content, **people, **number, **given})
