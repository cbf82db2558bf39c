"""共建经费: promised, received, reversed, asked for, approved, made public.

Every act is in the log.

Whatever moves a community's money holds its row until the act ends, so that no two acts spend the
same yuan.
"""

from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from communities.models import Community
from communities.models.people import lead_officers
from communities.services.refusals import refuse, refuse_blank, refuse_future, refuse_outside
from funds import states
from funds.accounts import spendable, statement_of
from funds.models import (
    Contribution,
    Disclosure,
    Expense,
    ExpenseStatus,
    FundSource,
    Pledge,
    PledgeStatus,
)
from funds.permissions import is_the_payee, may_decide_expense, may_keep_account, may_pledge
from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.services import record
from gongjian.lib.canonical import fingerprint
from gongjian.lib.money import format_yuan
from gongjian.lib.quarters import Quarter
from gongjian.notifications.services import notify
from gongjian.workflow import WrongState, advance, require
from units.models import Unit

KEEPERS = "只有本社区的牵头单位经办人、社区工作者和共建办可以办理"


def pledge_funds(
    *,
    community: Community,
    quarter: Quarter,
    source: str,
    payer: str,
    unit: Unit | None = None,
    amount_yuan: Decimal,
    pledged_on: date,
    by: User,
    at: datetime,
) -> Pledge:
    """Write down a promise of money, given of free will.

    A member unit's liaison may do so for his own unit.
    """
    allowed = may_pledge(by, community, unit)
    require(allowed, f"{KEEPERS}认捐；共建单位联络员只能为本单位登记")
    _check_amount(amount_yuan)
    _check_payer(community, source, unit)
    payer = refuse_blank(payer, "请填写认捐方", "payer")
    refuse_future(pledged_on, at, what="认捐日期", field="pledged_on")
    fields = {
        "community": community,
        "quarter": str(quarter),
        "source": source,
        "payer": payer,
        "unit": unit,
        "amount_yuan": amount_yuan,
        "pledged_on": pledged_on,
    }
    with transaction.atomic():
        pledge = Pledge.objects.create(by=by, at=at, **fields)
        record(pledge, "funds.pledge.make", by=by, at=at, amount_yuan=amount_yuan)
    return pledge


def withdraw_pledge(pledge: Pledge, *, by: User, at: datetime) -> Pledge:
    """Take back a promise of which nothing has been received."""
    return advance(pledge, states.WITHDRAW, by=by, at=at)


def receive_contribution(
    *,
    community: Community,
    quarter: Quarter,
    source: str,
    payer: str,
    unit: Unit | None = None,
    pledge: Pledge | None = None,
    amount_yuan: Decimal,
    received_on: date,
    receipt_number: str,
    by: User,
    at: datetime,
) -> Contribution:
    """Register money received, with its receipt; against a pledge it moves the pledge on.

    Raises ValidationError for more than is open, a receipt registered before and a day outside the
    quarter or in one that is disclosed.
    """
    require(may_keep_account(by, community), f"{KEEPERS}到账")
    _check_amount(amount_yuan)
    _check_payer(community, source, unit, pledge)
    _check_day(received_on, quarter, at, what="到账日期", field="received_on")
    contribution = Contribution(
        community=community, quarter=str(quarter), source=source, unit=unit, by=by, at=at
    )
    contribution.payer = refuse_blank(payer, "请填写出资方", "payer")
    contribution.amount_yuan = amount_yuan
    contribution.received_on = received_on
    contribution.receipt_number = refuse_blank(receipt_number, "请填写票据号", "receipt_number")
    with transaction.atomic():
        _hold(community)
        _refuse_disclosed(community, quarter, field="received_on")
        if pledge:
            contribution.pledge = pay_pledge(pledge, amount_yuan, by=by, at=at)
        store_receipt(contribution)
        record(contribution, "funds.contribution.receive", by=by, at=at, amount_yuan=amount_yuan)
    return contribution


