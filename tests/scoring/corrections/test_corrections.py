"""A published figure is never changed in place: numbered corrections stand beside it, each on a
record of its own.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from gongjian.accounts.tokens import create_token
from gongjian.jobs.models import Job
from gongjian.lib.canonical import canonical_json, fingerprint
from gongjian.lib.points import mean as points_mean
from gongjian.lib.points import round_half_up
from gongjian.workflow import WrongState
from scoring.models import CorrectedScore, Correction, Round, Score
from scoring.rules.records.comparing import differences
from scoring.rules.rubrics.parts import BlameRule
from scoring.services.corrections.correctable import department_subjects
from scoring.services.corrections.proposing import draft_correction, refuse_correction
from scoring.services.honours.years import community_years
from scoring.services.readings.entering import record_readings
from scoring.services.records.freezing import freeze_round
from scoring.services.records.public_notice import open_public_notice
from scoring.services.scores.gathering import gather_scores
from tests.markup import as_read
from tests.scoring.factories import (
    AFTER_QUARTER,
    clean_marks,
    fill_quarter,
    make_assessors,
    make_bulletin,
    make_correction,
    make_round,
)
from tests.scoring.rules.made import RUBRIC
from tests.scoring.worlds import (
    AFTER_NOTICE,
    approved,
    drafted,
    everything,
    measured_round,
    subject,
)


def publish(cast) -> Round:
    """A published quarter of three communities, two sheets each, one of 虎山社区's with Q1 -2."""
    round = make_round(cast, status="assessing")
    fill_quarter(
        cast, round, [cast.community, cast.other_community, cast.third_community], make_assessors(2)
    )
    sheet = round.sheets.filter(community=cast.community).order_by("pk").first()
    sheet.marks, sheet.total_points = clean_marks(Q1="2"), Decimal("98.00")
    sheet.save(update_fields=["marks", "total_points"])
    gather_scores(round, by=cast.office_staff, at=AFTER_QUARTER)
    open_public_notice(round, by=cast.office_staff, at=AFTER_QUARTER)
    freeze_round(round, by=cast.office_director, at=AFTER_NOTICE)
    Round.objects.update(status="published", published_at=AFTER_NOTICE)
    return Round.objects.select_related("rubric").get()


@pytest.fixture
def round(cast):
    return publish(cast)


def test_a_correction_leaves_what_was_published_and_stands_beside_it(round, cast):
    make_bulletin(cast, round, status="published", year=2027, serial=3)
    frozen, sha256 = canonical_json(round.frozen), round.sha256
    score = Score.objects.get(community=cast.community)
    correction = approved(drafted(round, cast), cast)
    round.refresh_from_db()
    assert (canonical_json(round.frozen), round.sha256) == (frozen, sha256)
    assert (correction.number, correction.title, correction.status) == (
        1,
        "更正（第1号）",
        "in_force",
    )
    assert correction.sha256 == fingerprint(correction.frozen) != sha256
    assert correction.frozen["correction"]["corrects"] == sha256
    assert differences(correction.frozen) == []
    now = Score.objects.in_force().get(pk=score.pk)
    assert now.total_points == score.total_points
    assert (now.total_points_now, now.corrected_by) == (score.total_points - 2, 1)
    places = {row["code"]: row["place"] for row in correction.frozen["results"]}
    assert dict(Score.objects.in_force().values_list("community__code", "rank_now")) == places
    document = correction.document
    assert document.corrects == round.bulletins.get(kind="ranking").document
    assert (document.kind, document.status, document.needs_approval) == ("circular", "draft", True)
    assert f"由{score.total_points}分更正为{now.total_points_now}分" in document.body
    (year,) = [one for one in community_years(round) if one.subject == cast.community]
    assert year.quarters[-1] == now.total_points_now


def test_corrections_are_numbered_in_order_and_build_on_one_another(round, cast):
    first, second = (
        drafted(round, cast),
        drafted(round, cast, "late", kind="self_check", key="2026-11"),
    )
    refuse_correction(
        drafted(round, cast, "3"), opinion="查无此事", by=cast.office_director, at=AFTER_NOTICE
    )
    approved(first, cast)
    approved(second, cast)
    assert [first.number, second.number] == [1, 2]
    assert second.frozen["correction"]["corrects"] == first.sha256
    mine = next(one for one in second.frozen["communities"] if one["code"] == cast.community.code)
    assert (mine["maluses"], mine["self_checks"]["2026-11"]) == ({"false_rectification": 1}, "late")
    score = Score.objects.in_force().get(community=cast.community)
    result = next(one for one in second.frozen["results"] if one["code"] == cast.community.code)
    assert (f"{score.total_points_now}", score.corrected_by) == (result["points"], 2)


