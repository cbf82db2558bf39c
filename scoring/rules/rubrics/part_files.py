"""The other parts of a rubric read from its rule file: what is added and taken, grades, places, units, honours."""

from collections.abc import Sequence
from typing import Any

from gongjian.lib.rulebooks import Section
from scoring.rules.rubrics.codes import (
    refuse_repeated_codes,
    refuse_strange_codes,
    share_of,
    weight_of,
)
from scoring.rules.rubrics.item_files import check_bands, read_band
from scoring.rules.rubrics.parts import (
    DUTIES,
    LEAD_UNIT_STYLES,
    NAMED_STANDINGS,
    NO_BONUS,
    NO_DUTIES,
    NO_HONOURS,
    RANKING_STYLES,
    TIE_BREAKERS,
    BlameRule,
    BonusRule,
    BonusRules,
    CriticismRule,
    DutyRule,
    Grade,
    HonourRules,
    MalusRule,
    MemberUnitRules,
    PraiseRule,
    Quota,
    RankingRules,
    SamplingRules,
    SizeBand,
    TieBreaker,
    VetoRule,
)


def read_parts(top: Section, *, is_new: bool) -> dict[str, Any]:
    """All that stands beside the components, by the name of each in a `Rubric`."""
    total, grades, blame = top.section("total"), _read_grades(top), _read_shared_blame(top)
    return {
        "bonus": _read_bonus(top),
        "maluses": _read_maluses(top, blame, is_new),
        "vetoes": _read_vetoes(top, grades),
        "lowest_points": total.number("lowest_points", 0, 1000),
        "highest_points": total.number("highest_points", 0, 1000),
        "grades": grades,
        "ranking": _read_ranking(top.section("ranking"), is_new),
        "member_unit": _read_member_unit(top, is_new),
        "honours": _read_honours(top),
        "classes": _read_classes(top),
        "lead_unit_style": _read_lead_unit(top),
        "shared_blame": blame,
        "sampling": _read_sampling(top),
    }


def _read_classes(top: Section) -> tuple[str, ...]:
    names = tuple(row.text("name") for row in (top.rows("classes") if top.has("classes") else []))
    top.refuse_repeats("classes", names, "类别名称")
    return names


def _read_lead_unit(top: Section) -> str:
    if not top.has("lead_unit"):
        return LEAD_UNIT_STYLES[0]
    return top.section("lead_unit").choice("of_communities", LEAD_UNIT_STYLES)


def _read_bonus(top: Section) -> BonusRules:
    if top.is_null("bonus"):
        return NO_BONUS
    part = top.section("bonus")
    rows = part.rows("rules") if part.has("rules") else []
    rules = tuple(
        BonusRule(
            code=row.text("code"),
            name=row.text("name"),
            points_each=row.number("points_each", 0, 100),
            cap=row.number("cap", 0, 100),
            clause=row.text("clause"),
        )
        for row in rows
    )
    refuse_repeated_codes(part, "rules", rules)
    for row, rule in zip(rows, rules, strict=True):
        _refuse_low_cap(row, rule)
    by_place = part.numbers("by_place", -100, 100) if part.has("by_place") else ()
    return BonusRules(part.number("cap", 0, 100), part.text("clause"), rules, by_place)


def _refuse_low_cap(row: Section, rule: BonusRule | MalusRule) -> None:
    if rule.cap < rule.points_each:
        row.fault("cap", f"“{rule.name}”最多 {rule.cap} 分，低于一次的 {rule.points_each} 分")


def _read_maluses(top: Section, blame: Sequence[BlameRule], is_new: bool) -> tuple[MalusRule, ...]:
    rows = top.rows("maluses", empty=True)
    shared = [rule.code for rule in blame] or [""]
    rules = tuple(
        MalusRule(
            code=row.text("code"),
            name=row.text("name"),
            points_each=row.number("points_each", 0, 100),
            cap=row.number("cap", 0, 100),
            clause=row.text("clause"),
            shared_by=row.choice("shared_by", shared) if row.has("shared_by") else "",
        )
        for row in rows
    )
    refuse_repeated_codes(top, "maluses", rules)
    for row, rule in zip(rows, rules, strict=True):
        if is_new:
            _refuse_low_cap(row, rule)
    return rules


def _read_shared_blame(top: Section) -> tuple[BlameRule, ...]:
    rows = top.rows("shared_blame") if top.has("shared_blame") else []
    rules = tuple(
        BlameRule(
            row.text("code"),
            row.text("name"),
            row.number("department_share", 0, 1, above_lowest=True),
        )
        for row in rows
    )
    refuse_repeated_codes(top, "shared_blame", rules)
    return rules


def _read_vetoes(top: Section, grades: Sequence[Grade]) -> tuple[VetoRule, ...]:
    names = [grade.name for grade in grades] or [""]
    rules = tuple(
        VetoRule(
            row.text("code"),
            row.text("name"),
            row.choice("highest_grade", names),
            row.text("clause"),
        )
        for row in top.rows("vetoes", empty=True)
    )
    refuse_repeated_codes(top, "vetoes", rules)
    return rules


