"""How long a session lasts, and what the browser may not keep of it."""

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

SIGNED_IN, SEEN = "signed_in_second", "seen_second"
# Seconds between two notes of the last step: no row is written for every page.
SEEN_EVERY = 60
# What a page asks or sends by itself: it keeps nobody signed in.
UNATTENDED = frozenset(
    {
        "jobs:detail",
        "inspections:queue_photo",
        "inspections:queue_self_check",
        "scoring:queue_sheet",
    }
)


def seconds_left(session, now: float) -> int:
    """How long this session lasts if nothing more is done."""
    idle = session.get(SEEN, now) + settings.SESSION_IDLE_SECONDS
    absolute = session.get(SIGNED_IN, now) + settings.SESSION_ABSOLUTE_SECONDS
    return int(min(idle, absolute) - now)


def begin_session(sender, request: HttpRequest, user, **kwargs) -> None:
    """Somebody has signed in: his twelve hours begin.

    Django tells of it by a signal and writes the session anyway.
    """
    request.session[SIGNED_IN] = request.session[SEEN] = int(timezone.now().timestamp())


class SessionLimits:
    """End a session after half an hour without a step, and after twelve hours whatever was done.

    The last step is noted once a minute at most, so that idleness is told up to a minute early,
    never late. Requests that carry an API token have no session and are not touched.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = int(timezone.now().timestamp())
        if SESSION_KEY in request.session and seconds_left(request.session, now) <= 0:
            logout(request)
            request.session_ran_out = True
        response = self.get_response(request)
        if request.user.is_authenticated and hasattr(request, "session"):
            self._note(request, now)
        return self._refused(request) or response

    @staticmethod
    def _note(request: HttpRequest, now: int) -> None:
        session = request.session
        if SESSION_KEY not in session:
            return
        attended = (
            request.resolver_match is None or request.resolver_match.view_name not in UNATTENDED
        )
        if SIGNED_IN not in session:
            session[SIGNED_IN] = session[SEEN] = now
        elif (
            attended
            and not getattr(request, "is_unattended", False)
            and now - session[SEEN] >= SEEN_EVERY
        ):
            session[SEEN] = now

    @staticmethod
    def _refused(request: HttpRequest) -> HttpResponse | None:
        """The page for a one-time password that no longer opens the door."""
        reason = getattr(request, "one_time_refused", "")
        if not reason or getattr(request, "axes_locked_out", False):
            return None
        return render(request, "security/one_time_refused.html", {"reason": reason}, status=403)


class NothingStored:
    """Pages of somebody who is signed in are kept by no browser and no proxy; signing out empties
    what was kept.

    Clear-Site-Data leaves out "cookies": that would also end the city's other systems under the
    same domain. What a phone has not sent yet stays with it when its owner says so at signing out:
    it would be lost for good.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_in = request.user.is_authenticated
        response = self.get_response(request)
        if was_in and response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Cache-Control", "no-store")
        if was_in and not request.user.is_authenticated:
            keeps = request.POST.get("keep") == "queue"
            response.headers["Clear-Site-Data"] = '"cache"' if keeps else '"cache", "storage"'
        return response
