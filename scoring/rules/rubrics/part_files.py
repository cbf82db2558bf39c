"""The parts of a rubric's rule file that stand beside its components."""

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
    NOTICE_WORKDAYS,
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
    """Return all that stands beside the components, by the name of each in a `Rubric`."""
    total = top.section("total")
    parts: dict[str, Any] = {}
    parts["grades"] = read_grades(top)
    parts["shared_blame"] = read_shared_blame(top)
    parts["bonus"] = read_bonus(top)
    parts["maluses"] = read_maluses(top, parts["shared_blame"], is_new)
    parts["vetoes"] = read_vetoes(top, parts["grades"])
    parts["lowest_points"] = total.number("lowest_points", 0, 1000)
    parts["highest_points"] = total.number("highest_points", 0, 1000)
    parts["ranking"] = read_ranking(top.section("ranking"), is_new)
    parts["member_unit"] = read_member_unit(top, is_new)
    parts["honours"] = read_honours(top)
    parts["classes"] = read_classes(top)
    parts["lead_unit_style"] = read_lead_unit(top)
    parts["sampling"] = read_sampling(top)
    return parts


def read_classes(top: Section) -> tuple[str, ...]:
    """Return the classes that places are given in."""
    texts = []
    for row in top.rows_if_any("classes"):
        texts.append(row.text("name"))
    names = tuple(texts)
    top.refuse_repeats("classes", names, "类别名称")
    return names


def read_lead_unit(top: Section) -> str:
    """Return how a lead unit's figure comes from those of its communities."""
    if not top.has("lead_unit"):
        return LEAD_UNIT_STYLES[0]
    return top.section("lead_unit").choice("of_communities", LEAD_UNIT_STYLES)


def read_bonus(top: Section) -> BonusRules:
    """Return what is added."""
    if top.is_null("bonus"):
        return NO_BONUS
    part = top.section("bonus")
    rows = part.rows_if_any("rules")
    bonus_rules = [BonusRule(**_read_cases(row)) for row in rows]
    rules = tuple(bonus_rules)
    refuse_repeated_codes(part, "rules", rules)
    for row, rule in zip(rows, rules, strict=True):
        _refuse_low_cap(row, rule)
    if part.has("by_place"):
        by_place = part.numbers("by_place", -100, 100)
    else:
        by_place = ()
    cap = part.number("cap", 0, 100)
    return BonusRules(cap, part.text("clause"), rules, by_place)


def _read_cases(row: Section) -> dict[str, Any]:
    """Return what a bonus and a malus have in common: points for each case, up to a cap."""
    points_each = row.number("points_each", 0, 100)
    cap = row.number("cap", 0, 100)
    return {
        "code": row.text("code"),
        "name": row.text("name"),
        "points_each": points_each,
        "cap": cap,
        "clause": row.text("clause"),
    }


def _refuse_low_cap(row: Section, rule: BonusRule | MalusRule) -> None:
    if rule.cap < rule.points_each:
        sentence = f"“{rule.name}”最多 {rule.cap} 分，低于一次的 {rule.points_each} 分"
        row.fault("cap", sentence)


def read_maluses(top: Section, blame: Sequence[BlameRule], is_new: bool) -> tuple[MalusRule, ...]:
    """Return what is taken case by case, and by which blame rule a department bears its part."""
    blame_codes = [rule.code for rule in blame] or [""]
    rows = top.rows("maluses", empty=True)
    rules = []
    for row in rows:
        cases = _read_cases(row)
        shared_by = ""
        if row.has("shared_by"):
            shared_by = row.choice("shared_by", blame_codes)
        malus_rule = MalusRule(**cases, shared_by=shared_by)
        rules.append(malus_rule)
    refuse_repeated_codes(top, "maluses", rules)
    if is_new:
        for row, rule in zip(rows, rules, strict=True):
            _refuse_low_cap(row, rule)
    return tuple(rules)


def read_shared_blame(top: Section) -> tuple[BlameRule, ...]:
    """Return the kinds of problem for which a department answers with the community."""
    rules = []
    for row in top.rows_if_any("shared_blame"):
        share = row.number("department_share", 0, 1, above_lowest=True)
        blame_rule = BlameRule(row.text("code"), row.text("name"), share)
        rules.append(blame_rule)
    refuse_repeated_codes(top, "shared_blame", rules)
    return tuple(rules)


def read_vetoes(top: Section, grades: Sequence[Grade]) -> tuple[VetoRule, ...]:
    """Return what holds the grade down, and to which grade."""
    grade_names = [grade.name for grade in grades] or [""]
    rules = []
    for row in top.rows("vetoes", empty=True):
        code = row.text("code")
        name = row.text("name")
        highest = row.choice("highest_grade", grade_names)
        veto_rule = VetoRule(code, name, highest, row.text("clause"))
        rules.append(veto_rule)
    refuse_repeated_codes(top, "vetoes", rules)
    return tuple(rules)


def read_grades(top: Section) -> tuple[Grade, ...]:
    """Return the grades, the best first; the last begins at 0."""
    rows = top.rows("grades")
    grades = tuple(Grade(row.text("name"), row.number("from_points", 0, 100)) for row in rows)
    names = [grade.name for grade in grades]
    top.refuse_repeats("grades", names, "等次名称")
    starts = [grade.from_points for grade in grades]
    if starts != sorted(set(starts), reverse=True):
        top.fault("grades", "等次应从高分到低分排列，起点分不得相同，否则有的等次永远够不到")
    if starts and starts[-1] != 0:
        sentence = f"最低等次应从 0 分起，现从 {starts[-1]} 分起"
        top.fault("grades", sentence)
    return grades


