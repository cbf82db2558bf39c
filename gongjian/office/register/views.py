"""The register's pages: what is in it, template, export, and an import that is previewed before it
is written.
"""

from tempfile import TemporaryFile

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities.models import Community, GroupMember
from gongjian.audit.models import Entry
from gongjian.audit.services import record
from gongjian.lib.pending_uploads import drop_pending, find_pending, keep_upload, note_shown
from gongjian.office.register.applying import REGISTER_FILE, apply_import, register_file
from gongjian.office.register.exporting import export_register, export_template
from gongjian.office.register.forms import UploadForm, WholeExportForm
from gongjian.office.register.permissions import (
    may_export_register,
    may_import_register,
    may_take_whole_phones,
)
from gongjian.office.register.planning import plan_import
from gongjian.workflow import require
from inspections.models import Frontage
from units.models import Unit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _frame(title: str, **more) -> dict:
    if title == "名册":
        crumbs = []
    else:
        crumbs = [("名册", reverse("register:home"))]
    return {"title": title, "section": "register", "crumbs": crumbs, **more}


@require_safe
def home(request):
    """What is in the register, the workbooks to take away, and the form to bring one in."""
    require(may_export_register(request.user), "名册由共建办维护")
    return _home(request, UploadForm())


def _home(request, form, *, export_form=None, status: int = 200):
    units = Unit.objects.filter(is_active=True)
    counts = [
        ("社区名册", Community.objects.active().count(), reverse("communities:list")),
        ("单位名册", units.count(), reverse("units:list")),
        ("共建名单", GroupMember.objects.count(), ""),
        ("门前三包名册", Frontage.objects.count(), reverse("inspections:frontages")),
    ]
    imports = Entry.objects.filter(object_type=REGISTER_FILE, event="register.file.import")
    if not may_take_whole_phones(request.user):
        export_form = None
    elif export_form is None:
        export_form = WholeExportForm()
    more = {
        "counts": counts,
        "form": form,
        "may_import": may_import_register(request.user),
        "export_form": export_form,
        "imports": imports.select_related("by").order_by("-pk")[:10],
    }
    return render(request, "register/home.html", _frame("名册", **more), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request):
    """POST: keep the upload.

    GET: what it would change, every bad cell on a line of its own; nothing is written.
    """
    require(may_import_register(request.user), "只有共建办可以导入名册")
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return _home(request, form, status=400)
        name = form.cleaned_data["file"].name
        keep_upload(request.session, form.content, name, at=timezone.now())
        return redirect("register:preview")
    pending = find_pending(request.session)
    if pending is None:
        messages.info(request, "没有待确认的文件，请重新上传。")
        return redirect("register:home")
    plan = plan_import(pending.tables())
    note_shown(request.session, plan.fingerprint())
    more = {"pending": pending, "plan": plan, "back_url": reverse("register:home")}
    return render(request, "register/preview.html", _frame("核对导入", **more))


@require_POST
def apply(request):
    """Write what was previewed; show the preview again if the register has moved on."""
    require(may_import_register(request.user), "只有共建办可以导入名册")
    pending = find_pending(request.session)
    if pending is None:
        messages.info(request, "没有待确认的文件，请重新上传。")
        return redirect("register:home")
    tables = pending.tables()
    try:
        with transaction.atomic():
            plan = plan_import(tables)
            if plan.errors or plan.fingerprint() != pending.shown:
                messages.warning(
                    request, "核对期间名册有了变动，什么也没有写入。请按现在的内容重新核对。"
                )
                return redirect("register:preview")
            file = register_file(pending.sha256[:40], pending.name)
            apply_import(
                plan,
                file=file,
                by=request.user,
                at=timezone.now(),
            )
    except IntegrityError:
        messages.warning(request, "他人同时改动了名册，什么也没有写入。请重新核对。")
        return redirect("register:preview")
    drop_pending(request.session)
    messages.success(request, f"已导入“{pending.name}”：{summary(plan.counts)}。")
    return redirect("register:home")


def summary(counts: dict) -> str:
    """社区名册新增 2、变更 1；…: what was written, worksheet by worksheet."""
    sentences = []
    for name, n in counts.items():
        if n["new"] or n["changed"]:
            sentences.append(f"{name}新增 {n['new']}、变更 {n['changed']}")
    return "；".join(sentences) or "没有变动"


@require_safe
def template(request):
    """The empty workbook with its notes and drop-down lists."""
    require(may_export_register(request.user), "名册由共建办维护")
    return _workbook(export_template, "名册模板.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def export(request):
    """The register as it stands.

    GET: numbers masked. POST with a purpose: whole numbers, and the log says what for.
    """
    require(may_export_register(request.user), "只有共建办和审计员可以导出名册")
    if request.method != "POST":
        return _export(request)
    require(may_take_whole_phones(request.user), "只有共建办可以导出完整号码")
    form = WholeExportForm(request.POST)
    if not form.is_valid():
        return _home(request, UploadForm(), export_form=form, status=400)
    return _export(request, purpose=form.cleaned_data["purpose"])


def _export(request, purpose: str = "") -> FileResponse:
    at = timezone.now()
    file = TemporaryFile()  # noqa: SIM115  the answer closes it
    name = f"名册-{timezone.localdate(at):%Y%m%d}{'-含完整号码' if purpose else ''}.xlsx"
    rows = export_register(file, whole_phones=bool(purpose))
    details = {
        "rows": rows,
        "whole_phones": bool(purpose),
        **({"purpose": purpose} if purpose else {}),
    }
    record(register_file("export", name), "register.file.export", by=request.user, at=at, **details)
    return _answer(file, name)


def _workbook(write, name: str) -> FileResponse:
    file = TemporaryFile()  # noqa: SIM115  the answer closes it
    write(file)
    return _answer(file, name)


def _answer(file, name: str) -> FileResponse:
    file.seek(0)
    answer = FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
    answer.headers["Cache-Control"] = "no-store"
    return answer
