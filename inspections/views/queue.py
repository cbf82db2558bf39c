"""What a phone kept without signal, put under the uuid that the phone gave it. Answered in JSON, whatever happens."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from hashlib import sha256
from uuid import UUID

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_safe

from communities.models import Community
from gongjian.lib.checklists import WrongMarks
from gongjian.lib.uploads import BadUpload
from gongjian.workflow import WrongState
from inspections.forms.self_checks import SelfCheckForm
from inspections.models import SelfCheck
from inspections.models.self_checks import valid_month
from inspections.services import queue as services
from inspections.services.answers import answers_from_records
from inspections.services.checklists import rules_of
from inspections.services.self_checks import OPEN_TO_CHANGE, start_self_check
from inspections.views.self_checks import handed_in, kept_as_draft

ANOTHER_ACCOUNT = "这份内容是另一个账号存在这台手机上的：请用原来的账号登录，之后自动上传"


def refusal(status: int, code: str, message: str, **more) -> JsonResponse:
    return JsonResponse({"code": code, "message": message, **more}, status=status)


def in_json(view: Callable[..., JsonResponse]) -> Callable[..., JsonResponse]:
    """Refusals as JSON: `code` for the script, `message` for the reader. The account that kept it must be signed in."""

    @wraps(view)
    def answer(request: HttpRequest, uuid: UUID) -> JsonResponse:
        if request.headers.get("X-Account", str(request.user.pk)) != str(request.user.pk):
            return refusal(401, "sign_in", ANOTHER_ACCOUNT)
        try:
            return view(request, uuid)
        except services.ChangedMeanwhile as refused:
            return refusal(409, "changed", str(refused))
        except WrongState as refused:
            return refusal(409, "closed", str(refused))
        except PermissionDenied as refused:
            return refusal(
                403,
                "forbidden",
                str(refused) or "您现在不能填报这个社区的自查：请与共建办核对您的岗位",
            )
        except Http404:
            return refusal(
                404, "unknown", "没有这个社区，或它不归您填报：请与共建办核对。手机上的内容可以导出"
            )
        except RequestDataTooBig:
            return refusal(413, "too_large", "内容超过 10 MB，没有收：照片请缩小后重新添加")
        except BadUpload as refused:
            return refusal(422, "refused", str(refused))
        except ValidationError as refused:
            return refusal(422, "refused", "；".join(refused.messages))

    return answer


def _check_of(request: HttpRequest) -> SelfCheck:
    """The self-check of the community and month that the address names, begun if nobody has."""
    month = request.GET.get("month", "")
    valid_month(month)
    community = get_object_or_404(
        Community.objects.visible_to(request.user), code=request.GET.get("community", "")
    )
    return start_self_check(community=community, month=month, by=request.user, at=timezone.now())


def clock_told(request: HttpRequest) -> str:
    """What to say of the phone's clock; empty where it goes right."""
    said = _moment(request.headers.get("X-Phone-Clock", ""))
    return services.clock_sentence(said, timezone.now())


def _moment(text: str) -> datetime | None:
    """A moment with its offset; None for anything else."""
    try:
        said = parse_datetime(text)
    except ValueError:
        return None
    return said if said and said.tzinfo else None


@require_http_methods(["PUT"])
@in_json
def put_photo(request: HttpRequest, uuid: UUID) -> JsonResponse:
    """A photo at an item: `?community=330111001101&month=2026-11&item=Q2`, the body is the picture."""
    photo, is_new = services.receive_photo(
        _check_of(request),
        uuid=uuid,
        item_code=request.GET.get("item", ""),
        content=request.body,
        by=request.user,
        at=timezone.now(),
    )
    answer = {"uuid": str(uuid), "kept": str(photo.uuid), "url": photo.get_absolute_url()}
    return JsonResponse(answer, status=201 if is_new else 200)


@require_http_methods(["PUT"])
@in_json
def put_self_check(request: HttpRequest, uuid: UUID) -> JsonResponse:
    """The fields of the page as it would post them, with `said_at`, `base` and `after` (services.queue.Sent)."""
    fields = QueryDict(request.body, encoding="utf-8")
    sent = sent_as(uuid, fields, request.body, act="submit")
    if known := services.known_submission(sent, request.user):
        return _taken(request, known.self_check, uuid, 200)
    check = _check_of(request)
    rules = rules_of(check.checklist)
    answers = answers_from_records(check.community, check.month, rules=rules, on=request.user.as_of)
    form = SelfCheckForm(check, rules, fields, {}, answers=answers)
    if not form.is_valid():
        return _wrong_items(form)
    given = {"marks": form.marks, "removed": form.removed, "by": request.user, "at": timezone.now()}
    try:
        row, is_new = services.receive_self_check(check, sent, **given)
    except WrongMarks as refused:
        form.add_errors(refused.errors)
        return _wrong_items(form)
    if is_new:
        messages.success(
            request, handed_in(row.self_check) if sent.submits else kept_as_draft(form)
        )
    return _taken(request, row.self_check, uuid, 201 if is_new else 200)


def sent_as(uuid: UUID, fields: QueryDict, body: bytes, *, act: str) -> services.Sent:
    """What the phone says besides the marks; `act` is the button that hands in."""
    try:
        after = tuple(UUID(text) for text in fields.getlist("after"))
    except ValueError:
        after = ()
    return services.Sent(
        uuid=uuid,
        sha256=sha256(body).hexdigest(),
        submits=fields.get("act") == act,
        said_at=_moment(fields.get("said_at", "")),
        base=_moment(fields.get("base", "")),
        after=after,
    )


def _wrong_items(form: SelfCheckForm) -> JsonResponse:
    """What keeps it from being taken in, item by item; nothing of it was written."""
    items = [
        {
            "item": entry.code,
            "label": f"{entry.number}. {entry.item.text}",
            "message": "；".join(entry.errors),
        }
        for entry in form.wrong
    ]
    return refusal(422, "items", f"还有 {len(items)} 项需要补，补完再提交", items=items)


def _taken(request: HttpRequest, check: SelfCheck, uuid: UUID, status: int) -> JsonResponse:
    warning = clock_told(request)
    if warning and status == 201:
        messages.warning(request, warning)
    is_open = check.status in OPEN_TO_CHANGE
    url = (
        reverse("inspections:self_check_fill", args=[check.pk])
        if is_open
        else check.get_absolute_url()
    )
    answer = {"uuid": str(uuid), "state": check.status, "url": url, "warning": warning}
    return JsonResponse(answer, status=status)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: served beside the self-checks; the assessors' sheets ask for it under their own address."""
    with open(finders.find("js/worker.js"), "rb") as script:
        answer = HttpResponse(script.read(), content_type="text/javascript; charset=utf-8")
    answer.headers["Service-Worker-Allowed"] = "/"
    return answer
