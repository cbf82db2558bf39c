"""What the office calls each value of a rubric, alike in workbook, page and refusals."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scoring.rules.rubrics.parts import NAMED_STANDINGS

# Stands for the assessors' sheet where an item names the component that it belongs to.
ON_SHEET = "评分表"

COLUMNS = {
    "name": "名称",
    "version": "版本",
    "code": "代码",
    "weight": "权重",
    "clause": "依据",
    "points": "分值",
    "trim_from_sheets": "满几张去掉最高最低分",
    "assessors_each": "每社区考评员数",
    "on_time_points": "按时得分",
    "late_points": "逾期得分",
    "missing_points": "未报得分",
    "nothing_due_points": "无到期问题得分",
    "cap": "上限",
    "points_each": "每次分值",
    "highest_grade": "最高等次",
    "shared_by": "责任分担类别",
    "lowest_points": "总分下限",
    "highest_points": "总分上限",
    "from_points": "起点分",
    "style": "名次方式",
    "lists_absent": "缺席者只列名",
    "higher_is_better": "高者在前",
    "community_weight": "社区权重",
    "own_duties_weight": "自身职责权重",
    "best_share": "所占比例",
    "below_points": "低于几分",
    "last": "末几名",
    "spared_from_points": "免予批评线",
    "full_points": "满分",
    "not_applicable": "不涉及时",
    "kind": "计分方式",
    "group": "分组",
    "months": "月份",
    "from": "从",
    "to": "到",
    "measure": "计量",
    "full_at": "得满分",
    "none_at": "得零分",
    "at_least": "不低于",
    "at_most": "不高于",
    "otherwise": "不达标得分",
    "lower_is_better": "低者为好",
    "reason": "事由",
    "unit": "单位",
    "each": "每次扣分",
    "most_cases": "最多计几次",
    "department_share": "部门承担",
    "of_communities": "取所辖社区的",
    "within": "属于",
    "bands": "各类规模最低数",
    "community": "社区",
    "lead": "牵头单位",
    "member": "共建单位",
    "department": "职能部门",
    "from_last": "与上次公布相差超过",
    "apart": "与同组平均相差超过",
    "near": "单项扣分相差不超过为一致",
    "by_place": "按上次名次加分",
    "notice_workdays": "名单公示工作日",
}
KEYS = {header: key for key, header in COLUMNS.items()}
WHOLE = {
    "trim_from_sheets",
    "assessors_each",
    "last",
    "most_cases",
    "notice_workdays",
    *NAMED_STANDINGS,
}
FLAGS = {"lists_absent", "higher_is_better", "lower_is_better"}

PARTS = {
    "细则": "",
    "全市考评": "components.assessment",
    ON_SHEET: "components.assessment.sheet",
    "反常评分": "components.assessment.unusual",
    "每月自查": "components.self_check",
    "问题整改": "components.rectification",
    "加分": "bonus",
    "总分": "total",
    "名次": "ranking",
    "共建单位": "member_unit",
    "评优通报": "honours",
    "表扬": "honours.praise",
    "表扬名额": "honours.praise.quotas",
    "批评": "honours.criticism",
    "批评名额": "honours.criticism.quotas",
    "表彰": "honours.commendation",
    "表彰名额": "honours.commendation.quotas",
    "牵头单位": "lead_unit",
    "抽样": "sampling",
}
NAMES = {path: name for name, path in PARTS.items()}


@dataclass(frozen=True, slots=True)
class PartList:
    """A list of the rubric with a worksheet of its own.

    `always` stands in the file even when it is empty; `inside` names the columns that say to what a
    row belongs.
    """

    sheet: str
    path: str
    columns: tuple[str, ...]
    always: bool = False
    inside: tuple[str, ...] = ()

    @property
    def headers(self) -> tuple[str, ...]:
        """Return the headers of its worksheet."""
        return (*self.inside, *(COLUMNS[key] for key in self.columns))


_ITEM = (
    *("code", "name", "points", "kind", "cap", "from", "to", "measure", "full_at", "none_at"),
    *("at_least", "at_most", "otherwise", "lower_is_better", "group", "months"),
    *("not_applicable", "clause"),
)
_CASES = ("code", "name", "points_each", "cap", "clause")
_MEASURED = ("code", "name", "weight", "clause", "full_points", "not_applicable")
_DEDUCTION = ("code", "reason", "unit", "each", "from", "to", "most_cases")
_OF_PART, _OF_ITEM = ("所属部分",), ("所属部分", "所属项目")
LISTS = (
    PartList("轮次", "components.assessment.passes", ("code", "name", "weight"), True),
    PartList("评分部分", "components.measured", _MEASURED),
    PartList("评分项目", "items", _ITEM, inside=_OF_PART),
    PartList("扣分事项", "deductions", _DEDUCTION, inside=_OF_ITEM),
    PartList("阶梯", "steps", ("from", "to", "points"), inside=_OF_ITEM),
    PartList("折算规模", "per", ("code", "name", "unit"), inside=_OF_ITEM),
    PartList("加分事项", "bonus.rules", _CASES),
    PartList("减分事项", "maluses", (*_CASES, "shared_by"), True),
    PartList("一票否决", "vetoes", ("code", "name", "highest_grade", "clause"), True),
    PartList("等次", "grades", ("name", "from_points"), True),
    PartList("并列时比较", "ranking.tie_breakers", ("code", "name", "higher_is_better"), True),
    PartList("单位职责", "member_unit.duties", ("code", "name", "weight"), True),
    PartList("类别", "classes", ("name",)),
    PartList("责任分担", "shared_blame", ("code", "name", "department_share")),
    PartList("规模分类", "sampling.bands", ("name", "from", "to"), True),
    PartList("抽样数", "sampling.quotas", ("code", "name", "within", "bands"), True),
)


def has_path(mapping: Any, path: str) -> bool:
    """Return whether there is anything at the path, be it null."""
    for key in filter(None, path.split(".")):
        if not isinstance(mapping, dict) or key not in mapping:
            return False
        mapping = mapping[key]
    return True


def at_path(mapping: Any, path: str) -> Any:
    """Return what stands at the path, None if there is nothing."""
    for key in filter(None, path.split(".")):
        if not isinstance(mapping, dict):
            return None
        mapping = mapping.get(key)
    return mapping


def item_lists(mapping: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield (path, owner, list) of the assessors' sheet and each measured component.

    The owner is what a row of a workbook names: `ON_SHEET` or the component's code.
    """
    sheet = at_path(mapping, "components.assessment.sheet")
    if sheet:
        yield "components.assessment.sheet", ON_SHEET, sheet
    for number, part in enumerate(mapping["components"].get("measured", ())):
        yield f"components.measured.{number}", part["code"], part
