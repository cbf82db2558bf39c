"""The small city of the demonstration, made without paper."""

from datetime import date, datetime
from io import StringIO

from django.core.management import call_command

from gongjian.documents import services
from gongjian.documents.layout import document as layout
from gongjian.lib import pdf
from gongjian.lib.quarters import SHANGHAI

TODAY = date(2026, 11, 23)
UNTIL = datetime(2026, 11, 23, 18, 0, tzinfo=SHANGHAI)
COMMUNITIES = 6
MD5 = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def printed(sheet) -> bytes:
    """Stands for the sheet on paper; that is measured where documents are tested."""
    return b"%PDF " + sheet.title.encode()


def without_paper(patch) -> None:
    """Nothing is set or checked as a print."""
    patch.setattr(pdf, "ready", list)
    patch.setattr(layout, "render_pdf", printed)
    patch.setattr(services, "check_sheet", lambda sheet: [])


def run_demo(**options) -> str:
    out = StringIO()
    call_command("demo", today=TODAY, stdout=out, **options)
    return out.getvalue()
