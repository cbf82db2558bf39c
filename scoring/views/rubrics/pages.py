"""The pages of the rubric's versions: the list, one version, and the making of a new one."""

from collections.abc import Iterable
from functools import partial
from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from gongjian.accounts.models import User
from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column, LoggedListPage
from gongjian.lib.acting import carry_out, form_page, posted
from gongjian.lib.listing import XLSX
from gongjian.workflow import require
from scoring.forms.rubrics.rubrics import RubricForm
from scoring.models import Rubric
from scoring.permissions import may_adopt_rubric
from scoring.rules.rubrics.mappings import rubric_mapping
from scoring.rules.rubrics.parts import COMPETITION, DENSE
from scoring.rules.rubrics.yaml_files import read_rubric, write_rubric
from scoring.services.rubrics.adopting import adopt_rubric
from scoring.services.rubrics.books import rubric_tables, write_rubric_book
from scoring.services.rubrics.comparing import try_rubric

DEFAULT = settings.BASE_DIR / "scoring" / "rubrics" / "default.json"
# Digits of what a database still takes for a row's number.
LONGEST_NUMBER = 19
SCORING = ("考评", reverse_lazy("scoring:rounds"))
RUBRICS = ("评分细则", reverse_lazy("scoring:rubrics"))
YAML = "application/yaml; charset=utf-8"
IN_WORDS = {
    None: "",
    True: "是",
    False: "否",
    COMPETITION: "并列占名次（1-2-2-4）",
    DENSE: "并列不占名次（1-2-2-3）",
}


def rounds_of(rubric: Rubric) -> str:
    """Return the quarters in which the version is used, in words."""
    titles = sorted(round.span.title for round in rubric.rounds.all())
    return "、".join(titles) or "—"


class RubricList(LoggedListPage):
    title, noun, section = "评分细则", "版", "scoring"
    default_sort = "-created_at"
    export = False
    empty_text = "还没有评分细则"
    columns = (
        Column("版本", "version", sort="version", link=True),
        Column("名称", "title"),
        Column("启用", "created_at", sort="created_at", kind="datetime"),
        Column("用于", rounds_of),
    )

    def get_queryset(self):
        rubrics = Rubric.objects.visible_to(self.request.user)
        return rubrics.defer("content").prefetch_related("rounds")

    def buttons(self):
        if not may_adopt_rubric(self.request.user):
            return []
        return [Button("拟新的细则", reverse("scoring:rubric_new"), True)]


@require_safe
def rubric_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the version sheet by sheet; `?as=yaml` and `?as=xlsx` give it as one file."""
    visible = Rubric.objects.visible_to(request.user)
    version = get_object_or_404(visible, pk=pk)
    name = f"{version.title}-{version.version}"
    kind = request.GET.get("as")
    if kind == "yaml":
        return _file(write_rubric(version.rules).encode(), f"{name}.yaml", YAML)
    if kind == "xlsx":
        return _file(write_rubric_book(version.rules), f"{name}.xlsx", XLSX)
    tables = []
    for sheet, headers, rows in rubric_tables(version.rules):
        words = [_words(row) for row in rows]
        tables.append((sheet, headers, words))
    rounds = version.rounds.visible_to(request.user).order_by("-quarter")
    buttons = detail_buttons(request.user, version)
    context = {
        "title": version.title,
        "eyebrow": f"版本 {version.version}",
        "section": "scoring",
        "crumbs": [SCORING, RUBRICS],
        "buttons": buttons,
        "tables": tables,
        "rounds": rounds,
        "history": history_of(version),
    }
    return render(request, "scoring/rubrics/rubric.html", context)


def _words(row: Iterable[Any]) -> list[Any]:
    """Return the cells as the office reads them; the file keeps its own words."""
    words = []
    for cell in row:
        has_words = isinstance(cell, bool | str | None) and cell in IN_WORDS
        words.append(IN_WORDS[cell] if has_words else cell)
    return words


def detail_buttons(user: User, version: Rubric) -> list[tuple[str, str, bool]]:
    """Return the links to the files, and to a new version for those who may make one."""
    buttons = [("下载 YAML", "?as=yaml", False), ("下载 Excel", "?as=xlsx", False)]
    if may_adopt_rubric(user):
        url = f"{reverse('scoring:rubric_new')}?from={version.pk}"
        buttons.append(("在此基础上拟新版", url, True))
    return buttons


def _file(content: bytes, name: str, kind: str) -> FileResponse:
    return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=kind)


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_new(request: HttpRequest) -> HttpResponse:
    """Write a new version: figures or a file, what it would have changed last quarter, adopt it."""
    require(may_adopt_rubric(request.user), "只有共建办可以启用评分细则")
    form = RubricForm(*posted(request), base=content_to_start_from(request))
    is_tried = form.is_valid()
    trial = None
    if request.POST.get("act") == "adopt":
        act = partial(adopt_rubric, by=request.user, at=timezone.now())
        version = carry_out(form, act)
        if version:
            title = f"已启用{version.title} {version.version}"
            messages.success(request, f"{title}，建立考评时可以选用。")
            return redirect(version)
    if is_tried:
        trial = try_rubric(form.rubric)
    return form_page(
        request,
        form,
        title="拟新的评分细则",
        section="scoring",
        crumbs=[SCORING],
        back=RUBRICS,
        template="scoring/rubrics/rubric_form.html",
        trial=trial,
        tried=is_tried,
    )


def content_to_start_from(request: HttpRequest) -> dict[str, Any]:
    """Return the content of the version asked for, else of the newest, else of the shipped one."""
    versions = Rubric.objects.order_by("-created_at", "-pk")
    number = request.GET.get("from", "")
    version = None
    if number.isdecimal() and len(number) < LONGEST_NUMBER:
        version = versions.filter(pk=number).first()
    version = version or versions.first()
    if version is None:
        return rubric_mapping(read_rubric(DEFAULT.read_bytes()))
    return rubric_mapping(version.rules)
