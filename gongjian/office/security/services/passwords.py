"""A one-time password from the server's own console."""

from datetime import datetime

from django.db import transaction

from gongjian.accounts import services as accounts
from gongjian.accounts.models import User
from gongjian.audit.services import record


def give_at_console(user: User, *, at: datetime) -> str:
    """A one-time password for somebody whom no administrator can help, such as the last
    administrator himself.
    """
    with transaction.atomic():
        password = accounts.give_one_time_password(user, at=at)
        record(user, "accounts.user.reset_password", by=None, at=at, place="服务器")
    return password
