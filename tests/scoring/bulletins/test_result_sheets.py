"""反馈单: one a community and unit of a frozen round, made once, seen by those it is about."""

from zipfile import ZipFile

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from gongjian.documents.layout.document import compose
from gongjian.jobs.models import Job
from gongjian.jobs.services import TASKS, sweep
from gongjian.lib import pdf
from gongjian.workflow import WrongState
from scoring.models import ResultSheet
from scoring.services.bulletins import result_sheets as feedback
from scoring.services.bulletins.result_facts import city_of, facts_of
from scoring.services.bulletins.result_words import printed_result_sheet
from tests.inspections.factories import make_finding
from tests.scoring.factories import (
    clean_marks,
    make_city,
    make_result_sheet,
    make_round,
    make_score,
    make_sheet,
    make_unit_score,
)


@pytest.fixture
def drawn(monkeypatch):
    """Prints as the real thing does, but quickly; gives the titles that were printed."""
    titles = []

    def draw(sheet):
        compose(sheet)
        titles.append(sheet.title)
        return f"%PDF-1.7 {sheet.title}".encode()

    monkeypatch.setattr(feedback, "render_pdf", draw)
    monkeypatch.setattr(pdf, "ready", list)
    return titles


@pytest.fixture
def frozen(cast):
    """A frozen round of twelve scored communities."""
    round = make_round(cast, status="frozen")
    for place, community in enumerate(make_city(12), 1):
        make_score(round, community, points=f"{99 - place}.00", rank=place, class_rank=place)
    return round


def ask(round, cast, subject="community"):
    return feedback.ask_for_result_sheets(round, subject, by=cast.office_staff, at=cast.now)


def work_off():
    for job in Job.objects.filter(kind=feedback.KIND).order_by("pk"):
        TASKS[feedback.KIND](job.pk)


def words(row, round, cast):
    day = timezone.localdate(cast.now)
    return printed_result_sheet(row, city_of(round, day=day), facts_of(round, [row], at=cast.now))


def test_a_community_reads_its_score_its_deductions_and_what_is_overdue(cast):
    round = make_round(cast, status="frozen")
    make_score(round, cast.community, points="91.50")
    marks = clean_marks(Q1="2")
    marks["Q1"]["note"] = "楼道堆物"
    make_sheet(round, cast.community, cast.assessor, marks=marks)
    late = make_finding(
        cast,
        status="assigned",
        due_at=cast.now - timezone.timedelta(days=2),
        description="路灯不亮",
    )
    row = ResultSheet(round=round, community=cast.community)
    sheet = words(row, round, cast)
    assert "得分91.50分，等次为优秀。全市第1名（共1个社区）" in sheet.body
    assert "逾期未整改的问题1件" in sheet.body
    assert "打分表以外的加减分\n共2项，事由见附件。" in sheet.body
    deducted, losses, overdue = sheet.attachments
    assert deducted.table.rows == (
        ("考评员甲", "日常", deducted.table.rows[0][2], "2", "楼道堆物"),
    )
    assert losses.table.rows == (
        ("每月自查", "2026 年 10 月自查没有上报"),
        ("问题整改", f"{late.number} 路灯不亮：逾期没有整改"),
    )
    assert overdue.table.rows[0][:2] == (late.number, "路灯不亮")
    assert cast.assessor.name not in str(sheet)
    assert sheet.number == "反馈单"


def test_a_unit_reads_all_its_standings_on_one_sheet(cast):
    round = make_round(cast, status="frozen")
    unit = cast.community.group.lead_unit
    make_unit_score(round, unit, "member", points="88.00", rank=3)
    make_unit_score(round, unit, "lead", points="90.00")
    body = words(ResultSheet(round=round, unit=unit), round, cast).body
    assert body.index("牵头单位第1名（共1家）") < body.index("共建单位第3名（共1家）")


def test_a_batch_is_cut_into_jobs_and_doing_it_twice_does_nothing_new(cast, frozen, drawn):
    jobs = ask(frozen, cast)
    assert [len(job.args["sheets"]) for job in jobs] == [10, 2]
    work_off()
    assert len(drawn) == len(set(drawn)) == 12
    assert ask(frozen, cast) == []
    work_off()
    assert len(drawn) == 12


