"""An assessor's sheet, put by his phone under the uuid that the phone gave it. Answered in JSON, whatever happens."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gongjian.lib.checklists import WrongMarks
from inspections.views.queue import clock_told, in_json, refusal, sent_as
from scoring.forms.sheets.filling import SheetForm
from scoring.models import Sheet
from scoring.models.rounds import SheetStatus
from scoring.services.sheets.queue import known_sheet, receive_sheet
from scoring.views.sheets.pages import form_of, said_of

NOT_YOURS = "没有这张打分表，或它已改派给他人：请与共建办核对。手机上的内容可以导出"


@require_http_methods(["PUT"])
@in_json
def put_sheet(request: HttpRequest, uuid: UUID) -> JsonResponse:
    """`?sheet=12`; the fields of the page as it would post them, with `said_at`, `base` and `after` (Sent)."""
    fields = QueryDict(request.body, encoding="utf-8")
    sent = sent_as(uuid, fields, request.body, act="lock")
    known = known_sheet(sent, request.user)
    if known:
        return _taken(request, known.sheet, uuid, 200)
    sheet = _own_sheet(request)
    if sheet is None:
        return refusal(404, "unknown", NOT_YOURS)
    form = form_of(sheet, fields)
    if not form.is_valid():
        return _wrong(request, form)
    try:
        row, is_new = receive_sheet(sheet, sent, **form.given, by=request.user, at=timezone.now())
    except WrongMarks as wrong:
        form.show(wrong.errors)
        return _wrong(request, form)
    except ValidationError as wrong:
        form.visit.add_error(None, wrong)
        return _wrong(request, form)
    if is_new:
        messages.success(request, said_of(sheet, locked=sent.submits))
    return _taken(request, row.sheet, uuid, 201 if is_new else 200)


def _own_sheet(request: HttpRequest) -> Sheet | None:
    """The sheet that the address names, if it is laid before this person."""
    pk = request.GET.get("sheet", "")
    sheets = Sheet.objects.visible_to(request.user)
    own = sheets.filter(assessor=request.user)
    found = own.select_related("round__checklist", "round__rubric", "community").defer(
        "round__frozen"
    )
    if pk.isascii() and pk.isdigit() and len(pk) < 19:
        return found.filter(pk=pk).first()
    return None


def _wrong(request: HttpRequest, form: SheetForm) -> JsonResponse:
    """What keeps it from being taken in, by its place on the page; nothing of it was written."""
    items = []
    for field in form.visit:
        if field.errors:
            message = "；".join(field.errors)
            items.append({"item": field.id_for_label, "label": field.label, "message": message})
    items += [
        {
            "item": one.item.code,
            "label": f"{one.number}. {one.item.text}",
            "message": "；".join(one.errors),
        }
        for one in form.wrong
    ]
    said = "；".join(filter(None, [f"还有 {len(items)} 处需要补，补完再锁定", clock_told(request)]))
    return refusal(422, "items", said, items=items)


def _taken(request: HttpRequest, sheet: Sheet, uuid: UUID, status: int) -> JsonResponse:
    warning = clock_told(request)
    if warning and status == 201:
        messages.warning(request, warning)
    is_open = sheet.status == SheetStatus.OPEN
    if is_open:
        url = sheet.get_absolute_url()
    else:
        url = reverse("scoring:sheets")
    return JsonResponse(
        {"uuid": str(uuid), "state": sheet.status, "url": url, "warning": warning}, status=status
    )
