from django.core.exceptions import PermissionDenied

from gongjian.accounts.roles import Role


def may_read_log(user) -> bool:
    """三员分立: the auditor alone reads the log; nobody changes it."""
    return user.has_role(Role.AUDITOR)


def require_auditor(user) -> None:
    if not may_read_log(user):
        raise PermissionDenied("操作记录只有审计员可以查看")
