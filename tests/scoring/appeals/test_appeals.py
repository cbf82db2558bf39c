"""The three nodes of an appeal, its evidence, and the points that it changed."""

from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from gongjian.accounts.roles import Role
from gongjian.audit.models import Entry
from gongjian.lib.papers import CleanPaper, clean_paper
from gongjian.lib.uploads import BadUpload
from gongjian.notifications.models import Notification
from gongjian.workflow import WrongState
from inspections.models import SelfCheck
from scoring.models import Adjustment, Appeal, Correction, Evidence, Reading, Round, Score
from scoring.services.appeals.contestable import contestable
from scoring.services.appeals.evidence import add_evidence
from scoring.services.appeals.handling import decide_appeal, precheck_appeal, verify_appeal
from scoring.services.appeals.raising import raise_appeal
from scoring.services.bulletins.publishing import draft_bulletins
from scoring.services.corrections.approving import approve_correction
from scoring.services.corrections.correctable import subjects_of
from scoring.services.corrections.proposing import (
    draft_correction,
    refuse_correction,
    rulings_not_in_force,
)
from scoring.services.readings.adjustments import record_adjustment, withdraw_adjustment
from scoring.services.readings.entering import record_readings
from scoring.services.records.freezing import freeze_round
from scoring.services.records.public_notice import open_public_notice
from scoring.services.scores.gathering import gather_scores
from scoring.services.scores.in_force import record_in_force
from tests.cast import make_user
from tests.editing import send
from tests.lib.pictures import photo as picture
from tests.scoring.factories import (
    AFTER_QUARTER,
    clean_marks,
    fill_quarter,
    make_appeal,
    make_assessors,
    make_round,
    make_rubric,
)
from tests.scoring.worlds import AFTER_NOTICE, everything, marked_false, measured_round

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PAPER = CleanPaper("抢修通知.pdf", PDF, None, "1" * 64)


def prechecked(appeal, cast, **given):
    content = {
        "admit": True,
        "department": cast.department,
        "precheck": "予以受理",
        "by": cast.office_staff,
    }
    return precheck_appeal(appeal, **{**content, "at": cast.now, **given})


def verified(appeal, cast, **given):
    return verify_appeal(
        appeal, **{"finding": "管道已疏通", "by": cast.department_officer, "at": cast.now, **given}
    )


def upheld(appeal, cast, **given):
    content = {
        "uphold": True,
        "new_deducted": Decimal("0.50"),
        "decision": "属实",
        "by": cast.office_director,
    }
    return decide_appeal(appeal, **{**content, "at": cast.now, **given})


def test_three_people_do_the_three_nodes_each_within_its_working_days(cast):
    appeal = upheld(verified(prechecked(make_appeal(cast), cast), cast), cast)
    appeal.refresh_from_db()
    assert appeal.status == "upheld"
    assert (appeal.prechecked_by, appeal.verified_by, appeal.decided_by) == (
        cast.office_staff,
        cast.department_officer,
        cast.office_director,
    )
    # Monday 16 November 2026: two working days for the department, two more for the director.
    assert (appeal.verify_due_on, appeal.decide_due_on) == (date(2026, 11, 18), date(2026, 11, 18))
    told = set(
        Notification.objects.filter(key__startswith=f"scoring.appeal.{appeal.pk}.").values_list(
            "key", "recipient"
        )
    )
    assert {(key.rsplit(".", 1)[1], pk) for key, pk in told} == {
        ("verify", cast.department_officer.pk),
        ("decide", cast.office_director.pk),
        ("decided", cast.lead_officer.pk),
    }


def test_nobody_does_two_nodes_of_one_appeal(cast):
    both = make_user("both", Role.OFFICE_STAFF, unit=cast.office)
    appeal = prechecked(make_appeal(cast), cast, department=None, by=both)
    with pytest.raises(PermissionDenied):
        verified(appeal, cast, by=both)
    verified(appeal, cast, by=cast.office_staff)
    appeal.verified_by = cast.office_director
    with pytest.raises(PermissionDenied, match="没有参加初核、核实"):
        upheld(appeal, cast)


def test_only_the_department_asked_verifies(cast):
    appeal = prechecked(make_appeal(cast), cast)
    for stranger in (cast.office_staff, cast.office_director, cast.lead_officer):
        with pytest.raises(PermissionDenied):
            verified(appeal, cast, by=stranger)


