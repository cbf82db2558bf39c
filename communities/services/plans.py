"""A quarter's work: planned by the office, issued by the director, signed for and reported by the
groups.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
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
from gongjian.documents.models import DocumentKind, Issuer, OfficialDocument
from gongjian.documents.services import draft_document, sign_document, submit_document
from gongjian.lib.quarters import Quarter
from gongjian.notifications.services import notify
from gongjian.recycling.models import BinnedRecord
from gongjian.recycling.services import bin_record
from gongjian.workflow import WrongState, advance, require

MOST_NAMED = 5


def draft_work_plan(
    *, quarter: Quarter, title: str, foreword: str, due_on: date, by: User, at: datetime
) -> WorkPlan:
    """Begin the plan of a quarter; there is one a quarter."""
    require(may_draft_plan(by), "季度工作计划由共建办拟定")
    refuse_outside(quarter, due_on, what="完成时限", field="due_on")
    plan = WorkPlan(quarter=str(quarter), due_on=due_on, created_by=by, created_at=at)
    plan.title = refuse_blank(title, "请填写标题", "title")
    plan.foreword = foreword.strip()
    try:
        with transaction.atomic():
            plan.save(force_insert=True)
            record(plan, "communities.workplan.draft", by=by, at=at, quarter=plan.quarter)
    except IntegrityError:
        refuse("这个季度已有工作计划，请打开原计划修改", "quarter")
    return plan


def edit_work_plan(
    plan: WorkPlan, *, title: str, foreword: str, due_on: date, by: User, at: datetime
) -> WorkPlan:
    """Change the words and the day of a plan that is still a draft."""
    require(may_draft_plan(by), "季度工作计划由共建办拟定")
    refuse_outside(plan.span, due_on, what="完成时限", field="due_on")
    title = refuse_blank(title, "请填写标题", "title")
    words: dict[str, Any] = {"title": title, "foreword": foreword.strip(), "due_on": due_on}
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
        refuse_outside(plan.span, due_on, what="事项时限", field="due_on")
    if community and not community.is_active:
        refuse(f"{community}已不在册，请另选社区", "community")
    item = PlanItem(plan=plan, area=area, text=text, community=community, due_on=due_on)
    with transaction.atomic():
        _hold_draft(plan)
        item.save(force_insert=True)
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
    plan = item.plan
    details = {"item": item.pk, "remark": item.text}
    whereto: dict[str, Any] = {"parent": plan, "parent_states": [PlanStatus.DRAFT]}
    with transaction.atomic():
        _hold_draft(plan)
        record(plan, "communities.workplan.remove_item", by=by, at=at, **details)
        return bin_record(item, by=by, at=at, owner=plan.created_by, **whereto)


def _hold_draft(plan: WorkPlan) -> None:
    """Keep others from submitting the plan until this transaction ends; refuses one that is no
    draft.
    """
    drafts = WorkPlan.objects.select_for_update().filter(status=PlanStatus.DRAFT)
    if not drafts.filter(pk=plan.pk).exists():
        raise WrongState("计划已提交，退回后才能修改")


def submit_work_plan(plan: WorkPlan, *, by: User, at: datetime) -> WorkPlan:
    """Hand the plan to the director; it must ask something of every community."""
    if not plan.items.filter(community=None).exists():
        refuse("计划里还没有面向全部社区的工作内容，请至少添加一项再提交")
    with transaction.atomic():
        advance(plan, states.SUBMIT, by=by, at=at)
        directors = User.objects.holding(Role.OFFICE_DIRECTOR, on=timezone.localdate(at))
        key = f"submit:{at:%Y%m%d%H%M}"
        _notify_about(plan, directors, f"待下达：{plan.title}", key=key, at=at)
    return plan


def return_work_plan(plan: WorkPlan, *, remark: str, by: User, at: datetime) -> WorkPlan:
    """Give the plan back to the office with a remark."""
    remark = refuse_blank(remark, "请写明退回的理由", "remark")
    with transaction.atomic():
        advance(plan, states.RETURN, by=by, at=at, remark=remark)
        key = f"return:{at:%Y%m%d%H%M}"
        subject = f"退回修改：{plan.title}"
        _notify_about(plan, [plan.created_by], subject, key=key, at=at, body=remark)
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
        plan.notice = sign_notice(plan, issuer=issuer, by=by, at=at)
        work_plans = WorkPlan.objects.filter(pk=plan.pk)
        work_plans.update(notice=plan.notice)
        lay_out_assignments(plan)
        assignments = plan.assignments.select_related("plan", "community")
        laid_out = assignments.order_by("pk").iterator()
        record_many(laid_out, "communities.assignment.issue", by=by, at=at, remark=plan.title)
        notify_of_new_work(plan, plan.notice.title, at=at)
    return plan


def notify_of_new_work(plan: WorkPlan, notice_title: str, *, at: datetime) -> None:
    """Notify the officers of all groups and the workers of the quarter's assignments."""
    today = timezone.localdate(at)
    concerned = officers(Community.objects.active(), on=today).only("pk")
    subject = f"新任务：{plan.title}"
    link = link_to_assignments(plan)
    _notify_about(plan, concerned, subject, key="issue", at=at, body=notice_title, link=link)


