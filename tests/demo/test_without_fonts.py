"""A machine that cannot print has its city all the same; quarters stop before their circulars."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from gongjian.documents.models import OfficialDocument
from gongjian.lib import pdf
from scoring.models import Round

pytestmark = pytest.mark.slow


@pytest.mark.django_db
def test_the_quarter_stops_before_its_circulars(monkeypatch):
    monkeypatch.setattr(pdf, "ready", lambda: ["缺少字体：仿宋"])
    out = StringIO()
    call_command("demo", today=date(2026, 11, 23), communities=2, stdout=out)
    assert "公文暂不印制，考评停在报批：缺少字体：仿宋" in out.getvalue()
    assert set(Round.objects.values_list("status", flat=True)) == {"reported"}
    documents = OfficialDocument.objects.exclude(kind="rectification_notice")
    assert set(documents.values_list("status", flat=True)) == {"signed", "countersigning"}
