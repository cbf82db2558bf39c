"""自查表: its versions, what each item asks and why, a new one from a file, example photos."""

from functools import partial
from io import BytesIO

from django.contrib import messages
from django.db.models import Case, Value, When
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column, LoggedListPage
from gongjian.lib import yaml_files
from gongjian.lib.acting import carry_out, form_page, posted
from gongjian.lib.checklists.books import write_checklist_book
from gongjian.lib.listing import XLSX
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


def with_standing(today):
    """Return each version with its `standing` on a day: in force, to come, or past."""
    in_force = When(pk__in=Checklist.objects.current(today).values("pk"), then=Value("now"))
    to_come = When(valid_from__gt=today, then=Value("to_come"))
    standing = Case(in_force, to_come, default=Value("past"))
    return Checklist.objects.annotate(standing=standing)


class ChecklistList(LoggedListPage):
    """自查表: every version and from which day it is in force."""

    title, noun, section = "自查表", "个版本", "inspections"
    default_sort = "-valid_from"
    empty_text = "还没有自查表"
    columns = (
        Column("名称", "title", link=True),
        Column("版本", "version", sort="version", kind="code"),
        Column("启用日期", "valid_from", sort="valid_from", kind="date"),
        Column("项目数", lambda checklist: len(checklist.content["items"]), kind="num"),
        Column(
            "状态",
            lambda checklist: STANDING[checklist.standing][0],
            kind="tag",
            tone=lambda checklist: STANDING[checklist.standing][1],
        ),
    )

    def get_queryset(self):
        return with_standing(self.request.user.as_of)

    def buttons(self):
        if not may_edit_checklist(self.request.user):
            return []
        return [Button("上传新版本", reverse("inspections:checklist_new"), True)]


@require_safe
def detail(request, pk):
    """One version, item by item; `?file=yaml` and `?file=xlsx` take it away."""
    checklist = get_object_or_404(with_standing(request.user.as_of), pk=pk)
    kind = request.GET.get("file")
    if kind:
        return file_response(checklist, kind)
    return detail_page(request, checklist, ExampleForm(rules=services.rules_of(checklist)))


def file_response(checklist, kind: str) -> FileResponse:
    """Return the version as a workbook or, for any other kind, as YAML."""
    if kind == "xlsx":
        content, content_type = write_checklist_book(checklist.content), XLSX
    else:
        kind, content_type = "yaml", "application/yaml"
        content = yaml_files.write_mapping(checklist.content).encode()
    name = f"{checklist.title} {checklist.version}.{kind}"
    return FileResponse(
        BytesIO(content), as_attachment=True, filename=name, content_type=content_type
    )


def detail_page(request, checklist, form):
    """Answer with the page of a version; `form` adds example photos."""
    rules = services.rules_of(checklist)
    looks = example_services.looks_of(checklist, rules)
    sections = []
    for section, items in rules.by_section():
        items_with_looks = [(item, looks[item.code]) for item in items]
        sections.append((section, items_with_looks))
    return form_page(
        request,
        form,
        title=checklist.title,
        section="inspections",
        crumbs=CRUMBS,
        template="inspections/checklist.html",
        checklist=checklist,
        standing=STANDING[checklist.standing],
        rules=rules,
        sections=sections,
        may_edit=may_edit_checklist(request.user),
        history=history_of(checklist),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """上传新版本: every wrong value of the file is named by its row or its path."""
    require(may_edit_checklist(request.user), "只有市共建办可以上传自查表")
    form = ChecklistFileForm(*posted(request))
    service = partial(services.publish_checklist, by=request.user, at=timezone.now())
    checklist = carry_out(form, service)
    if checklist:
        begins = f"{checklist.valid_from:%Y-%m} 起启用"
        messages.success(request, f"{checklist} {checklist.version} 已上传，{begins}。")
        return redirect(checklist)
    return form_page(
        request,
        form,
        title="上传自查表新版本",
        section="inspections",
        crumbs=CRUMBS[:-1],
        back=CRUMBS[-1],
        submit_label="上传",
    )


@require_POST
def examples(request, pk):
    """Add example photos to an item, or with `remove` take one away."""
    checklist = get_object_or_404(with_standing(request.user.as_of), pk=pk)
    require(may_edit_checklist(request.user), "只有市共建办可以添加或移除示例照片")
    by, at = request.user, timezone.now()
    uuid = request.POST.get("remove")
    if uuid:
        photo = get_object_or_404(checklist.example_photos, uuid=uuid)
        binned = example_services.remove_example(photo, by=by, at=at)
        say_deleted(request, binned)
        return redirect(checklist)
    form = ExampleForm(request.POST, request.FILES, rules=services.rules_of(checklist))
    act = partial(example_services.add_examples, checklist, by=by, at=at)
    photos = carry_out(form, act)
    if photos is None:
        return detail_page(request, checklist, form)
    where = "填报时在该项“怎样算合格”里看得到"
    messages.success(request, f"已添加 {len(photos)} 张示例照片，{where}。")
    return redirect(checklist)


@require_safe
def example(request, uuid):
    """The picture, or with `?size=small` the one beside the item; it never changes."""
    photo = get_object_or_404(ExamplePhoto, uuid=uuid)
    file = photo.small if request.GET.get("size") == "small" else photo.file
    name = f"{photo.uuid}.jpg"
    response = FileResponse(file.open("rb"), content_type="image/jpeg", filename=name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=604800, immutable"
    return response
