"""A planned file is taken in as a whole or not at all, and an export changes nothing when it comes
back.
"""

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from communities.models import (
    Community,
    CommunityPosting,
    Group,
    GroupMember,
    RoadSection,
    Subdistrict,
)
from gongjian.audit.models import Entry
from gongjian.office.register.applying import PlanHasErrors, apply_import, register_file
from gongjian.office.register.exporting import export_register, export_template
from inspections.models import Frontage
from tests.office.register.workbooks import HEADERS, plan_of, table, upload_plan
from tests.queries import count_queries
from units.models import Unit

FILE = register_file("0" * 40, "名册.xlsx")
UNIT = table("单位名册", ("富阳市新设局", "市新设局", "党政机关", "", "孙甲", "13800000002"))
COMMUNITY = table(
    "社区名册", ("新湖社区", "330111002999", "春江街道", "新建社区", "市新设局", "钱甲")
)
SEATS = table(
    "共建名单",
    ("新湖社区", "市新设局", "牵头", "孙甲", ""),
    ("新湖社区", "富春商场", "共建", "李乙", ""),
)
SHOP = (
    "虎山社区",
    "虎山路",
    "12-1号",
    "江边面馆",
    "吴丁",
    "13800000001",
    "富包〔2026〕0001号",
    "2026-03-01",
    "",
    "",
)


def take_in(cast, *tables):
    return apply_import(plan_of(*tables), file=FILE, by=cast.office_staff, at=cast.now)


def test_a_community_comes_with_its_group_seats_and_subdistrict(cast):
    take_in(cast, UNIT, COMMUNITY, SEATS)
    group = Group.objects.select_related("community__subdistrict", "lead_unit__contact").get(
        community__name="新湖社区"
    )
    assert (group.community.subdistrict.name, group.community.subdistrict.code) == (
        "春江街道",
        "330111002",
    )
    assert (group.lead_unit.short_name, group.head_name, group.liaison_leader_name) == (
        "市新设局",
        "孙甲",
        "钱甲",
    )
    assert group.lead_unit.contact.phone == "13800000002"
    assert sorted(group.members.values_list("unit__short_name", "role")) == [
        ("富春商场", "member"),
        ("市新设局", "lead"),
    ]


def test_a_frontage_finds_its_road_section_or_makes_it(cast):
    take_in(
        cast, table("门前三包名册", SHOP, (*SHOP[:1], "桂花路", *SHOP[2:6], "", "", "", "停业"))
    )
    assert RoadSection.objects.filter(community=cast.community).count() == 2
    assert sorted(Frontage.objects.values_list("road_section__name", "status")) == [
        ("桂花路", "closed"),
        ("虎山路", "trading"),
    ]


def test_rows_missing_from_the_file_are_left_alone(cast):
    before = (Community.objects.count(), GroupMember.objects.count())
    take_in(cast, table("共建名单", ("后周社区", "富春商场", "共建", "", "")))
    assert (Community.objects.count(), GroupMember.objects.count()) == (before[0], before[1] + 1)


def test_a_new_lead_unit_steps_into_the_old_ones_place(cast):
    take_in(cast, table("共建名单", ("虎山社区", "市水利局", "牵头", "郑丙", "")))
    group = Group.objects.get(community=cast.community)
    assert (group.lead_unit, group.head_name) == (cast.other_lead_unit, "郑丙")
    roles = dict(group.members.values_list("unit__short_name", "role"))
    assert roles == {"市水利局": "lead", "市住建局": "member", "富春商场": "member"}


def test_two_units_may_swap_their_short_names(cast):
    take_in(
        cast,
        table(
            "单位名册",
            ("富阳市水利局", "市民政局"),
            ("富阳市民政局", "市水利局"),
            columns=("单位名称", "简称"),
        ),
    )
    assert Unit.objects.get(name="富阳市水利局").short_name == "市民政局"


