"""A quarter's work: planned by the office, issued by the director, signed for and reported by the
groups.
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from communities import states
from communities.models import Assignment, AssignmentItem, Community, PlanItem, WorkPlan
from communities.models.people import community_workers, lead_officers, officers
from communities.models.plans import AssignmentStatus, PlanStatus
from communities.permissions import may_do_items, may_draft_plan, may_remind
from communities.services.issuing import lay_out_assignments
from communities.services.plan_notice import notice_words
from communities.services.refusals import refuse, refuse_blank, refuse_future, refuse_outside
from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.services import record, record_many
from gongjian.documents.models import Issuer, Kind, OfficialDocument
from gongjian.documents.services import draft_document, sign_document, submit_document
from gongjian.notifications.services import notify
from gongjian.recycling.models import BinnedRecord
from gongjian.recycling.services import bin_record
from gongjian.workflow import WrongState, advance, require

MOST_NAMED = 5


def draft_work_plan(
    *, quarter, title: str, foreword: str, due_on: date, by: User, at: datetime
) -> WorkPlan:
    """Begin the plan of a quarter; there is one a quarter."""
    require(may_draft_plan(by), "季度工作计划由共建办拟定")
    refuse_outside(quarter, due_on, what="完成时限", field="due_on")
    words = {"title": refuse_blank(title, "请填写标题", "title"), "foreword": foreword.strip()}
    try:
        with transaction.atomic():
            plan = WorkPlan.objects.create(
                quarter=str(quarter), due_on=due_on, created_by=by, created_at=at, **words
            )
            record(plan, "communities.workplan.draft", by=by, at=at, quarter=plan.quarter)
    except IntegrityError:
        refuse("这个季度已有工作计划，请打开原计划修改", "quarter")
    return plan


def edit_work_plan(
    plan: WorkPlan, *, title: str, foreword: str, due_on: date, by: User, at: datetime
) -> WorkPlan:
    """Change the words and the day of a plan that is still a draft."""
    require(may_draft_plan(by), "季度工作计划由共建办拟定")
    refuse_outside(plan.quarter, due_on, what="完成时限", field="due_on")
    words = {
        "title": refuse_blank(title, "请填写标题", "title"),
        "foreword": foreword.strip(),
        "due_on": due_on,
    }
    with transaction.atomic():
        _hold_draft(plan)
        before = {name: getattr(plan, name) for name in words}
        work_plans = WorkPlan.objects.filter(pk=plan.pk)
        work_plans.update(**words)
        record(plan, "communities.workplan.edit", by=by, at=at, before=before, after=words)
    for name, value in words.items():
        setattr(plan, name, value)
    return plan


def add_plan_item(
    plan: WorkPlan,
    *,
    area: str,
    text: str,
    community: Community | None = None,
    due_on: date | None = None,
    by: User,
    at: datetime,
) -> PlanItem:
    """Ask one thing of every community, or of `community` alone, while the plan is a draft."""
    require(may_draft_plan(by), "季度工作计划由共建办拟定")
    text = refuse_blank(text, "请填写工作内容", "text")
    if due_on:
        refuse_outside(plan.quarter, due_on, what="事项时限", field="due_on")
    if community and not community.is_active:
        refuse(f"{community}已不在册，请另选社区", "community")
    with transaction.atomic():
        _hold_draft(plan)
        item = PlanItem.objects.create(
            plan=plan, area=area, text=text, community=community, due_on=due_on
        )
        record(plan, "communities.workplan.add_item", by=by, at=at, item=item.pk, remark=text)
    return item


def delete_work_plan(plan: WorkPlan, *, by: User, at: datetime) -> BinnedRecord:
    """Put a plan that is still a draft into the bin, with its items."""
    require(may_draft_plan(by), "季度工作计划由共建办拟定")
    with transaction.atomic():
        _hold_draft(plan)
        return bin_record(plan, by=by, at=at, owner=plan.created_by)


def remove_plan_item(item: PlanItem, *, by: User, at: datetime) -> BinnedRecord:
    """Take an item out of a plan that is still a draft; while it is one, the item can be brought
    back.
    """
    require(may_draft_plan(by), "季度工作计划由共建办拟定")
    with transaction.atomic():
        _hold_draft(item.plan)
        record(
            item.plan,
            "communities.workplan.remove_item",
            by=by,
            at=at,
            item=item.pk,
            remark=item.text,
        )
        owner = item.plan.created_by
        return bin_record(
            item, by=by, at=at, owner=owner, parent=item.plan, parent_states=[PlanStatus.DRAFT]
        )


def _hold_draft(plan: WorkPlan) -> None:
    """Keep others from submitting the plan until this transaction ends; refuses one that is no
    draft.
    """
    work_plans = WorkPlan.objects.select_for_update().filter(pk=plan.pk, status=PlanStatus.DRAFT)
    if work_plans.first() is None:
        raise WrongState("计划已提交，退回后才能修改")


def submit_work_plan(plan: WorkPlan, *, by: User, at: datetime) -> WorkPlan:
    """Hand the plan to the director; it must ask something of every community."""
    if not plan.items.filter(community=None).exists():
        refuse("计划里还没有面向全部社区的工作内容，请至少添加一项再提交")
    with transaction.atomic():
        advance(plan, states.SUBMIT, by=by, at=at)
        directors = User.objects.holding(Role.OFFICE_DIRECTOR, on=timezone.localdate(at))
        _tell(directors, plan, f"待下达：{plan.title}", key=f"submit:{at:%Y%m%d%H%M}", at=at)
    return plan


def return_work_plan(plan: WorkPlan, *, remark: str, by: User, at: datetime) -> WorkPlan:
    """Give the plan back to the office with a remark."""
    remark = refuse_blank(remark, "请写明退回的理由", "remark")
    with transaction.atomic():
        advance(plan, states.RETURN, by=by, at=at, remark=remark)
        subject = f"退回修改：{plan.title}"
        _tell([plan.created_by], plan, subject, key=f"return:{at:%Y%m%d%H%M}", at=at, body=remark)
    return plan


def issue_work_plan(plan: WorkPlan, *, issuer: Issuer, by: User, at: datetime) -> WorkPlan:
    """Hand the quarter's work down: numbered notice, one assignment a community, everybody
    concerned told.

    One transaction. The statements do not grow with the number of communities, save that messages
    and log entries are written 500 at a time. Of two directors at once one wins, the other gets
    WrongState and leaves nothing.
    """
    with transaction.atomic():
        advance(plan, states.ISSUE, by=by, at=at, issued_at=at)
        plan.notice = _sign_notice(plan, issuer=issuer, by=by, at=at)
        work_plans = WorkPlan.objects.filter(pk=plan.pk)
        work_plans.update(notice=plan.notice)
        lay_out_assignments(plan)
        assignments = plan.assignments.select_related("plan", "community")
        laid_out = assignments.order_by("pk")
        record_many(
            laid_out.iterator(), "communities.assignment.issue", by=by, at=at, remark=plan.title
        )
        concerned = officers(Community.objects.active(), on=timezone.localdate(at)).only("pk")
        link = f"{reverse('communities:assignments')}?quarter={plan.quarter}"
        _tell(
            concerned,
            plan,
            f"新任务：{plan.title}",
            key="issue",
            at=at,
            body=plan.notice.title,
            link=link,
        )
    return plan


def _sign_notice(plan: WorkPlan, *, issuer: Issuer, by: User, at: datetime) -> OfficialDocument:
    words = notice_words(plan, issuer=issuer)
    notice = draft_document(by=by, at=at, kind=Kind.NOTICE, issuer=issuer, **vars(words))
    submit_document(notice, by=by, at=at)
    return sign_document(notice, by=by, at=at)


def _tell(
    people, plan: WorkPlan, subject: str, *, key: str, at: datetime, body: str = "", link: str = ""
) -> None:
    key = f"communities.workplan:{plan.pk}:{key}"
    notify(people, key=key, subject=subject, at=at, body=body, link=link or plan.get_absolute_url())


def acknowledge_assignment(assignment: Assignment, *, by: User, at: datetime) -> Assignment:
    """The lead unit signs for the work (签收)."""
    return advance(
        assignment, states.ACKNOWLEDGE, by=by, at=at, acknowledged_by=by, acknowledged_at=at
    )


def complete_item(
    item: AssignmentItem, *, done_on: date, note: str, by: User, at: datetime
) -> AssignmentItem:
    """Say that one item is done, when and how; said again before the report, it corrects what was
    said.

    `done_on` lies after the quarter's begin and not in the future; work finished after the quarter
    keeps its true day.
    """
    assignment = item.assignment
    require(may_do_items(by, assignment), "只有牵头单位或社区可以登记办理情况")
    refuse_future(done_on, at, what="完成日期", field="done_on")
    if done_on < assignment.plan.span.first_day:
        refuse(f"完成日期不能早于{assignment.plan.span.title}的第一天", "done_on")
    words = {"done_on": done_on, "note": note.strip()}
    with transaction.atomic():
        _hold_open(assignment)
        before = {"done_on": item.done_on, "note": item.note}
        assignment_items = AssignmentItem.objects.filter(pk=item.pk)
        assignment_items.update(**words)
        details = {"remark": str(item), "before": before, "after": words}
        record(assignment, "communities.assignment.complete_item", by=by, at=at, **details)
    item.done_on = words["done_on"]
    item.note = words["note"]
    return item


def _hold_open(assignment: Assignment) -> None:
    """Keep others from reporting completion until this transaction ends; refuses work not signed
    for or closed.
    """
    mine = Assignment.objects.select_for_update().filter(pk=assignment.pk)
    status = mine.values_list("status", flat=True).first()
    if status == AssignmentStatus.ISSUED:
        raise WrongState("牵头单位还没有签收，签收后才能登记办理情况")
    if status != AssignmentStatus.ACKNOWLEDGED:
        raise WrongState("社区已报告完成，不能再改办理情况")


def complete_assignment(
    assignment: Assignment, *, summary: str, by: User, at: datetime
) -> Assignment:
    """The community reports the quarter's work done; refuses by name while items are open."""
    require(states.COMPLETE.may(by, assignment), "完成情况由社区报告")
    summary = refuse_blank(summary, "请写明完成情况", "summary")
    open_items = []
    for row in open_items_of(assignment):
        open_items.append(str(row.item))
    if open_items:
        refuse(_still_open(open_items))
    return advance(assignment, states.COMPLETE, by=by, at=at, summary=summary, completed_at=at)


