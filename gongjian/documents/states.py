"""拟稿 → 签发（或签报批准）→ 编号 → 印发, with a return at each stop."""

from gongjian.documents import permissions as may
from gongjian.workflow import Step

SUBMIT = Step("submit", "送签", ("draft",), "in_review", may.may_draft_document)
SIGN = Step("sign", "签发", ("in_review",), "signed", may.may_sign_document)
SEND_UP = Step("send_up", "签报批准", ("in_review",), "approving", may.may_send_document_up)
APPROVE = Step("approve", "批准", ("approving",), "signed", may.may_approve_document)
RETURN = Step("return", "退回修改", ("in_review", "approving"), "draft", may.may_return_document)
PUBLISH = Step("publish", "印发", ("signed",), "published", may.may_publish_document)
WITHDRAW = Step("withdraw", "撤销", ("published",), "withdrawn", may.may_withdraw_document)

DOCUMENT_STEPS = (SUBMIT, SIGN, SEND_UP, APPROVE, RETURN, PUBLISH, WITHDRAW)
