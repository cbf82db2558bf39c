import math
from datetime import timedelta

from axes.models import AccessFailureLog
from django.conf import settings
from django.contrib import messages
from django.db.models import Case, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongjian.accounts.lockout import account_name, standing_locks
from gongjian.accounts.models import User
from gongjian.lib.listing import Column, ListPage, Tab
from gongjian.office.security.permissions import may_keep_security, may_see_security
from gongjian.office.security.services.lockouts import ONLY_SECURITY, unlock
from gongjian.workflow import require

SHOWN_DAYS = 30
UNKNOWN = "不存在的账号"


class FailedAttempts(ListPage):
    """The locked accounts, and every failed attempt of the last days."""

    title, noun, section = "登录失败与锁定", "次", "security"
    template_name = "security/lockouts.html"
    default_sort = "-attempt_time"
    export = False
    empty_text = f"最近 {SHOWN_DAYS} 天没有登录失败"
    columns = (
        Column("时间", "attempt_time", sort="attempt_time", kind="datetime"),
        Column("账号", lambda attempt: attempt.username if attempt.is_known else UNKNOWN),
        Column("来自地址", "ip_address", sort="ip_address", kind="code"),
        Column(
            "结果",
            lambda attempt: "锁定" if attempt.locked_out else "失败",
            kind="tag",
            tone=lambda attempt: "bad" if attempt.locked_out else "warn",
        ),
    )

    def get_queryset(self):
        """What was typed in place of a name may be a password: it is shown only where it names an
        account.
        """
        allowed = may_see_security(self.request.user)
        require(allowed, ONLY_SECURITY)
        attempt_time = timezone.now() - timedelta(days=SHOWN_DAYS)
        recent = AccessFailureLog.objects.filter(attempt_time__gte=attempt_time)
        names = User.objects.values("username")
        code = When(username__in=names, then=Value(True))
        is_known = Case(code, default=Value(False))
        return recent.annotate(is_known=is_known)

    def tabs(self):
        return [Tab("全部"), Tab("锁定", "locked", Q(locked_out=True))]

    def extra_context(self):
        locks = standing_locks(timezone.now())
        accounts = {}
        usernames = [x.name for x in locks]
        for user in User.objects.filter(username__in=usernames):
            accounts[user.username.casefold()] = user
        rows = []
        for lock in locks:
            rows.append((lock, accounts.get(lock.name)))
        mine = self.request.user
        locks = []
        for lock, account in rows:
            may_unlock = account and may_keep_security(mine, account)
            locks.append((lock, account, may_unlock))
        return {
            "locks": locks,
            "limit": settings.AXES_FAILURE_LIMIT,
            "minutes": _minutes(),
        }


@require_POST
def lockout_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Unlock one account."""
    require(may_keep_security(request.user), ONLY_SECURITY)
    account = unlock(get_object_or_404(User, pk=pk), by=request.user, at=timezone.now())
    messages.success(request, f"已解锁，{account.name}现在可以登录")
    return redirect("security:lockouts")


def locked_page(
    request: HttpRequest, response: HttpResponse | None, credentials: dict | None
) -> HttpResponse:
    """What is shown to whoever tries a locked name: when it opens again and whom to ask.

    Alike for unknown names.
    """
    now = timezone.now()
    name = account_name(request, credentials) or ""
    locks = standing_locks(now, name)
    if not locks:  # opened between the refusal and this page
        return redirect("accounts:sign_in")
    lock = locks[0]
    context = {
        "lock": lock,
        "limit": settings.AXES_FAILURE_LIMIT,
        "minutes": _minutes(),
    }
    page = render(request, "security/locked.html", context, status=429)
    page.headers["Retry-After"] = str(math.ceil((lock.opens_at - now).total_seconds()))
    page.headers["Cache-Control"] = "no-store"
    return page


def _minutes() -> int:
    return int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
