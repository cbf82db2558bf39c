"""拟稿 → 核稿 → 会签 → 签发（或签报批准）→ 编号 → 用印 → 印发, with a return at each stop before
the printer.

What the program drafts and what nobody else is asked about goes straight to signature. What is
returned after its signature keeps its number and is signed anew. 归档 is no state: an archived
document stays issued or withdrawn.
"""

from gongjian.documents import permissions as may
from gongjian.workflow import Step

SEND_TO_CHECK = Step("send_to_check", "送核稿", ("draft",), "checking", may.may_draft_document)
CHECK = Step("check", "核稿通过", ("checking",), "in_review", may.may_check_document)
START_ROUND = Step(
    "start_round", "核稿通过，送会签", ("checking",), "countersigning", may.may_start_round
)
END_ROUND = Step(
    "end_round", "会签完毕", ("countersigning",), "in_review", may.may_countersign_document
)
SUBMIT = Step("submit", "送签", ("draft",), "in_review", may.may_draft_document)
SIGN = Step("sign", "签发", ("in_review",), "signed", may.may_sign_document)
SEND_UP = Step("send_up", "签报批准", ("in_review",), "approving", may.may_send_document_up)
APPROVE = Step("approve", "批准", ("approving",), "signed", may.may_approve_document)
RETURN = Step(
    "return",
    "退回修改",
    ("checking", "countersigning", "in_review", "approving", "signed"),
    "draft",
    may.may_return_document,
)
SEAL = Step("seal", "用印", ("signed",), "sealed", may.may_seal_document)
PUBLISH = Step("publish", "印发", ("signed", "sealed"), "published", may.may_publish_document)
WITHDRAW = Step("withdraw", "撤销", ("published",), "withdrawn", may.may_withdraw_document)

DOCUMENT_STEPS = (
    SEND_TO_CHECK,
    CHECK,
    START_ROUND,
    END_ROUND,
    SUBMIT,
    SIGN,
    SEND_UP,
    APPROVE,
    SEAL,
    RETURN,
    PUBLISH,
    WITHDRAW,
)
