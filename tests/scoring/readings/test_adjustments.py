from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from gongjian.lib.canonical import canonical_json, fingerprint
from gongjian.workflow import WrongState
from scoring.models import Adjustment, Score
from scoring.services.readings.adjustments import record_adjustment, withdraw_adjustment
from scoring.services.records.freezing import frozen_record
from scoring.services.scores.explanations import Explanations
from scoring.services.scores.gathering import gather_scores
from tests.scoring.factories import AFTER_QUARTER, make_round
from tests.scoring.worlds import hand_made_quarter, marked_false


def case(cast, round, **given):
    content = {
        "community": cast.community,
        "kind": "bonus",
        "reason": "获评省级卫生社区",
        "points": Decimal("1.5"),
    }
    return record_adjustment(round, **{**content, **given}, by=cast.office_staff, at=cast.now)


def by_rule(cast, round, kind, code, **given):
    return case(cast, round, kind=kind, rule_code=code, points=None, **given)


def gathered(cast, round):
    gather_scores(round, by=cast.office_staff, at=AFTER_QUARTER)
    return Score.objects.get(round=round, community=cast.community)


def test_bonus_malus_and_veto_enter_the_score_as_worked_out_by_hand(cast):
    round = hand_made_quarter(cast)
    case(cast, round)
    for reason in ("销号后现场仍有垃圾", "照片不是整改后所拍"):
        marked_false(cast, reason)
    by_rule(cast, round, "veto", "fraud", reason="代填自查")
    score = gathered(cast, round)
    # 92.0333… + 1.5 - 2 x 2 = 89.5333…
    assert (score.bonus_points, score.malus_points, score.total_points) == (
        Decimal("1.50"),
        Decimal("4.00"),
        Decimal("89.53"),
    )
    assert score.grade == "不合格"
    assert "获评省级卫生社区" in str(Explanations().of(score))


def test_a_case_taken_back_counts_no_longer_and_stays_on_record(cast):
    round = hand_made_quarter(cast)
    given = case(cast, round)
    withdraw_adjustment(given, remark="文件尚未下发", by=cast.office_director, at=cast.now)
    assert gathered(cast, round).bonus_points == 0
    assert Adjustment.objects.get().withdrawal == "文件尚未下发"
    with pytest.raises(WrongState, match="已经撤销"):
        withdraw_adjustment(given, remark="再撤一次", by=cast.office_director, at=cast.now)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"points": Decimal("5.01")}, "points"),
        ({"points": None}, "points"),
        ({"rule_code": "unknown", "points": None}, "case"),
        ({"kind": "malus", "points": None}, "case"),
        ({"kind": "veto", "rule_code": "fraud", "points": Decimal(1)}, "points"),
    ],
)
def test_a_case_out_of_place_is_refused_at_its_field(cast, given, field):
    with pytest.raises(ValidationError) as refused:
        case(cast, make_round(cast, status="assessing"), **given)
    assert list(refused.value.message_dict) == [field]


def test_nothing_is_recorded_after_freezing_nor_by_others(cast):
    with pytest.raises(WrongState, match="已经定分"):
        case(cast, make_round(cast, status="frozen"))
    with pytest.raises(PermissionDenied):
        record_adjustment(
            make_round(cast, quarter="2026Q3"),
            community=cast.community,
            kind="bonus",
            points=Decimal(1),
            reason="自报",
            by=cast.lead_officer,
            at=cast.now,
        )


def test_the_database_keeps_points_to_bonuses_of_their_own(cast):
    round = make_round(cast)
    with pytest.raises(IntegrityError):
        Adjustment.objects.create(
            round=round,
            community=cast.community,
            kind="malus",
            rule_code="",
            points=Decimal(1),
            reason="无",
            recorded_by=cast.office_staff,
            recorded_at=cast.now,
        )


def test_the_page_records_keeps_what_was_typed_and_takes_back(cast, sign_in):
    make_round(cast, status="assessing")
    client = sign_in(cast.office_staff)
    url = "/rounds/2026Q4/adjustments/"
    typed = {
        "community": cast.community.pk,
        "case": "bonus:",
        "points": "",
        "reason": "获评省级卫生社区",
    }
    refused = client.post(url, typed)
    assert refused.status_code == 400
    assert "请填加多少分" in refused.content.decode()
    assert "获评省级卫生社区" in refused.content.decode()
    client.post(url, typed | {"points": "2"})
    given = Adjustment.objects.get()
    client.post(f"/adjustments/{given.pk}/withdraw/", {"remark": "登记错了社区"})
    assert "登记错了社区" in client.get(url).content.decode()


@pytest.fixture
def frozen_file(cast, tmp_path):
    round = hand_made_quarter(cast)
    case(cast, round)
    frozen = frozen_record(round, AFTER_QUARTER)
    file = tmp_path / "2026Q4.json"
    file.write_bytes(canonical_json(frozen))
    return file, fingerprint(frozen)


def test_anyone_recomputes_a_quarter_from_its_file(frozen_file, capsys, django_assert_num_queries):
    file, sha256 = frozen_file
    with django_assert_num_queries(0):
        call_command("rescore", file, sha256=sha256)
    assert "3 个社区、1 项单位得分，复算与存档完全一致" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"points":"93.53"', '"points":"93.54"', "得分存档为 93.54，复算为 93.53"),
        ('"due":4', '"due":5', "处不同"),
        ('"format":"gongjian-quarter/3"', '"format":"other"', "不认识的存档格式"),
        (
            '"points":"0.00","ref"',
            '"points":"0.01","ref"',
            "富阳市城市管理局（职能部门）：得分存档为 0.01，复算为 0.00",
        ),
        ("{", "", "不是 JSON"),
    ],
)
def test_an_altered_file_is_found_out(frozen_file, old, new, said):
    file, _ = frozen_file
    content = file.read_text(encoding="utf-8")
    assert old in content
    file.write_text(content.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("rescore", file)
    assert said in str(refused.value)


def test_a_file_with_another_sum_is_not_the_published_one(frozen_file):
    with pytest.raises(CommandError, match="这不是定分时的快照"):
        call_command("rescore", frozen_file[0], sha256="0" * 64)


def test_a_case_is_taken_back_with_its_reason_alone(cast):
    recorded = case(cast, hand_made_quarter(cast))
    with pytest.raises(ValidationError, match="请写明撤销原因"):
        withdraw_adjustment(recorded, remark=" ", by=cast.office_staff, at=cast.now)
    assert Adjustment.objects.in_force().exists()


def test_a_department_is_named_only_where_the_rubric_shares(cast):
    round = make_round(cast, status="assessing")
    with pytest.raises(ValidationError, match="这一事项不由职能部门分担，不用选部门"):
        by_rule(cast, round, "veto", "fraud", department=cast.department)
