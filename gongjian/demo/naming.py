"""The names of a quarter: proposed, on public notice, one objection and one statement answered."""

from datetime import datetime, timedelta

from gongjian.accounts.models import User
from gongjian.demo.calendar import clock, workday_from
from gongjian.demo.play import Play
from gongjian.demo.staff import acting
from scoring.models import QuarterList
from scoring.models.bulletins import Honour
from scoring.services.honours.naming import named_for
from scoring.services.honours.public_notice import answer_objection, object_to_list
from scoring.services.honours.quarter_lists import (
    hindrances_to_public_notice,
    open_quarter_list_public_notice,
    people_of,
    propose_honours,
)

OBJECTION = "名单中有的社区楼道堆物整改不够彻底，请再核实。"
ANSWER = "经调阅整改前后照片并到现场复核，所列问题均已按期销号，名单不作调整。"
STATEMENT = "本季度老旧小区改造施工，部分路段封闭，影响清扫保洁，请予考虑。"
HEARD = "施工路段未列入考评范围，扣分项目均在施工范围以外，情况说明已收悉，名单不作调整。"


def open_names_public_notice(play: Play, at: datetime) -> None:
    """The office proposes names by the rubric and puts them on public notice, if there are any."""
    clerk = play.clerk(0, at)
    propose_honours(play.round, by=clerk, at=at)
    if hindrances_to_public_notice(play.round):
        return
    quarter_list = open_quarter_list_public_notice(play.round, by=clerk, at=at)
    if play.scale.has_joint_works:
        plan_objection(play, quarter_list, at)
        plan_statement(play, quarter_list, at + timedelta(hours=1))


def plan_objection(play: Play, quarter_list: QuarterList, at: datetime) -> None:
    """Plan that a community's worker objects to the names for praise."""
    worker = next(iter(play.staff.workers.values()))
    words = {"honour": Honour.PRAISE, "about": "", "text": OBJECTION}
    play.plan(7, next_workday(at), speak, quarter_list, worker, words, ANSWER)


def plan_statement(play: Play, quarter_list: QuarterList, at: datetime) -> None:
    """Plan that the first of those to be criticised speaks for himself."""
    for nominee in named_for(play.round, Honour.CRITICISM)[:1]:
        words = {"honour": Honour.CRITICISM, "about": nominee.name, "text": STATEMENT}
        for speaker in people_of(nominee, on=at.date())[:1]:
            play.plan(7, next_workday(at), speak, quarter_list, speaker, words, HEARD)


def next_workday(at: datetime) -> datetime:
    """Return the same hour of the next working day."""
    tomorrow = at.date() + timedelta(days=1)
    return clock(workday_from(tomorrow), at.hour)


def speak(
    play: Play, quarter_list: QuarterList, person: User, words: dict, answer: str, at: datetime
) -> None:
    """Somebody objects to the list or speaks for himself; the office answers in two hours."""
    speaker = acting(person, at)
    objection = object_to_list(quarter_list, **words, by=speaker, at=at)
    play.plan(7, at + timedelta(hours=2), reply, objection, answer)


def reply(play: Play, objection, answer: str, at: datetime) -> None:
    answer_objection(objection, answer=answer, by=play.clerk(1, at), at=at)