def link_to_assignments(plan: WorkPlan) -> str:
    """Return the address of the list of the plan's assignments."""
    return f"{reverse('communities:assignments')}?quarter={plan.quarter}"


def sign_notice(plan: WorkPlan, *, issuer: Issuer, by: User, at: datetime) -> OfficialDocument:
    """Draft, submit and sign the notice of the plan (任务通知); return the numbered document."""
    words = notice_words(plan, issuer=issuer)
    content = vars(words) | {"kind": DocumentKind.NOTICE, "issuer": issuer}
    notice = draft_document(by=by, at=at, **content)
    submit_document(notice, by=by, at=at)
    signed: OfficialDocument = sign_document(notice, by=by, at=at)
    return signed


def _notify_about(
    plan: WorkPlan,
    recipients: Iterable[User],
    subject: str,
    *,
    key: str,
    at: datetime,
    body: str = "",
    link: str = "",
) -> None:
    """Notify about a plan, by default with a link to it; `key` is the act and, if needed, when."""
    key = f"communities.workplan:{plan.pk}:{key}"
    link = link or plan.get_absolute_url()
    notify(recipients, key=key, subject=subject, at=at, body=body, link=link)


def acknowledge_assignment(assignment: Assignment, *, by: User, at: datetime) -> Assignment:
    """The lead unit signs for the work (签收)."""
    signature: dict[str, Any] = {"acknowledged_by": by, "acknowledged_at": at}
    return advance(assignment, states.ACKNOWLEDGE, by=by, at=at, **signature)


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
    quarter = assignment.plan.span
    if done_on < quarter.first_day:
        refuse(f"完成日期不能早于{quarter.title}的第一天", "done_on")
    words: dict[str, Any] = {"done_on": done_on, "note": note.strip()}
    with transaction.atomic():
        hold_open(assignment)
        before = {"done_on": item.done_on, "note": item.note}
        assignment_items = AssignmentItem.objects.filter(pk=item.pk)
        assignment_items.update(**words)
        details = {"remark": str(item), "before": before, "after": words}
        record(assignment, "communities.assignment.complete_item", by=by, at=at, **details)
    item.done_on = words["done_on"]
    item.note = words["note"]
    return item


def hold_open(assignment: Assignment) -> None:
    """Keep others from reporting completion until this transaction ends; refuses work not signed
    for or closed.
    """
    locked_row = Assignment.objects.select_for_update().filter(pk=assignment.pk)
    status = locked_row.values_list("status", flat=True).first()
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
        refuse(say_what_is_open(open_items))
    return advance(assignment, states.COMPLETE, by=by, at=at, summary=summary, completed_at=at)


def open_items_of(assignment: Assignment) -> QuerySet[AssignmentItem]:
    """Return the items of an assignment that are not done."""
    return assignment.items.filter(done_on=None).select_related("item").order_by("pk")


def say_what_is_open(names: list[str]) -> str:
    """Return the sentence that names the first few items that are not done."""
    texts = []
    for name in names[:MOST_NAMED]:
        texts.append(f"“{name}”")
    numbers = "、".join(texts)
    more = ""
    if len(names) > MOST_NAMED:
        more = f"等 {len(names)} 项"
    return f"还有工作没有办结：{numbers}{more}。办结后再报告完成"


def remind_lead_units(assignments: QuerySet[Assignment], *, by: User, at: datetime) -> int:
    """Press those who are behind (催办), each once a day; return how many assignments are open.

    Lead units hear of work not signed for, lead units and communities of work not reported
    complete.
    """
    require(may_remind(by), "只有共建办可以催办")
    unfinished = assignments.exclude(status=AssignmentStatus.COMPLETED)
    behind = list(unfinished.select_related("plan", "community"))
    by_plan: dict[WorkPlan, list[Assignment]] = {}
    for assignment in behind:
        by_plan.setdefault(assignment.plan, []).append(assignment)
    with transaction.atomic():
        for plan, of_plan in by_plan.items():
            press(of_plan, plan, at=at)
        record_many(behind, "communities.assignment.remind", by=by, at=at)
    return len(behind)


def press(behind: list[Assignment], plan: WorkPlan, *, at: datetime) -> None:
    """Send each person one message for the assignments of one plan (催办)."""
    unsigned = []
    unreported = []
    for assignment in behind:
        if assignment.status == AssignmentStatus.ISSUED:
            unsigned.append(assignment.community_id)
        else:
            unreported.append(assignment.community_id)
    day = timezone.localdate(at)
    signers = lead_officers(unsigned, on=day)
    reporters = lead_officers(unreported, on=day) | community_workers(unreported, on=day)
    link = link_to_assignments(plan)
    for act, request, recipients in (
        ("sign", "请及时签收", signers),
        ("work", "请抓紧办理并报告完成", reporters),
    ):
        key = f"remind-{act}:{day:%Y%m%d}"
        subject = f"催办：{plan.title}，{request}"
        _notify_about(plan, recipients, subject, key=key, at=at, link=link)
