"""The state machines of the inspections.

Self-check: 填报 → 报送 → 审核.
Finding: 登记 → 派发 → 整改 → 复查 → 销号, and back to 整改 where it was not put right.
Everyday findings are verified and closed out in one act; under supervision the office closes them
out (decision 0008).
"""

from gongjian.workflow import Step
from inspections import permissions as may

SUBMIT = Step("submit", "报送", ("draft", "returned"), "submitted", may.may_fill_self_check)
RETURN = Step("return", "退回修改", ("submitted",), "returned", may.may_return_self_check)
ACCEPT = Step("accept", "审核通过", ("submitted",), "accepted", may.may_accept_self_check)

SELF_CHECK_STEPS = (SUBMIT, RETURN, ACCEPT)

ASSIGN = Step("assign", "派发", ("reported", "assigned"), "assigned", may.may_assign_finding)
RECTIFY = Step("rectify", "登记整改", ("assigned",), "rectified", may.may_rectify_finding)
VERIFY = Step("verify", "复查销号", ("rectified",), "closed_out", may.may_verify_and_close)
PASS = Step("pass", "复查通过", ("rectified",), "verified", may.may_pass_on)
CLOSE_OUT = Step("close_out", "销号", ("verified",), "closed_out", may.may_close_out_finding)
SEND_BACK = Step(
    "send_back", "退回重改", ("rectified", "verified"), "assigned", may.may_verify_finding
)
MARK_FALSE = Step(
    "mark_false",
    "认定虚假整改",
    ("rectified", "verified", "closed_out"),
    "assigned",
    may.may_mark_false,
)

FINDING_STEPS = (ASSIGN, RECTIFY, VERIFY, PASS, CLOSE_OUT, SEND_BACK, MARK_FALSE)

ACCEPT_REPORT = Step("accept", "受理", ("received",), "accepted", may.may_accept_report)
REFUSE_REPORT = Step("refuse", "不予受理", ("received",), "refused", may.may_moderate)
ANSWER_REPORT = Step("answer", "答复", ("received", "accepted"), "answered", may.may_moderate)

REPORT_STEPS = (ACCEPT_REPORT, REFUSE_REPORT, ANSWER_REPORT)

PUBLISH_ENTRY = Step("publish", "列入并公布", ("proposed",), "published", may.may_publish_entry)
DROP_ENTRY = Step("drop", "不列入", ("proposed",), "dropped", may.may_keep_lists)
REMOVE_ENTRY = Step("remove", "提前移出", ("published",), "removed", may.may_keep_lists)

ENTRY_STEPS = (PUBLISH_ENTRY, DROP_ENTRY, REMOVE_ENTRY)

GRANT = Step("grant", "同意", ("asked",), "granted", may.may_decide_request)
REFUSE = Step("refuse", "不同意", ("asked",), "refused", may.may_decide_request)
LAPSE = Step("lapse", "失效", ("asked",), "lapsed", may.may_lapse_request)

REQUEST_STEPS = (GRANT, REFUSE, LAPSE)