def test_a_sheet_is_corrected_by_its_item_and_stays_as_it_was_locked(round, cast):
    correction = approved(drafted(round, cast, "0.5", kind="sheet", item="Q1"), cast)
    sheet = round.sheets.get(pk=correction.change["key"].split("/")[1])
    assert (sheet.marks["Q1"]["deducted"], sheet.total_points) == ("2", Decimal("98.00"))
    assert (correction.change["old"], correction.change["new"]) == ("98.00", "99.50")
    assert subject(round, cast.community, "sheet", item="Q1").stands == "扣 0.5 分"
    with pytest.raises(ValidationError, match="没有可更正的"):
        drafted(round, cast, "0.5", kind="sheet", item="Q1")


def test_a_bonus_for_a_reason_of_its_own_is_added_after_the_quarter_was_frozen(round, cast):
    before = Score.objects.get(community=cast.community)
    with pytest.raises(ValidationError, match="先写分值，再写事由"):
        drafted(round, cast, "承办全市现场会", kind="own_bonus")
    correction = approved(drafted(round, cast, "1分 承办全市现场会", kind="own_bonus"), cast)
    assert (
        correction.change["said"] == "另行加分“增加一项”由“没有”更正为“1.00 分（承办全市现场会）”"
    )
    assert Score.objects.in_force().get(pk=before.pk).total_points_now == before.total_points + 1
    assert subject(round, cast.community, "own_bonus").stands == "1.00 分（承办全市现场会）"
    approved(drafted(round, cast, "0", kind="own_bonus", key="1"), cast)
    assert Score.objects.in_force().get(pk=before.pk).total_points_now == before.total_points


def test_a_reading_is_put_right_as_it_is_written_down(cast):
    round = measured_round(cast)
    record_readings(round, everything(round), by=cast.office_staff, at=cast.now)
    gather_scores(round, by=cast.office_staff, at=AFTER_QUARTER)
    open_public_notice(round, by=cast.office_staff, at=AFTER_QUARTER)
    freeze_round(round, by=cast.office_director, at=AFTER_NOTICE)
    water = {"kind": "reading", "key": "village/water"}
    assert subject(round, cast.community, **water).stands == "不涉及：没有水体"
    for typed, why in (("两处", "应填0 或正整数"), ("1；2", "没有这么多栏")):
        with pytest.raises(ValidationError, match=why):
            drafted(round, cast, typed, **water)
    correction = approved(drafted(round, cast, "2", **water), cast)
    assert correction.change["said"].endswith("由“不涉及：没有水体”更正为“2”")
    assert differences(correction.frozen) == []
    back = approved(drafted(round, cast, "不涉及：没有水体", **water), cast)
    assert back.frozen["results"] == round.frozen["results"]


WRONG = (
    ("malus", "", "0", "没有可更正的"),
    ("malus", "", "多", "请填件数"),
    ("self_check", "", "很好", "只能是按时、逾期、未报"),
    ("sheet", "Q1", "99", "Q1"),
    ("sheet", "Q1", "两分", "Q1"),
    ("sheet", "Q1", "2", "没有可更正的"),
)


def test_a_change_that_cannot_be_is_refused_with_the_reason(round, cast):
    for kind, item, new, why in WRONG:
        with pytest.raises(ValidationError, match=why):
            drafted(round, cast, new, kind=kind, item=item)
    assert not Correction.objects.exists()


@pytest.mark.parametrize(("status", "why"), [("on_notice", "不用更正"), ("reported", "正在报批")])
def test_only_a_frozen_quarter_that_is_not_on_its_way_is_corrected(cast, status, why):
    round = make_round(cast, status=status)
    given = {
        "subject": None,
        "new": "1",
        "reason": "漏登",
        "basis": "记录",
        "by": cast.office_staff,
        "at": AFTER_NOTICE,
    }
    with pytest.raises(WrongState, match=why):
        draft_correction(round, community=cast.community, **given)


