"""A round is set up: its rubric adopted, its quarter opened, its assessors drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from communities.models import Community
from communities.models.places import Class
from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.services import record
from gongjian.lib.quarters import Quarter, day_start
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState, advance, require
from scoring.models import Draw, Round, Rubric, Score, Sheet
from scoring.models.rounds import Pass, RoundStatus
from scoring.permissions import may_adopt_rubric, may_run_round
from scoring.rules.refusals import Missing
from scoring.rules.rounds.drawing import draw, not_covered, places_for, too_few
from scoring.rules.rounds.sampling import least_samples, too_few_samples
from scoring.rules.rubrics.item_files import why_not_on_a_sheet
from scoring.rules.rubrics.rubric import Rubric as Rules
from scoring.rules.rubrics.rubric import load_rubric
from scoring.services.readings.recorded import absences_of
from scoring.services.rounds.interests import eligible_assessors
from scoring.states import DRAW

ROWS_AT_ONCE = 1000
RUNS_OVER = 30
"""Days after its quarter on which an assessment may still end (own)."""
COMMUNITIES = "communities"
"""The quota of a least sample that the draw itself counts."""


def adopt_rubric(*, version: str, title: str, content: dict, at: datetime, by=None) -> Rubric:
    """Take up a version of the rubric; the same version once more changes nothing.

    Raises WrongRulebook, naming every wrong value, and WrongState when the version is known with other content.
    """
    require(by is None or may_adopt_rubric(by), "只有共建办可以启用评分细则")
    load_rubric(content, is_new=True)
    with transaction.atomic():
        given = {"title": title, "content": content, "created_at": at}
        rubric, created = Rubric.objects.get_or_create(version=version, defaults=given)
        if created:
            record(rubric, "scoring.rubric.adopt", by=by, at=at, version=version)
        elif rubric.content != content:
            raise WrongState(f"评分细则 {version} 已经启用，内容不能改动；请用新的版本号")
    return rubric


def open_round(
    *,
    quarter: str,
    rubric: Rubric,
    checklist,
    starts_on: date,
    ends_on: date,
    seed: str,
    late_rubric_reason: str = "",
    by,
    at: datetime,
) -> Round:
    """Set up the quarter's assessment. The seed of the draw is fixed here, before anybody can be drawn.

    The sheets follow the rubric's own list where it has one; `checklist` then only sorts what is found. A rubric that
    was adopted after the quarter's first day needs `late_rubric_reason`, which everybody may read.

    Raises ValidationError for dates, a seed, a rubric, classes or a list that cannot be, WrongState if the quarter has
    its round already.
    """
    require(may_run_round(by), "只有共建办可以建立季度考评")
    span = Quarter.parse(quarter)
    _refuse_other_days(span, starts_on, ends_on)
    if not seed:
        raise ValidationError({"seed": "请填写抽签种子，它使抽签结果可以复核"})
    reason = _why_so_late(span, rubric, late_rubric_reason.strip())
    rules = rubric.rules
    _refuse_other_classes(rules)
    _refuse_unfit_sheet(rules)
    given = {
        "rubric": rubric,
        "checklist": checklist,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "seed": seed,
    }
    given |= {"follows_rubric": rules.assessment.sheet is not None, "late_rubric_reason": reason}
    with transaction.atomic():
        round, created = Round.objects.get_or_create(
            quarter=str(quarter), defaults={**given, "created_by": by, "created_at": at}
        )
        if not created:
            raise WrongState(f"{round}已经建立")
        record(
            round,
            "scoring.round.open",
            by=by,
            at=at,
            remark=reason,
            rubric=rubric.version,
            seed=seed,
        )
    return round


def rubric_for(quarter: Quarter) -> Rubric | None:
    """The newest rubric that was there when the quarter began, else the newest of all."""
    newest = Rubric.objects.order_by("-pk")
    day = quarter.first_day + timedelta(days=1)
    created_at = day_start(day)
    return newest.filter(created_at__lt=created_at).first() or newest.first()


def _refuse_other_days(span: Quarter, starts_on: date, ends_on: date) -> None:
    """The assessment lies in its quarter, and may run over into the month after."""
    last = span.end + timedelta(days=RUNS_OVER)
    if ends_on < starts_on:
        raise ValidationError({"ends_on": "考评结束日期不能早于开始日期"})
    if starts_on < span.first_day:
        message = f"{span.title}从 {span.first_day} 开始，考评不能早于这一天"
        raise ValidationError({"starts_on": message})
    if ends_on > last:
        raise ValidationError(
            {"ends_on": f"{span.title}的考评最迟到 {last}，再晚就考评到下一季度去了"}
        )


def _why_so_late(span: Quarter, rubric: Rubric, reason: str) -> str:
    """The reason for a rubric that was not there when the quarter began; none is kept for one that was.

    Raises ValidationError without one: whoever is judged must be able to know by what from the first day.
    """
    adopted_on = timezone.localdate(rubric.created_at)
    if adopted_on <= span.first_day:
        return ""
    if not reason:
        what = f"{rubric} {rubric.version} 于 {adopted_on} 启用，晚于季度首日 {span.first_day}"
        raise ValidationError(
            {"late_rubric_reason": f"{what}：请选此前启用的版本，或写明理由（随考评公开）"}
        )
    return reason


def _refuse_unfit_sheet(rules: Rules) -> None:
    """A rubric adopted before its own list was filled in may hold what no sheet can."""
    sheet = rules.assessment.sheet
    if sheet and (
        found := [what for item in sheet.items for _, what in why_not_on_a_sheet(sheet, item)]
    ):
        raise ValidationError({"rubric": f"{'；'.join(found)}；请先启用改好的新版细则"})


def _refuse_other_classes(rules: Rules) -> None:
    """A rubric that names its classes must name those of the register, or nobody of another one could be placed."""
    named = rules.classes
    used = set()
    communities = Community.objects.active().values_list("kind", flat=True)
    for kind in communities.distinct():
        used.add(Class(kind).label)
    if named and (strange := sorted(used - set(named))):
        what = f"细则只分{'、'.join(named)}，名册里有{'、'.join(strange)}"
        raise ValidationError({"rubric": f"{what}，不能排名次；请改细则的类别或社区的类别"})


@dataclass(frozen=True)
class Sampled:
    """Where the rubric has a least sample: the size of the city, and how many of what the draw itself does not count
    are to be looked at, by quota."""

    size: Decimal
    places: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Visits:
    """How often communities are visited: `each` assessors by day everywhere, `each_extra` where a second pass goes.

    `off_peak` and `night`: how many communities those passes go to; the `bottom` last of the quarter before are
    always among them (末位必检).
    """

    each: int = 5
    off_peak: int = 0
    night: int = 0
    bottom: int = 0
    each_extra: int = 2


def draw_assessors(
    round: Round, *, visits: Visits = Visits(), sampled: Sampled | None = None, by, at: datetime
) -> Round:
    """Draw the assessors of every community by the round's seed and lay an open sheet before each of them.

    Nobody is drawn for a community in which he, or a unit in which he is posted, takes part; absent communities are
    passed over; a rubric without the city's assessment draws nobody. Raises Missing naming every community with too
    few assessors or none by day, and everything in which the draw falls short of the rubric.
    """
    require(DRAW.may(by, round), "只有共建办可以抽签")
    rubric = round.rubric.rules
    places = Community.objects.active().exclude(pk__in=absences_of(round))
    communities = {}
    for community in places.order_by("code"):
        communities[community.code] = community
    taken = {**(sampled.places if sampled else {}), COMMUNITIES: len(communities)}
    short = [*short_of_rubric(rubric, visits), *short_of_sample(rubric, sampled, taken)]
    if short:
        raise Missing(*short)
    if rubric.assessment.is_set:
        lots = _lots_for(round, communities, visits, at)
    else:
        lots = []
    drawn = []
    for place, user, on_pass in lots:
        drawn.append((on_pass, place.code, user.username))
    said = "细则不设全市考评，不抽考评员"
    if lots:
        said = _told(visits, len(communities), drawn)
    kept = {}
    if rubric.sampling and sampled:
        kept["sampled"] = {"size": f"{sampled.size:f}", "taken": _counted(rubric, taken)}
    with transaction.atomic():
        advance(round, DRAW, by=by, at=at, remark=said, **kept)
        _write(round, lots)
        assessors = {user for _, user, _ in lots}
        _tell_assessors(round, assessors, at)
    return round


def _lots_for(round: Round, communities: Mapping[str, Community], visits: Visits, at: datetime):
    """(community, assessor, pass) for every sheet. Raises Missing."""
    on = timezone.localdate(at)
    assessors = {}
    users = User.objects.holding(Role.ASSESSOR, on=on)
    for user in users.order_by("username"):
        assessors[user.username] = user
    eligible = eligible_assessors(communities.values(), assessors.values(), on)
    lacking = too_few(eligible, visits.each)
    if lacking:
        raise Missing(
            *(_too_few(communities[code], found, visits.each) for code, found in lacking.items())
        )
    drawn = _drawn(round, eligible, visits)
    by_day: dict[str, list[str]] = {}
    for on_pass, code, name in drawn:
        if on_pass == Pass.DAY:
            by_day.setdefault(code, []).append(name)
    left = not_covered(communities, by_day)
    if left:
        raise Missing(
            *(
                f"{communities[code]}：日常考评没有抽到考评员，每个社区至少要有 1 张打分表"
                for code in left
            )
        )
    return [(communities[code], assessors[name], on_pass) for on_pass, code, name in drawn]


def short_of_rubric(rubric: Rules, visits: Visits) -> list[str]:
    """Where the visits are not those that the rubric lays down, a sentence each."""
    if not rubric.assessment.is_set:
        return []
    known = set()
    for rule in rubric.assessment.passes:
        known.add(rule.code)
    held = {Pass.DAY: visits.each, Pass.OFF_PEAK: visits.off_peak, Pass.NIGHT: visits.night}
    found = []
    for on_pass, n in held.items():
        if n and on_pass not in known:
            found.append(f"评分细则没有“{on_pass.label}”这一轮，不能安排")
    each, extra = rubric.assessment.assessors_each, visits.off_peak or visits.night
    if each and (visits.each < each or (extra and visits.each_extra < each)):
        found.append(f"评分细则规定每个社区每轮 {each} 名考评员，不能少抽")
    return found


def short_of_sample(rubric: Rules, sampled: Sampled | None, taken: Mapping[str, int]) -> list[str]:
    """Every quota of the rubric's least sample that would not be reached, a sentence each."""
    if rubric.sampling is None:
        return []
    if sampled is None:
        return [f"评分细则有最低抽样量，请填写{rubric.sampling.measure}"]
    return too_few_samples(_counted(rubric, taken), sampled.size, rubric.sampling)


