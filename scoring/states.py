"""Which state leads to which, and who may take the step.

季度考评: 筹备 → 抽签考评 → 汇总 → 公示复核 → 定分 → 报批 → 通报. A sheet is locked once.
季度奖惩名单: 提名 → 公示 → 已公示, with a return during the public notice.
表彰计划: 拟订 → 请示 → 批复.
年终表彰: 提名 → 公示 → 主任审核 → 市批准 → 拟决定, with a return before the approval.
申诉: 初核 → 核实 → 裁定, three people. 更正: 提出 → 批准, two.
"""

from gongjian.workflow import Step
from scoring import permissions as may

DRAW = Step("draw", "抽签", ("planned",), "assessing", may.may_run_round)
GATHER = Step("gather", "汇总得分", ("assessing", "gathered"), "gathered", may.may_run_round)
GATHER_AGAIN = Step("gather_again", "重新汇总", ("on_notice",), "on_notice", may.may_run_round)
OPEN_PUBLIC_NOTICE = Step("open_notice", "公示", ("gathered",), "on_notice", may.may_run_round)
FREEZE = Step("freeze", "核对定分", ("on_notice",), "frozen", may.may_freeze_round)
REPORT = Step("report", "拟稿报批", ("frozen",), "reported", may.may_run_round)
PUBLISH = Step("publish", "通报", ("reported",), "published", may.may_run_round)

ROUND_STEPS = (DRAW, GATHER, GATHER_AGAIN, OPEN_PUBLIC_NOTICE, FREEZE, REPORT, PUBLISH)

OPEN_QUARTER_LIST_PUBLIC_NOTICE = Step(
    "open_notice", "公示名单", ("proposed",), "on_notice", may.may_run_round
)
TAKE_BACK = Step("return", "退回重新提名", ("on_notice",), "proposed", may.may_review_commendation)
CLOSE_LIST = Step("close", "结束公示", ("on_notice",), "closed", may.may_run_round)
QUARTER_LIST_STEPS = (OPEN_QUARTER_LIST_PUBLIC_NOTICE, TAKE_BACK, CLOSE_LIST)

LOCK = Step("lock", "锁定", ("open",), "locked", may.may_fill_sheet)
SHEET_STEPS = (LOCK,)

APPLY = Step("apply", "报送请示", ("draft",), "applied", may.may_plan_commendation)
APPROVE_PLAN = Step("approve", "批复同意", ("applied",), "approved", may.may_decide_plan)
REFUSE_PLAN = Step("refuse", "不予批准", ("applied",), "refused", may.may_decide_plan)
PLAN_STEPS = (APPLY, APPROVE_PLAN, REFUSE_PLAN)

OPEN_COMMENDATION_PUBLIC_NOTICE = Step(
    "open_notice", "公示名单", ("proposed",), "on_notice", may.may_run_round
)
REVIEW_LIST = Step(
    "review", "审核同意，报市批准", ("on_notice",), "reviewed", may.may_review_commendation
)
RETURN_LIST = Step(
    "return", "退回重新提名", ("on_notice", "reviewed"), "proposed", may.may_review_commendation
)
SEND_BACK_LIST = Step(
    "send_back", "退回重新提名", ("reviewed",), "proposed", may.may_approve_commendation
)
APPROVE_LIST = Step("approve", "批准名单", ("reviewed",), "approved", may.may_approve_commendation)
DECIDE = Step("decide", "拟表彰决定", ("approved",), "decided", may.may_run_round)
COMMENDATION_STEPS = (
    OPEN_COMMENDATION_PUBLIC_NOTICE,
    REVIEW_LIST,
    RETURN_LIST,
    SEND_BACK_LIST,
    APPROVE_LIST,
    DECIDE,
)

PRECHECK = Step("precheck", "受理", ("raised",), "prechecked", may.may_precheck_appeal)
DISMISS = Step("dismiss", "不予受理", ("raised",), "dismissed", may.may_precheck_appeal)
VERIFY = Step("verify", "核实", ("prechecked",), "verified", may.may_verify_appeal)
UPHOLD = Step("uphold", "申诉成立", ("verified",), "upheld", may.may_decide_appeal)
REFUSE = Step("refuse", "维持原分", ("verified",), "refused", may.may_decide_appeal)
APPEAL_STEPS = (PRECHECK, DISMISS, VERIFY, UPHOLD, REFUSE)

APPROVE_CORRECTION = Step(
    "approve", "批准更正", ("drafted",), "in_force", may.may_approve_correction
)
REFUSE_CORRECTION = Step("refuse", "不予更正", ("drafted",), "refused", may.may_approve_correction)
CORRECTION_STEPS = (APPROVE_CORRECTION, REFUSE_CORRECTION)
