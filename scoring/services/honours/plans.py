"""表彰计划: written, applied for with a 请示, allowed or refused by the city.

Nothing is commended without one: a commendation in the name of Party or government is planned by
quota, a year ahead (assessment 0).
"""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from gongjian.accounts.models import User
from gongjian.accounts.roles import OFFICE
from gongjian.audit.services import record
from gongjian.documents.drafting.kinds import faults_of
from gongjian.documents.models import DocumentKind, Issuer, OfficialDocument
from gongjian.documents.services import draft_document
from gongjian.notifications.services import notify
from gongjian.workflow import Step, WrongState, advance, require
from scoring import states
from scoring.models import CommendationPlan
from scoring.models.commendations import QUOTA_COLUMNS, CommendationPlanStatus
from scoring.models.public_notice import COMMENDATION_WORKDAYS, workdays_in_words
from scoring.permissions import may_plan_commendation
from scoring.rules.rubrics.parts import PraiseRule
from scoring.services.drafting.words import in_chapters, printed_table
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
    *QUOTA_COLUMNS,
)
ONLY_OFFICE = "表彰计划由共建办拟订"


def draft_plan(*, by: User, at: datetime, **content: Any) -> CommendationPlan:
    """Put a plan on the table; `content` holds the fields of WRITTEN.

    Raises ValidationError, by field.
    """
    require(may_plan_commendation(by), ONLY_OFFICE)
    year = content["year"]
    with transaction.atomic():
        _refuse(content, plan=None)
        plan = CommendationPlan.objects.create(drafted_by=by, drafted_at=at, **content)
        action = "scoring.commendationplan.draft"
        record(plan, action, by=by, at=at, year=year, name=plan.name)
    return plan


def _refuse(content: dict[str, Any], *, plan: CommendationPlan | None) -> None:
    """Raise ValidationError for places that cannot be, and for a second plan of one year."""
    places = sum(content[column] for column in QUOTA_COLUMNS)
    competing = content["competing"]
    if not places:
        raise ValidationError({"community_quota": "请至少给一类对象安排名额"})
    if places > competing:
        message = f"名额合计 {places} 个，多于参评数量 {competing} 个"
        raise ValidationError({"competing": message})
    others = CommendationPlan.objects.exclude(status=CommendationPlanStatus.REFUSED)
    if plan:
        others = others.exclude(pk=plan.pk)
    if others.filter(year=content["year"]).exists():
        message = f"{content['year']} 年度已有表彰计划，每年只报一项，请在原计划上办理"
        raise ValidationError({"year": message})


def edit_plan(
    plan: CommendationPlan, *, by: User, at: datetime, **content: Any
) -> CommendationPlan:
    """Change a plan that was not applied for yet. Raises ValidationError and WrongState."""
    require(may_plan_commendation(by), ONLY_OFFICE)
    before, after = {}, {}
    for name, value in content.items():
        if value != getattr(plan, name):
            before[name] = getattr(plan, name)
            after[name] = value
    with transaction.atomic():
        _refuse(content, plan=plan)
        drafts = CommendationPlan.objects.filter(pk=plan.pk, status=CommendationPlanStatus.DRAFT)
        if not drafts.update(**content):
            raise WrongState("表彰计划已经报送请示，不能再改")
        if after:
            action = "scoring.commendationplan.edit"
            record(plan, action, by=by, at=at, before=before, after=after)
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
    by: User,
    at: datetime,
) -> OfficialDocument:
    """Draft the 请示 with the application list; it is signed and issued like any document.

    Raises ValidationError for what a 请示 needs and does not have.
    """
    require(states.APPLY.may(by, plan), ONLY_OFFICE)
    words: dict[str, Any] = {"main_recipient": main_recipient, "signer": signer, "note": note}
    if faults := faults_of(DocumentKind.REQUEST, words):
        raise ValidationError(faults)
    words |= request_words(plan, issuer)
    with transaction.atomic():
        document = draft_document(kind=DocumentKind.REQUEST, issuer=issuer, **words, by=by, at=at)
        advance(plan, states.APPLY, by=by, at=at, request=document)
    return document


