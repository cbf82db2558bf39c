"""Who is turned away at the door before his password is looked at any further.

Neither of these lets anybody in.
"""

from typing import Any

from axes.backends import AxesStandaloneBackend
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.accounts.services import use_one_time_password


class LockedNames(AxesStandaloneBackend):
    """A locked account name is refused even with the right password.

    Without a request nobody is at the door.
    """

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **fields: Any
    ) -> None:
        if request is not None:
            super().authenticate(request, username=username, password=password, **fields)


class OneTimePasswords:
    """A one-time password opens the door once, within a day; `request.one_time_refused` says why it
    does not.

    A wrong password ends the matter here, so that it is hashed once for every account and the time
    tells nothing.
    """

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **fields: Any
    ) -> None:
        if not username or not password:
            return
        users = User.objects.filter(
            username__iexact=username.strip(), is_active=True, must_change_password=True
        )
        user = users.first()
        if user is None:
            return
        if not user.check_password(password):
            raise PermissionDenied
        refused = use_one_time_password(user, at=timezone.now())
        if refused:
            if request is not None:
                request.one_time_refused = refused
            raise PermissionDenied
