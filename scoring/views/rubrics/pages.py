import json
from io import BytesIO

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column, ListPage
from gongjian.lib.listing import XLSX
from gongjian.workflow import WrongState, require
from scoring.forms.rubrics.rubrics import RubricForm
from scoring.models import Rubric
from scoring.permissions import may_adopt_rubric
from scoring.rules.rubrics.mappings import rubric_mapping
from scoring.rules.rubrics.yaml_files import read_rubric, write_rubric
from scoring.services.rounds.setting_up import adopt_rubric
from scoring.services.rubrics.books import rubric_tables, write_rubric_book
from scoring.services.rubrics.comparing import try_rubric

DEFAULT = settings.BASE_DIR / "scoring" / "rubrics" / "default.json"
LONGEST_NUMBER = 19
"""Digits of what a database still takes for a row's number."""
IN_WORDS = {
    None: "",
    True: "是",
    False: "否",
    "competition": "并列占名次（1-2-2-4）",
    "dense": "并列不占名次（1-2-2-3）",
}


class RubricList(ListPage):
    title, noun, section = "评分细则", "版", "scoring"
    default_sort = "-created_at"
    export = False
    empty_text = "还没有评分细则"
    columns = (
        Column("版本", "version", sort="version", link=True),
        Column("名称", "title"),
        Column("启用", "created_at", sort="created_at", kind="datetime"),
        Column(
            "用于",
            lambda rubric: (
                "、".join(sorted(round.span.title for round in rubric.rounds.all())) or "—"
            ),
        ),
    )

    def get_queryset(self):
        return (
            Rubric.objects.visible_to(self.request.user).defer("content").prefetch_related("rounds")
        )

    def buttons(self):
        if not may_adopt_rubric(self.request.user):
            return []
        return [Button("拟新的细则", reverse("scoring:rubric_new"), True)]


def visible_rubric(request, pk) -> Rubric:
    return get_object_or_404(Rubric.objects.visible_to(request.user), pk=pk)


@require_safe
def rubric_detail(request, pk):
    """The version as the office reads it, sheet by sheet; `?as=yaml` and `?as=xlsx` give it as one file."""
    found = visible_rubric(request, pk)
    rubric = found.rules
    name = f"{found.title}-{found.version}"
    if request.GET.get("as") == "yaml":
        return _file(
            write_rubric(rubric).encode(), f"{name}.yaml", "application/yaml; charset=utf-8"
        )
    if request.GET.get("as") == "xlsx":
        return _file(write_rubric_book(rubric), f"{name}.xlsx", XLSX)
    context = {
        "title": found.title,
        "eyebrow": f"版本 {found.version}",
        "section": "scoring",
        "crumbs": [("考评", reverse("scoring:rounds")), ("评分细则", reverse("scoring:rubrics"))],
        "buttons": _buttons(request.user, found),
        "tables": [
            (name, headers, [_words(row) for row in rows])
            for name, headers, rows in rubric_tables(rubric)
        ],
        "rounds": found.rounds.visible_to(request.user).order_by("-quarter"),
        "history": history_of(found),
    }
    return render(request, "scoring/rubrics/rubric.html", context)


def _words(row) -> list:
    """The cells as the office reads them; the file keeps its own words."""
    return [
        IN_WORDS[cell] if isinstance(cell, bool | str | None) and cell in IN_WORDS else cell
        for cell in row
    ]


def _buttons(user, found: Rubric) -> list:
    files = [("下载 YAML", "?as=yaml", False), ("下载 Excel", "?as=xlsx", False)]
    if may_adopt_rubric(user):
        files.append(("在此基础上拟新版", f"{reverse('scoring:rubric_new')}?from={found.pk}", True))
    return files


def _file(content: bytes, name: str, kind: str) -> FileResponse:
    return FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=kind)


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_new(request):
    """Write a new version: change figures or hand in a file, see how the last quarter would have moved, adopt it."""
    require(may_adopt_rubric(request.user), "只有共建办可以启用评分细则")
    form = RubricForm(request.POST or None, request.FILES or None, base=_base(request))
    valid = form.is_valid()
    if valid and request.POST.get("act") == "adopt" and (adopted := _adopted(request, form)):
        return redirect(adopted)
    context = {
        "form": form,
        "trial": try_rubric(form.rubric) if valid else None,
        "tried": valid,
        "title": "拟新的评分细则",
        "section": "scoring",
        "crumbs": [("考评", reverse("scoring:rounds")), ("评分细则", reverse("scoring:rubrics"))],
        "back_url": reverse("scoring:rubrics"),
    }
    return render(
        request, "scoring/rubrics/rubric_form.html", context, status=400 if form.errors else 200
    )


def _base(request) -> dict:
    """What the figures start from: the version asked for, else the newest, else the one that comes with the system."""
    versions = Rubric.objects.order_by("-created_at", "-pk")
    asked = request.GET.get("from", "")
    found = (
        versions.filter(pk=asked).first()
        if asked.isdecimal() and len(asked) < LONGEST_NUMBER
        else None
    )
    newest = found or versions.first()
    return rubric_mapping(newest.rules if newest else read_rubric(DEFAULT.read_bytes()))


def _adopted(request, form) -> Rubric | None:
    rubric = form.rubric
    given = {
        "version": rubric.version,
        "title": rubric.name,
        "content": json.loads(json.dumps(rubric_mapping(rubric))),
    }
    try:
        adopted = adopt_rubric(**given, by=request.user, at=timezone.now())
    except WrongState as known:
        form.add_error("version", str(known))
        return None
    messages.success(request, f"已启用{adopted.title} {adopted.version}，建立考评时可以选用。")
    return adopted
