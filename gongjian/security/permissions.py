"""What the security administrator keeps: lock-outs, second factors, sessions, tokens, retention."""

from gongjian.accounts.roles import Role


def may_keep_security(user, account=None) -> bool:
    """Nobody lifts what stands against his own account: another administrator does."""
    return user.has_role(Role.SECURITY_ADMIN) and (account is None or account.pk != user.pk)
