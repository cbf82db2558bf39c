"""年终表彰: the plan allowed a year ahead, the list laid open with one objection, approved, and the decision issued."""

from datetime import date, datetime, timedelta

from gongjian.demo.calendar import clock, workday_from
from gongjian.demo.play import Play
from gongjian.demo.signatures import plan_signatures
from gongjian.demo.staff import acting
from gongjian.documents.services import sign_document, submit_document
from scoring.models import Round
from scoring.models.bulletins import Honour
from scoring.services.honours import commendations, plans
from scoring.services.honours.public_notice import answer_objection, object_to_list
from units.models import Unit

HOUR = timedelta(hours=1)
ONE_DAY = timedelta(days=1)
OBJECTION = "名单中个别单位四季度参加劳动日人数较少，请再核实。"
ANSWER = "经核对劳动日签到记录和会议纪要，四个季度出勤均达到要求，得分无误，名单不作调整。"


def plan_ahead(play: Play) -> None:
    """In December before: the plan is written, applied for with a 请示, and allowed."""
    on = workday_from(date(play.quarter.year - 1, 12, 8))
    held = {}

    def draft(at: datetime) -> None:
        clerk = acting(play.staff.clerk(0), at)
        plan = plans.draft_plan(**_content(play), by=clerk, at=at)
        request = {"main_recipient": "市人民政府", "signer": play.staff.director.name}
        note = "联系人：市共建办综合科，电话：0571-63310000"
        document = plans.apply_for_plan(
            plan, issuer=play.reference.issuer, **request, note=note, by=clerk, at=at
        )
        submit_document(document, by=clerk, at=at)
        held["plan"] = plan

    def sign(at: datetime) -> None:
        sign_document(held["plan"].request, by=acting(play.staff.director, at), at=at)

    def allow(at: datetime) -> None:
        reply = {"reply_number": f"富政函〔{at.year}〕86号", "replied_on": at.date()}
        plans.approve_plan(held["plan"], **reply, by=acting(play.staff.approver, at), at=at)

    play.plan(7, clock(on, 9), draft)
    play.plan(7, clock(on, 15), sign)
    play.plan(7, clock(workday_from(on + 9 * ONE_DAY), 10), allow)


def _content(play: Play) -> dict:
    """Places for about a fifth of each standing, so that the rubric's own thresholds decide."""
    seats = [seat for members in play.seats.values() for seat in members]
    competing = {
        "community": len(play.communities),
        "lead": len({seat.unit_id for seat in seats if seat.role == "lead"}),
        "member": len({seat.unit_id for seat in seats if seat.role == "member"}),
        "department": Unit.objects.filter(is_functional_department=True).count(),
    }
    return {
        "year": play.quarter.year,
        "name": "社区共建先进集体",
        "host": "市社区共建活动办公室",
        "basis": "《社区共建实施意见》五",
        "cycle": "每年一次",
        "scope": "全市各社区、牵头单位、共建单位和有关职能部门",
        "competing": sum(competing.values()) + 8,
        **{f"{standing}_quota": count // 5 + 2 for standing, count in competing.items()},
        "awards": "授予“社区共建先进集体”称号",
        "funding": "不发奖金，证书费用列入部门预算",
        "form": "印发表彰决定，颁发证书",
    }


def commend(play: Play, round: Round, at: datetime) -> None:
    """The year's best, on the mean of four published quarters (policy 五), within the plan's places."""
    clerk = acting(play.staff.clerk(0), at)
    held = commendations.propose_commendation(round, by=clerk, at=at)
    commendations.open_list_notice(held, by=clerk, at=at)
    after = workday_from(held.notice_ends_on + ONE_DAY)

    def object_to(at: datetime) -> None:
        worker = next(iter(play.staff.workers.values()))
        given = {"honour": Honour.COMMENDATION, "about": "", "text": OBJECTION}
        held.raised = object_to_list(held, **given, by=acting(worker, at), at=at)

    def answer(at: datetime) -> None:
        answer_objection(held.raised, answer=ANSWER, by=acting(play.staff.clerk(1), at), at=at)

    def review(at: datetime) -> None:
        commendations.review_commendation(held, by=acting(play.staff.director, at), at=at)

    def approve(at: datetime) -> None:
        commendations.approve_commendation(held, by=acting(play.staff.approver, at), at=at)

    def decide(at: datetime) -> None:
        clerk = acting(play.staff.clerk(0), at)
        document = commendations.draft_decision(
            held, issuer=play.reference.issuer, by=clerk, at=at
        ).document
        submit_document(document, by=clerk, at=at)
        plan_signatures(play, document, at + HOUR, at + 2 * HOUR)

    play.plan(7, at + ONE_DAY, object_to)
    play.plan(7, at + ONE_DAY + 5 * HOUR, answer)
    play.plan(7, clock(after, 9), review)
    play.plan(7, clock(after, 11), approve)
    play.plan(7, clock(after, 14), decide)
