"""The plaque (责任牌) that hangs at a door and the agreement (责任书) signed for it, as PDF."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import QuerySet, TextChoices
from django.template.loader import render_to_string
from django.urls import reverse

from gongjian.accounts.models import User
from gongjian.jobs.models import Job
from gongjian.jobs.services import enlist, report
from gongjian.lib import pdf
from gongjian.lib.qr import qr_svg
from gongjian.workflow import require
from inspections.duties import DEFAULT
from inspections.models import Frontage
from inspections.permissions import may_print_agreement
from inspections.services.duty_sets import duty_sets

MAY_NOT_PRINT = "您不能印制这个责任区的责任书和责任牌：由共建办、牵头单位或所在社区印制"
# A quarter of the QR's modules may be scratched or pasted over and it still reads.
CORRECTION = "q"
# ISO/IEC 18004: the light margin around the code.
QUIET_MODULES = 4
STYLESHEET = Path(settings.BASE_DIR) / "static" / "documents" / "frontages.css"


class Paper(TextChoices):
    AGREEMENT = "agreement", "责任书"
    PLAQUE = "plaque", "责任牌"


JOB = "inspections.papers"
# So many are printed while the person waits; more become a job.
AT_ONCE = 20
# In one file.
MOST = 200
FOLDER = "papers"
KEPT_FOR = timedelta(days=2)


def render_papers(kind: str, frontages: Iterable[Frontage], *, site_url: str) -> bytes:
    """Return one PDF with a paper for each frontage: agreements A4, plaques A5 landscape.

    `site_url` is the public address without a slash at its end. Reads road section, community and
    subdistrict. Raises FontsMissing, PangoMissing.
    """
    sets = duty_sets()
    papers = []
    for frontage in frontages:
        address = public_url(frontage, site_url)
        code = qr_svg(address, correction=CORRECTION, border=QUIET_MODULES)
        rules = sets.get(frontage.duty_set, DEFAULT)
        papers.append({"frontage": frontage, "rules": rules, "qr": code})
    context = {"papers": papers, "office": settings.OFFICE_NAME}
    html = render_to_string(f"inspections/papers/{Paper(kind)}.html", context)
    return pdf.write_pdf(html, stylesheets=[STYLESHEET])


def order_papers(
    kind: str, frontages: Sequence[Frontage], *, site_url: str, by: User, at: datetime
) -> Job:
    """Order a job that prints many; whoever asked finds the file on the job's page."""
    for frontage in frontages:
        require(may_print_agreement(by, frontage), MAY_NOT_PRINT)
    title = f"印制{Paper(kind).label} {len(frontages)} 份"
    ids = [frontage.pk for frontage in frontages]
    arguments = {"paper": kind, "frontages": ids, "site_url": site_url}
    key = f"{by.pk}:{at.isoformat()}"
    return enlist(JOB, key=key, title=title, at=at, by=by, **arguments)


def print_ordered(job: Job, *, at: datetime) -> dict[str, str]:
    """Render what a job ordered and store the file for two days; return its address and path.

    Done again it is the same file.
    """
    drop_old_papers(at)
    frontages = with_places(Frontage.objects.filter(pk__in=job.args["frontages"]))
    report(job, 0, len(frontages))
    content = render_papers(job.args["paper"], frontages, site_url=job.args["site_url"])
    report(job, len(frontages), len(frontages))
    path = f"{FOLDER}/{job.pk}.pdf"
    default_storage.delete(path)
    default_storage.save(path, ContentFile(content))
    return {"url": reverse("inspections:frontage_paper_file", args=[job.pk]), "path": path}


def drop_old_papers(at: datetime) -> None:
    """Delete files that were printed more than two days ago: they can be printed again."""
    if not default_storage.exists(FOLDER):
        return
    _, names = default_storage.listdir(FOLDER)
    for name in names:
        path = f"{FOLDER}/{name}"
        if default_storage.get_modified_time(path) < at - KEPT_FOR:
            default_storage.delete(path)


def with_places(rows: QuerySet[Frontage]) -> QuerySet[Frontage]:
    """Return the frontages with what their papers name, in the order of the street."""
    rows = rows.select_related("community__subdistrict", "road_section")
    return rows.order_by("community__code", "road_section__name", "pk")


def public_url(frontage: Frontage, site_url: str) -> str:
    """Return the address that the plaque's code carries."""
    return site_url + reverse("inspections:public_frontage", args=[frontage.public_code])
