"""One account's sign-in for the security administrator, who may take its factor off."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongjian.accounts.factors import reauthenticated
from gongjian.audit.history import history_of
from gongjian.office.security.permissions import ONLY_SECURITY, may_keep_security
from gongjian.office.security.services import factors as services
from gongjian.office.security.views.people import load_person
from gongjian.office.security.views.sessions import describe_sessions
from gongjian.workflow import require

CRUMBS = ("登录安全", "security:people")


def _crumbs(*more):
    return [(CRUMBS[0], reverse(CRUMBS[1])), *more]


@require_safe
def person(request, pk):
    """Where a person is signed in and with which factors; his secrets are shown to nobody."""
    account = load_person(request, pk)
    authenticators = Authenticator.objects.filter(user=account)
    factors = authenticators.order_by("created_at")
    may_keep = may_keep_security(request.user, account)
    context = {
        "account": account,
        "title": account.name,
        "eyebrow": account.username,
        "section": "security",
        "crumbs": _crumbs(),
        "factors": factors,
        "sessions": describe_sessions(account),
        "may_keep": may_keep,
        "history": history_of(account),
    }
    return render(request, "security/person.html", context)


@reauthenticated(allow_get=True)
def factors_reset(request, pk):
    """Take every second factor off an account, after having looked again at whose it is."""
    account = load_person(request, pk)
    allowed = may_keep_security(request.user, account)
    require(allowed, ONLY_SECURITY)
    if request.method == "POST":
        services.reset_factors(account, by=request.user, at=timezone.now())
        messages.success(request, f"{account.name}的两步登录已重置，此人已退出登录")
        return redirect("security:person", account.pk)
    back_url = reverse("security:person", args=[account.pk])
    question = (
        f"取消{account.name}（{account.username}）的验证器、"
        "通行密钥和备用码。请先当面或电话核实是本人。"
    )
    crumbs = _crumbs((account.name, back_url))
    context = {
        "title": "重置两步登录",
        "section": "security",
        "crumbs": crumbs,
        "question": question,
        "consequences": [
            "此人在各处的登录立即结束",
            "密码不变，下次只凭密码登录；职务要求两步登录的须当场重新设好",
        ],
        "submit_label": "重置",
        "danger": True,
        "back_url": back_url,
    }
    return render(request, "parts/confirm_page.html", context)
