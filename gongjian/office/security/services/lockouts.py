"""Opening a locked account name before its time. What was tried stays written down."""

from datetime import datetime

from axes.models import AccessAttempt
from django.db import transaction

from gongjian.accounts.lockout import standing_locks
from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.office.security.permissions import may_keep_security
from gongjian.workflow import WrongState, require

ONLY_SECURITY = "锁定的账号由安全管理员解锁，且不能解锁自己的账号"


def unlock(account: User, *, by: User, at: datetime) -> User:
    """Let the holder of a locked account sign in again at once.

    Raises WrongState when it is not locked.
    """
    require(may_keep_security(by, account), ONLY_SECURITY)
    name = account.username.casefold()
    with transaction.atomic():
        locks = standing_locks(at, name)
        if not locks:
            raise WrongState("这个账号现在没有锁定，可以登录")
        AccessAttempt.objects.filter(username=name).delete()
        record(
            account,
            "accounts.user.unlock",
            by=by,
            at=at,
            failures=locks[0].failures,
            addresses=locks[0].addresses,
        )
    return account
