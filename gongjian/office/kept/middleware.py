"""A form that meets an expired session is kept for the one who typed it."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone

from gongjian.office.kept.content import SLOT, forget, is_keepable, keep, kept_in, lift_expiry

OWNER_COOKIE = f"{settings.COOKIE_PREFIX}gongjian_typist"
OWNER_DAYS = 7
SALT = "gongjian.office.kept"
KEPT = "您的登录已过期。刚才填写的内容已经存好，登录后可以接着提交。"
NOT_KEPT = "您的登录已过期，刚才的提交没有写入，内容也没能存下。"
RAN_OUT = "您的登录已过期，请重新登录。"


def owner_of(request: HttpRequest) -> int | None:
    """Who was signed in on this browser last; it proves nothing and opens nothing."""
    owner = request.get_signed_cookie(
        OWNER_COOKIE, default="", salt=SALT, max_age=OWNER_DAYS * 86400
    )
    return int(owner) if owner else None


class KeepTypedForms:
    """Keep a POST that was sent to sign in instead, and lead back to it; forget it once it was sent
    again.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_in = request.user.is_authenticated
        typed_form = None
        if was_in and SLOT in request.session:
            typed_form = kept_in(request)
        response = self.get_response(request)
        if typed_form and self._sent_again(request, response, typed_form.path):
            forget(request)
        if request.user.is_authenticated:
            lift_expiry(request)
            return self._name_owner(request, response)
        if was_in:
            response.delete_cookie(OWNER_COOKIE)
        return self._led_to_sign_in(request, response)

    @staticmethod
    def _sent_again(request: HttpRequest, response: HttpResponse, path: str) -> bool:
        return (
            request.method == "POST"
            and request.get_full_path() == path
            and response.status_code < 400
        )

    @staticmethod
    def _name_owner(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Note who is signed in here. Clients with a token have no session and get no cookie."""
        if SESSION_KEY in request.session and owner_of(request) != request.user.pk:
            response.set_signed_cookie(
                OWNER_COOKIE,
                str(request.user.pk),
                salt=SALT,
                max_age=OWNER_DAYS * 86400,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response

    def _led_to_sign_in(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Sent to sign in: say why, keep what was typed, and come back to it rather than to an
        address of a POST.
        """
        sign_in = resolve_url(settings.LOGIN_URL)
        if response.status_code != 302 or response.headers["Location"].partition("?")[0] != sign_in:
            return response
        if request.method == "POST" and is_keepable(request):
            response = HttpResponseRedirect(
                f"{sign_in}?{urlencode({'next': self._way_back(request)})}"
            )
        elif getattr(request, "session_ran_out", False):
            messages.info(request, RAN_OUT)
        return self._for_htmx(request, response)

    @staticmethod
    def _way_back(request: HttpRequest) -> str:
        owner = owner_of(request)
        if owner is not None and keep(request, owner=owner, at=timezone.now()):
            messages.warning(request, KEPT)
            return reverse("kept:form")
        messages.warning(request, NOT_KEPT)
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    @staticmethod
    def _for_htmx(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """htmx follows a redirect into the part it was to fill; this header makes the whole page
        go.
        """
        if not request.headers.get("HX-Request"):
            return response
        return HttpResponse(status=204, headers={"HX-Redirect": response.headers["Location"]})