def read_ranking(part: Section, is_new: bool) -> RankingRules:
    """Return how places are given and what parts equals."""
    rows = part.rows("tie_breakers", empty=True)
    breakers = []
    for row in rows:
        tie_breaker = TieBreaker(row.text("code"), row.text("name"), row.flag("higher_is_better"))
        breakers.append(tie_breaker)
    refuse_repeated_codes(part, "tie_breakers", breakers)
    if is_new:
        for row, breaker in zip(rows, breakers, strict=True):
            refuse_uncounted(row, breaker)
    lists_absent = False
    if part.has("lists_absent"):
        lists_absent = part.flag("lists_absent")
    style = part.choice("style", RANKING_STYLES)
    return RankingRules(style, tuple(breakers), lists_absent)


def refuse_uncounted(row: Section, breaker: TieBreaker) -> None:
    """Note a tie-breaker that nobody counts: every community would lack it."""
    higher_is_better = TIE_BREAKERS.get(breaker.code)
    if higher_is_better is None:
        counted = "on_time_rectification（按期整改率，多者在前）、repeats（重复问题，少者在前）"
        sentence = f"没有“{breaker.code}”的数据，并列时只能比较 {counted}"
        row.fault("code", sentence)
    elif higher_is_better != breaker.higher_is_better:
        better, value = ("多", "true") if higher_is_better else ("少", "false")
        row.fault("higher_is_better", f"“{breaker.name}”应是{better}者在前，请写 {value}")


def read_member_unit(top: Section, is_new: bool) -> MemberUnitRules:
    """Return what a member unit's figure is weighed from."""
    if top.is_null("member_unit"):
        return NO_DUTIES
    part = top.section("member_unit")
    rows = part.rows("duties")
    duty_rules = []
    for row in rows:
        duty_rule = DutyRule(row.text("code"), row.text("name"), share_of(row))
        duty_rules.append(duty_rule)
    duties = tuple(duty_rules)
    if is_new:
        refuse_strange_codes(rows, duties, DUTIES, "系统只统计这几项")
    refuse_repeated_codes(part, "duties", duties)
    community = weight_of(part, "community_weight")
    return MemberUnitRules(community, weight_of(part, "own_duties_weight"), duties)


def read_honours(top: Section) -> HonourRules:
    """Return who is proposed for praise, criticism and commendation."""
    if top.is_null("honours"):
        return NO_HONOURS
    part = top.section("honours")
    days = NOTICE_WORKDAYS
    if part.has("notice_workdays"):
        days = part.whole("notice_workdays", 0, 30)
    praise = _read_praise(part.section("praise"))
    criticism = read_criticism(part.section("criticism"))
    commendation = _read_praise(part.section("commendation"))
    return HonourRules(
        praise=praise,
        criticism=criticism,
        commendation=commendation,
        clause=part.text("clause"),
        notice_workdays=days,
    )


def _read_praise(part: Section) -> PraiseRule:
    share = part.number("best_share", 0, 1)
    from_points = part.number("from_points", 0, 100)
    return PraiseRule(share, from_points, _read_quotas(part))


def read_criticism(part: Section) -> CriticismRule:
    """Return who is proposed for criticism."""
    below_points = part.number("below_points", 0, 100)
    last = part.whole("last", 0, 1000)
    spared_from = part.number("spared_from_points", 0, 100)
    return CriticismRule(below_points, last, spared_from, _read_quotas(part))


def _read_quotas(part: Section) -> dict[str, int]:
    """Return how many of each standing at most; a file that says nothing sets no quota."""
    quotas: dict[str, int] = {}
    if part.has("quotas"):
        section = part.section("quotas")
        for standing in NAMED_STANDINGS:
            if section.has(standing):
                quotas[standing] = section.whole(standing, 0, 100_000)
    return quotas


def read_sampling(top: Section) -> SamplingRules | None:
    """Return the least number of samples by the size of the city; None where nothing is said."""
    if not top.has("sampling"):
        return None
    part = top.section("sampling")
    rows = part.rows("bands")
    size_bands = []
    for row in rows:
        size_band = SizeBand(row.text("name"), *read_band(row))
        size_bands.append(size_band)
    bands = tuple(size_bands)
    pairs = []
    for band in bands:
        pairs.append((band.lowest, band.highest))
    check_bands(rows, pairs, "类规模")
    quotas = tuple(read_quota(row) for row in part.rows("quotas"))
    refuse_repeated_codes(part, "quotas", quotas)
    check_quotas(part, bands, quotas)
    return SamplingRules(part.text("measure"), part.text("clause"), bands, quotas)


def read_quota(row: Section) -> Quota:
    """Return the least samples of one kind."""
    code = row.text("code")
    name = row.text("name")
    wholes = []
    for band in row.rows("bands"):
        wholes.append(band.whole("least", 0, 100_000))
    least = tuple(wholes)
    within = ""
    if row.has("within"):
        within = row.text("within")
    return Quota(code, name, least, within)


def check_quotas(part: Section, bands: Sequence[SizeBand], quotas: Sequence[Quota]) -> None:
    """Note a quota without a figure for each band, or above the one that it is part of."""
    by_code = {quota.code: quota for quota in quotas}
    for quota in quotas:
        if len(quota.least) != len(bands):
            counts = f"有 {len(quota.least)} 个数，规模分 {len(bands)} 类"
            sentence = f"“{quota.name}”{counts}，应一类一个"
            part.fault("quotas", sentence)
        if not quota.within:
            continue
        whole = by_code.get(quota.within)
        if whole is None:
            part.fault("quotas", f"“{quota.name}”属于“{quota.within}”，但没有这个代码")
        elif any(least > most for least, most in zip(quota.least, whole.least, strict=False)):
            part.fault("quotas", f"“{quota.name}”的最低数超过所属的“{whole.name}”")
