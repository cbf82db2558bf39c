"""What every page shows around its own content: the site's name, the sections, who is signed in."""

from django.conf import settings
from django.urls import reverse

from gongjian.accounts.roles import OFFICE, Role
from gongjian.audit.permissions import may_read_log
from gongjian.notifications.models import Notification
from gongjian.register.permissions import may_export_register
from gongjian.staffing.permissions import may_see_staff

SECTIONS = (
    ("workbench", "工作台", "workbench"),
    ("communities", "社区", "communities:list"),
    ("units", "单位", "units:list"),
    ("inspections", "检查", "inspections:findings"),
    ("scoring", "考评", "scoring:rounds"),
    ("funds", "经费", "funds:overview"),
    ("documents", "公文", "documents:list"),
)
REGISTER = ("register", "名册", "register:home")
ADMIN_SECTIONS = (("accounts", "账号", "staffing:list"),)
LOG = ("audit", "操作记录", "audit:log")


def sections_for(user):
    """The entries of the head bar: business for all who take part, accounts alone for their keepers.

    The register and the accounts stand there too for those who keep or audit them.
    """
    if not user.takes_part:
        return ADMIN_SECTIONS
    register = [REGISTER] if may_export_register(user) else []
    log = [LOG] if may_read_log(user) else []
    return (*SECTIONS, *register, *(ADMIN_SECTIONS if may_see_staff(user) else []), *log)


def site(request):
    """Context processor: `site` and `nav`."""
    about = {"city": settings.CITY, "office": settings.OFFICE_NAME}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.as_of is None:
        return {"site": about, "nav": []}
    about["user_line"] = _user_line(user)
    about["sees_jobs"] = user.has_role(*OFFICE, Role.AUDITOR)
    about["unread"] = Notification.objects.visible_to(user).unread().count()
    return {"site": about, "nav": [(slug, label, reverse(name)) for slug, label, name in sections_for(user)]}


def _user_line(user) -> str:
    """市共建办 · 陈科长: the place the user acts for, and his name."""
    mine = user.appointments.in_force(user.as_of).select_related("unit_posting__unit", "community_posting__community")
    first = mine.order_by("pk").first()
    if first is None:
        return user.name
    if hasattr(first, "unit_posting"):
        return f"{first.unit_posting.unit} · {user.name}"
    if hasattr(first, "community_posting"):
        return f"{first.community_posting.community} · {user.name}"
    return f"{first.get_role_display()} · {user.name}"
