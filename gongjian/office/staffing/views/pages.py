"""What the pages of the accounts share: the account in the address and the way to it."""

from django.shortcuts import get_object_or_404
from django.urls import reverse_lazy

from gongjian.accounts.models import Appointment, User
from gongjian.lib.acting import Crumb
from gongjian.office.staffing.offices import with_places
from gongjian.office.staffing.permissions import may_see_staff
from gongjian.workflow import require

ONLY_STAFF = "账号由系统管理员办理"
LIST = ("账号", reverse_lazy("staffing:list"))


def crumb(account: User) -> Crumb:
    """Return the link to an account."""
    return account.name, account.get_absolute_url()


def visible_account(request, pk) -> User:
    require(may_see_staff(request.user), ONLY_STAFF)
    visible = User.objects.visible_to(request.user)
    return get_object_or_404(visible, pk=pk)


def visible_appointment(request, pk) -> Appointment:
    require(may_see_staff(request.user), ONLY_STAFF)
    return get_object_or_404(with_places(Appointment.objects.all()), pk=pk)