@pytest.mark.parametrize(
    ("department", "why"), [(None, "没有第二名工作人员"), ("lead_unit", "没有在任的经办人")]
)
def test_a_precheck_that_nobody_could_verify_is_refused(cast, department, why):
    appeal = make_appeal(cast)
    with pytest.raises(ValidationError, match=why):
        prechecked(appeal, cast, department=department and getattr(cast, department))
    appeal.refresh_from_db()
    assert appeal.status == "raised"


def test_what_is_not_taken_up_ends_with_its_reason(cast):
    appeal = make_appeal(cast)
    with pytest.raises(ValidationError, match="不予受理的写明原因"):
        prechecked(appeal, cast, admit=False, precheck=" ")
    prechecked(appeal, cast, admit=False, precheck="不是扣分事项")
    assert (appeal.status, Appeal.objects.open().exists()) == ("dismissed", False)
    with pytest.raises(WrongState):
        upheld(appeal, cast)


def test_an_upheld_appeal_keeps_every_figure_before_and_after(cast):
    round = make_round(cast, status="assessing")
    fill_quarter(
        cast, round, [cast.community, cast.other_community, cast.third_community], make_assessors(2)
    )
    sheet = round.sheets.filter(community=cast.community).first()
    sheet.marks, sheet.total_points = clean_marks(Q1="2"), Decimal("98.00")
    sheet.save(update_fields=["marks", "total_points"])
    open_public_notice(
        gather_scores(round, by=cast.office_staff, at=AFTER_QUARTER),
        by=cast.office_staff,
        at=AFTER_QUARTER,
    )
    before = round.scores.get(community=cast.community)
    appeal = make_appeal(
        cast, round=round, assessor=make_user("sixth", Role.ASSESSOR), status="verified"
    )
    Appeal.objects.filter(pk=appeal.pk).update(sheet=sheet)
    appeal.sheet.delete()
    appeal = upheld(Appeal.objects.get(pk=appeal.pk), cast, at=AFTER_QUARTER)
    assert appeal.trace["sheet"] == ["98.00", "99.50"]
    assert appeal.trace["points"][0] == str(before.total_points)
    assert appeal.trace["rank"][0] == before.rank
    gather_scores(round, by=cast.office_staff, at=AFTER_QUARTER)
    after = round.scores.get(community=cast.community)
    assert appeal.trace["points"][1] == str(after.total_points) != str(before.total_points)
    assert appeal.trace["assessment"][1] == str(after.assessment_points)
    assert (appeal.trace["rank"][1], appeal.trace["class_rank"][1]) == (
        after.rank,
        after.class_rank,
    )


def test_evidence_is_taken_until_the_precheck_and_the_same_piece_once(cast):
    appeal = make_appeal(cast)
    assert add_evidence(appeal, [PAPER, PAPER], by=cast.community_worker, at=cast.now)
    assert add_evidence(appeal, [PAPER], by=cast.lead_officer, at=cast.now) == []
    many = [CleanPaper("照片.jpg", b"x", b"x", f"{n:064}") for n in range(12)]
    with pytest.raises(ValidationError, match="最多 12 份材料，已有 1 份"):
        add_evidence(appeal, many, by=cast.lead_officer, at=cast.now)
    with pytest.raises(PermissionDenied):
        add_evidence(appeal, many, by=cast.other_lead_officer, at=cast.now)
    verified(prechecked(appeal, cast), cast, papers=many[:1])
    with pytest.raises(WrongState, match="不能再补充"):
        add_evidence(appeal, many, by=cast.lead_officer, at=cast.now)
    assert list(Evidence.objects.order_by("pk").values_list("side", flat=True)) == [
        "appeal",
        "finding",
    ]


def test_a_photo_is_written_anew_and_a_pdf_kept_as_it_came():
    photo = clean_paper(picture(kind="PNG"), name="照片.png")
    assert (photo.content[:2], photo.extension) == (b"\xff\xd8", "jpg")
    assert clean_paper(BytesIO(PDF), name="扫描.pdf").content == PDF


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"MZ\x90\x00", "证据.exe", "既不是照片，也不是 PDF"),
        (b"<html>", "证据.pdf", "内容却不是"),
        (PDF[:-7], "证据.pdf", "没有传完"),
        (PDF[:9] + b" " * (10 << 20) + PDF[9:], "证据.pdf", "超过 10 MB"),
        (b"", "证据.jpg", "空文件"),
    ],
)
def test_what_is_no_evidence_is_refused_with_what_to_do(content, name, why):
    with pytest.raises(BadUpload, match=why):
        clean_paper(BytesIO(content), name=name)


