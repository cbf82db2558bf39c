from tests.access import EVERYONE, Codes, Page
from tests.cast import PASSWORD

NEW = "Chunjiang-2026-yi"

PAGES = [
    Page("accounts:sign_in", get=Codes(set(), otherwise=302), public=True),
    Page("accounts:sign_out", post=Codes(EVERYONE, code=302)),
    Page(
        "accounts:password",
        get=Codes(EVERYONE),
        post=Codes(EVERYONE, code=302),
        data=lambda cast: {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW},
    ),
]
