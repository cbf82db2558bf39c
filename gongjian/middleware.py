"""What every request gets: whose day it is, the content policy, and a plain answer when an act is refused."""

from django.conf import settings
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone

from gongjian.workflow import WrongState

PAGE_METHODS = ("GET", "HEAD", "POST")


class PlainMethods:
    """Pages are read and posted, nothing else; the API answers for itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method in PAGE_METHODS or request.path.startswith("/api/"):
            return self.get_response(request)
        return HttpResponseNotAllowed(PAGE_METHODS)


class TodaysDuties:
    """Say for which day the signed-in user's roles are asked."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            request.user.on(timezone.localdate())
        return self.get_response(request)


class OwnPasswordFirst:
    """Send whoever holds a one-time password to the page where it is changed."""

    OPEN = frozenset({"accounts:password", "accounts:sign_out"})

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        owes = request.user.is_authenticated and request.user.must_change_password
        if owes and request.resolver_match.view_name not in self.OPEN:
            return redirect("accounts:password")
        return None


class ContentSecurityPolicy:
    """Send `SECURE_CSP` with every page: nothing inline, nothing from elsewhere."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.policy = "; ".join(f"{name} {' '.join(values)}" for name, values in settings.SECURE_CSP.items())

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response


class PlainAnswers:
    """A wrong state is answered with 409 and its sentence; nothing is lost, the page says what to do."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, WrongState):
            return render(request, "409.html", {"reason": str(exception)}, status=409)
        return None
