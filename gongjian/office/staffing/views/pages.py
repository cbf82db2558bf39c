"""What the pages of the accounts share: the account in the address, and a page with one form."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from gongjian.accounts.models import Appointment, User
from gongjian.office.staffing.offices import with_places
from gongjian.office.staffing.permissions import may_see_staff
from gongjian.workflow import require

ONLY_STAFF = "账号由系统管理员办理"
HOME = "账号"


def crumbs_of(*accounts):
    return [
        (HOME, reverse("staffing:list")),
        *((one.name, one.get_absolute_url()) for one in accounts),
    ]


def visible_account(request, pk) -> User:
    require(may_see_staff(request.user), ONLY_STAFF)
    return get_object_or_404(User.objects.visible_to(request.user), pk=pk)


def visible_appointment(request, pk) -> Appointment:
    require(may_see_staff(request.user), ONLY_STAFF)
    return get_object_or_404(with_places(Appointment.objects.all()), pk=pk)


def form_page(
    request,
    form,
    *,
    title,
    back_url,
    crumbs=None,
    template="forms/form_page.html",
    editing=None,
    **more,
):
    around = {"form": form, "title": title, "section": "accounts", "back_url": back_url}
    status = editing.status if editing else 200
    context = {**around, "crumbs": crumbs or crumbs_of(), "editing": editing, **more}
    return render(request, template, context, status=status)
