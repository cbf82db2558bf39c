from tests.access import EVERYONE, Codes, Page
from tests.cast import PASSWORD

NEW = "Chunjiang-2026-yi"
ASKED_AGAIN = Codes(EVERYONE, code=302)
"""Whoever did not prove himself within five minutes is asked to first."""

PAGES = [
    Page("accounts:sign_in", get=Codes(set(), otherwise=302), public=True),
    Page("accounts:sign_out", post=Codes(EVERYONE, code=302)),
    Page(
        "accounts:password",
        get=Codes(EVERYONE),
        post=Codes(EVERYONE, code=302),
        data=lambda cast: {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW},
    ),
    # the same two by the names that allauth calls them
    Page("account_login", get=Codes(set(), otherwise=302), public=True),
    Page("account_logout", post=Codes(EVERYONE, code=302)),
    # who is signed in needs no second step
    Page("mfa_authenticate", get=Codes(EVERYONE, code=302), post=Codes(EVERYONE, code=302)),
    Page("mfa_login_webauthn", get=Codes(EVERYONE, code=302), post=Codes(EVERYONE, code=302)),
    Page("account_inactive", get=Codes(EVERYONE), public=True),
    # saying again who one is: by password, for whoever has no second factor
    Page(
        "account_reauthenticate",
        get=Codes(EVERYONE),
        post=Codes(EVERYONE, code=302),
        data=lambda cast: {"password": PASSWORD},
    ),
    Page("mfa_reauthenticate", get=Codes(EVERYONE, code=302), post=Codes(EVERYONE, code=302)),
    Page(
        "mfa_reauthenticate_webauthn", get=Codes(EVERYONE, code=302), post=Codes(EVERYONE, code=302)
    ),
    # one's own factors, of which the cast has none
    Page("mfa_index", get=Codes(EVERYONE)),
    Page("mfa_activate_totp", get=ASKED_AGAIN, post=ASKED_AGAIN),
    Page("mfa_deactivate_totp", get=Codes(set(), otherwise=404), post=Codes(set(), otherwise=404)),
    Page("mfa_view_recovery_codes", get=Codes(set(), otherwise=404)),
    Page("mfa_generate_recovery_codes", get=ASKED_AGAIN, post=ASKED_AGAIN),
    Page("mfa_add_webauthn", get=ASKED_AGAIN, post=ASKED_AGAIN),
    Page("mfa_edit_webauthn", lambda cast: [1], get=ASKED_AGAIN, post=ASKED_AGAIN),
    Page("mfa_remove_webauthn", lambda cast: [1], get=ASKED_AGAIN, post=ASKED_AGAIN),
]