def test_two_communities_may_swap_their_names(cast):
    columns = ("社区名称", "社区代码")
    take_in(
        cast,
        table(
            "社区名册", ("后周社区", "330111001101"), ("虎山社区", "330111001102"), columns=columns
        ),
    )
    assert Community.objects.get(code="330111001101").name == "后周社区"


def test_two_frontages_may_swap_their_agreements(cast):
    other = (*SHOP[:2], "14号", *SHOP[3:6], "富包〔2026〕0002号", "", "", "")
    take_in(cast, table("门前三包名册", SHOP, other))
    take_in(
        cast,
        table("门前三包名册", (*SHOP[:6], other[6], "", "", ""), (*other[:6], SHOP[6], "", "", "")),
    )
    assert Frontage.objects.get(door_number="14号").agreement_number == SHOP[6]


def test_a_leaders_account_is_linked_where_it_is_posted(cast):
    assert CommunityPosting.objects.filter(
        appointment__user=cast.liaison_leader, community=cast.community
    ).exists()
    row = ("虎山社区", "钱领导")
    take_in(cast, table("社区名册", ("虎山社区", "孙甲"), columns=("社区名称", "联系领导")))
    assert Group.objects.get(community=cast.community).liaison_leader is None
    take_in(cast, table("社区名册", row, columns=("社区名称", "联系领导")))
    assert Group.objects.get(community=cast.community).liaison_leader == cast.liaison_leader


def test_a_unit_off_the_register_comes_back_when_it_is_listed(cast):
    Unit.objects.filter(pk=cast.member_unit.pk).update(is_active=False)
    plan = take_in(cast, table("单位名册", ("富春商场有限公司",), columns=("单位名称",)))
    assert plan.counts["单位名册"]["changed"] == 1
    assert Unit.objects.get(pk=cast.member_unit.pk).is_active


def test_a_bad_cell_keeps_everything_out(cast):
    with pytest.raises(PlanHasErrors):
        take_in(cast, UNIT, table("共建名单", ("无名社区", "市新设局", "共建", "", "")))
    assert not Unit.objects.filter(name="富阳市新设局").exists()


def test_half_a_file_is_never_written(cast):
    plan = plan_of(UNIT, COMMUNITY, SEATS)
    Subdistrict.objects.create(code="330111002", name="别名街道")
    with pytest.raises(IntegrityError):
        apply_import(plan, file=FILE, by=cast.office_staff, at=cast.now)
    assert not Unit.objects.filter(name="富阳市新设局").exists()


def test_only_the_office_takes_a_register_in(cast):
    with pytest.raises(PermissionDenied):
        apply_import(plan_of(UNIT), file=FILE, by=cast.auditor, at=cast.now)


def test_the_log_says_what_was_taken_in(cast):
    take_in(cast, table("社区名册", ("虎山社区", "孙甲"), columns=("社区名称", "联系领导")))
    entry = Entry.objects.about(FILE).get()
    assert (entry.event, entry.object_label, entry.by) == (
        "register.file.import",
        "名册.xlsx",
        cast.office_staff,
    )
    assert entry.changes["counts"]["社区名册"] == {"new": 0, "changed": 1, "unchanged": 0}
    assert entry.changes["changed"] == {
        "社区名册": [["虎山社区", [["联系领导", "钱领导", "孙甲"]]]]
    }


def test_writing_costs_a_query_a_chunk_and_not_a_row(cast):
    def rows(start, count):
        return table(
            "门前三包名册",
            *(("虎山社区", f"路{n}", f"{n}号", f"店{n}") for n in range(start, start + count)),
        )

    few, many = plan_of(rows(0, 10)), plan_of(rows(100, 400))

    def take(plan):
        return lambda: apply_import(plan, file=FILE, by=cast.office_staff, at=cast.now)

    assert count_queries(take(many)) - count_queries(take(few)) < 10


