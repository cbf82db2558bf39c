"""At the API's door: the scopes of the token in hand, and how often it may knock."""

from django.utils import timezone
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.throttling import BaseThrottle

from gongjian.accounts import limits
from gongjian.accounts.scopes import RESOURCES, needed

NO_RESOURCE = "这个接口没有登记所属资源，暂不开放"


class HasScope(BasePermission):
    """Let a token in where its scopes reach. A view that declares no `resource` is closed to all.

    What is refused counts against the token's limit like what is answered.
    """

    def has_permission(self, request, view):
        resource = getattr(view, "resource", "")
        if resource not in RESOURCES:
            raise PermissionDenied(NO_RESOURCE)
        if not hasattr(view, request.method.lower()):
            return True  # the view itself answers 405
        wanted = needed(resource, writes=request.method not in SAFE_METHODS)
        missing = []
        for scope in wanted:
            if scope not in request.user.scopes:
                missing.append(scope)
        if missing:
            _count(request)
            detail = f"令牌没有 {'、'.join(missing)} 权限"
            raise PermissionDenied({"detail": detail, "scope": missing})
        return True


class TokenThrottle(BaseThrottle):
    """So many requests a minute for each token; the verdict is left on the request for the answer's
    headers.
    """

    def allow_request(self, request, view):
        if request.auth is not None:
            _count(request)
        return True


def _count(request) -> None:
    verdict = limits.take("api_token", request.auth.key, at=timezone.now())
    request.rate_verdict = verdict
    if not verdict.allowed:
        raise limits.TooManyRequests(verdict.wait)
