"""The names of a quarter: proposed, laid open, one objection and one statement, both answered."""

from datetime import datetime, timedelta

from gongjian.demo.calendar import clock, workday_from
from gongjian.demo.play import Play
from gongjian.demo.staff import acting
from scoring.models import QuarterList, Round
from scoring.models.bulletins import Honour
from scoring.services.honours.naming import named_for
from scoring.services.honours.public_notice import answer_objection, object_to_list
from scoring.services.honours.quarter_lists import (
    against_opening,
    open_quarter_list,
    people_of,
    propose_honours,
)

ONE_DAY = timedelta(days=1)
OBJECTION = "名单中有的社区楼道堆物整改不够彻底，请再核实。"
ANSWER = "经调阅整改前后照片并到现场复核，所列问题均已按期销号，名单不作调整。"
STATEMENT = "本季度老旧小区改造施工，部分路段封闭，影响清扫保洁，请予考虑。"
HEARD = "施工路段未列入考评范围，扣分项目均在施工范围以外，情况说明已收悉，名单不作调整。"


def lay_names_open(play: Play, round: Round, at: datetime) -> None:
    """The office proposes by the rubric and lays the names open, if there are any."""
    clerk = acting(play.staff.clerk(0), at)
    propose_honours(round, by=clerk, at=at)
    if against_opening(round):
        return
    held = open_quarter_list(round, by=clerk, at=at)
    if play.scale.has_joint_works:
        worker = next(iter(play.staff.workers.values()))
        _plan_words(
            play,
            held,
            worker,
            {"honour": Honour.PRAISE, "about": "", "text": OBJECTION},
            ANSWER,
            at,
        )
        for one in named_for(round, Honour.CRITICISM)[:1]:
            for speaker in people_of(one, on=at.date())[:1]:
                words = {"honour": Honour.CRITICISM, "about": one.name, "text": STATEMENT}
                _plan_words(play, held, speaker, words, HEARD, at + timedelta(hours=1))


def _plan_words(
    play: Play, held: QuarterList, person, words: dict, answer: str, at: datetime
) -> None:
    """Said on the next working day, answered in the afternoon."""
    said, when = {}, clock(workday_from((at + ONE_DAY).date()), at.hour)

    def say(at: datetime) -> None:
        said["objection"] = object_to_list(held, **words, by=acting(person, at), at=at)

    def answer_it(at: datetime) -> None:
        answer_objection(
            said["objection"], answer=answer, by=acting(play.staff.clerk(1), at), at=at
        )

    play.plan(7, when, say)
    play.plan(7, when + timedelta(hours=2), answer_it)
