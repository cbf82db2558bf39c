"""What the security administrator (安全管理员) keeps."""

from gongjian.accounts.roles import Role


def may_keep_tokens(user) -> bool:
    return user.has_role(Role.SECURITY_ADMIN)


def may_see_token(user, token) -> bool:
    """The security administrator sees every token, the holder his own."""
    return may_keep_tokens(user) or token.user_id == user.pk
