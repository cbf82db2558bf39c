"""What somebody had typed when his session had run out: kept on the server for him alone, for two
hours.

It lies in the browser's own session row. Whose it is, is told by a signed cookie that opens
nothing: nobody but that person, signed in again on that browser, sees it.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

SLOT = "kept_form"
LIFE = timedelta(hours=2)
SECONDS = int(LIFE.total_seconds())
# Characters of one form, names included.
LARGEST = 200_000
MOST_VALUES = 2_000
SECRET = re.compile(r"pass(word|wd)|pwd|secret|token|otp|^code$|recovery", re.I)
NOT_CONTENT = {"csrfmiddlewaretoken"}
# Addresses whose forms are never kept: passwords, codes, tokens.
NEVER_FROM = ("/accounts/", "/api/")


@dataclass(frozen=True)
class KeptForm:
    """`values` are pairs of a field's name and one value, in the order in which they were sent."""

    owner: int
    path: str
    values: list[tuple[str, str]]
    had_files: bool
    at: datetime

    def is_of(self, user: Any, at: datetime) -> bool:
        return self.owner == user.pk and at - self.at < LIFE


def is_work_form(request: HttpRequest) -> bool:
    """Whether this is a form of the office's work, not one of signing in or of a password."""
    return request.method == "POST" and not request.path.startswith(NEVER_FROM)


def is_keepable(request: HttpRequest) -> bool:
    """Whether this is a form of the office's work, sent from one of our own pages.

    Browsers name the page's Origin with every POST; without it nobody knows whose words these are,
    and words of another site's must not wait in a session to be sent with one press.
    """
    origin = request.headers.get("Origin", "")
    is_ours = origin.partition("://")[2] == request.get_host()
    return is_ours and is_work_form(request)


def typed_in(request: HttpRequest) -> list[tuple[str, str]]:
    """(name, value) of everything that was sent but secrets, in order."""
    pairs = []
    for name, all_of_it in request.POST.lists():
        if name not in NOT_CONTENT and not SECRET.search(name):
            for value in all_of_it:
                pairs.append((name, value))
    return pairs


def keep(request: HttpRequest, *, owner: int, at: datetime) -> bool:
    """Keep what was typed; False when there is nothing to keep or too much of it."""
    values = typed_in(request)
    if (
        not values
        or len(values) > MOST_VALUES
        or sum(len(name) + len(value) for name, value in values) > LARGEST
    ):
        return False
    request.session[SLOT] = {
        "owner": owner,
        "path": request.get_full_path(),
        "values": values,
        "had_files": bool(request.FILES),
        "at": at.isoformat(),
    }
    if not request.user.is_authenticated:
        request.session.set_expiry(SECONDS)
    return True


def kept_in(request: HttpRequest) -> KeptForm | None:
    """What lies in this browser's session, whoever it belongs to."""
    row = request.session.get(SLOT)
    if row is None:
        return None
    values = []
    for name, value in row["values"]:
        values.append((name, value))
    at = parse_datetime(row["at"])
    assert at is not None
    return KeptForm(row["owner"], row["path"], values, row["had_files"], at)


def forget(request: HttpRequest) -> None:
    """Throw away what was kept."""
    request.session.pop(SLOT, None)


def lift_expiry(request: HttpRequest) -> None:
    """The two hours were the content's, not those of the session that its owner has begun since."""
    if request.session.get("_session_expiry") == SECONDS:
        request.session.set_expiry(None)
