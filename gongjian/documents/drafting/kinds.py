"""What each kind of document asks of its draft: recipients, signers, a contact (中办发〔2012〕14号
arts. 8, 9, 15).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gongjian.documents.models import DocumentKind

SEVERAL = re.compile("[、，,;；]")
_TELEPHONE = re.compile(r"\d{7}")


@dataclass(frozen=True)
class DraftingRules:
    """`recipient` is one (exactly one), some, free (may be left out) or none."""

    recipient: str = "some"
    upwards: bool = False
    contact: bool = False


RULES = {
    DocumentKind.NOTICE: DraftingRules(),
    DocumentKind.CIRCULAR: DraftingRules("free"),
    DocumentKind.DECISION: DraftingRules("free"),
    DocumentKind.MINUTES: DraftingRules("free"),
    DocumentKind.LETTER: DraftingRules(),
    DocumentKind.REQUEST: DraftingRules("one", upwards=True, contact=True),
    DocumentKind.REPORT: DraftingRules(upwards=True),
    DocumentKind.PUBLIC_NOTICE: DraftingRules("none"),
    DocumentKind.RECTIFICATION_NOTICE: DraftingRules("free"),
}


def faults_of(kind: str, words: Mapping[str, Any]) -> dict[str, str]:
    """What a draft of this kind still lacks, by field: one sentence each; empty when all is
    there.
    """
    rules = RULES[DocumentKind(kind)]
    label = DocumentKind(kind).label
    recipient = words.get("main_recipient", "").strip()
    faults = {}
    fault = _recipient_fault(rules, label, recipient)
    if fault:
        faults["main_recipient"] = fault
    signer = words.get("signer", "").strip()
    if rules.upwards and not signer:
        faults["signer"] = f"{label}是上行文，请填写签发人姓名"
    if signer and not rules.upwards:
        faults["signer"] = f"{label}不是上行文，版头不标签发人，请清空"
    if rules.contact and not _names_contact(words.get("note", "")):
        faults["note"] = f"{label}要在附注写明联系人和电话，如：联系人：张三，电话：0571-63310000"
    return faults


def _names_contact(note: str) -> bool:
    """Whether a line of the note has somebody to ask and a telephone, in either order.

    Two questions to a line: one pattern for both orders takes the cube of a long row of digits.
    """
    lines = note.split("\n")
    return any("联系人" in line and _TELEPHONE.search(line) for line in lines)


def _recipient_fault(rules: DraftingRules, label: str, recipient: str) -> str:
    if rules.recipient in {"one", "some"} and not recipient:
        return f"{label}要写明主送机关"
    if rules.recipient == "one" and SEVERAL.search(recipient):
        return f"{label}只写一个主送机关，其他机关写入抄送"
    if rules.recipient == "none" and recipient:
        return f"{label}面向社会，不写主送机关，请清空"
    return ""
