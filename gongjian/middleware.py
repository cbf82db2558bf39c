"""What every request gets: whose day it is, the content policy, and a plain answer when an act is
refused.
"""

import re
from urllib.parse import unquote_plus

from django.conf import settings
from django.db import DataError
from django.http import HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongjian.accounts import limits
from gongjian.accounts.factors import came_by_oidc, owes_factor
from gongjian.accounts.services import SEEN_AT, note_use, owes_new_password
from gongjian.lib.acting import WrongState, page_above
from gongjian.lib.addresses import client_address
from gongjian.lib.request_ids import TRUSTED_FORM, new_request_id, request_in_hand
from gongjian.office.kept.content import is_work_form, typed_in
from gongjian.office.kept.words import in_words

PAGE_METHODS = ("GET", "HEAD", "POST")
# Where a phone puts what it kept while it had no signal: read by a script, answered in JSON
# whatever happens.
QUEUE = "/queue/"
# NUL, which PostgreSQL does not keep, and halves of characters, which are no text at all.
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


class PlainMethods:
    """Pages are read and posted, nothing else; the API answers for itself, and the phone's queue is
    put.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        put = request.method == "PUT" and request.path.startswith(QUEUE)
        if put or request.method in PAGE_METHODS or request.path.startswith("/api/"):
            return self.get_response(request)
        return HttpResponseNotAllowed(PAGE_METHODS)


class QueueAnswers:
    """The phone's queue is answered in JSON where a page would be led elsewhere or refused by a
    page of its own.

    To sign in, to a new password, to a second factor, or a token that no longer holds: 401, the
    phone keeps what it has and sends it again after its owner has signed in.
    """

    SIGN_IN = "请重新登录（并办完登录后要求的事项），之后自动上传。手机上的内容还在"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if (
            not request.path.startswith(QUEUE)
            or response.headers.get("Content-Type") == "application/json"
        ):
            return response
        code = response.status_code
        if code in (301, 302, 303, 307, 308, 403):
            return JsonResponse({"code": "sign_in", "message": self.SIGN_IN}, status=401)
        if code >= 400 and code != 405:
            message = f"系统没有收下（{code}），手机上的内容还在"
            return JsonResponse({"code": "refused", "message": message}, status=code)
        return response


class StorableText:
    """Refuse an address with characters that no database keeps: PostgreSQL fails over NUL, SQLite
    finds nothing, and neither is an answer to whoever sent them.

    What is typed into a form is left to its fields, which refuse it beside the words and keep them;
    what reaches a database past them is refused here, too.
    """

    MESSAGE = "地址里有存不下的字符（如 %00）：请检查链接是否完整，或重新输入查询条件。"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        texts = [request.path_info, unquote_plus(request.META.get("QUERY_STRING", ""))]
        if any(UNSTORABLE.search(text) for text in texts):
            return self._refuse(request)
        return self.get_response(request)

    def process_exception(self, request, exception):
        is_refusal = isinstance(exception, DataError | UnicodeEncodeError | ValueError)
        if is_refusal and any(UNSTORABLE.search(text) for text in _posted_texts(request)):
            return self._refuse(request)
        return None

    def _refuse(self, request):
        if request.path_info.startswith("/api/"):
            problem = {"status": 400, "title": self.MESSAGE, "errors": {}}
            return JsonResponse(problem, status=400)
        if request.path_info.startswith(QUEUE):
            return JsonResponse({"code": "refused", "message": self.MESSAGE}, status=400)
        return render(request, "400.html", {"message": self.MESSAGE}, status=400)


def _posted_texts(request) -> list[str]:
    texts = []
    for name, values in request.POST.lists():
        texts.extend([name, *values])
    return texts


class RequestIds:
    """Give every request a number; a proxy in front that is trusted may have given one already."""

    HEADER = "X-Request-ID"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with request_in_hand(self._given(request) or new_request_id()) as request_id:
            request.request_id = request_id
            response = self.get_response(request)
        response.headers[self.HEADER] = request_id
        return response

    def _given(self, request) -> str:
        request_id = ""
        if settings.TRUSTED_PROXIES:
            request_id = request.headers.get(self.HEADER, "")
        return request_id if TRUSTED_FORM.fullmatch(request_id) else ""


class TodaysDuties:
    """Say for which day the signed-in user's roles are asked."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            request.user.on(timezone.localdate())
        return self.get_response(request)


class OwnPasswordFirst:
    """Send whoever holds a one-time password, or one that is too old, to the page where it is
    changed.

    Who came by 统一身份认证 is let through: he did not use it and may never have been told it.
    """

    OPEN = frozenset({"accounts:password", "accounts:sign_out"})

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        user = request.user
        owes = (
            user.is_authenticated
            and owes_new_password(user, timezone.now())
            and not came_by_oidc(request)
        )
        if owes and request.resolver_match.view_name not in self.OPEN:
            return redirect("accounts:password")
        return None


class SecondFactorFirst:
    """Send whoever holds a role of `SECOND_FACTOR_ROLES` without a second factor to the page where
    it is set up.

    The API is left alone: it knows no sessions, only tokens.
    """

    OPEN = OwnPasswordFirst.OPEN | {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "account_reauthenticate",
    }

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        place = request.resolver_match
        if (
            not request.user.is_authenticated
            or place.view_name in self.OPEN
            or place.namespace == "api"
        ):
            return None
        return redirect("mfa_index") if owes_factor(request.user) else None


class SeenLately:
    """Write down every five minutes that a session is in use and from where, for the list of one's
    own sessions.
    """

    EVERY = 300  # seconds

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated and SEEN_AT in request.session:
            now = timezone.now()
            if now.timestamp() - request.session[SEEN_AT] > self.EVERY:
                note_use(request.session, address=client_address(request), at=now)
        return self.get_response(request)


class ContentSecurityPolicy:
    """Send `SECURE_CSP` and the permissions policy with every page: nothing inline, nothing from
    elsewhere.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        texts = []
        for name, values in settings.SECURE_CSP.items():
            texts.append(f"{name} {' '.join(values)}")
        self.policy = "; ".join(texts)

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        for name, value in settings.SECURE_HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class PlainAnswers:
    """Lead back to the thing: from a wrong state by a page that says why, from the address of an
    act at once.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if self._is_act_that_was_read(request, response):
            return redirect(page_above(request.path))
        return response

    def _is_act_that_was_read(self, request, response) -> bool:
        """Whether somebody opened the address of a button, say after signing in again."""
        is_script = request.path.startswith((QUEUE, "/api/"))
        return response.status_code == 405 and request.method in ("GET", "HEAD") and not is_script

    def process_exception(self, request, exception):
        if not isinstance(exception, WrongState):
            return None
        context = {
            "reason": str(exception),
            "back_url": page_above(request.path),
            "typed": _typed_words(request),
        }
        return render(request, "409.html", context, status=409)


def _typed_words(request) -> list[tuple[str, str]]:
    """Return (label, words) of a form whose moment has passed, to be copied from the page."""
    if not is_work_form(request):
        return []
    return in_words(request.path, typed_in(request), request.user)


class SignInLimit:
    """Slow down an address that tries to sign in far more often than an office full of people
    would.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if (
            request.method != "POST"
            or request.resolver_match.view_name not in settings.SIGN_IN_DOORS
        ):
            return None
        verdict = limits.take("sign_in", client_address(request), at=timezone.now())
        if verdict.allowed:
            return None
        answer = render(request, "429.html", status=429)
        answer.headers["Retry-After"] = str(verdict.wait)
        return answer
