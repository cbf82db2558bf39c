from django.core.files.uploadedfile import SimpleUploadedFile

from tests.access import OFFICE, Codes, Page

CSV = "单位名称,简称\n富阳市水利局,市水利局\n".encode()
READERS = OFFICE | {"auditor"}


def upload(cast):
    return {"file": SimpleUploadedFile("单位名册.csv", CSV)}


PAGES = [
    Page("register:home", get=Codes(READERS)),
    Page(
        "register:preview", get=Codes(OFFICE, code=302), post=Codes(OFFICE, code=302), data=upload
    ),
    Page("register:apply", get=Codes(set(), otherwise=302), post=Codes(OFFICE, code=302)),
    Page("register:template", get=Codes(READERS)),
    Page(
        "register:export",
        get=Codes(READERS),
        post=Codes(OFFICE),
        data=lambda cast: {"purpose": "核对联络员"},
    ),
]
