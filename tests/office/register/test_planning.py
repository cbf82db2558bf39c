"""What a file would change, and every bad cell by its name."""

from datetime import date

import pytest

from inspections.models import Frontage
from tests.office.register.workbooks import errors_of, plan_of, table
from tests.queries import count_queries
from units.models import Unit

HUSHAN = (
    "虎山社区",
    "330111001101",
    "富春街道",
    "城乡结合部社区",
    "富阳市住房和城乡建设局",
    "钱领导",
)
SHOP = ("虎山社区", "虎山路", "12-1号", "江边面馆", "吴丁", "13800000001", "富包〔2026〕0001号")


@pytest.fixture(autouse=True)
def _cast(cast):
    return cast


def test_what_is_on_the_register_is_unchanged():
    plan = plan_of(table("社区名册", HUSHAN))
    assert plan.errors == []
    assert plan.counts["社区名册"] == {"new": 0, "changed": 0, "unchanged": 1}
    assert plan.is_empty


def test_a_changed_row_says_before_and_after():
    plan = plan_of(table("社区名册", (*HUSHAN[:5], "孙甲")))
    (change,) = plan.worksheets["社区名册"].changes
    assert (change.label, change.where) == ("虎山社区", "社区名册第 2 行")
    assert change.fields == (("联系领导", "钱领导", "孙甲"),)


def test_a_column_that_the_file_lacks_is_left_alone():
    plan = plan_of(table("社区名册", ("虎山社区", "孙甲"), columns=("社区名称", "联系领导")))
    assert plan.worksheets["社区名册"].changed == {"330111001101": ("liaison_leader",)}


def test_a_blank_cell_empties_only_what_may_be_empty():
    plan = plan_of(table("社区名册", ("虎山社区", "330111001101", "", "", "", "")))
    assert plan.errors == []
    assert plan.worksheets["社区名册"].changed == {"330111001101": ("liaison_leader",)}


def test_names_are_known_in_full_width_and_with_spaces():
    plan = plan_of(
        table(
            "单位名册",
            ("富阳市 水利局　", "市水利局", "党政机关", "", "周联络", "１３８００００１１１１"),
        )
    )
    assert (plan.errors, plan.is_empty) == ([], True)


def test_a_community_is_renamed_by_its_code():
    plan = plan_of(table("社区名册", ("虎山新村社区", *HUSHAN[1:])))
    assert plan.worksheets["社区名册"].changed == {"330111001101": ("name",)}


def test_seats_and_frontages_follow_a_renamed_community():
    plan = plan_of(
        table("社区名册", ("虎山新村社区", *HUSHAN[1:])),
        table("共建名单", ("虎山新村社区", "市住建局", "牵头", "郑组长", "")),
    )
    assert plan.errors == []
    assert plan.counts["共建名单"]["unchanged"] == 1


def test_a_functional_department_is_a_class_of_units():
    plan = plan_of(table("单位名册", ("富阳市水利局", "", "职能部门", "", "周联络", "13800001111")))
    (change,) = plan.worksheets["单位名册"].changes
    assert change.fields == (("类别", "党政机关", "职能部门"),)


def test_a_new_lead_unit_moves_both_seats_and_the_community():
    plan = plan_of(table("共建名单", ("虎山社区", "市水利局", "牵头", "郑丙", "")))
    assert plan.errors == []
    assert [(one.label, one.where, one.fields) for one in plan.worksheets["共建名单"].changes] == [
        ("虎山社区 富阳市住房和城乡建设局", "随牵头单位变更", (("角色", "牵头", "共建"),))
    ]
    (change,) = plan.worksheets["社区名册"].changes
    assert change.fields == (("牵头单位", "富阳市住房和城乡建设局", "富阳市水利局"),)


