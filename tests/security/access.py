from axes.models import AccessAttempt

from gongjian.accounts.scopes import READING
from gongjian.accounts.tokens import create_token
from tests.access import EVERYONE, Codes, Page

KEEPER = {"security_admin"}
HOLDER = {"api_client"}


def locked(cast):
    """An account that five failures have locked."""
    AccessAttempt.objects.create(username=cast.lead_officer.username, failures_since_start=5)
    return [cast.lead_officer.pk]


def token(cast):
    return [create_token(user=cast.api_client, name="城管平台", scopes=READING, at=cast.now)[0].pk]


def new_token(cast):
    return {"user": cast.api_client.pk, "name": "城管平台", "scopes": ["units:read"], "days": 30}


READERS = KEEPER | {"auditor"}

PAGES = [
    Page("security:personal_data", get=Codes(READERS)),
    Page("security:retention", get=Codes(READERS)),
    # The test site has it switched off, as an embedded one has: 409 for its keeper.
    Page("security:retention_confirm", get=Codes(KEEPER, code=409), post=Codes(KEEPER, code=409)),
    Page("security:tokens", get=Codes(KEEPER | HOLDER)),
    Page("security:token_new", get=Codes(KEEPER), post=Codes(KEEPER), data=new_token),
    Page("security:token", token, get=Codes(KEEPER | HOLDER, 404)),
    Page(
        "security:token_renew",
        token,
        get=Codes(KEEPER),
        post=Codes(KEEPER),
        data=lambda cast: {"days": 30, "grace_days": 3},
    ),
    Page("security:token_revoke", token, post=Codes(KEEPER, code=302)),
    Page("security:lockouts", get=Codes(READERS)),
    Page("security:unlock", locked, post=Codes(KEEPER, code=302)),
    Page("security:time_left", get=Codes(EVERYONE), post=Codes(EVERYONE)),
]
