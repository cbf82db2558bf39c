"""What the log's words are called on a page: types, names of fields, values of choices."""

from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from gongjian.audit.events import LABELS
from gongjian.lib.templatetags.office import day, moment

GAP = "—"
LONGEST = 300
FAMILIES = {"register": "名册", "maps": "地图", "demo": "演示", "security": "安全"}
TYPES = {"register.file": "名册文件", "maps.file": "边界文件", "audit.list": "导出的列表"}
WORDS = {
    "account": "账号",
    "attendance": "到会情况",
    "contact": "联络员",
    "count": "条数",
    "codes": "社区代码",
    "counts": "各表条数",
    "datum": "坐标系",
    "changed": "变更内容",
    "deducted": "扣分",
    "failed": "未落实的项目",
    "filters": "筛选条件",
    "headcounts": "各单位人数",
    "item": "项目",
    "marked": "已填项数",
    "note": "说明",
    "result": "结果",
    "new": "新状态",
    "old": "原状态",
    "phone": "联系电话",
    "place": "所在单位或社区",
    "reason": "理由",
    "remark": "说明",
    "reversal": "冲正记录编号",
    "role": "角色",
    "seed": "种子",
    "sha256": "校验值",
    "stage": "阶段",
    "source": "依据",
    "starts_on": "开始日期",
    "ends_on": "结束日期",
    "total_points": "总分",
    "version": "版本",
    "what": "内容",
}


# The results of a self-check's items.
VALUES = {"pass": "合格", "fail": "不合格", "not_applicable": "不涉及"}


def model_of(object_type: str) -> type[models.Model] | None:
    try:
        return apps.get_model(object_type)
    except (LookupError, ValueError):
        return None


def type_name(object_type: str) -> str:
    model = model_of(object_type)
    if model:
        return str(model._meta.verbose_name)
    return TYPES.get(object_type, object_type)


def families() -> list[tuple[str, str]]:
    """The first words of events with the name of their app: the choices of the log's filter."""
    names = {}
    for config in apps.get_app_configs():
        names[config.label] = str(config.verbose_name)
    first_words = sorted({event.partition(".")[0] for event in LABELS})
    pairs = []
    for word in first_words:
        pairs.append((word, names.get(word) or FAMILIES.get(word, word)))
    return pairs


def object_types() -> list[tuple[str, str]]:
    """The types of objects that events are about, by name."""
    types = set()
    for event in LABELS:
        types.add(event.rpartition(".")[0])
    pairs = []
    for label in types:
        pairs.append((label, type_name(label)))
    return sorted(pairs, key=lambda pair: pair[1])


def _field(model: type[models.Model] | None, name: str) -> Any:
    try:
        if model:
            return model._meta.get_field(name)
        return None
    except FieldDoesNotExist:  # the field of an earlier version, or a word of the act
        return None


def field_label(model: type[models.Model] | None, name: str) -> str:
    """The verbose name of the model's field, or the office's word for what an act said besides."""
    label = getattr(_field(model, name), "verbose_name", None)
    if label and label != name.replace("_", " "):
        return str(label)
    return WORDS.get(name, name)


def shown(model: type[models.Model] | None, name: str, value: Any) -> str:
    """A value of the log as the office writes it: choices by label, days and moments, lists in a
    row.
    """
    field = _field(model, name)
    if value in (None, "", [], {}):
        return GAP
    if isinstance(value, bool):
        return "是" if value else "否"
    choices = dict(getattr(field, "flatchoices", None) or ())
    if not isinstance(value, (dict, list)) and value in choices:
        return str(choices[value])
    return _cut(_dated(value) if isinstance(value, str) else _in_a_row(value))


def _dated(text: str) -> str:
    try:
        if len(text) == 10:
            return day(date.fromisoformat(text))
        return moment(datetime.fromisoformat(text), "full")
    except (ValueError, TypeError):
        return text


def _in_a_row(value: Any) -> str:
    if isinstance(value, dict):
        parts = []
        for name, part in value.items():
            parts.append(f"{WORDS.get(name, name)} {_in_a_row(part)}")
        return "，".join(parts)
    if isinstance(value, list):
        return "、".join(_in_a_row(part) for part in value)
    if value in (None, ""):
        return GAP
    return VALUES.get(value, str(value))


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}……（共 {len(text)} 字）"
