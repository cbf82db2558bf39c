from pathlib import Path

import markdown
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from communities.models import Community
from communities.permissions import is_office
from gongjian.accounts.models import User
from gongjian.accounts.roles import OFFICE
from gongjian.lib.acting import form_page, posted
from gongjian.lib.quarters import Quarter
from gongjian.lib.release import version
from gongjian.notifications.services import notify
from gongjian.office.dashboards import one_pager, progress
from gongjian.office.dashboards.forms import FeedbackForm
from gongjian.office.dashboards.todo import waiting_for

MANUAL = Path(settings.BASE_DIR) / "docs" / "manual"


@require_safe
def workbench(request):
    """工作台: the quarter's cycle, what waits for me, and who is behind."""
    if not request.user.takes_part:
        return redirect("staffing:list")
    today = timezone.localdate()
    quarter = _chosen_quarter(request, today)
    rows = progress.matrix(quarter, request.user, today)
    behind = []
    for row in rows:
        if row.behind >= 100:
            behind.append(row)
    eyebrow = f"{settings.CITY} · {len(rows)} 个社区"
    steps = progress.cycle(quarter, request.user, today)
    items = waiting_for(request.user, at=timezone.now())
    only_behind = bool(request.GET.get("behind"))
    quarters = progress.known_quarters(request.user)
    context = {
        "title": quarter.title,
        "section": "workbench",
        "quarter": quarter,
        "quarters": quarters,
        "steps": steps,
        "items": items,
        "rows": behind if request.GET.get("behind") else rows,
        "behind": behind,
        "only_behind": only_behind,
        "eyebrow": eyebrow,
        "may_remind": is_office(request.user),
    }
    return render(request, "dashboards/workbench.html", context)


def _chosen_quarter(request, today) -> Quarter:
    try:
        return Quarter.parse(request.GET["quarter"])
    except (KeyError, ValueError):
        return Quarter.of(today)


@require_safe
def community_page(request, code):
    """社区一页纸: everything a liaison leader or the office wants to know of one community before a
    visit.
    """
    communities = Community.objects.visible_to(request.user).select_related(
        "subdistrict", "group__lead_unit"
    )
    community = get_object_or_404(communities, code=code)
    today = timezone.localdate()
    crumbs = [
        ("社区", reverse("communities:list")),
        (community.name, community.get_absolute_url()),
    ]
    context = {
        "title": f"{community.name}一页纸",
        "section": "communities",
        "crumbs": crumbs,
        "community": community,
        **one_pager.about(community, Quarter.of(today), request.user, today),
    }
    return render(request, "dashboards/community_page.html", context)


@require_safe
def manual(request, chapter=None):
    """使用手册, from docs/manual: one page a chapter."""
    chapters = []
    for path in sorted(MANUAL.glob("*.md")):
        chapters.append((path.stem, _heading(path)))
    chosen = chapter or (chapters[0][0] if chapters else None)
    if chosen not in dict(chapters):
        raise Http404
    text = (MANUAL / f"{chosen}.md").read_text(encoding="utf-8").split("\n", 1)[1]
    body = markdown.markdown(text, extensions=["tables", "toc"])
    context = {
        "title": dict(chapters)[chosen],
        "eyebrow": "使用手册",
        "chapters": chapters,
        "chosen": chosen,
    }
    return render(request, "dashboards/manual.html", {**context, "body": mark_safe(body)})  # noqa: S308  our own files


def _heading(path: Path) -> str:
    return path.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("# ").strip()


def feedback(request):
    """意见建议: what is awkward about this system, straight into the office's inbox
    (国办函〔2026〕12号).
    """
    form = FeedbackForm(*posted(request))
    if form.is_valid():
        now = timezone.now()
        office = User.objects.holding(*OFFICE, on=request.user.as_of)
        subject = f"意见建议：{form.cleaned_data['text'][:30]}"
        body = f"{request.user}：\n{form.cleaned_data['text']}"
        notify(
            office,
            key=f"feedback:{request.user.pk}:{now.isoformat()}",
            subject=subject,
            body=body,
            at=now,
        )
        messages.success(request, "已转给共建办，谢谢")
        return redirect("workbench")
    return form_page(request, form, title="意见建议", section="", submit_label="送出")


@require_safe
@login_not_required
def healthz(request):
    """Answer the machine that watches the site with the version, once the database was read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse(f"ok {version()}\n", content_type="text/plain; charset=utf-8")
