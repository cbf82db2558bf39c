"""A round is set up: its rubric adopted, its quarter opened, its assessors drawn."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from communities.models import Community, CommunityPosting, GroupMember
from gongjian.accounts.models import Appointment, User
from gongjian.accounts.roles import Role
from gongjian.audit.services import record
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState, advance, require
from scoring.models import Draw, Round, Rubric, Score, Sheet
from scoring.models.rounds import Pass, RoundStatus
from scoring.permissions import may_adopt_rubric, may_run_round
from scoring.rules.drawing import draw, places_for, too_few
from scoring.rules.refusals import Missing
from scoring.rules.rubric import load_rubric
from scoring.states import DRAW
from units.models import Posting

ROWS_AT_ONCE = 1000


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
    *, quarter: str, rubric: Rubric, checklist, starts_on: date, ends_on: date, seed: str, by, at: datetime
) -> Round:
    """Set up the quarter's assessment. The seed of the draw is fixed here, before anybody can be drawn.

    Raises ValidationError for dates or a seed that cannot be, WrongState if the quarter has its round already.
    """
    require(may_run_round(by), "只有共建办可以建立季度考评")
    if ends_on < starts_on:
        raise ValidationError({"ends_on": "考评结束日期不能早于开始日期"})
    if not seed:
        raise ValidationError({"seed": "请填写抽签种子，它使抽签结果可以复核"})
    given = {"rubric": rubric, "checklist": checklist, "starts_on": starts_on, "ends_on": ends_on, "seed": seed}
    with transaction.atomic():
        round, created = Round.objects.get_or_create(
            quarter=str(quarter), defaults={**given, "created_by": by, "created_at": at}
        )
        if not created:
            raise WrongState(f"{round}已经建立")
        record(round, "scoring.round.open", by=by, at=at, rubric=rubric.version, seed=seed)
    return round


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


def draw_assessors(round: Round, *, visits: Visits = Visits(), by, at: datetime) -> Round:
    """Draw the assessors of every community by the round's seed and lay an open sheet before each of them.

    Nobody is drawn for a community in which he, or a unit in which he is posted, takes part. Raises Missing naming
    every community with too few assessors.
    """
    require(DRAW.may(by, round), "只有共建办可以抽签")
    on = timezone.localdate(at)
    communities = {community.code: community for community in Community.objects.active().order_by("code")}
    assessors = {user.username: user for user in User.objects.holding(Role.ASSESSOR, on=on).order_by("username")}
    eligible = eligible_assessors(communities.values(), assessors.values(), on)
    if lacking := too_few(eligible, visits.each):
        raise Missing(*(_too_few(communities[code], found, visits.each) for code, found in lacking.items()))
    drawn = _drawn(round, eligible, visits)
    lots = [(communities[code], assessors[name], on_pass) for on_pass, code, name in drawn]
    with transaction.atomic():
        advance(round, DRAW, by=by, at=at, remark=_told(visits, len(communities), drawn))
        _write(round, lots)
        _tell_assessors(round, {user for _, user, _ in lots}, at)
    return round


def _drawn(round: Round, eligible: dict[str, set[str]], visits: Visits) -> list[tuple[str, str, str]]:
    """(pass, community, assessor): by day everywhere, then the further passes, each by lots of its own."""
    found = _lots(Pass.DAY, draw(round.seed, eligible, visits.each))
    must = last_of(round, visits.bottom)
    for on_pass, count in ((Pass.OFF_PEAK, visits.off_peak), (Pass.NIGHT, visits.night)):
        if count:
            places = places_for(round.seed, on_pass, eligible, count, must)
            seed = f"{round.seed}\n{on_pass}"
            found += _lots(on_pass, draw(seed, {code: eligible[code] for code in places}, visits.each_extra))
    return found


def _lots(on_pass: str, drawn: dict[str, list[str]]) -> list[tuple[str, str, str]]:
    return [(on_pass, code, name) for code, names in drawn.items() for name in names]


def last_of(round: Round, count: int) -> list[str]:
    """The codes of the `count` communities that were last in the quarter before, if it was published. One query."""
    before = Score.objects.in_quarter(round.span.previous()).filter(round__status=RoundStatus.PUBLISHED)
    return list(before.order_by("-rank", "community__code").values_list("community__code", flat=True)[:count])


def _told(visits: Visits, count: int, drawn) -> str:
    said = f"{count} 个社区，每个 {visits.each} 名考评员"
    for on_pass in (Pass.OFF_PEAK, Pass.NIGHT):
        if places := {code for one, code, _ in drawn if one == on_pass}:
            said += f"；{on_pass.label} {len(places)} 个社区，每个 {visits.each_extra} 名"
    return said


def _too_few(community: Community, found: int, each: int) -> str:
    return f"{community}：没有利害关系的考评员只有 {found} 名，需要 {each} 名，请先增补考评员"


def eligible_assessors(communities, assessors, on: date) -> dict[str, set[str]]:
    """By community code, the usernames of those without an interest in it. Three queries."""
    units, places = _interests(assessors, on)
    taking_part: dict[int, set[int]] = {}
    for community, unit in GroupMember.objects.values_list("group__community", "unit"):
        taking_part.setdefault(community, set()).add(unit)
    return {
        community.code: {
            user.username
            for user in assessors
            if community.pk not in places.get(user.pk, ())
            and taking_part.get(community.pk, set()).isdisjoint(units.get(user.pk, ()))
        }
        for community in communities
    }


def _interests(assessors, on: date) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """The units and the communities in which the assessors hold any appointment on the day, by user."""
    held = Appointment.objects.in_force(on).filter(user__in=[user.pk for user in assessors])
    units: dict[int, set[int]] = {}
    places: dict[int, set[int]] = {}
    for user, unit in Posting.objects.filter(appointment__in=held).values_list("appointment__user", "unit"):
        units.setdefault(user, set()).add(unit)
    posted = CommunityPosting.objects.filter(appointment__in=held)
    for user, community in posted.values_list("appointment__user", "community"):
        places.setdefault(user, set()).add(community)
    return units, places


def _write(round: Round, lots) -> None:
    for model in (Draw, Sheet):
        rows = [model(round=round, community=place, assessor=user, on_pass=on_pass) for place, user, on_pass in lots]
        model.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)


def _tell_assessors(round: Round, assessors, at: datetime) -> None:
    body = f"请于 {round.starts_on:%m月%d日} 至 {round.ends_on:%m月%d日} 到抽中的社区考评，逐项打分并锁定。"
    notify(assessors, key=f"scoring.draw.{round.quarter}", subject=f"{round}：您有打分任务", body=body, at=at,
           link=reverse("scoring:sheets"))  # fmt: skip