def test_the_exported_file_changes_nothing_when_it_comes_back(cast):
    take_in(cast, UNIT, COMMUNITY, SEATS, table("门前三包名册", SHOP))
    stream = BytesIO()
    export_register(stream)
    plan = upload_plan(stream.getvalue())
    assert (plan.errors, plan.warnings, plan.unknown_worksheets, plan.ignored_columns) == (
        [],
        [],
        [],
        {},
    )
    assert plan.is_empty
    assert {name: n["unchanged"] for name, n in plan.counts.items()} == {
        "社区名册": 4,
        "单位名册": 9,
        "共建名单": 7,
        "门前三包名册": 1,
    }


def test_two_communities_of_one_name_are_told_apart_in_the_export(cast):
    take_in(
        cast,
        table("社区名册", ("虎山社区", "330111002001", "春江街道", "新建社区", "市水利局", "")),
    )
    stream = BytesIO()
    export_register(stream)
    plan = upload_plan(stream.getvalue())
    assert (plan.errors, plan.is_empty) == ([], True)


def test_the_template_is_read_as_an_empty_register(cast):
    stream = BytesIO()
    export_template(stream)
    plan = upload_plan(stream.getvalue())
    assert (plan.errors, plan.is_empty) == ([], True)


GROUND = ("餐饮", "FY-0012", "门前四包", "6.5", "3.5", "30.049123", "119.960456", "GCJ-02")


def test_a_frontage_brings_its_plaque_extent_duties_and_place(cast):
    take_in(cast, table("门前三包名册", (*SHOP, *GROUND)))
    row = Frontage.objects.get()
    assert (row.shop_type, row.plaque_number, row.duty_set, row.extent) == (
        "餐饮",
        "FY-0012",
        "four",
        "长 6.5 米 × 深 3.5 米",
    )
    assert (str(row.latitude), str(row.longitude), row.datum) == (
        "30.049123",
        "119.960456",
        "gcj02",
    )
    assert (row.pinyin.split()[0], row.initials.split()[0]) == ("jiangbianmianguan", "jbmg")


def test_a_file_without_the_newer_columns_leaves_them_and_a_new_shop_leaves_history(cast):
    take_in(cast, table("门前三包名册", (*SHOP, *GROUND)))
    code, old = Frontage.objects.get().public_code, HEADERS["门前三包名册"][:10]
    take_in(cast, table("门前三包名册", (*SHOP[:3], "江边花店", "郑乙", *SHOP[5:]), columns=old))
    row = Frontage.objects.get()
    assert (row.shop_name, row.plaque_number, row.duty_set, row.public_code) == (
        "江边花店",
        "FY-0012",
        "four",
        code,
    )
    assert row.initials.startswith("jbhd ")
    past = row.past.get()
    assert (past.shop_name, past.agreement_number, past.duty_set, past.by) == (
        "江边面馆",
        "富包〔2026〕0001号",
        "four",
        cast.office_staff,
    )
    export_register(stream := BytesIO())
    plan = upload_plan(stream.getvalue())
    assert (plan.errors, plan.is_empty) == ([], True)


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (
            12,
            "门前九包",
            "M2: 责任内容“门前九包”不是在用的责任内容：可填门前三包、门前四包、门前五包",
        ),
        (13, "六米", "N2: 长度（米）“六米”不是数"),
        (13, "0", "N2: 长度（米）应大于 0"),
        (15, "95", "P2: 纬度应在 -90 到 90 之间"),
        (16, "", "P2: 纬度单独填不能定位"),
        (17, "BD-09", "R2: 坐标系“BD-09”不在可选范围"),
    ],
)
def test_what_cannot_be_of_a_place_is_said_at_its_cell(cast, place, value, said):
    row = [*SHOP, *GROUND]
    row[place] = value
    (error,) = plan_of(table("门前三包名册", row)).errors
    assert str(error).startswith(f"门前三包名册!{said}")
