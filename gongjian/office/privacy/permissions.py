"""Who reads what personal data is held, and who has it ended."""

from gongjian.accounts.roles import Role


def may_read_inventory(user) -> bool:
    return user.has_role(Role.SECURITY_ADMIN, Role.AUDITOR)


def may_end_personal_data(user) -> bool:
    """The security administrator confirms each run by name; the auditor reads along."""
    return user.has_role(Role.SECURITY_ADMIN)
