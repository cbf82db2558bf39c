"""What a phone kept without signal, put under the phone's uuid; answered in JSON."""

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
from inspections.views.self_checks import handed_in, saved_as_draft

MAY_NOT_FILL = "您现在不能填报这个社区的自查：请与共建办核对您的岗位"
NO_SUCH_COMMUNITY = "没有这个社区，或它不归您填报：请与共建办核对。手机上的内容可以导出"
ANOTHER_ACCOUNT = "这份内容是另一个账号存在这台手机上的：请用原来的账号登录，之后自动上传"


def refusal(status: int, code: str, message: str, **details) -> JsonResponse:
    return JsonResponse({"code": code, "message": message, **details}, status=status)


def in_json(view: Callable[..., JsonResponse]) -> Callable[..., JsonResponse]:
    """Answer refusals of `view` as JSON: `code` for the script, `message` for the reader.

    The account that kept the content on the phone must be signed in.
    """

    @wraps(view)
    def answer(request: HttpRequest, uuid: UUID) -> JsonResponse:
        account = str(request.user.pk)
        if request.headers.get("X-Account", account) != account:
            return refusal(401, "sign_in", ANOTHER_ACCOUNT)
        try:
            return view(request, uuid)
        except services.ChangedMeanwhile as refused:
            return refusal(409, "changed", str(refused))
        except WrongState as refused:
            return refusal(409, "closed", str(refused))
        except PermissionDenied as refused:
            return refusal(403, "forbidden", str(refused) or MAY_NOT_FILL)
        except Http404:
            return refusal(404, "unknown", NO_SUCH_COMMUNITY)
        except RequestDataTooBig:
            return refusal(413, "too_large", "内容超过 10 MB，没有收：照片请缩小后重新添加")
        except BadUpload as refused:
            return refusal(422, "refused", str(refused))
        except ValidationError as refused:
            return refusal(422, "refused", "；".join(refused.messages))

    return answer


def named_check(request: HttpRequest) -> SelfCheck:
    """Return the self-check of the community and month in the address, begun if nobody has."""
    code = request.GET.get("community", "")
    month = request.GET.get("month", "")
    valid_month(month)
    communities = Community.objects.visible_to(request.user)
    community = get_object_or_404(communities, code=code)
    return start_self_check(community=community, month=month, by=request.user, at=timezone.now())


def clock_told(request: HttpRequest) -> str:
    """Return what to say of the phone's clock; empty where it goes right."""
    phone_time = moment_in(request.headers.get("X-Phone-Clock", ""))
    return services.clock_sentence(phone_time, timezone.now())


def moment_in(text: str) -> datetime | None:
    """Return a moment with its offset; None for anything else."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


@require_http_methods(["PUT"])
@in_json
def put_photo(request: HttpRequest, uuid: UUID) -> JsonResponse:
    """A photo at an item: `?community=330111001101&month=2026-11&item=Q2`, the body the picture."""
    check = named_check(request)
    sent_photo = {"item_code": request.GET.get("item", ""), "content": request.body}
    photo, is_new = services.receive_photo(
        check, uuid=uuid, **sent_photo, by=request.user, at=timezone.now()
    )
    content = {"uuid": str(uuid), "kept": str(photo.uuid), "url": photo.get_absolute_url()}
    return JsonResponse(content, status=201 if is_new else 200)


@require_http_methods(["PUT"])
@in_json
def put_self_check(request: HttpRequest, uuid: UUID) -> JsonResponse:
    """The fields as the page posts them, with `said_at`, `base` and `after`: see `Sent`."""
    fields = QueryDict(request.body, encoding="utf-8")
    sent = sent_as(uuid, fields, request.body, act="submit")
    former = services.known_submission(sent, request.user)
    if former:
        return taken_in(request, former.self_check, uuid, is_new=False)
    check = named_check(request)
    rules = rules_of(check.checklist)
    answers = answers_from_records(check.community, check.month, rules=rules, on=request.user.as_of)
    form = SelfCheckForm(check, rules, fields, {}, answers=answers)
    if not form.is_valid():
        return wrong_items(form)
    try:
        answers_sent = {"marks": form.marks, "removed": form.removed}
        row, is_new = services.receive_self_check(
            check, sent, **answers_sent, by=request.user, at=timezone.now()
        )
    except WrongMarks as refused:
        form.add_errors(refused.errors)
        return wrong_items(form)
    if is_new:
        message = handed_in(row.self_check) if sent.submits else saved_as_draft(form)
        messages.success(request, message)
    return taken_in(request, row.self_check, uuid, is_new=is_new)


def sent_as(uuid: UUID, fields: QueryDict, body: bytes, *, act: str) -> services.Sent:
    """Return what the phone says besides the marks; `act` is the button that hands in."""
    try:
        after = tuple(UUID(text) for text in fields.getlist("after"))
    except ValueError:
        after = ()
    said_at = moment_in(fields.get("said_at", ""))
    base = moment_in(fields.get("base", ""))
    submits = fields.get("act") == act
    digest = sha256(body).hexdigest()
    return services.Sent(uuid, digest, submits, said_at=said_at, base=base, after=after)


def wrong_items(form: SelfCheckForm) -> JsonResponse:
    """Answer with what keeps it from being taken in, item by item; nothing was written."""
    items = []
    for entry in form.wrong:
        label = f"{entry.number}. {entry.item.text}"
        message = "；".join(entry.errors)
        items.append({"item": entry.code, "label": label, "message": message})
    return refusal(422, "items", f"还有 {len(items)} 项需要补，补完再提交", items=items)


def taken_in(request: HttpRequest, check: SelfCheck, uuid: UUID, *, is_new: bool) -> JsonResponse:
    """Answer with the state of the self-check and its address, 201 for what is new."""
    warning = clock_told(request)
    if warning and is_new:
        messages.warning(request, warning)
    url = check.get_absolute_url()
    if check.status in OPEN_TO_CHANGE:
        url = reverse("inspections:self_check_fill", args=[check.pk])
    content = {"uuid": str(uuid), "state": check.status, "url": url, "warning": warning}
    return JsonResponse(content, status=201 if is_new else 200)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, served beside the self-checks and under the sheets' own address."""
    with open(finders.find("js/worker.js"), "rb") as script:
        content = script.read()
    response = HttpResponse(content, content_type="text/javascript; charset=utf-8")
    response.headers["Service-Worker-Allowed"] = "/"
    return response