def test_an_appeal_goes_its_way_on_its_page(cast, sign_in, settings, tmp_path):
    """Raised with a PDF, the group adds a photo, the office asks the department; a bad file loses
    nothing typed.
    """
    settings.MEDIA_ROOT = tmp_path
    appeal = make_appeal(cast)
    client = sign_in(cast.lead_officer)
    url = appeal.get_absolute_url()
    bad = BytesIO(b"MZ")
    bad.name = "病毒.exe"
    page = client.post(url, {"act": "evidence", "papers": bad}).content.decode()
    assert "病毒.exe：文件既不是照片，也不是 PDF" in page
    good = BytesIO(PDF)
    good.name = "抢修通知.pdf"
    client.post(url, {"act": "evidence", "papers": good})
    page = client.get(url).content.decode()
    assert "下载 抢修通知.pdf" in page
    assert "待共建办办理" in page or "共建办，上一环节" in page
    held = Evidence.objects.get()
    answer = client.get(reverse("scoring:evidence", args=[held.uuid]))
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert sign_in(cast.other_lead_officer).get(held.get_absolute_url()).status_code == 404
    prechecked(appeal, cast)
    client = sign_in(cast.department_officer)
    bad.seek(0)
    typed = {"node": "prechecked", "finding": "现场看过，管道通畅", "papers": bad}
    page = client.post(url, typed).content.decode()
    assert "现场看过，管道通畅" in page
    assert "病毒.exe" in page
    assert Appeal.objects.get().status == "prechecked"


def test_the_node_in_hand_waits_on_the_desk_of_whoever_may_do_it(cast):
    appeal = make_appeal(cast)
    assert list(Appeal.objects.waiting_for(cast.office_staff)) == [appeal]
    prechecked(appeal, cast)
    assert list(Appeal.objects.waiting_for(cast.department_officer)) == [appeal]
    assert not Appeal.objects.waiting_for(cast.office_staff).exists()
    verified(appeal, cast, at=cast.now + timedelta(hours=1))
    assert list(Appeal.objects.waiting_for(cast.office_director)) == [appeal]


# What is no item of a sheet


@pytest.fixture
def whole(cast):
    """On notice: 虎山社区 with a late month, a finding not closed out, a false rectification and a
    veto.
    """
    round = make_round(cast, status="assessing")
    fill_quarter(
        cast, round, [cast.third_community, cast.community, cast.other_community], make_assessors(2)
    )
    SelfCheck.objects.filter(community=cast.community, month="2026-11").update(is_late=True)
    marked_false(cast, "照片不是整改后所拍")
    given = {
        "community": cast.community,
        "kind": "veto",
        "rule_code": "fraud",
        "reason": "代填自查",
    }
    record_adjustment(round, **given, by=cast.office_staff, at=cast.now)
    return noticed(round, cast)


def noticed(round, cast):
    gather_scores(round, by=cast.office_staff, at=AFTER_QUARTER)
    return open_public_notice(round, by=cast.office_staff, at=AFTER_QUARTER)


def contested(round, cast, kind, **given):
    score = round.scores.select_related("round__rubric", "community").get(community=cast.community)
    subject = next(
        one for one in contestable(round, cast.community, at=AFTER_QUARTER) if one.kind == kind
    )
    content = {
        "subject": subject,
        "reason": "与事实不符",
        "by": cast.lead_officer,
        "at": AFTER_QUARTER,
    }
    return raise_appeal(score, **{**content, **given})


def ruled(round, cast, kind, new=""):
    """Contested, taken up, verified and upheld; the row as it is stored."""
    appeal = verified(
        prechecked(contested(round, cast, kind), cast, at=AFTER_QUARTER), cast, at=AFTER_QUARTER
    )
    return upheld(
        Appeal.objects.get(pk=appeal.pk), cast, new_deducted=None, ruled=new, at=AFTER_QUARTER
    )