def _counted(rubric: Rules, taken: Mapping[str, int]) -> dict[str, int]:
    """The samples of the quotas that the rubric has."""
    counted = {}
    for quota in rubric.sampling.quotas:
        counted[quota.code] = taken.get(quota.code, 0)
    return counted


@dataclass(frozen=True)
class Coverage:
    """One line of the least sample: what it is, how many were needed, how many were drawn."""

    name: str
    needed: int
    drawn: int


def coverage_of(round: Round, rubric: Rules) -> list[Coverage]:
    """The least sample as the round was drawn against it; nothing where the rubric has none."""
    if rubric.sampling is None or not round.sampled:
        return []
    size = Decimal(round.sampled["size"])
    needed = least_samples(size, rubric.sampling)
    taken = round.sampled["taken"]
    coverages = []
    for quota in rubric.sampling.quotas:
        coverage = Coverage(quota.name, needed[quota.code], taken[quota.code])
        coverages.append(coverage)
    return coverages


def _drawn(
    round: Round, eligible: dict[str, set[str]], visits: Visits
) -> list[tuple[str, str, str]]:
    """(pass, community, assessor): by day everywhere, then the further passes, each by lots of its own."""
    drawn = draw(round.seed, eligible, visits.each)
    found = _lots(Pass.DAY, drawn)
    must = last_of(round, visits.bottom)
    for on_pass, count in ((Pass.OFF_PEAK, visits.off_peak), (Pass.NIGHT, visits.night)):
        if count:
            places = places_for(round.seed, on_pass, eligible, count, must)
            seed = f"{round.seed}\n{on_pass}"
            found += _lots(
                on_pass, draw(seed, {code: eligible[code] for code in places}, visits.each_extra)
            )
    return found


