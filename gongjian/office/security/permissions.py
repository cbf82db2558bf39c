"""What the security administrator (安全管理员) keeps: lock-outs, second factors, sessions, tokens,
retention.
"""

from gongjian.accounts.roles import Role

ONLY_SECURITY = "登录安全由安全管理员办理，且不能办理自己的账号"


def may_see_security(user) -> bool:
    """The auditor reads along: who failed to sign in, and from where."""
    return user.has_role(Role.SECURITY_ADMIN, Role.AUDITOR)


def may_keep_security(user, account=None) -> bool:
    """Nobody lifts what stands against his own account: another administrator does."""
    return user.has_role(Role.SECURITY_ADMIN) and (account is None or account.pk != user.pk)


def may_keep_tokens(user) -> bool:
    return user.has_role(Role.SECURITY_ADMIN)


def may_see_token(user, token) -> bool:
    """The security administrator sees every token, the holder his own."""
    return may_keep_tokens(user) or token.user_id == user.pk
