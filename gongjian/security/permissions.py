"""What the security administrator keeps: lock-outs, second factors, sessions, tokens, retention."""

from gongjian.accounts.roles import Role


def may_see_security(user) -> bool:
    """The auditor reads along: who failed to sign in, and from where."""
    return user.has_role(Role.SECURITY_ADMIN, Role.AUDITOR)


def may_keep_security(user, account=None) -> bool:
    """Nobody lifts what stands against his own account: another administrator does."""
    return user.has_role(Role.SECURITY_ADMIN) and (account is None or account.pk != user.pk)