def _lots(on_pass: str, drawn: dict[str, list[str]]) -> list[tuple[str, str, str]]:
    entries = []
    for code, names in drawn.items():
        for name in names:
            entries.append((on_pass, code, name))
    return entries


def last_of(round: Round, count: int) -> list[str]:
    """The codes of the `count` communities that were last in the quarter before, if it was published, by the figures
    in force; all that stand equal with the last of them. One query."""
    scores = Score.objects.in_quarter(round.span.previous())
    before = scores.filter(round__status=RoundStatus.PUBLISHED)
    rows = list(
        before.in_force()
        .order_by("-rank_now", "community__code")
        .values_list("rank_now", "community__code")
    )
    codes = []
    for rank, code in rows:
        if count and rank >= rows[:count][-1][0]:
            codes.append(code)
    return codes


def _told(visits: Visits, count: int, drawn) -> str:
    said = f"{count} 个社区，每个 {visits.each} 名考评员"
    for on_pass in (Pass.OFF_PEAK, Pass.NIGHT):
        places = set()
        for one, code, _ in drawn:
            if one == on_pass:
                places.add(code)
        if places:
            said += f"；{on_pass.label} {len(places)} 个社区，每个 {visits.each_extra} 名"
    return said


def _too_few(community: Community, found: int, each: int) -> str:
    return f"{community}：没有利害关系的考评员只有 {found} 名，需要 {each} 名，请先增补考评员"


def _write(round: Round, lots) -> None:
    for model in (Draw, Sheet):
        rows = []
        for place, user, on_pass in lots:
            rows.append(model(round=round, community=place, assessor=user, on_pass=on_pass))
        model.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


def _tell_assessors(round: Round, assessors, at: datetime) -> None:
    body = f"请于 {round.starts_on:%m月%d日} 至 {round.ends_on:%m月%d日} 到抽中的社区考评，逐项打分并锁定。"
    notify(assessors, key=f"scoring.draw.{round.quarter}", subject=f"{round}：您有打分任务", body=body, at=at,
           link=reverse("scoring:sheets"))  # fmt: skip
