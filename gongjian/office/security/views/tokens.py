from functools import partial

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongjian.accounts.models import EXPIRES_SOON, ApiToken
from gongjian.accounts.roles import Role
from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column, LoggedListPage, Tab
from gongjian.lib.acting import carry_out, form_page, posted
from gongjian.office.security.forms.tokens import RenewForm, TokenForm
from gongjian.office.security.permissions import may_keep_tokens, may_see_token
from gongjian.office.security.services import tokens as services
from gongjian.office.security.services.tokens import ONLY_SECURITY
from gongjian.workflow import require

LIST = ("接口令牌", reverse_lazy("security:tokens"))


def may_list(user) -> bool:
    """The security administrator, and clients of the API, who see their own."""
    return may_keep_tokens(user) or user.has_role(Role.API_CLIENT)


class TokenList(LoggedListPage):
    """Every token, whatever became of it; a client of the API sees his own."""

    title, noun, section = "接口令牌", "枚", "security"
    default_sort = "-created_at"
    empty_text = "还没有签发过令牌"
    empty_hint = "先由系统管理员为对方系统开立“接口用户”账号，再来签发"

    def get_queryset(self):
        allowed = may_list(self.request.user)
        require(allowed, ONLY_SECURITY)
        return ApiToken.objects.visible_to(self.request.user).select_related("user")

    def get_columns(self):
        now = timezone.now()
        return (
            Column("名称", "name", sort="name", link=True),
            Column("持有人", "user.name", sort="user__name"),
            Column("权限", lambda token: "、".join(token.scope_names)),
            Column("网段", lambda token: "、".join(token.networks) or "不限"),
            Column("到期时间", "expires_at", sort="expires_at", kind="datetime"),
            Column("最近使用", "last_used_at", sort="last_used_at", kind="datetime"),
            Column(
                "状态",
                lambda token: token.state(now)[0],
                kind="tag",
                tone=lambda token: token.state(now)[1],
            ),
        )

    def tabs(self):
        now = timezone.now()
        in_use = Q(revoked_at=None, expires_at__gt=now)
        return (
            Tab("全部"),
            Tab("使用中", "in_use", in_use),
            Tab("30 天内到期", "soon", in_use & Q(expires_at__lte=now + EXPIRES_SOON)),
            Tab("已停用、已到期", "over", ~in_use),
        )

    def buttons(self):
        if may_keep_tokens(self.request.user):
            return [Button("签发令牌", reverse("security:token_new"), True)]
        return []


def _visible(request, pk) -> ApiToken:
    api_tokens = ApiToken.objects.visible_to(request.user)
    return get_object_or_404(api_tokens.select_related("user", "replaces"), pk=pk)


@require_safe
def detail(request, pk):
    """One token: what it opens, from where, until when, and what was done with it."""
    token = _visible(request, pk)
    now = timezone.now()
    allowed = may_see_token(request.user, token)
    require(allowed, ONLY_SECURITY)
    successor = token.successors.first()
    may_keep = may_keep_tokens(request.user) and token.revoked_at is None and token.expires_at > now
    context = {
        "title": token.name,
        "eyebrow": f"接口令牌 · {token.user.name}",
        "section": "security",
        "crumbs": [LIST],
        "token": token,
        "standing": token.state(now),
        "successor": successor,
        "may_keep": may_keep,
        "history": history_of(token),
    }
    return render(request, "security/token.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """Issue a token and show it, once."""
    require(may_keep_tokens(request.user), ONLY_SECURITY)
    form = TokenForm(*posted(request), on=request.user.as_of)
    act = partial(services.issue_token, by=request.user, at=timezone.now())
    if issued := carry_out(form, act):
        token, text = issued
        return _shown_once(request, token, text)
    return form_page(
        request, form, title="签发接口令牌", section="security", back=LIST, submit_label="签发"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def renew(request, pk):
    """Issue the successor of a token and show it, once."""
    require(may_keep_tokens(request.user), ONLY_SECURITY)
    token = _visible(request, pk)
    form = RenewForm(*posted(request))
    act = partial(services.renew_token, token, by=request.user, at=timezone.now())
    if issued := carry_out(form, act):
        successor, text = issued
        return _shown_once(request, successor, text)
    return form_page(
        request,
        form,
        title=f"更换令牌：{token.name}",
        section="security",
        crumbs=[LIST],
        back=(token.name, token.get_absolute_url()),
        submit_label="更换",
    )


@require_POST
def revoke(request, pk):
    """Stop a token at once."""
    require(may_keep_tokens(request.user), ONLY_SECURITY)
    token = services.revoke_token(_visible(request, pk), by=request.user, at=timezone.now())
    messages.success(request, f"令牌“{token}”已停用，对方系统不能再用它读取")
    return redirect(token)


def _shown_once(request, token, text):
    context = {
        "title": f"{token.name}：新令牌",
        "section": "security",
        "crumbs": [LIST],
        "token": token,
        "text": text,
    }
    answer = render(request, "security/token_shown.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer
