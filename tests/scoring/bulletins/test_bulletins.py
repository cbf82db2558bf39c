from datetime import datetime
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from PIL import Image

from gongjian.documents.models import Issuer, OfficialDocument
from gongjian.lib.quarters import SHANGHAI
from gongjian.workflow import WrongState
from inspections.models import Photo
from scoring.models import Nomination
from scoring.services.bulletins.publishing import draft_bulletins, publish_round
from scoring.services.honours.quarter_lists import propose_honours
from scoring.services.honours.years import community_years
from scoring.services.readings.entering import record_readings
from scoring.services.records.freezing import freeze_round
from scoring.services.records.public_notice import open_public_notice
from scoring.services.scores.gathering import gather_scores
from tests.scoring.factories import (
    AFTER_QUARTER,
    fill_quarter,
    four_published,
    lie_open,
    make_assessors,
    make_bulletin,
    make_city,
    make_finding,
    make_measured,
    make_round,
    make_score,
    make_unit_score,
    report_every_month,
)
from tests.scoring.factories import make_sheets as give_sheets
from tests.scoring.worlds import AFTER_NOTICE, everything

STATUS = {"status": "frozen"}


def acting(cast, **given):
    return {"by": cast.office_staff, "at": AFTER_NOTICE, **given}


def scored(cast, **points):
    """A frozen round with these scores: community 95, other_community 80 …"""
    round = make_round(cast, **STATUS)
    ranked = sorted(points.items(), key=lambda pair: -pair[1])
    for place, (name, figure) in enumerate(ranked, 1):
        make_score(round, cast.communities[name], points=str(figure), rank=place, class_rank=place)
    return round


def named(round, honour):
    return {
        (nomination.community or nomination.unit).__str__()
        for nomination in round.nominations.filter(honour=honour)
    }


def test_the_best_of_a_class_is_praised_if_it_reached_ninety(cast):
    round = scored(cast, community=95, other_community=92, third_community=88)
    propose_honours(round, **acting(cast))
    assert named(round, "praise") == {"虎山社区"}
    assert named(round, "criticism") == set()


def test_nobody_is_praised_below_the_threshold_and_the_weak_are_criticised(cast):
    round = scored(cast, community=89, other_community=84, third_community=74)
    propose_honours(round, **acting(cast))
    assert named(round, "praise") == set()
    assert named(round, "criticism") == {
        "后周社区",
        "春秋社区",
    }  # last three, less the one spared from 85 on


def test_an_enterprise_is_never_criticised_by_name(cast):
    round = scored(cast, community=95)
    make_unit_score(round, cast.member_unit, "member", points="40.00")
    make_unit_score(round, cast.lead_unit, "lead", points="40.00")
    propose_honours(round, **acting(cast))
    assert named(round, "criticism") == {"市住建局"}


def test_proposing_again_proposes_anew(cast):
    round = scored(cast, community=95, other_community=60, third_community=92)
    propose_honours(round, **acting(cast))
    propose_honours(round, **acting(cast))
    assert Nomination.objects.count() == 2


def test_honours_are_proposed_from_the_frozen_quarter_only(cast):
    with pytest.raises(WrongState):
        propose_honours(make_round(cast, status="on_notice"), **acting(cast))


def gone_through(cast, quarter="2026Q4"):
    """A quarter through the services up to the frozen record."""
    round = make_round(cast, quarter=quarter, status="assessing")
    five = make_assessors(5)
    give_sheets(round, cast.community, five, "96", "96", "96", "96", "96")
    give_sheets(round, cast.other_community, five, "70", "70", "70", "70", "70")
    give_sheets(round, cast.third_community, five, "90", "90", "90", "90", "90")
    for community in cast.communities.values():
        report_every_month(cast, community, quarter)
    for code, community in (
        ("W1", cast.community),
        ("W1", cast.other_community),
        ("Q2", cast.other_community),
    ):
        make_finding(cast, community, item_code=code)
    gather_scores(round, by=cast.office_staff, at=AFTER_QUARTER)
    open_public_notice(round, by=cast.office_staff, at=AFTER_QUARTER)
    freeze_round(round, by=cast.office_director, at=AFTER_NOTICE)
    lie_open(round, **acting(cast))
    return round


def test_the_circulars_are_drafted_for_the_citys_approval(cast):
    round = gone_through(cast)
    bulletins = draft_bulletins(round, issuer=Issuer.objects.get(), **acting(cast))
    assert [bulletin.kind for bulletin in bulletins] == ["ranking", "praise", "criticism"]
    assert {(b.document.status, b.document.kind, b.document.needs_approval) for b in bulletins} == {
        ("draft", "circular", True)
    }
    assert round.status == "reported"


def test_the_ranking_circular_says_the_quarters_figures(cast):
    round = gone_through(cast)
    before = make_round(cast, quarter="2026Q3", status="published")
    make_score(before, cast.community, points="90.00")
    document = draft_bulletins(round, issuer=Issuer.objects.get(), **acting(cast))[0].document
    assert document.title == "富阳市社区共建活动办公室关于2026年第四季度社区共建考核评议情况的通报"
    # 虎山 0.85 x 96 + 10 + 0 = 91.60, 春秋 76.5 + 10 + 5 = 91.50, 后周 59.5 + 10 + 0 = 69.50:
    # 全市平均 84.20
    for words in (
        "对全市3个社区2026年第四季度共建工作进行了考核评议",
        "5名考评员共评定打分表15份",
        "没有收到申诉",
        "全市平均得分84.20分，较上季度下降5.80分，其中优秀2个、合格1个",
        "应报自查表9份，按时上报9份",
        "到期问题3件，按期整改销号0件，按期整改率0.0%",
        "（一）“四无”方面。2件，占66.7%，较多的是“无暴露垃圾”方面2件",
        "（二）“四清”方面。1件，占33.3%",
        "尚未销号的3件问题",
    ):
        assert words in document.body, words
    attachment = document.attachments[0]
    table = attachment["table"]
    assert [column["label"] for column in table["columns"]][-2:] == ["得分", "较上季"]
    assert table["rows"] == [
        ["1", "虎山社区", "市住建局", "96.00", "100.00", "0.00", "0.00", "91.60", "+1.60"],
        ["2", "春秋社区", "市民政局", "90.00", "100.00", "100.00", "0.00", "91.50", "—"],
        ["3", "后周社区", "市水利局", "70.00", "100.00", "0.00", "0.00", "69.50", "—"],
    ]
    assert round.sha256 in attachment["text"]


def photographed(finding, cast, *stages):
    file = BytesIO()
    Image.new("RGB", (1600, 1200), "#888").save(file, "JPEG")
    for stage in stages:
        shown = {"finding": finding, "stage": stage, "file": ContentFile(file.getvalue(), "x.jpg")}
        kept = {
            "sha256": f"{finding.pk}{stage}",
            "width": 1600,
            "height": 1200,
            "by": cast.office_staff,
            "at": cast.now,
        }
        Photo.objects.create(**shown, **kept)


def test_the_ranking_circular_tells_what_went_well_and_shows_it(cast):
    """Last quarter 虎山 was third, and W1 was found three times; it is found twice now, and L5
    once.
    """
    before = make_round(cast, quarter="2026Q3", status="published")
    make_score(before, cast.community, points="60.00", rank=3)
    make_score(before, cast.other_community, points="95.00", rank=1)
    for _ in range(3):
        make_finding(cast, cast.community, found_at=datetime(2026, 8, 3, tzinfo=SHANGHAI))
    round = gone_through(cast)
    seen = make_finding(cast, cast.community, item_code="W1", closed=True)
    shop = make_finding(
        cast, cast.other_community, item_code="W1", source="frontage_check", closed=True
    )
    own = make_finding(cast, cast.third_community, item_code="W1", source="self_check")
    for finding in (seen, shop, own):
        photographed(finding, cast, "before", "after")
    document = draft_bulletins(round, issuer=Issuer.objects.get(), **acting(cast))[0].document
    for words in (
        "1个社区名次上升，其中虎山社区由第3名上升到第1名",
        "共登记问题6件，较上季度增加3件",
        "“四无”方面。5件，占83.3%，较上季度增加2件",
        "市考评发现较多的是虎山社区（2件）",
        "对尚未销号的4件问题（其中已超过整改时限的4件）",
        "于2027年1月29日前整改到位",  # ten working days after Saturday the sixteenth
    ):
        assert words in document.body, words
    titles = [item["title"] for item in document.attachments]
    assert titles == [
        "2026年第四季度社区共建考核评议得分排名表",
        "近2个季度社区共建考核评议得分走势",
        "2026年第四季度社区共建考核评议扣分分布",
        "2026年第四季度社区共建典型问题整改前后对照",
    ]
    (group,) = document.attachments[3]["photos"]
    assert [one["caption"].split("（")[0] for one in group["pictures"]] == [
        "虎山社区：无暴露垃圾\n整改前",
        "虎山社区：无暴露垃圾\n整改后",
    ]
    with Image.open(document.pictures.get().file) as picture:
        assert picture.width * picture.height <= 1_000_000
    assert document.attachments[1]["table"]["rows"][-1][1] == "84.20"