def test_every_input_that_took_points_can_be_contested_and_nothing_else(whole, cast):
    found = [(one.kind, one.label) for one in contestable(whole, cast.community, at=AFTER_QUARTER)]
    assert found == [
        ("self_check", "2026 年 11 月：逾期"),
        ("rectification", "按期整改销号：到期 1 件，按期销号 0 件"),
        ("malus", "虚假整改：1 件"),
        ("case", "考评中弄虚作假：代填自查"),
        ("own_bonus", "按自己的事由加分：没有计"),
    ]
    others = contestable(whole, cast.third_community, at=AFTER_QUARTER)
    assert [one.kind for one in others] == ["own_bonus"]


def test_a_case_and_a_bonus_count_from_the_next_gathering_as_the_trace_says(whole, cast):
    with pytest.raises(ValidationError, match="先写分值，再写事由"):
        ruled(whole, cast, "own_bonus", "承办现场会")
    Appeal.objects.all().update(status="refused")
    veto = ruled(whole, cast, "case")
    assert (veto.stood, veto.ruled) == ("代填自查", "撤销")
    assert veto.trace["points"][0] == veto.trace["points"][1]
    assert veto.trace["grade"][0] == "不合格" != veto.trace["grade"][1]
    case = Adjustment.objects.get(kind="veto")
    assert (case.withdrawn_by, case.withdrawal) == (cast.office_director, "申诉裁定成立：属实")
    with pytest.raises(ValidationError, match="已经申诉过"):
        contested(whole, cast, "own_bonus")
    gather_scores(whole, by=cast.office_staff, at=AFTER_QUARTER)
    score = whole.scores.get(community=cast.community)
    assert (score.grade, str(score.total_points)) == (
        veto.trace["grade"][1],
        veto.trace["points"][1],
    )


def test_a_bonus_left_out_is_recorded_by_the_ruling(whole, cast):
    appeal = ruled(whole, cast, "own_bonus", "1.5 承办全市现场会")
    assert (appeal.stood, appeal.ruled) == ("没有计", "1.50 分（承办全市现场会）")
    assert appeal.trace["part"] == ["0.00", "1.50"]
    bonus = Adjustment.objects.get(kind="bonus")
    assert (bonus.points, bonus.reason, bonus.recorded_by) == (
        Decimal("1.50"),
        "承办全市现场会",
        cast.office_director,
    )


def test_what_follows_from_records_is_corrected_after_the_freezing_and_before_the_report(
    whole, cast
):
    """The records stay; each ruling has its correction, in the name of who took the appeal up, for
    the director.
    """
    ruled(whole, cast, "self_check", "on_time")
    ruled(whole, cast, "rectification", "1/1")
    ruled(whole, cast, "malus", "0")
    assert SelfCheck.objects.get(community=cast.community, month="2026-11").is_late
    freeze_round(whole, by=cast.office_director, at=AFTER_NOTICE)
    drafts = list(whole.corrections.order_by("pk"))
    assert [one.change["said"] for one in drafts] == [
        "每月自查“2026 年 11 月”由“逾期”更正为“按时”",
        "问题整改“按期整改销号”由“到期 1 件，按期销号 0 件”更正为“到期 1 件，按期销号 1 件”",
        "扣分事项“虚假整改”由“1 件”更正为“0 件”",
    ]
    assert {one.drafted_by for one in drafts} == {cast.office_staff}
    refuse_correction(drafts[1], opinion="再查", by=cast.office_director, at=AFTER_NOTICE)
    with pytest.raises(WrongState, match=r"虎山社区申诉（扣分事项“虚假整改”）裁定成立，更正待批准"):
        draft_bulletins(whole, issuer=None, by=cast.office_staff, at=AFTER_NOTICE)
    for draft in (drafts[0], drafts[2]):
        approve_correction(draft, by=cast.office_director, at=AFTER_NOTICE)
    (left,) = rulings_not_in_force(whole)
    assert left.endswith("（问题整改“按期整改销号”）裁定成立，更正不予更正，得分还没有更正")
    on_record = {
        one.kind: one for one in subjects_of(whole, record_in_force(whole), cast.community)
    }
    assert on_record["malus"].stands == "0 件"
    words = {
        "subject": on_record["rectification"],
        "new": "1/1",
        "reason": "按裁定",
        "basis": "申诉裁定",
    }
    draft = draft_correction(
        whole, community=cast.community, **words, by=cast.office_staff, at=AFTER_NOTICE
    )
    approve_correction(draft, by=cast.office_director, at=AFTER_NOTICE)
    assert rulings_not_in_force(whole) == []
    score = Score.objects.in_force().get(community=cast.community)
    # 0.85 x 88.5 + 0.1 x 260/3 + 0 - 2 = 81.8916…; 0.85 x 88.5 + 10 + 5 = 90.225
    assert (score.total_points, score.total_points_now) == (Decimal("81.89"), Decimal("90.23"))


