"""表彰计划: written, applied for with a 请示, allowed or refused by the city. Nothing is commended without one.

A commendation in the name of Party or government is planned by quota, a year ahead (assessment 0).
"""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.services import record
from gongjian.documents.drafting.kinds import faults_of
from gongjian.documents.models import Issuer, Kind, OfficialDocument
from gongjian.documents.services import draft_document
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState, advance, require
from scoring import states
from scoring.models import CommendationPlan
from scoring.models.commendations import PlanStatus
from scoring.permissions import may_plan_commendation
from scoring.rules.rubrics.parts import PraiseRule
from scoring.services.honours.naming import STANDINGS

WRITTEN = (
    "year",
    "name",
    "host",
    "basis",
    "cycle",
    "scope",
    "competing",
    "awards",
    "funding",
    "form",
)
WRITTEN += tuple(f"{standing}_quota" for standing in STANDINGS)
ONLY_OFFICE = "表彰计划由共建办拟订"


def draft_plan(*, by, at: datetime, **content) -> CommendationPlan:
    """Put a plan on the table. `content` holds the fields of WRITTEN. Raises ValidationError, by field."""
    require(may_plan_commendation(by), ONLY_OFFICE)
    _refuse(content)
    with transaction.atomic():
        commendation_plans = CommendationPlan.objects.exclude(status=PlanStatus.REFUSED)
        if commendation_plans.filter(year=content["year"]).exists():
            raise ValidationError(
                {"year": f"{content['year']} 年度已有表彰计划，每年只报一项，请在原计划上办理"}
            )
        plan = CommendationPlan.objects.create(drafted_by=by, drafted_at=at, **content)
        record(plan, "scoring.commendationplan.draft", by=by, at=at, year=plan.year, name=plan.name)
    return plan


def _refuse(content: dict) -> None:
    places = sum(content[f"{standing}_quota"] for standing in STANDINGS)
    if not places:
        raise ValidationError({"community_quota": "请至少给一类对象安排名额"})
    if places > content["competing"]:
        message = f"名额合计 {places} 个，多于参评数量 {content['competing']} 个"
        raise ValidationError({"competing": message})


def edit_plan(plan: CommendationPlan, *, by, at: datetime, **content) -> CommendationPlan:
    """Change a plan that was not applied for yet. Raises ValidationError and WrongState."""
    require(may_plan_commendation(by), ONLY_OFFICE)
    _refuse(content)
    changed = {name: value for name, value in content.items() if value != getattr(plan, name)}
    before = {name: getattr(plan, name) for name in changed}
    with transaction.atomic():
        commendation_plans = CommendationPlan.objects.exclude(status=PlanStatus.REFUSED)
        others = commendation_plans.exclude(pk=plan.pk)
        if others.filter(year=content["year"]).exists():
            raise ValidationError({"year": f"{content['year']} 年度已有表彰计划，每年只报一项"})
        if not CommendationPlan.objects.filter(pk=plan.pk, status=PlanStatus.DRAFT).update(
            **content
        ):
            raise WrongState("表彰计划已经报送请示，不能再改")
        if changed:
            record(
                plan, "scoring.commendationplan.edit", by=by, at=at, before=before, after=changed
            )
    for name, value in content.items():
        setattr(plan, name, value)
    return plan


def apply_for_plan(
    plan: CommendationPlan,
    *,
    issuer: Issuer,
    main_recipient: str,
    signer: str,
    note: str,
    by,
    at: datetime,
) -> OfficialDocument:
    """Draft the 请示 with the application list; it is signed and issued like any document.

    Raises ValidationError for what a 请示 needs and does not have.
    """
    allowed = states.APPLY.may(by, plan)
    require(allowed, ONLY_OFFICE)
    words = {"main_recipient": main_recipient, "signer": signer, "note": note}
    faults = faults_of(Kind.REQUEST, words)
    if faults:
        raise ValidationError(faults)
    with transaction.atomic():
        content = {**words, **_request_words(plan, issuer), "kind": Kind.REQUEST, "issuer": issuer}
        document = draft_document(by=by, at=at, **content)
        advance(plan, states.APPLY, by=by, at=at, request=document)
    return document


def _request_words(plan: CommendationPlan, issuer: Issuer) -> dict:
    """Title, body and the application list (申报表) of the 请示."""
    body = [
        f"为做好{plan.year}年度社区共建年终表彰工作，根据{plan.basis}，我办拟申报“{plan.name}”表彰项目。现将有关情况请示如下。",
        "一、评选范围",
        f"{plan.scope}，参评{plan.competing}个，周期为{plan.cycle}。",
        "二、表彰名额",
        f"共{plan.places}个，其中{_quota_words(plan)}。名额不得突破，宁缺毋滥。",
        "三、评选办法",
        "按每季度公布的考核评议得分计算四个季度平均分，依次提名；名单公示五个工作日，异议逐件答复；经审核后报市委、市政府批准。",
        "四、奖项、经费和形式",
        f"{plan.awards}。经费：{plan.funding}。形式：{plan.form}。",
        "妥否，请批示。",
    ]
    title = f"{issuer.name}关于申报{plan.year}年度“{plan.name}”表彰项目的请示"
    return {"title": title, "body": "\n".join(body), "attachments": [_application_list(plan)]}


