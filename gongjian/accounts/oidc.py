"""统一身份认证 by OpenID Connect: who comes from there is matched to an account of ours; nobody is
created.

Loaded only where `OIDC_ISSUER` is set. The authorisation code flow with PKCE; the signature of the
identity token is checked against the provider's keys, also when the token came over TLS.
"""

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render

from gongjian.accounts.models import User

# Only those with a public key: a shared secret as key would let anybody sign.
ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
]
LEEWAY = 60  # seconds that the two clocks may differ
UNKNOWN = "您在统一身份认证里的账号（{name}）在本系统还没有开通。请找系统管理员开通同名账号。"
UNNAMED = "统一身份认证没有告诉本系统您的账号名，无法登录。请把这句话转给系统管理员。"
STOPPED = "这个账号在本系统已停用，请找系统管理员。"
FAILED = (
    "统一身份认证没有完成登录。请再试一次；仍不行时可用本系统的账号和密码登录，并告诉系统管理员。"
)


class CityIdentity(DefaultSocialAccountAdapter):
    def pre_social_login(self, request, sociallogin) -> None:
        """Find the account by the claim of `OIDC_USERNAME_CLAIM`, each time anew: no second
        register of people.
        """
        name = _claimed_name(sociallogin.account.extra_data)
        if not name:
            raise ImmediateHttpResponse(_refuse(request, UNNAMED))
        users = User.objects.filter(username=name)
        user = users.first()
        if user is None:
            raise ImmediateHttpResponse(_refuse(request, UNKNOWN.format(name=name)))
        if not user.is_active:
            raise ImmediateHttpResponse(_refuse(request, STOPPED))
        sociallogin.user = user

    def is_open_for_signup(self, request, sociallogin) -> bool:
        return False

    def on_authentication_error(
        self, request, provider, error=None, exception=None, extra_context=None
    ):
        raise ImmediateHttpResponse(_refuse(request, FAILED))


def _claimed_name(claims: dict) -> str:
    """The account name by the signed identity token, or by the user information about the same
    person.
    """
    token = claims.get("id_token", {})
    userinfo = claims.get("userinfo", {})
    if userinfo.get("sub") == token.get("sub"):
        all_claims = userinfo | token
    else:
        all_claims = token
    return str(all_claims.get(settings.OIDC_USERNAME_CLAIM) or "")


def _refuse(request, reason: str):
    return render(
        request, "accounts/oidc_refused.html", {"title": "没有登录", "reason": reason}, status=403
    )


class SignedTokens(OpenIDConnectOAuth2Adapter):
    """Checks the signature, issuer, audience and life of every identity token."""

    def _decode_id_token(self, app, id_token: str) -> dict:
        try:
            return jwt.decode(
                id_token,
                self._signing_key(id_token),
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "sub"]},
            )
        except jwt.PyJWTError as wrong:
            raise OAuth2Error(str(wrong)) from wrong

    def _signing_key(self, id_token: str) -> jwt.PyJWK:
        """The published key that the token names, or the only one where it names none."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        named = jwt.get_unverified_header(id_token).get("kid")
        if named:
            fitting = []
            for key in keys:
                if key.key_id == named:
                    fitting.append(key)
        else:
            fitting = keys
        if len(fitting) != 1:
            raise OAuth2Error("no single published key fits the token")
        return fitting[0]


def _known(provider_id: str) -> None:
    if provider_id != "city":
        raise Http404


@login_not_required
def sign_in(request, provider_id):
    """Go to the city's sign-in page."""
    _known(provider_id)
    return OAuth2LoginView.adapter_view(SignedTokens(request, provider_id))(request)


@login_not_required
def come_back(request, provider_id):
    """Come back from there with a code, or with a refusal."""
    _known(provider_id)
    return OAuth2CallbackView.adapter_view(SignedTokens(request, provider_id))(request)