def store_receipt(contribution: Contribution) -> None:
    """Insert the row. Raises ValidationError for a receipt that was registered before."""
    receipt_number = contribution.receipt_number
    try:
        with transaction.atomic():
            contribution.save(force_insert=True)
    except IntegrityError as twice:
        contributions = Contribution.objects.filter(receipt_number=receipt_number, reverses=None)
        if not contributions.exists():
            raise
        message = f"票据号“{receipt_number}”已登记过到账，一张票据只能登记一次，请核对票据"
        raise ValidationError({"receipt_number": message}) from twice


def pay_pledge(pledge: Pledge, amount_yuan: Decimal, *, by: User, at: datetime) -> Pledge:
    """Count money towards a pledge (partly paid or paid), and return it.

    Reads the pledge anew; call while its account is held.
    """
    pledge = Pledge.objects.with_paid().get(pk=pledge.pk)
    still_open = pledge.open_yuan
    if pledge.status != PledgeStatus.WITHDRAWN and amount_yuan > still_open:
        refuse(
            f"这笔认捐还有 {format_yuan(still_open)}未到账，不能登记得更多；多出的部分请另行登记",
            "amount_yuan",
        )
    if amount_yuan == still_open:
        step = states.PAY_OFF
    else:
        step = states.PAY_PART
    return advance(pledge, step, by=by, at=at)


def reverse_contribution(
    contribution: Contribution, *, reason: str, by: User, at: datetime
) -> Contribution:
    """Take back a wrong receipt by a row with the negative amount, dated the day of `at`; once,
    with a reason.

    Returns the new row. Raises WrongState when it was reversed before, or its money has been spent
    already.
    """
    community = contribution.community
    require(may_keep_account(by, community), f"{KEEPERS}冲正")
    reason = refuse_blank(reason, "请写明冲正的原因", "reason")
    day = timezone.localdate(at)
    with transaction.atomic():
        _open_books(community, Quarter.of(day))
        spendable_yuan = spendable(community, Quarter.of(day))
        refuse_to_reverse(contribution, spendable_yuan)
        reversal = reversal_of(contribution, day)
        reversal.reason = reason
        reversal.by = by
        reversal.at = at
        reversal.save(force_insert=True)
        if contribution.pledge_id:
            reopen_pledge(contribution.pledge_id, by=by, at=at)
        details = {"remark": reason, "reversal": reversal.pk}
        for row in (contribution, reversal):
            record(row, "funds.contribution.reverse", by=by, at=at, **details)
    return reversal


def refuse_to_reverse(contribution: Contribution, spendable_yuan: Decimal) -> None:
    """Raise WrongState for what cannot be taken back: a reversal, twice, or money spent."""
    if contribution.is_reversal:
        raise WrongState("这一行本身就是冲正，不能再冲正；请重新登记正确的到账")
    if Contribution.objects.filter(reverses=contribution).exists():
        raise WrongState("这笔到账已经冲正，不能再次冲正")
    if contribution.amount_yuan > spendable_yuan:
        remainder = format_yuan(spendable_yuan)
        raise WrongState(
            f"账上只有 {remainder}，冲正后余额会小于零；请先登记正确的到账，再冲正这一笔"
        )


def reversal_of(original: Contribution, day: date) -> Contribution:
    """Return the row, not stored yet, that takes back `original` on a day."""
    reversal = Contribution(reverses=original, pledge_id=original.pledge_id)
    for name in ("community", "source", "unit", "payer", "receipt_number"):
        setattr(reversal, name, getattr(original, name))
    reversal.amount_yuan = -original.amount_yuan
    reversal.quarter = str(Quarter.of(day))
    reversal.received_on = day
    return reversal


def reopen_pledge(pledge_pk: int, *, by: User, at: datetime) -> None:
    """Open a pledge again by what its reversed receipt had paid."""
    pledge = Pledge.objects.with_paid().get(pk=pledge_pk)
    if pledge.paid_yuan:
        step = states.TAKE_BACK_PART
    else:
        step = states.TAKE_BACK
    advance(pledge, step, by=by, at=at)


