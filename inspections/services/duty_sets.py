"""Which sets of duties there are: the shipped ones and the office's own."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from gongjian.audit.services import record
from gongjian.lib.pinyin import spelled
from gongjian.lib.rulebooks import WrongRulebook
from gongjian.workflow import WrongState, require
from inspections.duties import DEFAULT, SHIPPED, Duty, DutyRules, load_duty_set, names_in
from inspections.models import DutySet
from inspections.permissions import may_keep_duty_sets

KNOWN_CODES = {duty.name: duty.code for rules in SHIPPED.values() for duty in rules.duties}
MOST_DUTIES = 12


def duty_sets() -> dict[str, DutyRules]:
    """Every set by its code, shipped ones first. One query."""
    own = (load_duty_set(row.content) for row in DutySet.objects.order_by("pk"))
    return SHIPPED | {rules.code: rules for rules in own}


def titles_of_sets() -> list[tuple[str, str, bool]]:
    """(code, title, whether a new agreement may take it) of every set. One query."""
    own = DutySet.objects.order_by("pk").values_list("code", "title", "retired_at")
    shipped = [(code, rules.title, True) for code, rules in SHIPPED.items()]
    return shipped + [(code, title, retired_at is None) for code, title, retired_at in own]


def offered_sets() -> list[tuple[str, str]]:
    """(code, title) of the sets that a new agreement may take. One query."""
    return [(code, title) for code, title, is_offered in titles_of_sets() if is_offered]


def rules_for(code: str) -> DutyRules:
    """The set of a frontage or an agreement; the shipped ones cost no query."""
    return SHIPPED.get(code) or duty_sets().get(code, DEFAULT)


def names_of(codes: list[str], rules: DutyRules) -> str:
    """包卫生、包秩序 as checked under `rules`, or under a set that the frontage had before."""
    if set(codes) <= set(rules.names):
        return names_in(codes, rules.names)
    return names_in(
        codes,
        rules.names | {c: name for one in duty_sets().values() for c, name in one.names.items()},
    )


def add_duty_set(*, title: str, outside: str, inside: str, by, at: datetime) -> DutySet:
    """Add a set from lines such as “包卫生：清扫保洁……”; it cannot be changed afterwards, only retired.

    Raises ValidationError at the field that is wrong.
    """
    require(may_keep_duty_sets(by), "只有共建办可以添加责任内容")
    duties = {"outside": _read(outside, "outside"), "inside": _read(inside, "inside")}
    code = code_for(title)
    if any(code == known or title == name for known, name, _ in titles_of_sets()):
        raise ValidationError(
            {
                "title": f"已经有“{title}”：责任内容添加后不能改动，请另取名称，如“{title}（2027 年版）”"
            }
        )
    content = {
        "code": code,
        "title": title,
        **{key: [vars(duty) for duty in row] for key, row in duties.items()},
    }
    try:
        load_duty_set(content)
        with transaction.atomic():
            row = DutySet.objects.create(code=code, title=title, content=content, by=by, at=at)
            record(row, "inspections.dutyset.add", by=by, at=at, content=content)
    except WrongRulebook as wrong:
        raise ValidationError({"outside": list(wrong.errors)}) from wrong
    except IntegrityError as twice:
        raise ValidationError({"title": f"已经有“{title}”"}) from twice
    return row


def retire_duty_set(row: DutySet, *, by, at: datetime) -> DutySet:
    """Offer a set no more; agreements that have it keep it."""
    require(may_keep_duty_sets(by), "只有共建办可以停用责任内容")
    with transaction.atomic():
        if not DutySet.objects.filter(pk=row.pk, retired_at=None).update(retired_at=at):
            raise WrongState(f"“{row}”已经停用")
        record(row, "inspections.dutyset.retire", by=by, at=at)
    return row


def code_for(name: str) -> str:
    """A code that the same name always has: a known duty's own, or its reading in letters."""
    return KNOWN_CODES.get(name) or spelled(name)[0][:40] or "duty"


def _read(text: str, field: str) -> list[Duty]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_DUTIES:
        raise ValidationError({field: f"最多 {MOST_DUTIES} 项，现有 {len(lines)} 项：请合并"})
    return [_duty(line, place, field) for place, line in enumerate(lines, 1)]


def _duty(line: str, place: int, field: str) -> Duty:
    name, colon, words = line.replace(":", "：", 1).partition("：")
    if not (colon and name.strip() and words.strip()) or len(name.strip()) > 10:
        raise ValidationError(
            {
                field: f"第 {place} 行“{line[:20]}”要写成“名称：内容”，名称不超过 10 个字，如“包卫生：清扫保洁”"
            }
        )
    return Duty(code_for(name.strip()), name.strip(), words.strip())
