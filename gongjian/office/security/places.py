"""The pages of the security room, as its second row of navigation shows them."""

from gongjian.accounts.roles import Role
from gongjian.office.privacy.permissions import may_read_inventory
from gongjian.office.security.permissions import (
    may_keep_security,
    may_keep_tokens,
    may_see_security,
)


def places_for(user) -> list[tuple[str, str]]:
    """(label, name of the address) of each page that the user may open."""
    places = (
        (may_keep_security(user), "账号登录", "security:people"),
        (may_see_security(user), "登录失败与锁定", "security:lockouts"),
        (may_keep_tokens(user) or user.has_role(Role.API_CLIENT), "接口令牌", "security:tokens"),
        (may_read_inventory(user), "个人信息清单", "security:personal_data"),
        (may_read_inventory(user), "保存期限", "security:retention"),
    )
    pairs = []
    for may, label, name in places:
        if may:
            pairs.append((label, name))
    return pairs