def _quota_words(plan: CommendationPlan) -> str:
    return "、".join(
        f"{STANDINGS[standing]}{most}个" for standing, most in plan.quotas.items() if most
    )


def _application_list(plan: CommendationPlan) -> dict:
    rows = [
        ["项目名称", plan.name],
        ["主办单位", plan.host],
        ["表彰依据", plan.basis],
        ["表彰周期", plan.cycle],
        ["评选范围", plan.scope],
        ["参评数量", f"{plan.competing}个"],
        ["表彰名额", f"{plan.places}个：{_quota_words(plan)}"],
        ["奖项设置", plan.awards],
        ["经费来源", plan.funding],
        ["表彰形式", plan.form],
    ]
    columns = [
        {"label": "申报事项", "align": "left", "width": 22},
        {"label": "内容", "align": "left", "width": 78},
    ]
    return {"title": f"{plan.year}年度表彰项目申报表", "table": {"columns": columns, "rows": rows}}


def approve_plan(
    plan: CommendationPlan, *, reply_number: str, replied_on: date, by, at: datetime
) -> CommendationPlan:
    """The city's reply (批复) with its number and day. Raises WrongState while the 请示 bears no number."""
    require(states.APPROVE_PLAN.may(by, plan), "表彰计划由市委、市政府批复")
    _refuse_unissued(plan)
    if not plan.request.document_date <= replied_on <= timezone.localdate(at):
        message = f"批复日期应在 {plan.request.document_date}（请示成文日期）至今天之间"
        raise ValidationError({"replied_on": message})
    decided = {
        "reply_number": reply_number.strip(),
        "replied_on": replied_on,
        "decided_by": by,
        "decided_at": at,
    }
    with transaction.atomic():
        advance(plan, states.APPROVE_PLAN, by=by, at=at, **decided)
        _tell_office(plan, at=at)
    return plan


def refuse_plan(plan: CommendationPlan, *, refusal: str, by, at: datetime) -> CommendationPlan:
    """Refused with the reason; another plan may be written for the year."""
    require(states.REFUSE_PLAN.may(by, plan), "表彰计划由市委、市政府批复")
    with transaction.atomic():
        advance(
            plan,
            states.REFUSE_PLAN,
            by=by,
            at=at,
            refusal=refusal.strip(),
            decided_by=by,
            decided_at=at,
        )
        _tell_office(plan, at=at)
    return plan


def _refuse_unissued(plan: CommendationPlan) -> None:
    if plan.request is None or not plan.request.serial:
        raise WrongState(f"{plan}的请示还没有签发编号，签发后才能批复")


def _tell_office(plan: CommendationPlan, *, at: datetime) -> None:
    office = User.objects.holding(
        Role.OFFICE_STAFF, Role.OFFICE_DIRECTOR, on=timezone.localdate(at)
    )
    subject = f"{plan}：{plan.get_status_display()}"
    notify(office, key=f"scoring.plan.{plan.pk}.{plan.status}", subject=subject, at=at,
           link=plan.get_absolute_url())  # fmt: skip


def plan_in_force(year: int) -> CommendationPlan | None:
    """The year's approved plan. One query."""
    return CommendationPlan.objects.approved().filter(year=year).first()


def quotas_under(plan: CommendationPlan, rule: PraiseRule) -> dict[str, int]:
    """The places of each standing: the plan's, or the rubric's where it allows fewer."""
    quotas = {}
    for standing, most in plan.quotas.items():
        quotas[standing] = min(most, rule.quotas.get(standing, most))
    return quotas


def plan_lacking(year: int) -> str:
    """What is missing before the year may commend anyone, in a sentence; empty when the plan is approved."""
    commendation_plans = CommendationPlan.objects.filter(year=year)
    plan = commendation_plans.exclude(status=PlanStatus.REFUSED).first()
    if plan is None:
        return f"{year} 年度没有表彰计划：请拟订计划，以请示报市委、市政府，批复后才能提名"
    if plan.status == PlanStatus.APPROVED:
        return ""
    todo = {PlanStatus.DRAFT: "请报送请示", PlanStatus.APPLIED: "正在等待批复"}
    return f"{plan}还没有批复（{plan.get_status_display()}）：{todo[plan.status]}，批复后才能提名"