def open_items_of(assignment: Assignment):
    """The items of an assignment that are not done."""
    return assignment.items.filter(done_on=None).select_related("item").order_by("pk")


def _still_open(names: list[str]) -> str:
    texts = []
    for name in names[:MOST_NAMED]:
        texts.append(f"“{name}”")
    numbers = "、".join(texts)
    more = ""
    if len(names) > MOST_NAMED:
        more = f"等 {len(names)} 项"
    return f"还有工作没有办结：{numbers}{more}。办结后再报告完成"


def remind_lead_units(assignments, *, by: User, at: datetime) -> int:
    """Press those who are behind (催办), each once a day; returns how many of `assignments` (a
    QuerySet) are open.

    Lead units hear of work not signed for, lead units and communities of work not reported
    complete.
    """
    require(may_remind(by), "只有共建办可以催办")
    behind = list(
        assignments.exclude(status=AssignmentStatus.COMPLETED).select_related("plan", "community")
    )
    day = timezone.localdate(at)
    with transaction.atomic():
        for plan in {assignment.plan_id: assignment.plan for assignment in behind}.values():
            _press(
                [assignment for assignment in behind if assignment.plan_id == plan.pk],
                plan,
                day=day,
                at=at,
            )
        record_many(behind, "communities.assignment.remind", by=by, at=at)
    return len(behind)


def _press(behind: list[Assignment], plan: WorkPlan, *, day: date, at: datetime) -> None:
    """One message a person for the assignments of one plan."""
    link = f"{reverse('communities:assignments')}?quarter={plan.quarter}"
    waiting = []
    for assignment in behind:
        if assignment.status == AssignmentStatus.ISSUED:
            waiting.append(assignment.community_id)
    working = [
        assignment.community_id
        for assignment in behind
        if assignment.status == AssignmentStatus.ACKNOWLEDGED
    ]
    people = (
        ("sign", "请及时签收", lead_officers(waiting, on=day)),
        (
            "work",
            "请抓紧办理并报告完成",
            lead_officers(working, on=day) | community_workers(working, on=day),
        ),
    )
    for word, recipients, who in people:
        key = f"remind-{word}:{day:%Y%m%d}"
        _tell(who, plan, f"催办：{plan.title}，{recipients}", key=key, at=at, link=link)
