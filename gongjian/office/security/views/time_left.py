from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from gongjian.office.security.middleware import SEEN, seconds_left


def time_left(request: HttpRequest) -> JsonResponse:
    """How many seconds the session still lasts.

    Asking (GET) is no step of its holder; "继续" (POST) is one.
    """
    now = int(timezone.now().timestamp())
    request.is_unattended = request.method == "GET"
    if request.method == "POST":
        request.session[SEEN] = now
    seconds = seconds_left(request.session, now)
    return JsonResponse({"seconds": seconds})