def test_a_ruling_the_frozen_record_shows_already_calls_for_no_correction(whole, cast):
    ruled(whole, cast, "self_check", "on_time")
    SelfCheck.objects.filter(community=cast.community, month="2026-11").update(is_late=False)
    gather_scores(whole, by=cast.office_staff, at=AFTER_QUARTER)
    freeze_round(whole, by=cast.office_director, at=AFTER_NOTICE)
    assert not Correction.objects.exists()
    assert rulings_not_in_force(whole) == []


IMPOSSIBLE = {
    "self_check": (("late", "没有改动"), ("missing", "降为")),
    "rectification": (("2/1", "多于到期"),),
    "malus": (("多", "请填件数"),),
}


def test_a_ruling_that_cannot_be_or_costs_points_is_refused_and_so_is_a_case_taken_back_meanwhile(
    whole, cast
):
    for kind, typed in IMPOSSIBLE.items():
        contested(whole, cast, kind)
        Appeal.objects.update(status="verified")
        for new, why in typed:
            with pytest.raises(ValidationError, match=why):
                upheld(
                    Appeal.objects.get(kind=kind),
                    cast,
                    new_deducted=None,
                    ruled=new,
                    at=AFTER_QUARTER,
                )
    appeal = contested(whole, cast, "case")
    withdraw_adjustment(appeal.case, remark="登记错了", by=cast.office_staff, at=AFTER_QUARTER)
    Appeal.objects.update(status="verified")
    with pytest.raises(ValidationError, match="已经撤销，不再计分"):
        upheld(Appeal.objects.get(kind="case"), cast, new_deducted=None, at=AFTER_QUARTER)
    assert set(Appeal.objects.values_list("status", flat=True)) == {"verified"}


MODEL = {"code": "model", "name": "示范社区", "points_each": "1.5", "cap": "3", "clause": "细则"}


def test_under_a_measured_rubric_a_reading_is_contested_and_put_right(cast, sign_in):
    round = measured_round(
        cast, changes={"bonus": {"cap": "5", "clause": "细则", "rules": [MODEL]}}
    )
    record_readings(round, everything(round), by=cast.office_staff, at=cast.now)
    noticed(round, cast)
    score = round.scores.get(community=cast.community)
    Round.objects.update(notice_starts_on=cast.today, notice_ends_on=cast.today)
    client, url = sign_in(cast.lead_officer), reverse("scoring:appeal_new", args=[score.pk])
    assert url in client.get(score.get_absolute_url()).content.decode()
    page = client.get(url).content.decode()
    assert '<optgroup label="读数：村庄考评">' in page
    client.post(url, {"contested": "reading|village/rest|", "reason": "当天已清理"})
    appeal = Appeal.objects.get()
    assert (appeal.about, appeal.stood) == ("读数：村庄考评“其他”", "8")
    Appeal.objects.update(status="verified", prechecked_by=cast.office_staff)
    director, page = sign_in(cast.office_director), appeal.get_absolute_url()
    answer = send(director, page, {"uphold": "yes", "decision": "属实"})
    assert "申诉成立，请填改为什么" in answer.context["form"].errors["ruled"][0]
    assert (
        "得分由"
        in send(
            director, page, {"uphold": "yes", "ruled": "4", "decision": "属实"}
        ).content.decode()
    )
    send(director, page, {"uphold": "yes", "ruled": "9", "decision": "属实"})
    appeal.refresh_from_db()
    assert (appeal.status, appeal.ruled) == ("upheld", "9")
    said = (
        Entry.objects.about(Reading.objects.get(community=cast.community))
        .get(event="scoring.reading.correct")
        .changes
    )
    assert (said["before"], said["after"]) == ({"其他": "其他（分） 8"}, {"其他": "其他（分） 9"})
    gather_scores(round, by=cast.office_staff, at=AFTER_QUARTER)
    assert str(round.scores.get(community=cast.community).total_points) == appeal.trace["points"][1]
    assert "读数：村庄考评“其他”" in director.get(page).content.decode()
    Round.objects.update(notice_starts_on=AFTER_QUARTER.date(), notice_ends_on=AFTER_NOTICE.date())
    bonus = ruled(round, cast, "bonus")
    assert (bonus.stood, bonus.ruled, bonus.trace["part"]) == (
        "已计 0 件",
        "计 1 件",
        ["0.00", "1.50"],
    )
    assert Adjustment.objects.get(kind="bonus").reason == f"经第 {bonus.pk} 件申诉裁定补计"


