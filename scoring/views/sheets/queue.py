"""An assessor's sheet, put by his phone under the uuid that the phone gave it. JSON, always."""

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
from scoring.views.sheets.pages import form_of, saved_message

NOT_YOURS = "没有这张打分表，或它已改派给他人：请与共建办核对。手机上的内容可以导出"
# No more digits than a row's number can have.
LONGEST_NUMBER = 18


@require_http_methods(["PUT"])
@in_json
def put_sheet(request: HttpRequest, uuid: UUID) -> JsonResponse:
    """Take in a sheet.

    `?sheet=12`, the fields of its page, `said_at`, `base` and `after` (Sent).
    """
    fields = QueryDict(request.body, encoding="utf-8")
    sent = sent_as(uuid, fields, request.body, act="lock")
    submission = known_sheet(sent, request.user)
    if submission:
        return taken_in(request, submission.sheet, uuid, status=200)
    sheet = own_sheet(request)
    if sheet is None:
        return refusal(404, "unknown", NOT_YOURS)
    form = form_of(sheet, fields)
    if not form.is_valid():
        return not_taken_in(request, form)
    at = timezone.now()
    try:
        submission, is_new = receive_sheet(sheet, sent, **form.answers, by=request.user, at=at)
    except WrongMarks as wrong:
        form.show(wrong.errors)
        return not_taken_in(request, form)
    except ValidationError as wrong:
        form.visit.add_error(None, wrong)
        return not_taken_in(request, form)
    if is_new:
        messages.success(request, saved_message(sheet, is_locked=sent.submits))
    return taken_in(request, submission.sheet, uuid, status=201 if is_new else 200)


def own_sheet(request: HttpRequest) -> Sheet | None:
    """Return the sheet that the address names, if it is laid before this person."""
    pk = request.GET.get("sheet", "")
    if not (pk.isascii() and pk.isdigit() and len(pk) <= LONGEST_NUMBER):
        return None
    sheets = Sheet.objects.visible_to(request.user).filter(assessor=request.user)
    sheets = sheets.select_related("round__checklist", "round__rubric", "community")
    return sheets.defer("round__frozen").filter(pk=pk).first()


def not_taken_in(request: HttpRequest, form: SheetForm) -> JsonResponse:
    """Answer what keeps it from being taken in, by its place on the page; nothing is written."""
    items = []
    for field in form.visit:
        if field.errors:
            message = "；".join(field.errors)
            items.append({"item": field.id_for_label, "label": field.label, "message": message})
    for entry in form.wrong:
        label = f"{entry.number}. {entry.item.text}"
        message = "；".join(entry.errors)
        items.append({"item": entry.item.code, "label": label, "message": message})
    message = f"还有 {len(items)} 处需要补，补完再锁定"
    warning = clock_told(request)
    if warning:
        message += f"；{warning}"
    return refusal(422, "items", message, items=items)


def taken_in(request: HttpRequest, sheet: Sheet, uuid: UUID, *, status: int) -> JsonResponse:
    """Answer that the phone need not send it again."""
    warning = clock_told(request)
    if warning and status == 201:
        messages.warning(request, warning)
    url = reverse("scoring:sheets")
    if sheet.status == SheetStatus.OPEN:
        url = sheet.get_absolute_url()
    answer = {"uuid": str(uuid), "state": sheet.status, "url": url, "warning": warning}
    return JsonResponse(answer, status=status)
