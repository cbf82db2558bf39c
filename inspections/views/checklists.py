"""自查表: its versions, what each item asks and why, a new one from a file, example photos beside the items."""

from io import BytesIO

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Case, Q, Value, When
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column, ListPage
from gongjian.lib import yaml_files
from gongjian.lib.acting import posted
from gongjian.lib.checklists.books import write_checklist_book
from gongjian.lib.listing import XLSX
from gongjian.lib.uploads import BadUpload
from gongjian.recycling.views import say_deleted
from gongjian.workflow import require
from inspections.forms.checklists import ChecklistFileForm, ExampleForm
from inspections.models import Checklist, ExamplePhoto
from inspections.permissions import may_edit_checklist
from inspections.services import checklists as services
from inspections.services import examples as example_services

CRUMBS = [
    ("检查", reverse_lazy("inspections:findings")),
    ("自查表", reverse_lazy("inspections:checklists")),
]
STANDING = {"now": ("在用", "good"), "to_come": ("待启用", "warn"), "past": ("已停用", "")}


def _with_standing(today):
    """Each version with its `standing` on a day: in force, to come, or past."""
    now = Q(pk__in=Checklist.objects.current(today).values("pk"))
    to_come = Q(valid_from__gt=today)
    standing = Case(When(now, Value("now")), When(to_come, Value("to_come")), default=Value("past"))
    return Checklist.objects.annotate(standing=standing)


class ChecklistList(ListPage):
    """自查表: every version and from which day it is in force."""

    title, noun, section = "自查表", "个版本", "inspections"
    default_sort = "-valid_from"
    empty_text = "还没有自查表"
    columns = (
        Column("名称", "title", link=True),
        Column("版本", "version", sort="version", kind="code"),
        Column("启用日期", "valid_from", sort="valid_from", kind="date"),
        Column("项目数", lambda one: len(one.content["items"]), kind="num"),
        Column(
            "状态",
            lambda one: STANDING[one.standing][0],
            kind="tag",
            tone=lambda one: STANDING[one.standing][1],
        ),
    )

    def get_queryset(self):
        return _with_standing(self.request.user.as_of)

    def buttons(self):
        if not may_edit_checklist(self.request.user):
            return []
        return [Button("上传新版本", reverse("inspections:checklist_new"), True)]


@require_safe
def detail(request, pk):
    """One version, item by item; `?file=yaml` and `?file=xlsx` take it away."""
    checklist = get_object_or_404(_with_standing(request.user.as_of), pk=pk)
    if file := request.GET.get("file"):
        return _file(checklist, file)
    return _page(request, checklist, ExampleForm(rules=services.rules_of(checklist)))


def _file(checklist, kind):
    name = f"{checklist.title} {checklist.version}"
    if kind == "xlsx":
        book = BytesIO(write_checklist_book(checklist.content))
        return FileResponse(book, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    written = BytesIO(yaml_files.write_mapping(checklist.content).encode())
    return FileResponse(
        written, as_attachment=True, filename=f"{name}.yaml", content_type="application/yaml"
    )


def _page(request, checklist, form, *, status=200):
    rules = services.rules_of(checklist)
    looks = example_services.looks_of(checklist, rules)
    context = {
        "title": checklist.title,
        "section": "inspections",
        "crumbs": CRUMBS,
        "checklist": checklist,
        "standing": STANDING[checklist.standing],
        "rules": rules,
        "sections": [
            (part, [(item, looks[item.code]) for item in items])
            for part, items in rules.by_section()
        ],
        "may_edit": may_edit_checklist(request.user),
        "form": form,
        "history": history_of(checklist),
    }
    return render(request, "inspections/checklist.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """上传新版本: every wrong value of the file is named by its row or its path."""
    require(may_edit_checklist(request.user), "只有市共建办可以上传自查表")
    form = ChecklistFileForm(*posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            checklist = services.publish_checklist(
                **form.cleaned_data, by=request.user, at=timezone.now()
            )
            messages.success(
                request,
                f"{checklist} {checklist.version} 已上传，{checklist.valid_from:%Y-%m} 起启用。",
            )
            return redirect(checklist)
        except ValidationError as refused:
            form.add_error("from_month" if "开始" in refused.message else "content", refused)
    context = {
        "title": "上传自查表新版本",
        "section": "inspections",
        "crumbs": CRUMBS,
        "form": form,
        "submit_label": "上传",
        "back_url": reverse("inspections:checklists"),
    }
    return render(request, "forms/form_page.html", context, status=400 if form.errors else 200)


@require_POST
def examples(request, pk):
    """Add example photos to an item, or with `remove` take one away."""
    checklist = get_object_or_404(_with_standing(request.user.as_of), pk=pk)
    require(may_edit_checklist(request.user), "只有市共建办可以添加或移除示例照片")
    by, at = request.user, timezone.now()
    if uuid := request.POST.get("remove"):
        photo = get_object_or_404(checklist.example_photos, uuid=uuid)
        say_deleted(request, example_services.remove_example(photo, by=by, at=at))
        return redirect(checklist)
    form = ExampleForm(request.POST, request.FILES, rules=services.rules_of(checklist))
    if form.is_valid():
        try:
            kept = example_services.add_examples(checklist, **form.cleaned_data, by=by, at=at)
            messages.success(
                request, f"已添加 {len(kept)} 张示例照片，填报时在该项“怎样算合格”里看得到。"
            )
            return redirect(checklist)
        except BadUpload as refused:
            form.add_error("photos", str(refused))
    return _page(request, checklist, form, status=400)


@require_safe
def example(request, uuid):
    """The picture, or with `?size=small` the one beside the item; it never changes under its address."""
    photo = get_object_or_404(ExamplePhoto, uuid=uuid)
    file = photo.small if request.GET.get("size") == "small" else photo.file
    answer = FileResponse(file.open("rb"), content_type="image/jpeg", filename=f"{photo.uuid}.jpg")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, max-age=604800, immutable"
    return answer
