"""What somebody typed or chose and can put right is an error of that field: 400, words kept.

What no other input would change, because the moment has passed, stays 409.
"""

import pytest
from django.urls import reverse

from scoring.models import Appeal, Round
from scoring.services.readings.absences import mark_absent
from tests.editing import fields_of
from tests.scoring.factories import (
    RUBRIC_FILE,
    make_adjustment,
    make_appeal,
    make_checklist,
    make_round,
    make_rubric,
    make_score,
)
from tests.scoring.worlds import measured_round

LISTS_ABSENT = {"ranking": {"style": "competition", "tie_breakers": [], "lists_absent": True}}


def version_in_use(cast):
    rubric = make_rubric(cast)
    typed = {"version": rubric.version, "title": "改过的细则", "act": "adopt"}
    typed["figure:components.assessment.weight"] = RUBRIC_FILE["components"]["assessment"]["weight"]
    return cast.office_staff, reverse("scoring:rubric_new"), typed


def quarter_with_a_round(cast):
    typed = {
        "quarter": make_round(cast).quarter,
        "rubric": make_rubric(cast).pk,
        "checklist": make_checklist().pk,
        "starts_on": "2026-12-01",
        "ends_on": "2026-12-20",
        "seed": "另一颗种子",
    }
    return cast.office_staff, reverse("scoring:round_new"), typed


def community_listed_as_absent(cast):
    round = measured_round(cast, changes=LISTS_ABSENT)
    acting = {"by": cast.office_staff, "at": cast.now}
    mark_absent(round, community=cast.community, reason="整体拆迁", **acting)
    typed = {"act": "absent", "community": cast.community.pk, "reason": "又登记一次"}
    return cast.office_staff, reverse("scoring:readings", args=[round.quarter]), typed


def item_contested_before(cast):
    appeal = make_appeal(cast)
    typed = {"contested": f"{appeal.sheet_id}-{appeal.item_code}", "reason": "再说一遍理由"}
    return cast.lead_officer, reverse("scoring:appeal_new", args=[appeal.score_id]), typed


def appeal_on_a_case(cast, **case):
    appeal = make_appeal(cast, status="verified")
    rule = {"kind": "veto", "rule_code": "fraud", "points": None}
    adjustment = make_adjustment(cast, appeal.score.round, **rule, **case)
    about = {"about": "考评中弄虚作假", "stood": "代填自查"}
    no_sheet = {"sheet": None, "item_code": "", "old_deducted": None}
    rows = Appeal.objects.filter(pk=appeal.pk)
    rows.update(kind="case", case=adjustment, **about, **no_sheet)
    return appeal


def case_withdrawn(cast):
    withdrawn = {"withdrawn_by": cast.office_staff, "withdrawn_at": cast.now}
    appeal = appeal_on_a_case(cast, withdrawal="登记错了", **withdrawn)
    typed = {"uphold": "yes", "decision": "确实不应计入"}
    return cast.office_director, appeal.get_absolute_url(), typed


def community_out_of_the_register(cast):
    appeal = appeal_on_a_case(cast)
    type(cast.community).objects.filter(pk=cast.community.pk).update(is_active=False)
    typed = {"uphold": "yes", "decision": "确实不应计入"}
    return cast.office_director, appeal.get_absolute_url(), typed


def result_sheets_of_nobody(cast):
    round = make_round(cast, status="published")
    make_score(round, cast.community)
    return cast.office_staff, reverse("scoring:result_sheets", args=[round.quarter]), {}


DOORS = [
    (version_in_use, "form", "version", "请用新的版本号", "改过的细则"),
    (quarter_with_a_round, "form", "quarter", "已经建立", "另一颗种子"),
    (community_listed_as_absent, "absence_form", "community", "已登记为未参评", "又登记一次"),
    (item_contested_before, "form", "contested", "每项只能申诉一次", "再说一遍理由"),
    (case_withdrawn, "form", "uphold", "请裁定“维持原分”", "确实不应计入"),
    (community_out_of_the_register, "form", "uphold", "已不在册", "确实不应计入"),
    (result_sheets_of_nobody, "form", "subject", "请选择逐社区反馈", "逐社区反馈"),
]


@pytest.mark.parametrize(("door", "form", "field", "reason", "words"), DOORS)
def test_what_can_be_put_right_is_an_error_of_its_field(
    cast, sign_in, door, form, field, reason, words
):
    user, url, typed = door(cast)
    client = sign_in(user)
    opened = fields_of(client.get(url)).get("opened", "")
    answer = client.post(url, {**typed, "opened": opened})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert reason in answer.context[form].errors[field][0]
    assert reason in page
    assert words in page


def test_a_moment_that_has_passed_stays_409(cast, sign_in):
    round = measured_round(cast, changes=LISTS_ABSENT)
    Round.objects.update(status="on_notice", notice_starts_on=cast.today, notice_ends_on=cast.today)
    url = reverse("scoring:readings", args=[round.quarter])
    typed = {"act": "absent", "community": cast.community.pk, "reason": "整体拆迁"}
    answer = sign_in(cast.office_staff).post(url, typed)
    assert answer.status_code == 409
    assert "读数和未参评不能再改" in str(answer.context["absence_form"].non_field_errors())