def test_a_rubric_of_readings_alone_is_told_without_sheets_and_self_checks(cast, sign_in):
    """R6 by hand: 82.5 x 100 / 96 = 85.94 in 村庄考评, its one component."""
    round = make_round(cast, status="assessing", rubric=make_measured(cast))
    record_readings(round, everything(round), by=cast.office_staff, at=cast.now)
    gather_scores(round, by=cast.office_staff, at=AFTER_QUARTER)
    open_public_notice(round, by=cast.office_staff, at=AFTER_QUARTER)
    freeze_round(round, by=cast.office_director, at=AFTER_NOTICE)
    (bulletin,) = draft_bulletins(round, issuer=Issuer.objects.get(), **acting(cast))
    table = bulletin.document.attachments[0]["table"]
    assert [column["label"] for column in table["columns"]][2:5] == [
        "牵头单位",
        "村庄考评",
        "加减分",
    ]
    assert sum(column["width"] for column in table["columns"]) == 100
    assert table["rows"][0][3:6] == ["85.94", "0.00", "85.94"]
    assert (
        "按评分细则计算村庄考评得分。得分公示至2027年1月15日，公示期间没有收到申诉。"
        in bulletin.document.body
    )
    client = sign_in(cast.office_staff)
    pages = [bulletin.document.body, bulletin.document.attachments[0]["text"]]
    addresses = (
        round.get_absolute_url(),
        round.scores.first().get_absolute_url(),
        "/rounds/2026Q4/ranking/",
    )
    pages += [client.get(url).content.decode() for url in addresses]
    for strange in ("全市考评", "打分表", "抽签", "自查表", "月度自查", "申诉期"):
        assert not [one for one in pages if strange in one], strange


def test_praise_and_criticism_name_communities_before_units(cast):
    bulletins = draft_bulletins(gone_through(cast), issuer=Issuer.objects.get(), **acting(cast))
    praise, criticism = (bulletin.document.body.splitlines() for bulletin in bulletins[1:])
    assert praise[1:5] == [
        "一、社区（1个）",
        "虎山社区。",
        "二、牵头单位（1家）",
        "富阳市住房和城乡建设局。",
    ]
    assert criticism[1:3] == ["一、社区（1个）", "后周社区。"]
    assert "表彰" not in "".join(praise)
    assert "一个月内向我办报送书面整改报告" in criticism[-1]


def test_no_circular_is_drafted_for_an_honour_without_names(cast):
    round = gone_through(cast)
    round.nominations.filter(honour="criticism").delete()
    bulletins = draft_bulletins(round, issuer=Issuer.objects.get(), **acting(cast))
    assert [bulletin.kind for bulletin in bulletins] == ["ranking", "praise"]


def test_circulars_are_drafted_once_and_by_the_office(cast):
    round = gone_through(cast)
    with pytest.raises(PermissionDenied):
        draft_bulletins(round, issuer=Issuer.objects.get(), **acting(cast, by=cast.lead_officer))
    draft_bulletins(round, issuer=Issuer.objects.get(), **acting(cast))
    with pytest.raises(WrongState):
        draft_bulletins(round, issuer=Issuer.objects.get(), **acting(cast))


def test_a_quarter_is_published_when_all_its_documents_are_issued(cast):
    round = make_round(cast, status="reported")
    make_bulletin(cast, round, "ranking", status="published")
    waiting = make_bulletin(cast, round, "praise", status="approving").document
    with pytest.raises(WrongState, match="还有公文没有印发：《考核评议情况的通报》（待批准）"):
        publish_round(round, **acting(cast))
    OfficialDocument.objects.filter(pk=waiting.pk).update(status="published", year=2027, serial=9)
    assert publish_round(round, **acting(cast)).status == "published"
    assert round.published_at == AFTER_NOTICE


def test_a_year_is_the_mean_of_four_published_quarters(cast):
    years = community_years(four_published(cast))
    assert [(year.subject.name, str(year.points), year.place) for year in years] == [
        ("虎山社区", "92.75", 1),  # (90 + 92 + 94 + 95.01) / 4 = 92.7525
        ("后周社区", "89.00", 2),
    ]


def test_a_large_city_goes_through(cast):
    city = make_city(20)
    round = make_round(cast, status="assessing")
    fill_quarter(cast, round, [*cast.communities.values(), *city], make_assessors(5))
    gather_scores(round, by=cast.office_staff, at=AFTER_QUARTER)
    open_public_notice(round, by=cast.office_staff, at=AFTER_QUARTER)
    freeze_round(round, by=cast.office_director, at=AFTER_NOTICE)
    lie_open(round, **acting(cast))
    ranking = draft_bulletins(round, issuer=Issuer.objects.get(), **acting(cast))[0].document
    assert len(ranking.attachments[0]["table"]["rows"]) == 23
