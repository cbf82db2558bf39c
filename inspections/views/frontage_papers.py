"""责任书 and 责任牌: printed at once, or fetched from the job that printed many."""

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
    ids = [pk for pk in request.POST.getlist("ids") if pk.isdecimal()]
    ticked = Frontage.objects.visible_to(request.user).filter(pk__in=ids)
    frontages = list(services.with_places(ticked)[: services.MOST + 1])
    if kind not in Paper or not frontages or len(frontages) > services.MOST:
        messages.error(request, f"请勾选要印制的责任区，一次最多 {services.MOST} 户。")
        return redirect(list_address(request))
    for frontage in frontages:
        require(may_print_agreement(request.user, frontage), services.MAY_NOT_PRINT)
    site_url = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    if len(frontages) > services.AT_ONCE:
        by, at = request.user, timezone.now()
        job = services.order_papers(kind, frontages, site_url=site_url, by=by, at=at)
        return redirect(wake(job))
    try:
        content = services.render_papers(kind, frontages, site_url=site_url)
    except (FontsMissing, PangoMissing) as missing:
        messages.error(request, str(missing))
        return redirect(list_address(request))
    name = frontages[0].shop_name if len(frontages) == 1 else len(frontages)
    return pdf_response(BytesIO(content), f"{Paper(kind).label}-{name}.pdf")


@require_safe
def paper_file(request, job_pk):
    """The file that a job printed, for whoever ordered it."""
    job = get_object_or_404(Job, pk=job_pk, kind=services.JOB, by=request.user)
    path = job.result.get("path", "")
    if not path or not default_storage.exists(path):
        raise Http404("文件已过保存期限，请重新印制")
    return pdf_response(default_storage.open(path), f"{job.title}.pdf")


def pdf_response(stream, name: str) -> FileResponse:
    """Return a PDF to keep on one's own machine; no cache keeps it."""
    response = FileResponse(
        stream, as_attachment=True, filename=name, content_type="application/pdf"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def list_address(request) -> str:
    """Return the list as it was filtered, or the whole list for an address of another site."""
    address = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(address, None):
        return address
    return "inspections:frontages"