def test_a_killed_worker_s_batch_goes_on_where_it_stopped(cast, frozen, drawn, monkeypatch):
    first, _ = ask(frozen, cast)

    def killed(done, total):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        feedback.make_result_sheets(frozen, first.args["sheets"], at=cast.now, progress=killed)
    assert ResultSheet.objects.made().count() == 3
    Job.objects.filter(pk=first.pk).update(status="running", leased_until=cast.now)
    assert sweep(at=timezone.now()) == 2
    work_off()
    assert ResultSheet.objects.unmade().count() == 0
    assert len(drawn) == 12


def test_one_that_fails_is_named_and_can_be_tried_again(cast, frozen, drawn, monkeypatch):
    whole = feedback.render_pdf

    def draw(sheet):
        if "第3社区" in sheet.title:
            raise pdf.FontsMissing(["堃"], what="含有下列字的字体")
        return whole(sheet)

    monkeypatch.setattr(feedback, "render_pdf", draw)
    ask(frozen, cast)
    work_off()
    (failed,) = ResultSheet.objects.unmade()
    assert (str(failed), failed.status) == ("第3社区反馈单", "failed")
    assert "堃" in failed.error
    monkeypatch.setattr(feedback, "render_pdf", whole)
    assert len(ask(frozen, cast)) == 1
    work_off()
    assert ResultSheet.objects.made().count() == 12


def test_before_the_scores_are_frozen_nothing_is_made(cast, drawn):
    with pytest.raises(WrongState, match="定分后才能制作反馈单"):
        ask(make_round(cast, status="on_notice"), cast)


def test_those_it_is_about_see_it_once_the_round_is_published(cast):
    round = make_round(cast, status="reported")
    row = make_result_sheet(round, community=cast.community)
    assert not ResultSheet.objects.visible_to(cast.community_worker).exists()
    type(round).objects.filter(pk=round.pk).update(status="published")
    assert list(ResultSheet.objects.visible_to(cast.community_worker)) == [row]
    assert not ResultSheet.objects.visible_to(cast.other_community_worker).exists()


@pytest.mark.parametrize("change", [{"sha256": "1" * 64}, {"status": "waiting"}])
def test_a_file_that_was_made_never_changes(cast, change):
    row = make_result_sheet(make_round(cast, status="published"), community=cast.community)
    with pytest.raises(DatabaseError, match="不能改动"), transaction.atomic():
        ResultSheet.objects.filter(pk=row.pk).update(**change)


def test_the_office_takes_all_files_in_one_archive(cast, sign_in, tmp_path):
    round = make_round(cast, status="published")
    make_result_sheet(round, community=cast.community)
    make_result_sheet(round, unit=cast.community.group.lead_unit)
    address = reverse("scoring:result_sheets", args=[round.quarter])
    answer = sign_in(cast.office_staff).get(address, {"format": "zip"})
    (tmp_path / "all.zip").write_bytes(b"".join(answer.streaming_content))
    with ZipFile(tmp_path / "all.zip") as archive:
        assert [name.split("/")[0] for name in archive.namelist()] == ["社区", "单位"]


@pytest.mark.documents
def test_the_page_shows_how_far_it_is_and_the_files(cast, sign_in):
    if reasons := pdf.ready():
        pytest.skip("；".join(reasons))
    round = make_round(cast, status="frozen")
    make_score(round, cast.community, points="91.50")
    client = sign_in(cast.office_staff)
    address = reverse("scoring:result_sheets", args=[round.quarter])
    waiting = client.post(address, {"subject": "community"}, follow=True).content.decode()
    assert "0 / 1" in waiting
    assert 'http-equiv="refresh"' in waiting
    work_off()
    page = client.get(address).content.decode()
    row = ResultSheet.objects.get()
    assert "1 / 1" in page
    assert row.get_absolute_url() in page
    assert b"".join(client.get(row.get_absolute_url()).streaming_content).startswith(b"%PDF")
