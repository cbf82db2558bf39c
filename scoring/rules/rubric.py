"""The rubric (评分细则): every number of the assessment, as versioned data. docs/scoring.md names each one's clause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from gongjian.lib.rulebooks import Section
from scoring.rules.item_files import check_bands, read_band, read_item_list, read_sheet_list
from scoring.rules.parts import (
    DUTIES,
    LEAD_UNIT_STYLES,
    NAMED_STANDINGS,
    PASSES,
    RANKING_STYLES,
    SELF_CHECK_STATES,
    TIE_BREAKERS,
    USUAL,
    AssessmentRules,
    BlameRule,
    BonusRule,
    BonusRules,
    CriticismRule,
    DutyRule,
    Grade,
    HonourRules,
    MalusRule,
    MeasuredRules,
    MemberUnitRules,
    PassRule,
    PraiseRule,
    Quota,
    RankingRules,
    RectificationRules,
    SamplingRules,
    SelfCheckRules,
    SizeBand,
    TieBreaker,
    UnusualRules,
    VetoRule,
)

_NONE, _ALL = Decimal(0), Decimal(100)
NO_ASSESSMENT = AssessmentRules("全市考评", _NONE, "", None, (), is_set=False)
NO_SELF_CHECK = SelfCheckRules("每月自查", _NONE, "", dict.fromkeys(SELF_CHECK_STATES, _NONE), is_set=False)
NO_RECTIFICATION = RectificationRules("问题整改", _NONE, "", _NONE, is_set=False)
NO_BONUS = BonusRules(_NONE, "")
NO_DUTIES = MemberUnitRules(Decimal(1), _NONE, ())
NO_HONOURS = HonourRules(PraiseRule(_NONE, _ALL), CriticismRule(_NONE, 0, _NONE), PraiseRule(_NONE, _ALL), "", 0)
"""What stands in a rubric that says nothing of a component, or `null` of another part: it has none."""

_UNUSUAL = ("below_points", "from_last", "apart", "near")
_TAKEN_CODES = ("assessment", "self_check", "rectification", "bonus", "maluses", "total", "rounding")


@dataclass(frozen=True, slots=True)
class Rubric:
    """One version of the rubric, frozen for the quarter that it scores. Grades run from the best down to 0.

    `classes` names those that places are given in, empty: any.
    """

    name: str
    version: str
    assessment: AssessmentRules
    self_check: SelfCheckRules
    rectification: RectificationRules
    bonus: BonusRules
    maluses: tuple[MalusRule, ...]
    vetoes: tuple[VetoRule, ...]
    lowest_points: Decimal
    highest_points: Decimal
    grades: tuple[Grade, ...]
    ranking: RankingRules
    member_unit: MemberUnitRules
    honours: HonourRules
    measured: tuple[MeasuredRules, ...] = ()
    classes: tuple[str, ...] = ()
    lead_unit_style: str = "mean"
    shared_blame: tuple[BlameRule, ...] = ()
    sampling: SamplingRules | None = None


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


class _Weighted(Protocol):
    @property
    def weight(self) -> Decimal: ...


def load_rubric(mapping: object, *, is_new: bool = False) -> Rubric:
    """The rubric read from its rule file. Raises `WrongRulebook`, naming every wrong value by its path.

    `is_new` also refuses what earlier versions let through: rubrics that are in force or frozen must stay readable.
    """
    top = Section(mapping)
    components, total = top.section("components"), top.section("total")
    grades, blame = _read_grades(top), _read_shared_blame(top)
    rubric = Rubric(
        name=top.text("name"),
        version=top.text("version"),
        assessment=_read_assessment(components, is_new),
        self_check=_read_self_check(components),
        rectification=_read_rectification(components),
        bonus=_read_bonus(top),
        maluses=_read_maluses(top, blame, is_new),
        vetoes=_read_vetoes(top, grades),
        lowest_points=total.number("lowest_points", 0, 1000),
        highest_points=total.number("highest_points", 0, 1000),
        grades=grades,
        ranking=_read_ranking(top.section("ranking"), is_new),
        member_unit=_read_member_unit(top, is_new),
        honours=_read_honours(top),
        measured=_read_measured(components),
        classes=_read_classes(top),
        lead_unit_style=_read_lead_unit(top),
        shared_blame=blame,
        sampling=_read_sampling(top),
    )
    _check_whole(top, rubric)
    top.finish()
    return rubric


def _read_measured(components: Section) -> tuple[MeasuredRules, ...]:
    rows = components.rows("measured") if components.has("measured") else []
    rules = tuple(
        MeasuredRules(row.text("code"), row.text("name"), _share(row), row.text("clause"), read_item_list(row))
        for row in rows
    )
    components.refuse_repeats("measured", [*(rule.code for rule in rules), *_TAKEN_CODES], "代码")
    return rules


def _read_classes(top: Section) -> tuple[str, ...]:
    names = tuple(row.text("name") for row in (top.rows("classes") if top.has("classes") else []))
    top.refuse_repeats("classes", names, "类别名称")
    return names


def _read_lead_unit(top: Section) -> str:
    if not top.has("lead_unit"):
        return LEAD_UNIT_STYLES[0]
    return top.section("lead_unit").choice("of_communities", LEAD_UNIT_STYLES)


def _read_shared_blame(top: Section) -> tuple[BlameRule, ...]:
    rows = top.rows("shared_blame") if top.has("shared_blame") else []
    rules = tuple(
        BlameRule(row.text("code"), row.text("name"), row.number("department_share", 0, 1, above_lowest=True))
        for row in rows
    )
    _refuse_repeated_codes(top, "shared_blame", rules)
    return rules


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
    _refuse_repeated_codes(part, "quotas", quotas)
    _check_quotas(part, bands, quotas)
    return SamplingRules(part.text("measure"), part.text("clause"), bands, quotas)


def _check_quotas(part: Section, bands: Sequence[SizeBand], quotas: Sequence[Quota]) -> None:
    whole = {quota.code: quota for quota in quotas}
    for quota in quotas:
        if len(quota.least) != len(bands):
            part.fault("quotas", f"“{quota.name}”有 {len(quota.least)} 个数，规模分 {len(bands)} 类，应一类一个")
        if quota.within and quota.within not in whole:
            part.fault("quotas", f"“{quota.name}”属于“{quota.within}”，但没有这个代码")
        elif quota.within and any(own > of for own, of in zip(quota.least, whole[quota.within].least, strict=False)):
            part.fault("quotas", f"“{quota.name}”的最低数超过所属的“{whole[quota.within].name}”")


def _read_assessment(components: Section, is_new: bool) -> AssessmentRules:
    if not components.has("assessment"):
        return NO_ASSESSMENT
    part = components.section("assessment")
    rows = part.rows("passes")
    passes = tuple(PassRule(row.text("code"), row.text("name"), _share(row)) for row in rows)
    if is_new:
        _refuse_strange_codes(rows, passes, PASSES, "考评员只能按这几轮抽")
    _refuse_repeated_codes(part, "passes", passes)
    trim = None if part.is_null("trim_from_sheets") else part.whole("trim_from_sheets", 3, 1000)
    each = part.whole("assessors_each", 1, 1000) if part.has("assessors_each") else None
    if trim and each and each < trim:
        what = f"满 {trim} 张评分表才去掉最高分和最低分，每个社区却只有 {each} 名考评员，永远用不上"
        part.fault("trim_from_sheets", what)
    sheet = read_sheet_list(part.section("sheet"), is_new=is_new) if part.has("sheet") else None
    head = (part.text("name"), _weight(part), part.text("clause"))
    return AssessmentRules(*head, trim, passes, each, sheet, _read_unusual(part))


def _read_unusual(part: Section) -> UnusualRules:
    """Which marks stand out; what is not said is as usual."""
    if not part.has("unusual"):
        return USUAL
    said = part.section("unusual")
    given = {
        key: said.number(key, 0, 100, above_lowest=key in ("from_last", "apart")) for key in _UNUSUAL if said.has(key)
    }
    return UnusualRules(**given)


def _read_self_check(components: Section) -> SelfCheckRules:
    if not components.has("self_check"):
        return NO_SELF_CHECK
    part = components.section("self_check")
    points = {state: part.number(f"{state}_points", 0, 100) for state in SELF_CHECK_STATES}
    return SelfCheckRules(part.text("name"), _weight(part), part.text("clause"), points)


def _read_rectification(components: Section) -> RectificationRules:
    if not components.has("rectification"):
        return NO_RECTIFICATION
    part = components.section("rectification")
    nothing_due = part.number("nothing_due_points", 0, 100)
    return RectificationRules(part.text("name"), _weight(part), part.text("clause"), nothing_due)


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
    _refuse_repeated_codes(part, "rules", rules)
    for row, rule in zip(rows, rules, strict=True):
        _refuse_low_cap(row, rule)
    return BonusRules(part.number("cap", 0, 100), part.text("clause"), rules)


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
    _refuse_repeated_codes(top, "maluses", rules)
    for row, rule in zip(rows, rules, strict=True):
        if is_new:
            _refuse_low_cap(row, rule)
    return rules


def _read_vetoes(top: Section, grades: Sequence[Grade]) -> tuple[VetoRule, ...]:
    names = [grade.name for grade in grades] or [""]
    rules = tuple(
        VetoRule(row.text("code"), row.text("name"), row.choice("highest_grade", names), row.text("clause"))
        for row in top.rows("vetoes", empty=True)
    )
    _refuse_repeated_codes(top, "vetoes", rules)
    return rules


def _read_grades(top: Section) -> tuple[Grade, ...]:
    grades = tuple(Grade(row.text("name"), row.number("from_points", 0, 100)) for row in top.rows("grades"))
    top.refuse_repeats("grades", [grade.name for grade in grades], "等次名称")
    starts = [grade.from_points for grade in grades]
    if starts != sorted(set(starts), reverse=True):
        top.fault("grades", "等次应从高分到低分排列，起点分不得相同，否则有的等次永远够不到")
    if starts and starts[-1] != 0:
        top.fault("grades", f"最低等次应从 0 分起，现从 {starts[-1]} 分起")
    return grades


def _read_ranking(part: Section, is_new: bool) -> RankingRules:
    rows = part.rows("tie_breakers", empty=True)
    tie_breakers = tuple(TieBreaker(row.text("code"), row.text("name"), row.flag("higher_is_better")) for row in rows)
    _refuse_repeated_codes(part, "tie_breakers", tie_breakers)
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
            "higher_is_better", f"“{breaker.name}”应是{'多' if better else '少'}者在前，请写 {str(better).lower()}"
        )


def _read_member_unit(top: Section, is_new: bool) -> MemberUnitRules:
    if top.is_null("member_unit"):
        return NO_DUTIES
    part = top.section("member_unit")
    rows = part.rows("duties")
    duties = tuple(DutyRule(row.text("code"), row.text("name"), _share(row)) for row in rows)
    if is_new:
        _refuse_strange_codes(rows, duties, DUTIES, "系统只统计这几项")
    _refuse_repeated_codes(part, "duties", duties)
    return MemberUnitRules(_weight(part, "community_weight"), _weight(part, "own_duties_weight"), duties)


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
        **({"notice_workdays": part.whole("notice_workdays", 0, 30)} if part.has("notice_workdays") else {}),
    )


def _read_praise(part: Section) -> PraiseRule:
    return PraiseRule(part.number("best_share", 0, 1), part.number("from_points", 0, 100), _read_quotas(part))


def _read_quotas(part: Section) -> dict[str, int]:
    """How many of each standing at most; rubrics that say nothing have no quota."""
    if not part.has("quotas"):
        return {}
    quotas = part.section("quotas")
    return {standing: quotas.whole(standing, 0, 100_000) for standing in NAMED_STANDINGS if quotas.has(standing)}


def _check_whole(top: Section, rubric: Rubric) -> None:
    """What only shows once the single values have been read; a check whose values are wrong already says no more."""
    unit, points, honours = rubric.member_unit, rubric.self_check.points, rubric.honours
    fixed = [part for part in (rubric.assessment, rubric.self_check, rubric.rectification) if part.is_set]
    if not fixed and not rubric.measured and _sound(top, "components") and _sound(top, "（"):
        top.fault("components", "至少要有一项计分，如 assessment（全市考评）或 measured（评分项目）")
    _weights_sum_to_one(top, "components", [*fixed, *rubric.measured])
    _weights_sum_to_one(top, "components.assessment.passes", rubric.assessment.passes)
    _weights_sum_to_one(top, "member_unit.duties", unit.duties)
    if _sound(top, "member_unit") and unit.community_weight + unit.own_duties_weight != 1:
        top.fault("member_unit", "community_weight 与 own_duties_weight 之和应正好是 1")
    if _sound(top, "total") and rubric.lowest_points >= rubric.highest_points:
        top.fault("total", f"总分下限 {rubric.lowest_points} 应小于上限 {rubric.highest_points}")
    if _sound(top, "components.self_check") and not points["on_time"] >= points["late"] >= points["missing"]:
        top.fault("components.self_check", "按时、逾期、未报的得分应依次不增")
    lines = (honours.criticism.below_points, honours.criticism.spared_from_points, honours.praise.from_points)
    if _sound(top, "honours") and not lines[0] <= lines[1] <= lines[2]:
        top.fault("honours.criticism", "批评线、免予批评线、表扬线应依次不减，否则同一对象会既受表扬又受批评")


def _sound(top: Section, path: str, word: str = "") -> bool:
    """Whether no value under this path (and with this word in its own) has been found wrong."""
    paths = (fault.split("：")[0] for fault in top.faults)
    return not any(wrong.startswith(path) and word in wrong for wrong in paths)


def _weight(part: Section, key: str = "weight") -> Decimal:
    return part.number(key, 0, 1)


def _share(part: Section) -> Decimal:
    """A weight that may be left standing alone when the others are absent, so it cannot be 0."""
    return part.number("weight", 0, 1, above_lowest=True)


def _weights_sum_to_one(top: Section, path: str, parts: Sequence[_Weighted]) -> None:
    total = sum((part.weight for part in parts), Decimal(0))
    if parts and total != 1 and _sound(top, path, "weight"):
        top.fault(path, f"各项权重之和应正好是 1，现为 {total}")


def _refuse_strange_codes(rows: Sequence[Section], rules: Sequence[_Coded], known: Mapping[str, str], why: str) -> None:
    """What nobody could hold or count may not be promised."""
    for row, rule in zip(rows, rules, strict=True):
        if rule.code and rule.code not in known:
            listed = "、".join(f"{code}（{name}）" for code, name in known.items())
            row.fault("code", f"不认识“{rule.code}”，{why}：{listed}")


def _refuse_repeated_codes(part: Section, key: str, rules: Sequence[_Coded]) -> None:
    part.refuse_repeats(key, [rule.code for rule in rules], "代码")
