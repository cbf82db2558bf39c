"""Who may take a register in, and who may carry one out."""

from gongjian.accounts.roles import OFFICE, Role


def may_import_register(user) -> bool:
    return user.has_role(*OFFICE)


def may_export_register(user) -> bool:
    """The office, and the auditor, who reads all."""
    return user.has_role(*OFFICE, Role.AUDITOR)


def may_take_whole_phones(user) -> bool:
    """The office, which keeps the register; the auditor reads it with masked numbers."""
    return may_import_register(user)
