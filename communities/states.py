"""The ways of a quarterly plan, of an assignment, and of what a group is called to."""

from communities import permissions as may
from gongjian.workflow import Step

SUBMIT = Step("submit", "提交", ("draft",), "submitted", may.may_draft_plan)
RETURN = Step("return", "退回修改", ("submitted",), "draft", may.may_issue_plan)
ISSUE = Step("issue", "下达", ("submitted",), "issued", may.may_issue_plan)
PLAN_STEPS = (SUBMIT, RETURN, ISSUE)

ACKNOWLEDGE = Step("acknowledge", "签收", ("issued",), "acknowledged", may.may_acknowledge)
COMPLETE = Step("complete", "报告完成", ("acknowledged",), "completed", may.may_complete)
ASSIGNMENT_STEPS = (ACKNOWLEDGE, COMPLETE)

HOLD = Step("hold", "登记纪要", ("called",), "held", may.may_keep_record)
MEETING_STEPS = (HOLD,)

REPORT = Step("report", "报告开展情况", ("called",), "held", may.may_keep_record)
LABOUR_DAY_STEPS = (REPORT,)

ANSWER = Step("answer", "正式答复", ("open",), "answered", may.may_answer)
TOPIC_STEPS = (ANSWER,)
