"""The sets of duties: the shipped ones and the office's own."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.lib.pinyin import spelled
from gongjian.lib.rulebooks import WrongRulebook
from gongjian.workflow import WrongState, require
from inspections.duties import DEFAULT, SHIPPED, Duty, DutyRules, load_duty_set, names_in
from inspections.models import DutySet
from inspections.permissions import may_keep_duty_sets

MOST_DUTIES = 12
LONGEST_CODE = 40
LONGEST_DUTY_NAME = 10


def duty_sets() -> dict[str, DutyRules]:
    """Return every set by its code, shipped ones first. One query."""
    sets = dict(SHIPPED)
    for row in DutySet.objects.order_by("pk"):
        rules = load_duty_set(row.content)
        sets[rules.code] = rules
    return sets


def titles_of_sets() -> list[tuple[str, str, bool]]:
    """Return (code, title, whether a new agreement may take it) of every set. One query."""
    titles = [(code, rules.title, True) for code, rules in SHIPPED.items()]
    rows = DutySet.objects.order_by("pk").values_list("code", "title", "retired_at")
    for code, title, retired_at in rows:
        titles.append((code, title, retired_at is None))
    return titles


def offered_sets() -> list[tuple[str, str]]:
    """Return (code, title) of the sets that a new agreement may take. One query."""
    choices = []
    for code, title, is_offered in titles_of_sets():
        if is_offered:
            choices.append((code, title))
    return choices


def rules_for(code: str) -> DutyRules:
    """Return the set of a frontage or an agreement; the shipped ones cost no query."""
    return SHIPPED.get(code) or duty_sets().get(code, DEFAULT)


def names_of(codes: list[str], rules: DutyRules) -> str:
    """Return 包卫生、包秩序 as checked under `rules`, or under a set the frontage had before."""
    names = dict(rules.names)
    if not set(codes) <= set(names):
        for other in duty_sets().values():
            names |= other.names
    return names_in(codes, names)


def add_duty_set(*, title: str, outside: str, inside: str, by: User, at: datetime) -> DutySet:
    """Add a set from lines such as “包卫生：清扫保洁……”; later it can only be retired.

    Raises ValidationError at the field that is wrong.
    """
    require(may_keep_duty_sets(by), "只有共建办可以添加责任内容")
    outside_duties = duties_in(outside, "outside")
    inside_duties = duties_in(inside, "inside")
    code = code_for(title)
    _refuse_same_title(title, code)
    content: dict[str, Any] = {"code": code, "title": title}
    content["outside"] = [vars(duty) for duty in outside_duties]
    content["inside"] = [vars(duty) for duty in inside_duties]
    try:
        load_duty_set(content)
        with transaction.atomic():
            row = DutySet.objects.create(code=code, title=title, content=content, by=by, at=at)
            record(row, "inspections.dutyset.add", by=by, at=at, content=content)
    except WrongRulebook as wrong:
        raise ValidationError({"outside": list(wrong.errors)}) from wrong
    except IntegrityError as same_title:
        raise ValidationError({"title": f"已经有“{title}”"}) from same_title
    return row


def _refuse_same_title(title: str, code: str) -> None:
    for other_code, other_title, _ in titles_of_sets():
        if code == other_code or title == other_title:
            advice = f"责任内容添加后不能改动，请另取名称，如“{title}（2027 年版）”"
            raise ValidationError({"title": f"已经有“{title}”：{advice}"})


def duties_in(text: str, field: str) -> list[Duty]:
    """Return the duties of a form's field, one a line. Raises ValidationError at the field."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_DUTIES:
        raise ValidationError({field: f"最多 {MOST_DUTIES} 项，现有 {len(lines)} 项：请合并"})
    duties = []
    for number, line in enumerate(lines, 1):
        name, _, words = line.replace(":", "：", 1).partition("：")
        name, words = name.strip(), words.strip()
        if not name or not words or len(name) > LONGEST_DUTY_NAME:
            where = f"第 {number} 行“{line[:20]}”要写成“名称：内容”"
            advice = f"名称不超过 {LONGEST_DUTY_NAME} 个字，如“包卫生：清扫保洁”"
            raise ValidationError({field: f"{where}，{advice}"})
        duties.append(Duty(code_for(name), name, words))
    return duties


def code_for(name: str) -> str:
    """Return the code of a name: that of the same shipped duty, or its reading in letters.

    The same name always has the same code.
    """
    for rules in SHIPPED.values():
        for duty in rules.duties:
            if duty.name == name:
                return duty.code
    pinyin, _ = spelled(name)
    return pinyin[:LONGEST_CODE] or "duty"


def retire_duty_set(row: DutySet, *, by: User, at: datetime) -> DutySet:
    """Offer a set no more; agreements that have it keep it."""
    require(may_keep_duty_sets(by), "只有共建办可以停用责任内容")
    with transaction.atomic():
        offered = DutySet.objects.filter(pk=row.pk, retired_at=None)
        if not offered.update(retired_at=at):
            raise WrongState(f"“{row}”已经停用")
        record(row, "inspections.dutyset.retire", by=by, at=at)
    return row
