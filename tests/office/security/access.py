from allauth.usersessions.models import UserSession
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


def open_session(user, **given) -> UserSession:
    """A place where `user` is signed in, without a living session behind it."""
    given = {
        "session_key": f"key-of-{user.pk}",
        "ip": "10.1.2.3",
        "user_agent": "Mozilla/5.0 (Windows NT)",
        **given,
    }
    return UserSession.objects.create(user=user, **given)


def _someones(cast) -> list[int]:
    return [cast.lead_officer.pk, open_session(cast.lead_officer).pk]


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
    Page("security:people", get=Codes(KEEPER)),
    Page("security:person", lambda cast: [cast.lead_officer.pk], get=Codes(KEEPER)),
    # the act itself is behind saying again who one is
    Page(
        "security:factors_reset",
        lambda cast: [cast.lead_officer.pk],
        get=Codes(KEEPER),
        post=Codes(EVERYONE, code=302),
    ),
    Page(
        "security:sessions_end", lambda cast: [cast.lead_officer.pk], post=Codes(KEEPER, code=302)
    ),
    Page("security:session_end", _someones, post=Codes(KEEPER, code=302)),
    Page("security:my_sessions", get=Codes(EVERYONE)),
    Page("security:my_sessions_end", post=Codes(EVERYONE, code=302)),
    # somebody else's session is not found
    Page(
        "security:my_session_end",
        lambda cast: _someones(cast)[1:],
        post=Codes({"lead_officer"}, 404, code=302),
    ),
]