def test_two_people_put_a_published_figure_right(round, cast):
    mine = drafted(round, cast, by=cast.office_director)
    for person in (cast.office_director, cast.office_staff, cast.auditor):
        with pytest.raises(PermissionDenied):
            approved(mine, cast, by=person)
    with pytest.raises(PermissionDenied):
        drafted(round, cast, by=cast.lead_officer)


def test_a_correction_that_another_overtook_cannot_be_approved(round, cast):
    first, second = drafted(round, cast, "1"), drafted(round, cast, "2")
    approved(first, cast)
    with pytest.raises(WrongState, match="存档上现在是“1 件”，不是“0 件”"):
        approved(second, cast)
    assert Correction.objects.get(pk=second.pk).number is None


def test_the_next_number_waits_for_the_circular_of_the_one_before(round, cast):
    make_bulletin(cast, round, status="published", year=2027, serial=3)
    approved(drafted(round, cast), cast)
    with pytest.raises(WrongState, match="还没有印发"):
        approved(drafted(round, cast, "late", kind="self_check"), cast)


def test_the_database_itself_keeps_what_is_numbered(round, cast):
    correction = approved(drafted(round, cast), cast)
    acts = [
        lambda: Correction.objects.filter(pk=correction.pk).update(sha256="0" * 64),
        lambda: Correction.objects.filter(pk=correction.pk)._raw_delete("default"),
        lambda: CorrectedScore.objects.update(rank=1),
        lambda: CorrectedScore.objects.all()._raw_delete("default"),
    ]
    for act in acts:
        with pytest.raises(DatabaseError, match="不能改动或删除"), transaction.atomic():
            act()


def test_anyone_recomputes_the_corrected_record_and_follows_the_chain(round, cast, tmp_path):
    correction = approved(drafted(round, cast), cast)
    original, mended, forged = (tmp_path / name for name in ("原件.json", "更正.json", "假.json"))
    original.write_bytes(canonical_json(round.frozen))
    mended.write_bytes(canonical_json(correction.frozen))
    said = StringIO()
    call_command("rescore", mended, original=original, sha256=correction.sha256, stdout=said)
    assert f"更正（第1号），更正校验值为 {round.sha256} 的快照" in said.getvalue()
    assert "复算与存档完全一致" in said.getvalue()
    record = json.loads(mended.read_bytes())
    record["correction"]["corrects"] = "0" * 64
    forged.write_bytes(canonical_json(record))
    with pytest.raises(CommandError, match="与原件对不上"):
        call_command("rescore", forged, original=original, stdout=said)


def test_the_pages_show_the_figure_in_force_with_the_published_one_struck_beside_it(
    round, cast, sign_in, django_capture_on_commit_callbacks
):
    client = sign_in(cast.office_staff)
    listed = reverse("scoring:corrections", args=["2026Q4"])
    chosen = subject(round, cast.community, "malus")
    page = client.get(listed, {"community": cast.community.code}).content.decode()
    assert chosen.label in page
    typed = {
        "community": cast.community.code,
        "subject": chosen.value,
        "reason": "漏登一件",
        "basis": "核查记录",
    }
    page = client.post(listed, {**typed, "new": "很多"}).content.decode()
    assert "请填件数（0 至 9999 的整数），现为“很多”" in page
    assert "漏登一件" in page
    correction = Correction.objects.get(
        pk=client.post(listed, {**typed, "new": "1"}).url.rstrip("/").split("/")[-1]
    )
    score = Score.objects.get(community=cast.community)
    now = score.total_points - 2
    director = sign_in(cast.office_director)
    page = director.get(correction.get_absolute_url()).content.decode()
    assert f"<del>{score.total_points}</del> <b>{now}</b>" in as_read(page)
    assert sign_in(cast.community_worker).get(correction.get_absolute_url()).status_code == 404
    director = sign_in(cast.office_director)
    with django_capture_on_commit_callbacks(execute=True):
        asked = director.post(correction.get_absolute_url(), {"approve": "yes"})
    assert asked.url == Job.objects.get(kind="scoring.approve_correction").get_absolute_url()
    reader = sign_in(cast.community_worker)
    ranking = reader.get(reverse("scoring:ranking", args=["2026Q4"])).content.decode()
    assert (
        f"<b>{now}</b> <small><del>{score.total_points}</del></small><br><small>"
        "更正（第1号）</small>" in ranking
    )
    assert "更正（第1号）" in reader.get(score.get_absolute_url()).content.decode()
    assert "更正（第1号）" in reader.get(round.get_absolute_url()).content.decode()
    record = reader.get(reverse("scoring:frozen", args=["2026Q4"]), {"correction": "1"})
    correction.refresh_from_db()
    assert fingerprint(json.loads(record.content)) == correction.sha256
    assert (
        reader.get(reverse("scoring:frozen", args=["2026Q4"]), {"correction": "2"}).status_code
        == 404
    )
    book = reader.get(reverse("scoring:ranking", args=["2026Q4"]), {"format": "xlsx"})
    assert book.status_code == 200


