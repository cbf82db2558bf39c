"""Many people report and hand in at the same moment: each number once, none left out, nobody waits
for ever.
"""

import pytest

from inspections.models import Finding, FindingSeries
from inspections.services.findings import report_finding
from inspections.services.self_checks import submit_self_check
from tests.at_once import PEOPLE, at_once
from tests.cast import make_cast
from tests.inspections.factories import make_checklist, make_self_check, passed_marks

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("many_connections"),
]


def expected(count: int) -> list[str]:
    return [f"2026-1116-{serial:02}" for serial in range(1, count + 1)]


def test_numbers_taken_at_once_have_no_gap_and_no_double():
    cast = make_cast()
    make_checklist()
    given = {
        "community": cast.community,
        "source": "city",
        "item_code": "W1",
        "description": "垃圾",
        "place": "虎山路",
    }
    at_once(lambda _: report_finding(**given, by=cast.office_staff, at=cast.now), range(4 * PEOPLE))
    assert sorted(Finding.objects.values_list("number", flat=True)) == expected(4 * PEOPLE)


def test_reports_and_submissions_do_not_wait_for_each_other():
    cast = make_cast()
    make_checklist()
    months = [f"2026-{month:02}" for month in range(1, 1 + PEOPLE)]
    checks = [
        make_self_check(cast, month=month, marks=passed_marks(Q1=(1, "堵塞"), W1=(2, "垃圾")))
        for month in months
    ]
    given = {
        "community": cast.community,
        "source": "city",
        "item_code": "W1",
        "description": "垃圾",
        "place": "虎山路",
    }

    def act(thing):
        if isinstance(thing, int):
            report_finding(**given, by=cast.office_staff, at=cast.now)
        else:
            submit_self_check(thing, by=cast.lead_officer, at=cast.now)

    at_once(act, [one for pair in zip(checks, range(PEOPLE), strict=True) for one in pair])
    assert sorted(Finding.objects.values_list("number", flat=True)) == expected(3 * PEOPLE)
    assert FindingSeries.objects.get().last == 3 * PEOPLE