def request_expense(
    *,
    community: Community,
    quarter: Quarter,
    purpose: str,
    payee: str,
    amount_yuan: Decimal,
    spent_on: date,
    voucher_number: str,
    by: User,
    at: datetime,
) -> Expense:
    """Ask for an expense to be approved, and tell those who may. The day spent says the quarter."""
    require(may_keep_account(by, community), f"{KEEPERS}支出")
    _check_amount(amount_yuan)
    _check_day(spent_on, quarter, at, what="支出日期", field="spent_on")
    expense = Expense(community=community, quarter=str(quarter), spent_on=spent_on)
    expense.purpose = refuse_blank(purpose, "请写明用途", "purpose")
    expense.payee = refuse_blank(payee, "请填写收款方", "payee")
    expense.voucher_number = refuse_blank(voucher_number, "请填写凭证号", "voucher_number")
    expense.amount_yuan = amount_yuan
    expense.requested_by = by
    expense.requested_at = at
    with transaction.atomic():
        _hold(community)
        _refuse_disclosed(community, quarter, field="spent_on")
        expense.save(force_insert=True)
        record(expense, "funds.expense.request", by=by, at=at, amount_yuan=amount_yuan)
        notify_deciders(expense, at=at)
    return expense


def notify_deciders(expense: Expense, *, at: datetime) -> None:
    """Notify the lead unit's officers of an expense to decide.

    The office's directors hear instead where nobody but the asker could decide there.
    """
    day = timezone.localdate(at)
    asker = expense.requested_by_id
    officers = lead_officers([expense.community], on=day).exclude(pk=asker)
    directors = User.objects.holding(Role.OFFICE_DIRECTOR, on=day).exclude(pk=asker)
    deciders = list(officers) or directors
    amount = format_yuan(expense.amount_yuan)
    subject = f"请审批支出：{expense.community} {amount}"
    key = f"funds.expense.{expense.pk}.requested"
    notify(deciders, key=key, subject=subject, at=at, link=expense.get_absolute_url())


def approve_expense(expense: Expense, *, by: User, at: datetime) -> Expense:
    """Approve an expense while the account covers it; never by who asked or who is paid.

    Raises WrongState when the money does not suffice, also if it was spent a moment ago by another
    approval.
    """
    _require_decider(expense, by)
    with transaction.atomic():
        quarter = Quarter.parse(expense.quarter)
        _open_books(expense.community, quarter)
        expense.refresh_from_db(fields=["status"])
        remainder = spendable(expense.community, quarter)
        if expense.status == ExpenseStatus.REQUESTED and expense.amount_yuan > remainder:
            amount = format_yuan(expense.amount_yuan)
            available = f"{expense.community}账上可用 {format_yuan(remainder)}"
            raise WrongState(f"余额不足：{available}，不够支出 {amount}")
        advance(expense, states.APPROVE, by=by, at=at, approved_by=by, approved_at=at)
        _notify_asker(expense, "已批准", at=at)
    return expense


def refuse_expense(expense: Expense, *, remark: str, by: User, at: datetime) -> Expense:
    """Refuse an expense with a remark, and tell who asked."""
    _require_decider(expense, by)
    remark = refuse_blank(remark, "请写明不批准的理由", "remark")
    with transaction.atomic():
        decision = {"approved_by": by, "approved_at": at}
        advance(expense, states.REFUSE, by=by, at=at, remark=remark, **decision)
        _notify_asker(expense, "未获批准", at=at, body=remark)
    return expense


def _require_decider(expense: Expense, by: User) -> None:
    require(
        expense.requested_by_id != by.pk,
        "申请人不能审批自己的申请，请牵头单位的另一位经办人或共建办主任审批",
    )
    require(
        not is_the_payee(by, expense),
        "收款人不能审批付给自己的支出，请牵头单位的另一位经办人或共建办主任审批",
    )
    require(may_decide_expense(by, expense), "支出由牵头单位经办人或共建办主任审批")


def _notify_asker(expense: Expense, outcome: str, *, at: datetime, body: str = "") -> None:
    subject = f"支出申请{outcome}：{expense.purpose}"[:120]
    key = f"funds.expense.{expense.pk}.{expense.status}"
    link = expense.get_absolute_url()
    notify([expense.requested_by], key=key, subject=subject, body=body, at=at, link=link)