WRONG = {
    "unknown community": (
        [table("共建名单", ("无名社区", "市水利局", "共建", "", ""))],
        "共建名单!A2: 社区名称“无名社区”不在社区名册中：请核对名称",
    ),
    "unknown unit": (
        [table("共建名单", ("虎山社区", "无名局", "共建", "", ""))],
        "共建名单!B2: 单位名称“无名局”不在单位名册中：请先登记该单位，或核对名称",
    ),
    "unknown lead unit": (
        [table("社区名册", (*HUSHAN[:4], "无名局", ""))],
        "社区名册!E2: 牵头单位“无名局”不在单位名册中：请先登记该单位，或核对名称",
    ),
    "two lead units": (
        [
            table(
                "共建名单",
                ("虎山社区", "市住建局", "牵头", "", ""),
                ("虎山社区", "市水利局", "牵头", "", ""),
            )
        ],
        "共建名单!C3: 角色是“牵头”，但虎山社区已有牵头单位富阳市住房和城乡建设局（第 2 "
        "行）：一个社区只能有一个",
    ),
    "sheets that disagree on the lead unit": (
        [table("社区名册", HUSHAN), table("共建名单", ("虎山社区", "市水利局", "牵头", "", ""))],
        "社区名册!E2: 牵头单位“富阳市住房和城乡建设局”与共建名单第 2 "
        "行的牵头单位“富阳市水利局”不一致：请改成一致",
    ),
    "a group that would lose its lead unit": (
        [table("共建名单", ("虎山社区", "市住建局", "共建", "", ""))],
        "共建名单!C2: 角色是“共建”，而虎山社区的牵头单位就是它：换牵头单位请把新单位填为“牵头”",
    ),
    "members without a lead unit": (
        [
            table("社区名册", ("新湖社区", "330111001999", "富春街道", "新建社区", "", "")),
            table("共建名单", ("新湖社区", "市水利局", "共建", "", "")),
        ],
        "共建名单!A2: 社区名称“新湖社区”没有牵头单位：请把其中一个单位的角色填为“牵头”",
    ),
    "a liaison leader without a group": (
        [table("社区名册", ("新湖社区", "330111001999", "富春街道", "新建社区", "", "钱甲"))],
        "社区名册!F2: 联系领导填了，但没有牵头单位：请先填牵头单位",
    ),
    "a community listed twice": (
        [table("社区名册", HUSHAN, HUSHAN)],
        "社区名册!B3: 社区代码与第 2 行重复：同一对象只能有一行，请删去一行",
    ),
    "a new community without a code": (
        [table("社区名册", ("新湖社区", "", "富春街道", "新建社区", "", ""))],
        "社区名册!B2: 社区代码不能为空：“新湖社区”是新社区，要填 12 位代码",
    ),
    "a short code": (
        [table("社区名册", ("新湖社区", "3301110", "富春街道", "新建社区", "", ""))],
        "社区名册!B2: 社区代码“3301110”不是 12 位数字：请填统计用区划代码",
    ),
    "another code for a known name": (
        [table("社区名册", ("虎山社区", "330111001999", "富春街道", "新建社区", "", ""))],
        "社区名册!B2: 社区代码“330111001999”与在册的不同：“虎山社区”的代码是 330111001101，请核对",
    ),
    "a new community without a class": (
        [table("社区名册", ("新湖社区", "330111001999", "富春街道", "", "", ""))],
        "社区名册!D2: 类别不能为空：新社区要填类别",
    ),
    "a subdistrict that is not the code's": (
        [table("社区名册", ("新湖社区", "330111002999", "富春街道", "新建社区", "", ""))],
        "社区名册!C2: 街道“富春街道”的代码是 330111001，与社区代码 330111002999 不符",
    ),
    "a code of another subdistrict": (
        [table("社区名册", ("新湖社区", "330111001999", "春江街道", "新建社区", "", ""))],
        "社区名册!C2: 街道“春江街道”与社区代码不符：330111001 是富春街道",
    ),
    "one name for two communities": (
        [table("社区名册", ("后周社区", *HUSHAN[1:]))],
        "社区名册!A2: 社区名称“后周社区”在本街道重名：“后周社区”，请核对",
    ),
    "an unknown class": (
        [table("社区名册", (*HUSHAN[:3], "古镇社区", *HUSHAN[4:]))],
        "社区名册!D2: 类别“古镇社区”不在可选范围：只能填老城社区、新建社区、城乡结合部社区",
    ),
    "a short phone number": (
        [table("单位名册", ("富阳市水利局", "", "", "", "周乙", "138000"))],
        "单位名册!F2: 联系电话“138000”有 6 位，不是手机号：应为 11 位手机号，"
        "或带区号的固定电话，如 0571-63312345",
    ),
    "a new unit without a class": (
        [table("单位名册", ("富阳市新设局", "市新设局", "", "", "", ""))],
        "单位名册!C2: 类别不能为空：新单位要填类别",
    ),
    "a short name that is taken": (
        [table("单位名册", ("富阳市水文局", "市水利局", "党政机关", "", "", ""))],
        "单位名册!B2: 简称“市水利局”已是别的单位的简称：“富阳市水利局”，请核对",
    ),
    "a credit code that two rows bear": (
        [
            table(
                "单位名册",
                ("富阳市水利局", "", "", "11330183DEM000000B", "", ""),
                ("富阳市民政局", "", "", "11330183DEM000000B", "", ""),
            )
        ],
        "单位名册!D3: 统一社会信用代码“11330183DEM000000B”已是别的单位的代码：第 2 行，请核对",
    ),
    "a frontage in no community": (
        [table("门前三包名册", ("无名社区", *SHOP[1:], "", "", ""))],
        "门前三包名册!A2: 社区名称“无名社区”不在社区名册中：请核对名称",
    ),
    "a door listed twice": (
        [table("门前三包名册", (*SHOP, "", "", ""), (*SHOP[:6], "", "", "", ""))],
        "门前三包名册!C3: 门牌号与第 2 行重复：同一对象只能有一行，请删去一行",
    ),
    "an agreement that ends before it begins": (
        [table("门前三包名册", (*SHOP, "2026-03-01", "2026-02-01", "营业"))],
        "门前三包名册!I2: 有效期至“2026-02-01”早于签订日期 2026-03-01：请核对",
    ),
    "an agreement number on two doors": (
        [table("门前三包名册", (*SHOP, "", "", ""), (*SHOP[:2], "14号", *SHOP[3:], "", "", ""))],
        "门前三包名册!G3: 协议编号“富包〔2026〕0001号”已是别的协议的编号：第 2 行，请核对",
    ),
    "no name": ([table("社区名册", ("", *HUSHAN[1:]))], "社区名册!A2: 社区名称不能为空：请填写"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_bad_cell_is_named(case):
    tables, sentence = WRONG[case]
    assert errors_of(*tables) == [sentence]


def test_every_bad_cell_has_a_line_of_its_own():
    found = errors_of(
        table("单位名册", ("", "", "外星", "", "", "1"), ("富阳市水利局", "", "", "123", "", "2")),
        table("共建名单", ("甲社区", "乙局", "旁听", "", "")),
    )
    assert [line.split(":")[0] for line in found] == [
        "单位名册!A2",
        "单位名册!C2",
        "单位名册!F2",
        "单位名册!D3",
        "单位名册!F3",
        "共建名单!A2",
        "共建名单!B2",
        "共建名单!C2",
    ]


def test_a_bad_cell_has_one_remark_and_not_two():
    found = errors_of(table("单位名册", ("富阳市新设局", "市新设局", "外星", "", "", "")))
    assert [line.split(":")[0] for line in found] == ["单位名册!C2"]


def test_a_file_without_any_register_says_so():
    assert errors_of(table("工资表", ("张三", 100), columns=("姓名", "工资"))) == [
        "工资表!A1: 没有找到名册：工作表应叫社区名册、单位名册、共建名单、"
        "门前三包名册中的一个，或含有它们的标题"
    ]


def test_a_unit_of_the_same_file_may_lead():
    plan = plan_of(
        table("单位名册", ("富阳市新设局", "市新设局", "党政机关", "", "", "")),
        table("社区名册", ("新湖社区", "330111001999", "富春街道", "新建社区", "市新设局", "钱甲")),
    )
    assert plan.errors == []
    assert [plan.counts[name]["new"] for name in plan.counts] == [1, 1, 1, 0]


def test_planning_costs_the_same_for_any_number_of_rows(cast):
    def rows(count):
        return table(
            "门前三包名册", *(("虎山社区", f"路{n}", f"{n}号", f"店{n}") for n in range(count))
        )

    assert (
        count_queries(lambda: plan_of(rows(10))) == count_queries(lambda: plan_of(rows(600))) == 6
    )


def test_planning_writes_nothing():
    plan_of(table("单位名册", ("富阳市新设局", "市新设局", "党政机关", "", "", "")))
    assert not Unit.objects.filter(name="富阳市新设局").exists()


def test_dates_are_read_as_offices_write_them():
    plan = plan_of(table("门前三包名册", (*SHOP, "2026年3月1日", date(2027, 2, 28), "")))
    (key,) = plan.worksheets["门前三包名册"].new
    row = plan.worksheets["门前三包名册"].final[key]
    assert (row["signed_on"], row["valid_until"], row["status"]) == (
        date(2026, 3, 1),
        date(2027, 2, 28),
        "营业",
    )
    assert not Frontage.objects.exists()