def _read_grades(top: Section) -> tuple[Grade, ...]:
    grades = tuple(
        Grade(row.text("name"), row.number("from_points", 0, 100)) for row in top.rows("grades")
    )
    top.refuse_repeats("grades", [grade.name for grade in grades], "等次名称")
    starts = [grade.from_points for grade in grades]
    if starts != sorted(set(starts), reverse=True):
        top.fault("grades", "等次应从高分到低分排列，起点分不得相同，否则有的等次永远够不到")
    if starts and starts[-1] != 0:
        top.fault("grades", f"最低等次应从 0 分起，现从 {starts[-1]} 分起")
    return grades


def _read_ranking(part: Section, is_new: bool) -> RankingRules:
    rows = part.rows("tie_breakers", empty=True)
    tie_breakers = tuple(
        TieBreaker(row.text("code"), row.text("name"), row.flag("higher_is_better")) for row in rows
    )
    refuse_repeated_codes(part, "tie_breakers", tie_breakers)
    if is_new:
        for row, breaker in zip(rows, tie_breakers, strict=True):
            _refuse_unfed(row, breaker)
    lists_absent = part.flag("lists_absent") if part.has("lists_absent") else False
    return RankingRules(part.choice("style", RANKING_STYLES), tie_breakers, lists_absent)


def _refuse_unfed(row: Section, breaker: TieBreaker) -> None:
    """What nobody counts would leave every community lacking it."""
    better = TIE_BREAKERS.get(breaker.code)
    if better is None:
        known = "on_time_rectification（按期整改率，多者在前）、repeats（重复问题，少者在前）"
        row.fault("code", f"没有“{breaker.code}”的数据，并列时只能比较 {known}")
    elif better != breaker.higher_is_better:
        row.fault(
            "higher_is_better",
            f"“{breaker.name}”应是{'多' if better else '少'}者在前，请写 {str(better).lower()}",
        )


def _read_member_unit(top: Section, is_new: bool) -> MemberUnitRules:
    if top.is_null("member_unit"):
        return NO_DUTIES
    part = top.section("member_unit")
    rows = part.rows("duties")
    duties = tuple(DutyRule(row.text("code"), row.text("name"), share_of(row)) for row in rows)
    if is_new:
        refuse_strange_codes(rows, duties, DUTIES, "系统只统计这几项")
    refuse_repeated_codes(part, "duties", duties)
    return MemberUnitRules(
        weight_of(part, "community_weight"), weight_of(part, "own_duties_weight"), duties
    )


def _read_honours(top: Section) -> HonourRules:
    if top.is_null("honours"):
        return NO_HONOURS
    part = top.section("honours")
    criticism = part.section("criticism")
    return HonourRules(
        praise=_read_praise(part.section("praise")),
        criticism=CriticismRule(
            below_points=criticism.number("below_points", 0, 100),
            last=criticism.whole("last", 0, 1000),
            spared_from_points=criticism.number("spared_from_points", 0, 100),
            quotas=_read_quotas(criticism),
        ),
        commendation=_read_praise(part.section("commendation")),
        clause=part.text("clause"),
        **(
            {"notice_workdays": part.whole("notice_workdays", 0, 30)}
            if part.has("notice_workdays")
            else {}
        ),
    )


def _read_praise(part: Section) -> PraiseRule:
    return PraiseRule(
        part.number("best_share", 0, 1), part.number("from_points", 0, 100), _read_quotas(part)
    )


def _read_quotas(part: Section) -> dict[str, int]:
    """How many of each standing at most; rubrics that say nothing have no quota."""
    if not part.has("quotas"):
        return {}
    quotas = part.section("quotas")
    return {
        standing: quotas.whole(standing, 0, 100_000)
        for standing in NAMED_STANDINGS
        if quotas.has(standing)
    }


def _read_sampling(top: Section) -> SamplingRules | None:
    if not top.has("sampling"):
        return None
    part = top.section("sampling")
    rows = part.rows("bands")
    bands = tuple(SizeBand(row.text("name"), *read_band(row)) for row in rows)
    check_bands(rows, [(band.lowest, band.highest) for band in bands], "类规模")
    quotas = tuple(
        Quota(
            row.text("code"),
            row.text("name"),
            tuple(inner.whole("least", 0, 100_000) for inner in row.rows("bands")),
            row.text("within") if row.has("within") else "",
        )
        for row in part.rows("quotas")
    )
    refuse_repeated_codes(part, "quotas", quotas)
    _check_quotas(part, bands, quotas)
    return SamplingRules(part.text("measure"), part.text("clause"), bands, quotas)


def _check_quotas(part: Section, bands: Sequence[SizeBand], quotas: Sequence[Quota]) -> None:
    whole = {quota.code: quota for quota in quotas}
    for quota in quotas:
        if len(quota.least) != len(bands):
            part.fault(
                "quotas",
                f"“{quota.name}”有 {len(quota.least)} 个数，规模分 {len(bands)} 类，应一类一个",
            )
        if quota.within and quota.within not in whole:
            part.fault("quotas", f"“{quota.name}”属于“{quota.within}”，但没有这个代码")
        elif quota.within and any(
            own > of for own, of in zip(quota.least, whole[quota.within].least, strict=False)
        ):
            part.fault("quotas", f"“{quota.name}”的最低数超过所属的“{whole[quota.within].name}”")
