"""三员分立: the system administrator keeps accounts, the security administrator the three
administrators themselves.
"""

from gongjian.accounts.roles import OFFICE, THREE_ADMINISTRATORS, Role

# Those who act for a unit and know who did so before them.
OFFICERS = (Role.LEAD_OFFICER, Role.MEMBER_LIAISON, Role.DEPARTMENT_OFFICER)

# Roles that are held in a community; all others are held in a unit.
IN_A_COMMUNITY = (Role.COMMUNITY_WORKER, Role.LIAISON_LEADER)


def may_see_staff(user) -> bool:
    return user.has_role(*THREE_ADMINISTRATORS)


def may_keep_accounts(user, account=None) -> bool:
    """Nobody keeps his own account: an administrator's is kept by another one."""
    return user.has_role(Role.SYSTEM_ADMIN) and (account is None or account.pk != user.pk)


def may_appoint(user, account, role: str) -> bool:
    """Whether `user` appoints and removes `account` as `role`: the three administrators are the
    security administrator's to name, all others the system administrator's; never oneself.
    """
    if role in THREE_ADMINISTRATORS:
        keeper = Role.SECURITY_ADMIN
    else:
        keeper = Role.SYSTEM_ADMIN
    return user.pk != account.pk and user.has_role(keeper)


def roles_appointed_by(user) -> list[str]:
    """The roles to which the user appoints others, as the office lists them."""
    if user.has_role(Role.SECURITY_ADMIN):
        named = THREE_ADMINISTRATORS
    else:
        named = frozenset()
    if user.has_role(Role.SYSTEM_ADMIN):
        others = frozenset(Role) - THREE_ADMINISTRATORS
    else:
        others = frozenset()
    roles = []
    for role in Role:
        if role in named | others:
            roles.append(role)
    return roles


def may_appoint_somebody(user, account) -> bool:
    return user.pk != account.pk and bool(roles_appointed_by(user))


def may_see_offices(user) -> bool:
    """Who held which office: the three administrators, the office, and everyone for the unit he
    acts for.
    """
    return user.has_role(*THREE_ADMINISTRATORS, *OFFICE, *OFFICERS, *IN_A_COMMUNITY)


def may_reveal_phone(user, account) -> bool:
    """The system administrator rings the people whose accounts he keeps; the other two see the
    masked number.
    """
    return may_keep_accounts(user, account)
