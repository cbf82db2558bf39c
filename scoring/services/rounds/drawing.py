"""抽签: the assessors of every community are drawn by the round's seed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from communities.models import Community
from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.notifications.services import notify
from gongjian.workflow import advance, require
from scoring.models import Draw, Round, Score, Sheet
from scoring.models.rounds import Pass, RoundStatus
from scoring.rules.refusals import Missing
from scoring.rules.rounds.drawing import draw, not_covered, places_for, too_few
from scoring.rules.rubrics.rubric import Rubric as Rules
from scoring.services.readings.recorded import absences_of
from scoring.services.rounds.interests import eligible_assessors
from scoring.services.rounds.sampling import Sampled, samples_of, short_of_sample
from scoring.states import DRAW

ROWS_AT_ONCE = 1000


@dataclass(frozen=True)
class Visits:
    """How often communities are visited: `each` assessors by day everywhere.

    `off_peak` and `night`: how many communities those passes go to, with `each_extra` assessors;
    the `bottom` last of the quarter before are always among them (末位必检).
    """

    each: int = 5
    off_peak: int = 0
    night: int = 0
    bottom: int = 0
    each_extra: int = 2


class Lot(NamedTuple):
    """One assessor drawn for one community on one pass."""

    community: Community
    assessor: User
    on_pass: str


def draw_assessors(
    round: Round,
    *,
    visits: Visits = Visits(),
    sampled: Sampled | None = None,
    by: User,
    at: datetime,
) -> Round:
    """Draw the assessors of every community and lay an open sheet before each of them.

    Nobody is drawn for a community in which he, or a unit in which he is posted, takes part; absent
    communities are passed over; a rubric without the city's assessment draws nobody. Raises Missing
    naming every community with too few assessors or none by day, and everything in which the draw
    falls short of the rubric.
    """
    require(DRAW.may(by, round), "只有共建办可以抽签")
    rubric = round.rubric.rules
    present = Community.objects.active().exclude(pk__in=absences_of(round))
    communities = {}
    for community in present.order_by("code"):
        communities[community.code] = community
    short = short_of_rubric(rubric, visits)
    short += short_of_sample(rubric, sampled, communities=len(communities))
    if short:
        raise Missing(*short)
    remark = "细则不设全市考评，不抽考评员"
    lots: list[Lot] = []
    if rubric.assessment.is_set:
        lots = draw_lots(round, communities, visits, at)
        remark = _in_words(visits, len(communities), lots)
    fields: dict[str, Any] = {}
    if rubric.sampling and sampled:
        samples = samples_of(rubric, sampled, communities=len(communities))
        fields["sampled"] = {"size": f"{sampled.size:f}", "taken": samples}
    with transaction.atomic():
        advance(round, DRAW, by=by, at=at, remark=remark, **fields)
        draws, sheets = [], []
        for lot in lots:
            draws.append(Draw(round=round, **lot._asdict()))
            sheets.append(Sheet(round=round, **lot._asdict()))
        Draw.objects.bulk_create(draws, batch_size=ROWS_AT_ONCE)
        Sheet.objects.bulk_create(sheets, batch_size=ROWS_AT_ONCE)
        assessors = {lot.assessor for lot in lots}
        notify_assessors(round, assessors, at)
    return round


def short_of_rubric(rubric: Rules, visits: Visits) -> list[str]:
    """Return where the visits are not those that the rubric lays down, a sentence each."""
    if not rubric.assessment.is_set:
        return []
    passes = set()
    for rule in rubric.assessment.passes:
        passes.add(rule.code)
    counts = {Pass.DAY: visits.each, Pass.OFF_PEAK: visits.off_peak, Pass.NIGHT: visits.night}
    shortfalls = []
    for on_pass, count in counts.items():
        if count and on_pass not in passes:
            shortfalls.append(f"评分细则没有“{on_pass.label}”这一轮，不能安排")
    least = rubric.assessment.assessors_each or 0
    has_extra_pass = visits.off_peak or visits.night
    if visits.each < least or (has_extra_pass and visits.each_extra < least):
        shortfalls.append(f"评分细则规定每个社区每轮 {least} 名考评员，不能少抽")
    return shortfalls


def draw_lots(
    round: Round, communities: Mapping[str, Community], visits: Visits, at: datetime
) -> list[Lot]:
    """Draw by day everywhere, then for the further passes, each by a seed of its own.

    `communities` by code. Raises Missing naming communities with too few assessors, or with none
    by day.
    """
    on = timezone.localdate(at)
    users = User.objects.holding(Role.ASSESSOR, on=on)
    holding = users.order_by("username")
    assessors = {user.username: user for user in holding}
    eligible = eligible_assessors(communities.values(), assessors.values(), on)
    counts = too_few(eligible, visits.each)
    if counts:
        raise Missing(
            *(
                f"{communities[code]}：没有利害关系的考评员只有 {count} 名，"
                f"需要 {visits.each} 名，请先增补考评员"
                for code, count in counts.items()
            )
        )

    names_by_pass = {Pass.DAY: draw(round.seed, eligible, visits.each)}
    last = last_of(round, visits.bottom)
    for on_pass, count in ((Pass.OFF_PEAK, visits.off_peak), (Pass.NIGHT, visits.night)):
        if count:
            codes = places_for(round.seed, on_pass, eligible, count, last)
            of_pass = {code: eligible[code] for code in codes}
            seed = f"{round.seed}\n{on_pass}"
            names_by_pass[on_pass] = draw(seed, of_pass, visits.each_extra)
    refuse_uncovered(communities, names_by_pass[Pass.DAY])

    lots = []
    for on_pass, names_by_code in names_by_pass.items():
        for code, names in names_by_code.items():
            lots += [Lot(communities[code], assessors[name], on_pass) for name in names]
    return lots


def refuse_uncovered(
    communities: Mapping[str, Community], names_by_code: Mapping[str, Sequence[str]]
) -> None:
    codes = not_covered(communities, names_by_code)
    if codes:
        lacks = "日常考评没有抽到考评员，每个社区至少要有 1 张打分表"
        raise Missing(*(f"{communities[code]}：{lacks}" for code in codes))


def last_of(round: Round, count: int) -> list[str]:
    """Return the codes of the `count` last communities of the quarter before, if it is published.

    By the figures in force, and with all that stand equal with the last of them. One query.
    """
    if not count:
        return []
    before = Score.objects.in_quarter(round.span.previous())
    published: QuerySet[Any] = before.filter(round__status=RoundStatus.PUBLISHED).in_force()
    worst_first = published.order_by("-rank_now", "community__code")
    rows = list(worst_first.values_list("rank_now", "community__code"))
    if not rows:
        return []
    edge, _ = rows[:count][-1]
    codes = []
    for rank, code in rows:
        if rank >= edge:
            codes.append(code)
    return codes


def _in_words(visits: Visits, communities: int, lots: Sequence[Lot]) -> str:
    """Return what was drawn, as the round's history says it."""
    words = f"{communities} 个社区，每个 {visits.each} 名考评员"
    for on_pass in (Pass.OFF_PEAK, Pass.NIGHT):
        visited = set()
        for lot in lots:
            if lot.on_pass == on_pass:
                visited.add(lot.community.code)
        if visited:
            words += f"；{on_pass.label} {len(visited)} 个社区，每个 {visits.each_extra} 名"
    return words


def notify_assessors(round: Round, assessors: Collection[User], at: datetime) -> None:
    days = f"{round.starts_on:%m月%d日} 至 {round.ends_on:%m月%d日}"
    notify(
        assessors,
        key=f"scoring.draw.{round.quarter}",
        subject=f"{round}：您有打分任务",
        body=f"请于 {days} 到抽中的社区考评，逐项打分并锁定。",
        link=reverse("scoring:sheets"),
        at=at,
    )
