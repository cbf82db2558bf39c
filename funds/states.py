"""认捐 → 部分到账 → 已到账, back by a reversal, or withdrawn; 支出: asked, then approved or not."""

from funds import permissions as may
from gongjian.workflow import Step

PAY_PART = Step(
    "pay_part", "登记到账", ("pledged", "partly_paid"), "partly_paid", may.may_receive_on
)
PAY_OFF = Step("pay_off", "登记到账", ("pledged", "partly_paid"), "paid", may.may_receive_on)
TAKE_BACK_PART = Step(
    "take_back_part", "冲正", ("paid", "partly_paid"), "partly_paid", may.may_receive_on
)
TAKE_BACK = Step("take_back", "冲正", ("paid", "partly_paid"), "pledged", may.may_receive_on)
WITHDRAW = Step("withdraw", "撤回认捐", ("pledged",), "withdrawn", may.may_withdraw_pledge)

PLEDGE_STEPS = (PAY_PART, PAY_OFF, TAKE_BACK_PART, TAKE_BACK, WITHDRAW)

APPROVE = Step("approve", "批准", ("requested",), "approved", may.may_decide_expense)
REFUSE = Step("refuse", "不批准", ("requested",), "refused", may.may_decide_expense)

EXPENSE_STEPS = (APPROVE, REFUSE)