def request_words(plan: CommendationPlan, issuer: Issuer) -> dict[str, Any]:
    """Return title, body and the application list (申报表) of the 请示."""
    year = plan.year
    days = workdays_in_words(COMMENDATION_WORKDAYS)
    opening = (
        f"为做好{year}年度社区共建年终表彰工作，根据{plan.basis}，"
        f"我办拟申报“{plan.name}”表彰项目。现将有关情况请示如下。"
    )
    scope = f"{plan.scope}，参评{plan.competing}个，周期为{plan.cycle}。"
    quotas = f"共{plan.places}个，其中{_quota_words(plan)}。名额不得突破，宁缺毋滥。"
    selection = (
        "按每季度公布的考核评议得分计算四个季度平均分，依次提名；"
        f"名单公示{days}，异议逐件答复；经审核后报市委、市政府批准。"
    )
    awards = f"{plan.awards}。经费：{plan.funding}。形式：{plan.form}。"
    chapters = (
        ("评选范围", [scope]),
        ("表彰名额", [quotas]),
        ("评选办法", [selection]),
        ("奖项、经费和形式", [awards]),
    )
    body = [opening, *in_chapters(chapters), "妥否，请批示。"]
    title = f"{issuer.name}关于申报{year}年度“{plan.name}”表彰项目的请示"
    attachments = [application_list(plan)]
    return {"title": title, "body": "\n".join(body), "attachments": attachments}


def _quota_words(plan: CommendationPlan) -> str:
    words = []
    for standing, quota in plan.quotas.items():
        if quota:
            words.append(f"{STANDINGS[standing]}{quota}个")
    return "、".join(words)


def application_list(plan: CommendationPlan) -> dict[str, Any]:
    quotas = f"{plan.places}个：{_quota_words(plan)}"
    rows = [
        ("项目名称", plan.name),
        ("主办单位", plan.host),
        ("表彰依据", plan.basis),
        ("表彰周期", plan.cycle),
        ("评选范围", plan.scope),
        ("参评数量", f"{plan.competing}个"),
        ("表彰名额", quotas),
        ("奖项设置", plan.awards),
        ("经费来源", plan.funding),
        ("表彰形式", plan.form),
    ]
    columns = [("申报事项", "left", 22), ("内容", "left", 78)]
    return printed_table(f"{plan.year}年度表彰项目申报表", columns, rows)


def approve_plan(
    plan: CommendationPlan, *, reply_number: str, replied_on: date, by: User, at: datetime
) -> CommendationPlan:
    """Enter the city's reply (批复) with its number and day, and notify the office.

    Raises WrongState while the 请示 bears no number.
    """
    require(states.APPROVE_PLAN.may(by, plan), "表彰计划由市委、市政府批复")
    requested_on = plan.request.document_date if plan.request else None
    if plan.request is None or not plan.request.serial or requested_on is None:
        raise WrongState(f"{plan}的请示还没有签发编号，签发后才能批复")
    if not requested_on <= replied_on <= timezone.localdate(at):
        message = f"批复日期应在 {requested_on}（请示成文日期）至今天之间"
        raise ValidationError({"replied_on": message})
    reply = {"reply_number": reply_number.strip(), "replied_on": replied_on}
    return _decide_plan(plan, states.APPROVE_PLAN, by=by, at=at, **reply)


def refuse_plan(
    plan: CommendationPlan, *, refusal: str, by: User, at: datetime
) -> CommendationPlan:
    """Refuse with the reason, and notify the office; another plan may be written for the year."""
    require(states.REFUSE_PLAN.may(by, plan), "表彰计划由市委、市政府批复")
    return _decide_plan(plan, states.REFUSE_PLAN, by=by, at=at, refusal=refusal.strip())


def _decide_plan(
    plan: CommendationPlan, step: Step, *, by: User, at: datetime, **reply: Any
) -> CommendationPlan:
    with transaction.atomic():
        advance(plan, step, by=by, at=at, decided_by=by, decided_at=at, **reply)
        office = User.objects.holding(*OFFICE, on=timezone.localdate(at))
        key = f"scoring.plan.{plan.pk}.{plan.status}"
        subject = f"{plan}：{plan.get_status_display()}"
        notify(office, key=key, subject=subject, at=at, link=plan.get_absolute_url())
    return plan


def plan_in_force(year: int) -> CommendationPlan | None:
    """Return the year's approved plan. One query."""
    return CommendationPlan.objects.approved().filter(year=year).first()


def quotas_under(plan: CommendationPlan, rule: PraiseRule) -> dict[str, int]:
    """Return the places of each standing: the plan's, or the rubric's where it allows fewer."""
    quotas = {}
    for standing, quota in plan.quotas.items():
        quotas[standing] = min(quota, rule.quotas.get(standing, quota))
    return quotas


def plan_lacking(year: int) -> str:
    """Return what is missing before the year may commend anyone; "" when the plan is approved."""
    plans = CommendationPlan.objects.filter(year=year).exclude(
        status=CommendationPlanStatus.REFUSED
    )
    plan = plans.first()
    if plan is None:
        return f"{year} 年度没有表彰计划：请拟订计划，以请示报市委、市政府，批复后才能提名"
    if plan.status == CommendationPlanStatus.APPROVED:
        return ""
    next_act = "请报送请示" if plan.status == CommendationPlanStatus.DRAFT else "正在等待批复"
    return f"{plan}还没有批复（{plan.get_status_display()}）：{next_act}，批复后才能提名"
