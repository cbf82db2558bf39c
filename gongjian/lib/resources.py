"""What every resource of the API does alike: a strong ETag on each detail, writes only against the
state that was read.

A GET answers the ETag of what it shows, or 304 to one who has it already. A write needs `If-Match`
with the ETag that was read: 428 without, 412 with the present state where somebody else was faster.
"""

from typing import Any

from django.core.exceptions import ValidationError as WrongData
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.http import parse_etags
from rest_framework.exceptions import APIException
from rest_framework.exceptions import ValidationError as BadRequest
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.viewsets import ReadOnlyModelViewSet

from gongjian.lib.canonical import canonical_json, fingerprint


class PreconditionRequired(APIException):
    status_code = 428
    default_detail = "修改须带 If-Match，写上读取时得到的 ETag，以免覆盖他人刚做的修改"
    default_code = "precondition_required"


class Stale(APIException):
    """412: somebody else changed it since; `current` is how it stands now."""

    status_code = 412
    default_detail = "读取之后已有他人修改，您的修改没有保存；请对照 current 中的现状再提交"
    default_code = "stale"

    def __init__(self, current: Any, etag: str) -> None:
        super().__init__()
        self.current = current
        self.etag = etag


class Resource(ReadOnlyModelViewSet[Any]):
    """A resource that is listed and read; `resource` is its name in the scopes of tokens."""

    resource = ""

    def concealed(self, obj: Any) -> Any:
        """What is part of the state but not shown in full; it counts in the ETag, which gives none
        of it away.
        """
        return None

    def etag_of(self, obj: Any, representation: Any) -> str:
        """The strong ETag of a detail: the SHA-256 of its canonical representation, and of what it
        conceals.
        """
        hidden = self.concealed(obj)
        if hidden is None:
            return f'"{fingerprint(representation)}"'
        sealed = salted_hmac(
            "gongjian.lib.resources", canonical_json(hidden), algorithm="sha256"
        ).hexdigest()
        return f'"{fingerprint([representation, sealed])}"'

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        obj = self.get_object()
        representation = self.get_serializer(obj).data
        etag = self.etag_of(obj, representation)
        if _names(request.headers.get("If-None-Match", ""), etag):
            return Response(status=304, headers={"ETag": etag})
        return Response(representation, headers={"ETag": etag})

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        for name, value in getattr(getattr(request, "rate_verdict", None), "headers", {}).items():
            answer.headers[name] = value
        return answer


class WritableResource(Resource):
    """A resource that PATCH changes: `change(obj, changes)` calls the one service; `change_class`
    gives the shape.
    """

    change_class: Any = None

    def change(self, obj: Any, changes: dict[str, Any]) -> Any:
        raise NotImplementedError

    def may_change(self, obj: Any) -> None:
        """Raise PermissionDenied before anything is compared."""

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change some fields of a detail that still stands as it was read."""
        with transaction.atomic():
            obj = self.locked(self.get_object())
            self.may_change(obj)
            header = request.headers.get("If-Match", "")
            self._require_fresh(obj, header)
            changed = self._changed(obj, self._read(request.data))
        representation = self.get_serializer(changed).data
        headers = {"ETag": self.etag_of(changed, representation)}
        return Response(representation, headers=headers)

    def locked(self, obj: Any) -> Any:
        """The row as it stands, held against everybody else until the transaction ends."""
        return self.get_queryset().select_for_update(of=("self",)).get(pk=obj.pk)

    def _require_fresh(self, obj: Any, header: str) -> None:
        if not header.strip() or header.strip() == "*":
            raise PreconditionRequired
        representation = self.get_serializer(obj).data
        etag = self.etag_of(obj, representation)
        if etag not in parse_etags(header):
            raise Stale(representation, etag)

    def _read(self, sent: Any) -> dict[str, Any]:
        """The changes asked for, in shape; a field that cannot be changed is refused by name."""
        reader = self.change_class(data=sent, partial=True)
        reader.is_valid(raise_exception=True)
        unknown = sorted(set(sent) - set(reader.fields))
        if unknown:
            raise BadRequest({name: ["这一项不能修改"] for name in unknown})
        return dict(reader.validated_data)

    def _changed(self, obj: Any, changes: dict[str, Any]) -> Any:
        try:
            return self.change(obj, changes)
        except WrongData as wrong:
            raise BadRequest(as_serializer_error(wrong)) from wrong


def _names(header: str, etag: str) -> bool:
    """Whether `If-None-Match` names the ETag; the weak form that a compressing proxy makes of it
    counts too.
    """
    return etag in (tag.removeprefix("W/") for tag in parse_etags(header)) or header.strip() == "*"
