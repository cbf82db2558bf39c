"""年终表彰: the plan a year ahead, the list on public notice, its approval, the decision."""

from datetime import date, datetime, timedelta

from gongjian.demo.calendar import clock, workday_from
from gongjian.demo.play import Play
from gongjian.demo.signatures import plan_signatures
from gongjian.documents.services import sign_document, submit_document
from scoring.models import Commendation
from scoring.models.bulletins import Honour
from scoring.services.honours import commendations, plans
from scoring.services.honours.public_notice import answer_objection, object_to_list
from units.models import Unit

HOUR = timedelta(hours=1)
ONE_DAY = timedelta(days=1)
OBJECTION = "名单中个别单位四季度参加劳动日人数较少，请再核实。"
ANSWER = "经核对劳动日签到记录和会议纪要，四个季度出勤均达到要求，得分无误，名单不作调整。"
NOTE = "联系人：市共建办综合科，电话：0571-63310000"
PLAN = {
    "name": "社区共建先进集体",
    "host": "市社区共建活动办公室",
    "basis": "《社区共建实施意见》五",
    "cycle": "每年一次",
    "scope": "全市各社区、牵头单位、共建单位和有关职能部门",
    "awards": "授予“社区共建先进集体”称号",
    "funding": "不发奖金，证书费用列入部门预算",
    "form": "印发表彰决定，颁发证书",
}


def plan_ahead(play: Play) -> None:
    """Plan the application in December of the year before."""
    day = workday_from(date(play.quarter.year - 1, 12, 8))
    play.plan(7, clock(day, 9), apply_for_plan)


def apply_for_plan(play: Play, at: datetime) -> None:
    """The office writes the plan of the year's commendation and applies for it with a 请示."""
    clerk = play.clerk(0, at)
    places = places_of(play)
    plan = plans.draft_plan(year=play.quarter.year, **PLAN, **places, by=clerk, at=at)
    fields = {"main_recipient": "市人民政府", "signer": play.staff.director.name, "note": NOTE}
    issuer = play.reference.issuer
    document = plans.apply_for_plan(plan, issuer=issuer, **fields, by=clerk, at=at)
    submit_document(document, by=clerk, at=at)
    play.plan(7, at + 6 * HOUR, sign_request, plan)


def places_of(play: Play) -> dict[str, int]:
    """Return how many compete and the places: a fifth, so that the rubric's thresholds decide."""
    units: dict[str, set[int]] = {"lead": set(), "member": set()}
    for seats in play.seats.values():
        for seat in seats:
            units[seat.role].add(seat.unit_id)
    counts = {standing: len(members) for standing, members in units.items()}
    counts["community"] = len(play.communities)
    counts["department"] = Unit.objects.filter(is_functional_department=True).count()
    places = {"competing": sum(counts.values()) + 8}
    for standing, count in counts.items():
        places[f"{standing}_quota"] = count // 5 + 2
    return places


def sign_request(play: Play, plan, at: datetime) -> None:
    sign_document(plan.request, by=play.director(at), at=at)
    allowed_on = workday_from(at.date() + 9 * ONE_DAY)
    play.plan(7, clock(allowed_on, 10), allow_plan, plan)


def allow_plan(play: Play, plan, at: datetime) -> None:
    """The city allows the plan by a numbered reply."""
    number = f"富政函〔{at.year}〕86号"
    approver = play.approver(at)
    plans.approve_plan(plan, reply_number=number, replied_on=at.date(), by=approver, at=at)


def commend(play: Play, at: datetime) -> None:
    """The office puts the year's best on public notice: the mean of four quarters (policy 五)."""
    clerk = play.clerk(0, at)
    commendation = commendations.propose_commendation(play.round, by=clerk, at=at)
    commendations.open_commendation_public_notice(commendation, by=clerk, at=at)
    reviewed_on = workday_from(commendation.notice_ends_on + ONE_DAY)
    play.plan(7, at + ONE_DAY, object_to, commendation)
    play.plan(7, clock(reviewed_on, 9), review, commendation)


def object_to(play: Play, commendation: Commendation, at: datetime) -> None:
    """A community's worker objects to the list."""
    first_community = play.communities[0]
    worker = play.worker(first_community, at)
    words = {"honour": Honour.COMMENDATION, "about": "", "text": OBJECTION}
    objection = object_to_list(commendation, **words, by=worker, at=at)
    play.plan(7, at + 5 * HOUR, answer, objection)


def answer(play: Play, objection, at: datetime) -> None:
    answer_objection(objection, answer=ANSWER, by=play.clerk(1, at), at=at)


def review(play: Play, commendation: Commendation, at: datetime) -> None:
    commendations.review_commendation(commendation, by=play.director(at), at=at)
    play.plan(7, at + 2 * HOUR, approve, commendation)


def approve(play: Play, commendation: Commendation, at: datetime) -> None:
    commendations.approve_commendation(commendation, by=play.approver(at), at=at)
    play.plan(7, at + 3 * HOUR, decide, commendation)


def decide(play: Play, commendation: Commendation, at: datetime) -> None:
    """The office drafts the decision and sends it to be signed."""
    clerk = play.clerk(0, at)
    issuer = play.reference.issuer
    decided = commendations.draft_decision(commendation, issuer=issuer, by=clerk, at=at)
    submit_document(decided.document, by=clerk, at=at)
    signed_at = at + HOUR
    plan_signatures(play, decided.document, signed_at, signed_at + HOUR)