def publish_disclosure(
    *, community: Community, quarter: Quarter, by: User, at: datetime, previewed: str = ""
) -> Disclosure:
    """Make a community's account of a quarter public, once; from then on the quarter's books are
    closed.

    `previewed` is the SHA-256 of what the person was shown. Raises WrongState when the account has
    changed since, an expense still waits, or it was made public before (policy 三之六, 信息公开).
    """
    require(may_keep_account(by, community), f"{KEEPERS}经费公示")
    quarter = Quarter.parse(str(quarter))
    refuse_future(quarter.first_day, at, what="公示的季度", field="quarter")
    with transaction.atomic():
        _hold(community)
        obstacle = obstacle_to_disclosure(community, quarter)
        if obstacle:
            raise WrongState(obstacle)
        content = statement_of(community, quarter)
        sha256 = fingerprint(content)
        if previewed and previewed != sha256:
            raise WrongState("账目在您预览之后有了变化，请重新预览、核对后再公示")
        fields = {"content": content, "sha256": sha256, "published_by": by, "published_at": at}
        disclosure = Disclosure.objects.create(community=community, quarter=str(quarter), **fields)
        record(disclosure, "funds.disclosure.publish", by=by, at=at, sha256=sha256)
    return disclosure


def obstacle_to_disclosure(community: Community, quarter: Quarter) -> str:
    """Why the quarter cannot be made public now, in a sentence; empty when it can."""
    disclosures = Disclosure.objects.in_quarter(quarter)
    if disclosures.filter(community=community).exists():
        return f"{community}{quarter.title_in_text}的经费已经公示，不能再次公示"
    expenses = Expense.objects.waiting().filter(community=community, quarter__lte=str(quarter))
    waiting = expenses.count()
    if waiting:
        return f"还有 {waiting} 笔支出待审批，请先批准或不批准，再公示"
    return ""


def _hold(community: Community) -> None:
    """Let one act at a time move this community's money.

    On SQLite the transaction itself does (IMMEDIATE).
    """
    communities = Community.objects.select_for_update(no_key=True)
    communities.get(pk=community.pk)


def _open_books(community: Community, quarter: Quarter) -> None:
    """Hold the account. Raises WrongState when the quarter's books are closed."""
    _hold(community)
    reason = why_closed(community, quarter)
    if reason:
        raise WrongState(reason)


def _refuse_disclosed(community: Community, quarter: Quarter, *, field: str) -> None:
    """Refuse a day that somebody entered in a quarter whose books are closed."""
    reason = why_closed(community, quarter)
    if reason:
        refuse(reason, field)


def why_closed(community: Community, quarter: Quarter) -> str:
    """Return why a quarter's money cannot change any more; '' when it can.

    A quarter is closed once it, or a later one, was made public: its balance was carried.
    """
    disclosures = Disclosure.objects.filter(community=community, quarter__gte=str(quarter))
    disclosure = disclosures.order_by("quarter").first()
    if disclosure is None:
        return ""
    closed = Quarter.parse(disclosure.quarter).title_in_text
    message = f"{community}{closed}的经费已经公示"
    return f"{message}，该季度及以前的收支不能再变动；请记入以后的季度"


def _check_amount(amount_yuan: Decimal) -> None:
    if amount_yuan <= 0:
        refuse("金额应大于 0", "amount_yuan")


def _check_day(day: date, quarter: Quarter, at: datetime, *, what: str, field: str) -> None:
    refuse_future(day, at, what=what, field=field)
    refuse_outside(quarter, day, what=what, field=field)


def _check_payer(
    community: Community, source: str, unit: Unit | None, pledge: Pledge | None = None
) -> None:
    """Refuse money on a pledge from another payer, and 单位筹 from outside the group."""
    if pledge:
        promised = (pledge.community_id, pledge.source, pledge.unit_id)
        if promised != (community.pk, source, unit and unit.pk):
            refuse("到账的社区、来源和单位应与认捐一致", "pledge")
    elif source == FundSource.COMMUNITY_SHARE and unit:
        refuse("“社区拿”由社区出资，不填单位", "unit")
    elif source == FundSource.UNIT_SHARE and unit is None:
        refuse("“单位筹”请选出资单位", "unit")
    elif source == FundSource.UNIT_SHARE and unit:
        seats = unit.seats.filter(group__community=community)
        if not seats.exists():
            refuse(f"{unit}不在{community}的共建名单里；名单外单位出资请登记为“社会捐”", "unit")