@pytest.mark.usefixtures("many_connections")
@pytest.mark.django_db(transaction=True)
def test_two_approved_at_once_take_two_numbers(cast):
    publish(cast)
    round = Round.objects.get()
    waiting = [drafted(round, cast), drafted(round, cast, "late", kind="self_check")]

    def approve(correction):
        try:
            return approved(
                Correction.objects.select_related("community", "round__rubric").get(
                    pk=correction.pk
                ),
                cast,
            ).number
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        numbers = sorted(pool.map(approve, waiting))
    assert numbers == [1, 2]
    chain = list(Correction.objects.in_force().order_by("number"))
    assert chain[1].frozen["correction"]["corrects"] == chain[0].sha256
    with pytest.raises(WrongState):
        approved(make_correction(cast, round), cast)


def test_a_correction_is_proposed_and_refused_with_reasons(cast):
    round = make_round(cast, status="published", frozen={"communities": []})
    with pytest.raises(ValidationError, match="请写明错在哪里，依据是什么"):
        draft_correction(
            round,
            community=cast.community,
            subject=None,
            new="1",
            reason="漏登",
            basis=" ",
            by=cast.office_staff,
            at=cast.now,
        )
    correction = make_correction(cast, round)
    with pytest.raises(ValidationError, match="请写明不予更正的原因"):
        refuse_correction(correction, opinion="", by=cast.office_director, at=cast.now)


def test_what_departments_handled_and_share_can_be_corrected():
    rubric = replace(
        RUBRIC,
        maluses=(replace(RUBRIC.maluses[0], shared_by="joint"),),
        shared_blame=(BlameRule("joint", "部门与社区 2∶8", Decimal("0.2")),),
    )
    handled = {"due": 4, "done": 3}
    blame = {"330111001101": {"false_rectification": 1}}
    unit = {"standing": "department", "ref": "3", "name": "市综合执法局"}
    frozen = {"units": [{**unit, "handled": handled, "blame": blame}]}
    community = {"code": "330111001101", "name": "虎山社区"}
    found = list(department_subjects(frozen, community, rubric))
    assert [(one.kind, one.key, one.name, one.stands) for one in found] == [
        ("handled", "department/3", "市综合执法局按期办结", "到期 4 件，按期销号 3 件"),
        (
            "blame",
            "department/3/false_rectification",
            "市综合执法局分担本社区的虚假整改",
            "1 件",
        ),
    ]


def test_every_door_shows_the_figures_in_force(round, cast, sign_in):
    """List, page, ranking, workbook and API of a corrected quarter: one figure for one thing."""
    correction = approved(drafted(round, cast), cast)
    results = {row["code"]: row for row in correction.frozen["results"]}
    mean = round_half_up(points_mean([Decimal(row["points"]) for row in results.values()]))
    published = round_half_up(
        points_mean([Decimal(row["points"]) for row in round.frozen["results"]])
    )
    assert mean != published
    client = sign_in(cast.office_staff)
    for url in (reverse("scoring:rounds"), round.get_absolute_url()):
        page = client.get(url).content.decode()
        assert f"{mean:.2f}" in page, url
        assert f"{published:.2f}" not in page, url
    _, text = create_token(
        user=cast.api_client, name="dashboard", at=cast.now, scopes=["scores:read"]
    )
    answer = client.get("/api/v1/scores/", headers={"authorization": f"Token {text}"}).json()
    assert len(answer["results"]) == len(results)
    for row in answer["results"]:
        result = results[row["community_code"]]
        in_force = {
            "points": row["corrected_points"],
            "place": row["corrected_rank"],
            "class_place": row["corrected_class_rank"],
            "grade": row["corrected_grade"],
            "explanation": row["explanation"],
        }
        assert in_force == {name: result[name] for name in in_force}
    assert client.get(round.get_absolute_url()).context["adjustments"]["count"] == 0
