"""What hangs at a door and what was signed for it: the plaque (责任牌) and the agreement (责任书) as PDF."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.template.loader import render_to_string
from django.urls import reverse

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
CORRECTION = "q"
"""A quarter of the modules may be scratched or pasted over and the code still reads."""
QUIET_MODULES = 4
"""ISO/IEC 18004: the light margin around the code."""


class Paper(models.TextChoices):
    AGREEMENT = "agreement", "责任书"
    PLAQUE = "plaque", "责任牌"


JOB = "inspections.papers"
AT_ONCE = 20
"""So many are printed while the person waits; more become a job."""
MOST = 200
"""In one file."""
FOLDER = "papers"
KEPT_FOR = timedelta(days=2)


def render_papers(kind: str, frontages: Iterable[Frontage], *, site_url: str) -> bytes:
    """One PDF with a sheet for each frontage: agreements on A4, plaques on A5 landscape.

    `site_url` is the public address without a slash at its end. Reads road section, community and subdistrict. Raises
    FontsMissing, PangoMissing.
    """
    sets = duty_sets()
    sheets = [
        {
            "frontage": one,
            "rules": sets.get(one.duty_set, DEFAULT),
            "qr": _code(public_url(one, site_url)),
        }
        for one in frontages
    ]
    html = render_to_string(
        f"inspections/papers/{Paper(kind)}.html", {"sheets": sheets, "office": settings.OFFICE_NAME}
    )
    return pdf.write_pdf(
        html, stylesheets=[Path(settings.BASE_DIR) / "static" / "documents" / "frontages.css"]
    )


def order_papers(kind: str, frontages: list[Frontage], *, site_url: str, by, at: datetime) -> Job:
    """Put the printing of many on the ledger; whoever asked finds the file on the job's page."""
    for one in frontages:
        require(may_print_agreement(by, one), MAY_NOT_PRINT)
    title = f"印制{Paper(kind).label} {len(frontages)} 份"
    ids = [one.pk for one in frontages]
    key = f"{by.pk}:{at.isoformat()}"
    return enlist(
        JOB, key=key, title=title, at=at, by=by, paper=kind, frontages=ids, site_url=site_url
    )


def print_ordered(job: Job, *, at: datetime) -> dict[str, str]:
    """Render what a job ordered, say how far it is, and keep the file for two days; done again it is the same file."""
    drop_old_papers(at)
    rows = with_places(Frontage.objects.filter(pk__in=job.args["frontages"]))
    report(job, 0, len(rows))
    content = render_papers(job.args["paper"], rows, site_url=job.args["site_url"])
    report(job, len(rows), len(rows))
    path = f"{FOLDER}/{job.pk}.pdf"
    default_storage.delete(path)
    default_storage.save(path, ContentFile(content))
    return {"url": reverse("inspections:frontage_paper_file", args=[job.pk]), "path": path}


def drop_old_papers(at: datetime) -> None:
    """Sweep out files that were printed more than two days ago: they can be printed again."""
    names = default_storage.listdir(FOLDER)[1] if default_storage.exists(FOLDER) else []
    for path in (f"{FOLDER}/{name}" for name in names):
        if default_storage.get_modified_time(path) < at - KEPT_FOR:
            default_storage.delete(path)


def with_places(rows):
    """Frontages with what their papers name, in the order of the street."""
    return rows.select_related("community__subdistrict", "road_section").order_by(
        "community__code", "road_section__name", "pk"
    )


def public_url(frontage: Frontage, site_url: str) -> str:
    """The address that the plaque's code carries."""
    return site_url + reverse("inspections:public_frontage", args=[frontage.public_code])


def _code(address: str) -> str:
    return qr_svg(address, correction=CORRECTION, border=QUIET_MODULES)
