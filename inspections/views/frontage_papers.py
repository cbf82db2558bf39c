from io import BytesIO

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from gongjian.jobs.models import Job
from gongjian.jobs.services import wake
from gongjian.lib.pdf import FontsMissing, PangoMissing
from gongjian.workflow import require
from inspections.models import Frontage
from inspections.permissions import may_print_agreement
from inspections.services import frontage_papers as services
from inspections.services.frontage_papers import Paper


@require_POST
def papers(request):
    """责任书 or 责任牌 of the ticked frontages: at once when they are few, else as a job."""
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    ids = [one for one in request.POST.getlist("ids") if one.isdecimal()]
    rows = list(
        services.with_places(Frontage.objects.visible_to(request.user).filter(pk__in=ids))[
            : services.MOST + 1
        ]
    )
    if kind not in Paper or not rows or len(rows) > services.MOST:
        messages.error(request, f"请勾选要印制的责任区，一次最多 {services.MOST} 户。")
        return redirect(_back(request))
    for one in rows:
        require(may_print_agreement(request.user, one), services.MAY_NOT_PRINT)
    site_url = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    if len(rows) > services.AT_ONCE:
        job = services.order_papers(
            kind, rows, site_url=site_url, by=request.user, at=timezone.now()
        )
        return redirect(wake(job))
    try:
        content = services.render_papers(kind, rows, site_url=site_url)
    except (FontsMissing, PangoMissing) as missing:
        messages.error(request, str(missing))
        return redirect(_back(request))
    return _answer(
        BytesIO(content),
        f"{Paper(kind).label}-{rows[0].shop_name if len(rows) == 1 else len(rows)}.pdf",
    )


@require_safe
def paper_file(request, job_pk):
    """The file that a job printed, for who ordered it."""
    job = get_object_or_404(Job, pk=job_pk, kind=services.JOB, by=request.user)
    path = job.result.get("path", "")
    if not path or not default_storage.exists(path):
        raise Http404("文件已过保存期限，请重新印制")
    return _answer(default_storage.open(path), f"{job.title}.pdf")


def _answer(stream, name: str) -> FileResponse:
    answer = FileResponse(stream, as_attachment=True, filename=name, content_type="application/pdf")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _back(request) -> str:
    given = request.POST.get("next", "")
    return given if url_has_allowed_host_and_scheme(given, None) else "inspections:frontages"
