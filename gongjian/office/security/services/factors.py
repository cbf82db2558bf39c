"""The second factor of somebody who lost his telephone, key and recovery codes."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from gongjian.accounts import services as accounts
from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.office.security.permissions import ONLY_SECURITY, may_keep_security
from gongjian.workflow import WrongState, require


def reset_factors(user: User, *, by: User, at: datetime) -> None:
    """Take every second factor off an account and sign it out everywhere; the password stays as it
    is.
    """
    require(may_keep_security(by, user), ONLY_SECURITY)
    with transaction.atomic():
        authenticators = Authenticator.objects.filter(user=user)
        kinds = sorted(authenticators.values_list("type", flat=True))
        if not kinds:
            raise WrongState("这个账号没有设两步登录，不用重置")
        authenticators.delete()
        ended = accounts.end_sessions(user)
        record(user, "accounts.user.reset_factors", by=by, at=at, factors=kinds, ended=ended)