def test_the_database_holds_an_appeal_to_what_it_contests(cast):
    appeal = make_appeal(cast)
    for wrong in ({"sheet": None}, {"kind": "case"}, {"kind": "self_check"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Appeal.objects.filter(pk=appeal.pk).update(**wrong)


def test_a_bonus_for_a_reason_of_its_own_is_no_essay(whole, cast):
    with pytest.raises(ValidationError, match="加分事由最多"):
        ruled(whole, cast, "own_bonus", "1 " + "承办现场会" * 50)
    assert not Adjustment.objects.filter(kind="bonus").exists()


def test_nothing_is_ruled_for_a_community_that_left_the_register(whole, cast):
    appeal = contested(whole, cast, "malus")
    appeal = verified(prechecked(appeal, cast, at=AFTER_QUARTER), cast, at=AFTER_QUARTER)
    type(cast.community).objects.filter(pk=cast.community.pk).update(is_active=False)
    with pytest.raises(ValidationError, match="虎山社区已不在册，没有可改的得分"):
        upheld(
            Appeal.objects.get(pk=appeal.pk),
            cast,
            new_deducted=None,
            ruled="0",
            at=AFTER_QUARTER,
        )


def test_a_case_of_a_malus_is_taken_back_by_its_ruling(cast):
    """A malus that the office recorded, under a rubric that knows a second one."""
    round = make_round(cast, status="assessing", rubric=make_rubric(cast))
    content = deepcopy(round.rubric.content)
    rule = {"code": "exposed", "name": "媒体曝光", "points_each": "1", "cap": "5", "clause": "细则"}
    content["maluses"].append(rule)
    type(round.rubric).objects.update(content=content)
    round = Round.objects.select_related("rubric", "checklist").get()
    fill_quarter(
        cast, round, [cast.third_community, cast.community, cast.other_community], make_assessors(2)
    )
    case = {"kind": "malus", "rule_code": "exposed", "reason": "晚报曝光"}
    record_adjustment(round, community=cast.community, **case, by=cast.office_staff, at=cast.now)
    noticed(round, cast)
    appeal = ruled(round, cast, "case")
    assert appeal.trace["part"] == ["1.00", "0.00"]
    assert Adjustment.objects.get().withdrawal == "申诉裁定成立：属实"


def test_two_vetoes_for_one_reason_hold_each_other_up(cast):
    round = make_round(cast, status="assessing")
    fill_quarter(
        cast, round, [cast.third_community, cast.community, cast.other_community], make_assessors(2)
    )
    for reason in ("代填自查", "伪造照片"):
        case = {"kind": "veto", "rule_code": "fraud", "reason": reason}
        record_adjustment(
            round, community=cast.community, **case, by=cast.office_staff, at=cast.now
        )
    noticed(round, cast)
    appeal = ruled(round, cast, "case")
    assert appeal.trace["grade"] == ["不合格", "不合格"]
    assert Adjustment.objects.filter(withdrawn_at=None).count() == 1


def test_an_appeal_says_why_and_contests_what_still_stands(whole, cast):
    with pytest.raises(ValidationError, match="请写明申诉理由"):
        contested(whole, cast, "malus", reason=" ")
    subject = next(
        one
        for one in contestable(whole, cast.community, at=AFTER_QUARTER)
        if one.kind == "self_check"
    )
    SelfCheck.objects.filter(community=cast.community).update(is_late=False)
    with pytest.raises(ValidationError, match="已有变化，现在没有可申诉的，请重新选择"):
        contested(whole, cast, "malus", subject=subject)
