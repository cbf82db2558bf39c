"""Who may do what with a document; see the states for when."""

from gongjian.accounts.roles import OFFICE, Role


def may_draft_document(user, document=None) -> bool:
    return user.has_role(*OFFICE)


def may_edit_issuers(user, issuer=None) -> bool:
    """Names, codes and seals are the director's."""
    return user.has_role(Role.OFFICE_DIRECTOR)


def may_sign_document(user, document) -> bool:
    """The director signs what the office may issue in its own name."""
    return user.has_role(Role.OFFICE_DIRECTOR) and not document.needs_approval


def may_send_document_up(user, document) -> bool:
    """The director signs and sends up what needs the approval of the city (policy 五)."""
    return user.has_role(Role.OFFICE_DIRECTOR) and document.needs_approval


def may_check_document(user, document) -> bool:
    """A second pair of eyes of the office; nobody checks what he drafted."""
    return _may_check(user, document) and not document.countersigners


def may_start_round(user, document) -> bool:
    """Who checks a draft that others must countersign sends it round."""
    return _may_check(user, document) and bool(document.countersigners)


def _may_check(user, document) -> bool:
    return user.has_role(*OFFICE) and user.pk != document.drafted_by_id


def may_countersign_document(user, document) -> bool:
    """Those asked, and the office, which enters what units answered on paper. One query."""
    return user.has_role(*OFFICE) or document.countersignatures.filter(user=user).exists()


def may_seal_document(user, document) -> bool:
    return user.has_role(*OFFICE) and document.needs_seal


def may_return_document(user, document) -> bool:
    """Whoever the document lies with.

    Once it is numbered the office, and the city for what it approved.

    The last holds for later states too, so that these people are told the state and not that they
    may not.
    """
    if document.status == "checking":
        return _may_check(user, document)
    if document.status == "countersigning":
        return may_countersign_document(user, document)
    if document.status in {"in_review", "approving"}:
        return user.has_role(
            Role.OFFICE_DIRECTOR if document.status == "in_review" else Role.APPROVER
        )
    return user.has_role(*OFFICE) or (document.needs_approval and user.has_role(Role.APPROVER))


def may_approve_document(user, document) -> bool:
    return user.has_role(Role.APPROVER)


def may_publish_document(user, document) -> bool:
    """Printing follows the signature; it is done for the one who signed or by the office."""
    return user.has_role(*OFFICE) or user.pk in {document.signed_by_id, document.approved_by_id}


def may_withdraw_document(user, document) -> bool:
    return user.has_role(Role.OFFICE_DIRECTOR)
