"""月自查: 填报 → 报送 → 审核. 问题: 登记 → 派发 → 整改 → 复查销号, and back where it was not put right."""

from gongjian.workflow import Step
from inspections import permissions as may

SUBMIT = Step("submit", "报送", ("draft", "returned"), "submitted", may.may_fill_self_check)
RETURN = Step("return", "退回修改", ("submitted",), "returned", may.may_return_self_check)
ACCEPT = Step("accept", "审核通过", ("submitted",), "accepted", may.may_accept_self_check)

SELF_CHECK_STEPS = (SUBMIT, RETURN, ACCEPT)

ASSIGN = Step("assign", "派发", ("reported", "assigned"), "assigned", may.may_assign_finding)
RECTIFY = Step("rectify", "登记整改", ("assigned",), "rectified", may.may_rectify_finding)
VERIFY = Step("verify", "复查销号", ("rectified",), "closed_out", may.may_verify_finding)
SEND_BACK = Step("send_back", "退回重改", ("rectified",), "assigned", may.may_verify_finding)

FINDING_STEPS = (ASSIGN, RECTIFY, VERIFY, SEND_BACK)

ACCEPT_REPORT = Step("accept", "受理", ("received",), "accepted", may.may_accept_report)
REFUSE_REPORT = Step("refuse", "不予受理", ("received",), "refused", may.may_moderate)
ANSWER_REPORT = Step("answer", "答复", ("received", "accepted"), "answered", may.may_moderate)

REPORT_STEPS = (ACCEPT_REPORT, REFUSE_REPORT, ANSWER_REPORT)

PUBLISH_ENTRY = Step("publish", "列入并公布", ("proposed",), "published", may.may_publish_entry)
DROP_ENTRY = Step("drop", "不列入", ("proposed",), "dropped", may.may_keep_lists)
REMOVE_ENTRY = Step("remove", "提前移出", ("published",), "removed", may.may_keep_lists)

ENTRY_STEPS = (PUBLISH_ENTRY, DROP_ENTRY, REMOVE_ENTRY)
