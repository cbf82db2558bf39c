"""The replay: three quarters of history, one quarter whole, and the next one as far as today."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import perf_counter

from gongjian.demo.agenda import Agenda, TimedStage
from gongjian.demo.assessment import plan_assessment
from gongjian.demo.boundaries import place_things, settle_boundaries
from gongjian.demo.calendar import clock, latest_closed
from gongjian.demo.checks import plan_checks
from gongjian.demo.city import COMMUNITIES_IN_ALL, SEED, build_city
from gongjian.demo.feedback import ask_for_feedback
from gongjian.demo.joint_works import plan_joint_works
from gongjian.demo.letters import plan_letter
from gongjian.demo.money import plan_money
from gongjian.demo.paperwork import Paperwork
from gongjian.demo.play import HISTORY, LIVING, WHOLE, Play, Scale, read_seats
from gongjian.demo.residents import plan_residents
from gongjian.demo.settling import settle
from gongjian.demo.staff import read_communities, read_staff
from gongjian.demo.work import plan_work
from gongjian.lib.quarters import Quarter
from gongjian.notifications.models import Notification
from gongjian.notifications.services import mark_read
from gongjian.reference import Reference, adopt_reference

# Messages of the last week are still unread.
STILL_NEW = timedelta(days=7)

TITLES = {
    1: "下达任务（通知、编号、印制、送达）",
    2: "签收、办理和报告完成",
    3: "每月自查、门前三包抽查、整改销号",
    4: "例会、劳动日、走访、论坛和经费",
    5: "考评员抽签、打分、锁定",
    6: "汇总、公示、申诉、定分",
    7: "签发、批准、印发通报，年终表彰",
}

Say = Callable[[str], None]


@dataclass(frozen=True)
class Cycle:
    """The five quarters of the demo: `whole` is the latest whose circulars were out by `until`."""

    until: datetime

    @property
    def whole(self) -> Quarter:
        return latest_closed(self.until)

    @property
    def quarters(self) -> list[tuple[Quarter, Scale]]:
        """The quarters in their order, each with how much of it is shown."""
        whole = self.whole
        quarters = [(whole, WHOLE), (whole.next(), LIVING)]
        for _ in range(3):
            first, _ = quarters[0]
            quarters.insert(0, (first.previous(), HISTORY))
        return quarters

    @property
    def since(self) -> date:
        """The day from which everybody is in office: a quarter before the first one."""
        first, _ = self.quarters[0]
        return first.previous().first_day


def replay(
    *,
    until: datetime,
    say: Say,
    communities: int = COMMUNITIES_IN_ALL,
    seed: int = SEED,
    prints: bool = True,
) -> Cycle:
    """Settle an empty site with the demo city and play its quarters up to `until`, a line a stage.

    Raises PaperworkFailed when a job went wrong.
    """
    cycle = Cycle(until)
    reference = found_city(cycle, say, communities, seed)
    paperwork = Paperwork(prints=prints)
    for hindrance in paperwork.hindrances:
        say(f"公文暂不印制，考评停在报批：{hindrance}")
    try:
        play_all(cycle, reference, paperwork, say, seed)
    finally:
        paperwork.close()
    if paperwork.can_print:
        ask_for_feedback(cycle.whole, at=until)
    place_things(seed=seed)
    mark_read(Notification.objects.filter(created_at__lt=until - STILL_NEW), at=until)
    return cycle


def found_city(cycle: Cycle, say: Say, communities: int, seed: int) -> Reference:
    """Import the city with its people and boundaries; return the rules that are in force."""
    begun = perf_counter()
    founded_at = clock(cycle.since, 9)
    city = build_city(since=cycle.since, communities=communities, seed=seed)
    plan = settle(city, at=founded_at)
    settle_boundaries(seed=seed, at=founded_at)
    reference = adopt_reference(valid_from=cycle.since, at=founded_at)
    counts = []
    for name, count in plan.counts.items():
        counts.append(f"{name} {count['new']:,} 行")
    say(f"名册导入：{'，'.join(counts)}，{perf_counter() - begun:.1f} 秒")
    return reference


def play_all(cycle: Cycle, reference: Reference, paperwork: Paperwork, say: Say, seed: int) -> None:
    """Plan every quarter, then play them all in the order of time."""
    agenda = Agenda(cycle.until, paperwork, say)
    staff, communities, seats = read_staff(), read_communities(), read_seats()
    for quarter, scale in cycle.quarters:
        play = Play(
            quarter=quarter,
            seed=seed,
            scale=scale,
            staff=staff,
            communities=communities,
            reference=reference,
            agenda=agenda,
            stages=stages_of(quarter, scale),
            seats=seats,
        )
        plan_quarter(play)
    agenda.play()


def plan_quarter(play: Play) -> None:
    """Plan as much of a quarter as its scale shows."""
    plan_work(play)
    plan_checks(play)
    if play.scale.has_joint_works:
        plan_residents(play)
        plan_joint_works(play)
        plan_money(play)
    if play.scale.has_letter:
        plan_letter(play)
    plan_assessment(play)


def stages_of(quarter: Quarter, scale: Scale) -> dict[int, TimedStage]:
    """Return a line for each stage of the whole quarter, and one for any other quarter."""
    if scale is WHOLE:
        stages = {}
        for number, title in TITLES.items():
            stages[number] = TimedStage(f"{quarter.title} {number} {title}")
        return stages
    remark = "（历史）" if scale is HISTORY else "（进行中）"
    return dict.fromkeys(TITLES, TimedStage(quarter.title + remark))
