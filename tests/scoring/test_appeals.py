"""The three nodes of an appeal, its evidence, and the points that it changed."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from gongjian.accounts.roles import Role
from gongjian.lib.papers import CleanPaper, clean_paper
from gongjian.lib.uploads import BadUpload
from gongjian.notifications.models import Notification
from gongjian.workflow import WrongState
from scoring.models import Appeal, Evidence
from scoring.services.appeals import add_evidence, decide_appeal, precheck_appeal, verify_appeal
from scoring.services.gathering import gather_scores
from scoring.services.notices import open_notice
from tests.cast import make_user
from tests.lib.test_uploads import photo as picture
from tests.scoring.factories import (
    AFTER_QUARTER,
    clean_marks,
    fill_quarter,
    make_appeal,
    make_assessors,
    make_round,
)

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PAPER = CleanPaper("抢修通知.pdf", PDF, None, "1" * 64)


def prechecked(appeal, cast, **given):
    content = {"admit": True, "department": cast.department, "precheck": "予以受理", "by": cast.office_staff}
    return precheck_appeal(appeal, **{**content, "at": cast.now, **given})


def verified(appeal, cast, **given):
    return verify_appeal(appeal, **{"finding": "管道已疏通", "by": cast.department_officer, "at": cast.now, **given})


def upheld(appeal, cast, **given):
    content = {"uphold": True, "new_deducted": Decimal("0.50"), "decision": "属实", "by": cast.office_director}
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
        Notification.objects.filter(key__startswith=f"scoring.appeal.{appeal.pk}.").values_list("key", "recipient")
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


@pytest.mark.parametrize(("department", "why"), [(None, "没有第二名工作人员"), ("lead_unit", "没有在任的经办人")])
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
    fill_quarter(cast, round, [cast.community, cast.other_community, cast.third_community], make_assessors(2))
    sheet = round.sheets.filter(community=cast.community).first()
    sheet.marks, sheet.total_points = clean_marks(Q1="2"), Decimal("98.00")
    sheet.save(update_fields=["marks", "total_points"])
    open_notice(gather_scores(round, by=cast.office_staff, at=AFTER_QUARTER), by=cast.office_staff, at=AFTER_QUARTER)
    before = round.scores.get(community=cast.community)
    appeal = make_appeal(cast, round=round, assessor=make_user("sixth", Role.ASSESSOR), status="verified")
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
    assert (appeal.trace["rank"][1], appeal.trace["class_rank"][1]) == (after.rank, after.class_rank)


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
    assert list(Evidence.objects.order_by("pk").values_list("side", flat=True)) == ["appeal", "finding"]


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
    """Raised with a PDF, the group adds a photo, the office asks the department; a bad file loses nothing typed."""
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
