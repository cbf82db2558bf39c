"""The duties of a frontage (门前三包) as data; 门内达标 is looked at apart. Cities count three, four or five."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Duty:
    code: str
    name: str
    text: str


OUTSIDE = (
    Duty("cleanliness", "包卫生", "清扫保洁，无垃圾、痰迹、积水，制止乱扔乱倒"),
    Duty("greening", "包绿化", "爱护树木花草，不悬挂、不践踏、不占用绿地"),
    Duty("order", "包秩序", "立面、招牌、灯光整洁，不出店经营，无乱堆、乱挂、乱贴、乱停"),
)
INSIDE = (Duty("inside_standard", "门内达标", "店内整洁，垃圾入桶分类，卫生和秩序达到门内标准"),)

DUTIES = OUTSIDE + INSIDE
NAMES = {duty.code: duty.name for duty in DUTIES}
ITEM_CODE = "L2"
"""The item of the checklist that asks for these duties: 门前三包和门内达标落实."""


def names_of(codes) -> str:
    """包卫生、包秩序, in the order of the agreement."""
    return "、".join(duty.name for duty in DUTIES if duty.code in codes)
