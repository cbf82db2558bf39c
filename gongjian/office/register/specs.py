"""The office's register as a workbook: four worksheets, their headers and cells."""

from communities.models import Community, GroupMember, RoadSection
from communities.models.groups import MemberRole
from communities.models.places import Class
from gongjian.lib.positions import Datum
from gongjian.lib.spreadsheets import ColumnSpec, SheetTemplate
from inspections import duties
from inspections.models import Frontage
from inspections.models.frontages import FrontageStatus
from units.models import Contact, Unit, UnitKind

# In 单位名册 a functional department is a 类别 of its own: an organ that is asked to put findings
# right.
FUNCTIONAL = "职能部门"

CLASSES = {label: value for value, label in Class.choices}
KINDS = {label: value for value, label in UnitKind.choices}
MEMBER_ROLES = {label: value for value, label in MemberRole.choices}
DATUMS = {label: value for value, label in Datum.choices}
STATUSES = {label: value for value, label in FrontageStatus.choices}


def _longest(model, field: str) -> int:
    return model._meta.get_field(field).max_length


COMMUNITIES = SheetTemplate(
    "社区名册",
    (
        ColumnSpec(
            "社区名称",
            "name",
            required=True,
            max_length=_longest(Community, "name"),
            example="虎山社区",
        ),
        ColumnSpec(
            "社区代码",
            "code",
            "code",
            example="330111001017",
            note="12 位统计用区划代码；新社区必填",
        ),
        ColumnSpec("街道", "subdistrict", max_length=40, example="富春街道", note="新社区必填"),
        ColumnSpec("类别", "kind", "choice", choices=tuple(CLASSES), note="分类排名用；新社区必填"),
        ColumnSpec(
            "牵头单位",
            "lead_unit",
            example="富阳市住房和城乡建设局",
            note="全称或简称，须在单位名册中",
        ),
        ColumnSpec("联系领导", "liaison_leader", max_length=40, example="钱甲"),
    ),
)
UNITS = SheetTemplate(
    "单位名册",
    (
        ColumnSpec(
            "单位名称",
            "name",
            required=True,
            max_length=_longest(Unit, "name"),
            example="富阳市住房和城乡建设局",
        ),
        ColumnSpec(
            "简称", "short_name", max_length=_longest(Unit, "short_name"), example="市住建局"
        ),
        ColumnSpec("类别", "kind", "choice", choices=(*KINDS, FUNCTIONAL), note="新单位必填"),
        ColumnSpec("统一社会信用代码", "credit_code", "credit_code"),
        ColumnSpec("联络员", "contact", max_length=_longest(Contact, "name"), example="周乙"),
        ColumnSpec("联系电话", "phone", "phone"),
    ),
)
SEATS = SheetTemplate(
    "共建名单",
    (
        ColumnSpec("社区名称", "community", required=True, example="虎山社区"),
        ColumnSpec(
            "单位名称", "unit", required=True, example="富阳市住房和城乡建设局", note="全称或简称"
        ),
        ColumnSpec("角色", "role", "choice", required=True, choices=tuple(MEMBER_ROLES)),
        ColumnSpec(
            "代表",
            "representative",
            max_length=_longest(GroupMember, "representative"),
            example="郑丙",
            note="牵头单位的代表即共建领导小组组长",
        ),
        ColumnSpec("联系电话", "phone", "phone"),
    ),
)
FRONTAGES = SheetTemplate(
    "门前三包名册",
    (
        ColumnSpec("社区名称", "community", required=True, example="虎山社区"),
        ColumnSpec(
            "路段",
            "road_section",
            required=True,
            max_length=_longest(RoadSection, "name"),
            example="桂花路（文教路至迎宾路）",
        ),
        ColumnSpec(
            "门牌号",
            "door_number",
            "code",
            required=True,
            max_length=_longest(Frontage, "door_number"),
            example="12-1号",
        ),
        ColumnSpec(
            "店招名称",
            "shop_name",
            required=True,
            max_length=_longest(Frontage, "shop_name"),
            example="江滨面馆",
        ),
        ColumnSpec("责任人", "responsible_person", max_length=40, example="吴丁"),
        ColumnSpec("联系电话", "phone", "phone"),
        ColumnSpec(
            "协议编号",
            "agreement_number",
            "code",
            max_length=_longest(Frontage, "agreement_number"),
            example="富包〔2026〕0012号",
        ),
        ColumnSpec("签订日期", "signed_on", "date"),
        ColumnSpec("有效期至", "valid_until", "date", example="2027-02-28"),
        ColumnSpec(
            "状态", "status", "choice", choices=tuple(STATUSES), note="新登记的不填按“营业”"
        ),
        ColumnSpec(
            "门店类型", "shop_type", max_length=_longest(Frontage, "shop_type"), example="餐饮"
        ),
        ColumnSpec(
            "责任牌编号",
            "plaque_number",
            "code",
            max_length=_longest(Frontage, "plaque_number"),
            example="FY-0012",
        ),
        ColumnSpec(
            "责任内容",
            "duty_set",
            max_length=_longest(Frontage, "duty_set"),
            example=duties.DEFAULT.title,
            note="如门前三包、门前四包、门前五包；新登记的不填按“门前三包”",
        ),
        ColumnSpec("长度（米）", "length_m", "decimal", places=1, example="6.5", note="沿街的长度"),
        ColumnSpec(
            "进深（米）", "depth_m", "decimal", places=1, example="3.5", note="从墙根到路沿"
        ),
        ColumnSpec(
            "纬度", "latitude", "decimal", places=6, example="30.049123", note="不登记位置请留空"
        ),
        ColumnSpec("经度", "longitude", "decimal", places=6, example="119.960456"),
        ColumnSpec(
            "坐标系",
            "datum",
            "choice",
            choices=tuple(DATUMS),
            note="不填按 WGS-84；地图应用上取的一般是 GCJ-02",
        ),
    ),
)
SPECS = (COMMUNITIES, UNITS, SEATS, FRONTAGES)

# A blank cell of these says nothing; a blank cell of any other column empties the field.
KEPT_WHEN_BLANK = frozenset(
    {
        "code",
        "subdistrict",
        "kind",
        "lead_unit",
        "short_name",
        "role",
        "status",
        "duty_set",
        "datum",
    }
)


def headers(spec: SheetTemplate) -> dict[str, str]:
    """Field to header, in the order of the template."""
    headers_by_field = {}
    for column in spec.columns:
        headers_by_field[column.field] = column.header
    return headers_by_field
