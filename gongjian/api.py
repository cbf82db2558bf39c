"""The API: each app's views under /api/v1/, the schema, and one shape for every refusal."""

from django.urls import include, path
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import APIException
from rest_framework.permissions import AllowAny
from rest_framework.routers import SimpleRouter
from rest_framework.views import exception_handler

from communities.api import CommunityViewSet
from gongjian.documents.api import DocumentViewSet
from gongjian.lib.resources import Stale
from gongjian.workflow import WrongState
from inspections.api import FindingViewSet, FrontageViewSet
from scoring.api import ScoreViewSet
from units.api import UnitViewSet


class TokenScheme(OpenApiAuthenticationExtension):
    """How the schema tells clients to sign their requests."""

    target_class = "gongjian.accounts.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema):
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "Token gj_….…",
        }


router = SimpleRouter()
router.register("communities", CommunityViewSet, basename="community")
router.register("units", UnitViewSet, basename="unit")
router.register("scores", ScoreViewSet, basename="score")
router.register("findings", FindingViewSet, basename="finding")
router.register("frontages", FrontageViewSet, basename="frontage")
router.register("documents", DocumentViewSet, basename="document")

app_name = "api"
urlpatterns = [
    path("v1/", include(router.urls)),
    path("schema/", SpectacularAPIView.as_view(permission_classes=[AllowAny]), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
]


class ConflictError(APIException):
    status_code = 409


def problem(exc, context):
    """Every refusal as {"status", "title", "errors"}: what went wrong, and at which field; 412 adds
    what stands now.
    """
    response = exception_handler(
        ConflictError(str(exc)) if isinstance(exc, WrongState) else exc, context
    )
    if response is None:
        return None
    if isinstance(response.data, dict):
        details = response.data
    else:
        details = {"non_field_errors": response.data}
    errors = {}
    for field, text in details.items():
        if field != "detail":
            errors[field] = text
    title = str(details.get("detail", "请求有误"))
    response.data = {
        "status": response.status_code,
        "title": title,
        "errors": errors,
    }
    if isinstance(exc, Stale):
        response.data["current"] = exc.current
        response.headers["ETag"] = exc.etag
    return response
