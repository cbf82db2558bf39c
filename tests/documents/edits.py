from gongjian.documents.models import Issuer, OfficialDocument
from tests.documents.factories import make_document
from tests.editing import Edit

EDITS = [
    Edit(
        "documents:edit",
        lambda cast: [make_document(cast).pk],
        first="office_staff",
        second="office_director",
        theirs={"body": "一、总体要求\n主任改的第一条。", "note": "此件公开发布"},
        mine={"body": "一、总体要求\n科长改的第一条。"},
        stored=lambda: OfficialDocument.objects.values_list("title", "body", "note").get(),
    ),
    Edit(
        "documents:issuer_edit",
        lambda cast: [Issuer.objects.get().pk],
        first="office_director",
        second="office_director",
        theirs={"mark": "富阳共建文件"},
        mine={"mark": "富阳市共建文件"},
        stored=lambda: Issuer.objects.values_list("mark", flat=True).get(),
    ),
]
