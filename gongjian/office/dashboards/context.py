"""What every page shows around its own content: the site's name, the sections, who is signed in."""

from django.conf import settings
from django.urls import reverse

from gongjian.accounts.roles import OFFICE, Role
from gongjian.audit.permissions import may_read_log
from gongjian.lib.release import version
from gongjian.notifications.models import Notification
from gongjian.office.register.permissions import may_export_register
from gongjian.office.security.places import places_for
from gongjian.office.staffing.offices import place_of, with_places
from gongjian.office.staffing.permissions import may_see_staff

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
PLACES_NAMED = 3
ADMIN_SECTIONS = (("accounts", "账号", "staffing:list"),)
LOG = ("audit", "操作记录", "audit:log")
SECURITY = "security"


def sections_for(user):
    """The entries of the head bar: business for all who take part, accounts alone for their
    keepers.

    The register and the accounts stand there too for those who keep or audit them.
    """
    guarded = places_for(user)
    if guarded:
        title, url = guarded[0]
        if len(guarded) > 1:
            title = "安全"
        security = [(SECURITY, title, url)]
    else:
        security = []
    if not user.takes_part:
        return (*ADMIN_SECTIONS, *security)
    if may_export_register(user):
        register = [REGISTER]
    else:
        register = []
    if may_read_log(user):
        log = [LOG]
    else:
        log = []
    return (*SECTIONS, *register, *(ADMIN_SECTIONS if may_see_staff(user) else []), *security, *log)


def site(request):
    """Context processor: `site` and `nav`."""
    about = {"city": settings.CITY, "office": settings.OFFICE_NAME, "version": version()}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.as_of is None:
        return {"site": about, "nav": []}
    about["idle_seconds"] = settings.SESSION_IDLE_SECONDS
    about["user_line"] = _user_line(user)
    about["sees_jobs"] = user.has_role(*OFFICE, Role.AUDITOR)
    about["security_places"] = [(label, reverse(name)) for label, name in places_for(user)]
    notifications = Notification.objects.visible_to(user).unread()
    about["unread"] = notifications.count()
    nav = []
    for slug, label, name in sections_for(user):
        nav.append((slug, label, reverse(name)))
    return {
        "site": about,
        "nav": nav,
    }


def _user_line(user) -> str:
    """市住建局、市水利局 · 朱经办: the places for which the user acts, and his name. One query."""
    appointments = with_places(user.appointments.in_force(user.as_of)).order_by("pk")
    places = []
    for appointment in appointments:
        place = str(place_of(appointment) or appointment.get_role_display())
        if place not in places:
            places.append(place)
    more = ""
    if len(places) > PLACES_NAMED:
        more = f"等 {len(places)} 处"
    if places:
        return f"{'、'.join(places[:PLACES_NAMED])}{more} · {user.name}"
    return user.name
