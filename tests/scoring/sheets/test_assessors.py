"""Who stands apart and is asked why; the report on severity and agreement, and who may read it."""

from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from gongjian.notifications.models import Notification
from gongjian.workflow import WrongState
from scoring.models import Sheet, SheetInquiry
from scoring.services.sheets.inquiries import answer_inquiry, ask_for_reasons, sheets_apart
from tests.scoring.factories import clean_marks, make_assessors, make_round, make_sheet, make_sheets


@pytest.fixture
def round(cast):
    """虎山: 90, 88 and 70 all locked; 后周: 90 and 60, a third still open."""
    round = make_round(cast, status="assessing")
    people = [*make_assessors(2), cast.assessor]
    make_sheets(round, cast.community, people, "90", "88", "70")
    make_sheets(round, cast.other_community, people[:2], "90", "60")
    make_sheet(round, cast.other_community, cast.assessor)
    return round


def test_a_sheet_stands_apart_once_all_of_its_community_have_locked(cast, round):
    (apart,) = sheets_apart(round, Sheet.objects.visible_to(cast.office_staff))
    assert (apart.sheet.assessor, apart.others) == (cast.assessor, Decimal("89.00"))
    round.sheets.filter(status="open").update(status="locked", total_points=Decimal(75))
    assert len(sheets_apart(round, Sheet.objects.visible_to(cast.office_staff))) == 3
    make_sheet(round, cast.third_community, cast.office_staff)
    assert sheets_apart(round, Sheet.objects.visible_to(cast.office_staff)) == []


def test_the_assessor_is_asked_once_without_a_figure_and_answers_once(cast, round, sign_in):
    office, url = (
        sign_in(cast.office_staff),
        reverse("scoring:round_assessors", args=[round.quarter]),
    )
    page = reverse("scoring:round", args=[round.quarter])
    assert "请考评员说明（1 张）" in office.get(page).content.decode()
    assert office.post(url).status_code == 302
    with pytest.raises(WrongState):
        ask_for_reasons(round, by=cast.office_staff, at=cast.now)
    told = Notification.objects.get(recipient=cast.assessor)
    assert not [figure for figure in ("89", "70", "90") if figure in told.body]
    sheet = SheetInquiry.objects.get().sheet
    own = sign_in(cast.assessor)
    assert "请说明打分依据" in own.get(reverse("scoring:sheets")).content.decode()
    assert "报送说明" in own.get(sheet.get_absolute_url()).content.decode()
    assert own.post(sheet.get_absolute_url(), {"act": "answer", "answer": " "}).status_code == 400
    assert (
        own.post(
            sheet.get_absolute_url(), {"act": "answer", "answer": "当天下水道外溢"}
        ).status_code
        == 302
    )
    assert "当天下水道外溢" in sign_in(cast.office_staff).get(page).content.decode()
    with pytest.raises(WrongState):
        answer_inquiry(sheet, answer="再说一遍", by=cast.assessor, at=cast.now)
    with pytest.raises(PermissionDenied):
        answer_inquiry(sheet, answer="替他说", by=cast.office_staff, at=cast.now)
    with pytest.raises(ValidationError):
        answer_inquiry(sheet, answer="", by=cast.assessor, at=cast.now)


def test_the_report_waits_for_the_gathering_and_names_nobody_to_assessors(cast, sign_in):
    round = make_round(cast, status="assessing")
    first, second = make_assessors(2)
    url = reverse("scoring:round_assessors", args=[round.quarter])
    for community, points in ((cast.community, "2"), (cast.other_community, "4")):
        make_sheet(round, community, first, marks=clean_marks(Q1=points), reason="逐项看过")
        make_sheet(round, community, second, marks=clean_marks(Q1="1"))
    assert sign_in(cast.office_staff).get(url).status_code == 403
    round.status = "gathered"
    round.save(update_fields=["status"])
    rows = sign_in(cast.auditor).get(url).context["rows"]
    strict, lenient = rows
    assert strict[:5] == (first.name, 2, Decimal("97.00"), Decimal("-2.00"), Decimal("1.41"))
    assert (lenient[3], lenient[5], strict[6], lenient[6]) == (
        Decimal("2.00"),
        Decimal("92.3"),
        2,
        0,
    )
    book = openpyxl.load_workbook(
        BytesIO(sign_in(cast.office_staff).get(url, {"format": "xlsx"}).content)
    )
    assert [cell.value for cell in book.active[2]][:2] == [first.name, 2]
    assert sign_in(second).get(url).status_code == 403
    round.status = "published"
    round.save(update_fields=["status"])
    page = sign_in(second).get(url)
    assert [row[0] for row in page.context["rows"]] == [second.name]
    assert first.name not in page.content.decode()
