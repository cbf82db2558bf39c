from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone

from gongjian.office.staffing import services
from gongjian.office.staffing.forms import HandOverForm
from gongjian.office.staffing.handing_over import hand_over, preview_hand_over
from gongjian.office.staffing.offices import place_of
from gongjian.office.staffing.permissions import may_keep_accounts
from gongjian.office.staffing.views.accounts import show_password
from gongjian.office.staffing.views.pages import crumbs_of, form_page, visible_appointment


def appointment_hand_over(request, pk):
    """Hand an office over: the successor and the day are given, what will move is shown, then it is done."""
    appointment = visible_appointment(request, pk)
    services.require_may_appoint(request.user, appointment.user, appointment.role)
    form = HandOverForm(
        request.POST or None,
        leaver=appointment.user,
        may_open=may_keep_accounts(request.user),
        initial={"day": timezone.localdate()},
    )
    wanted = request.POST.get("act")
    if wanted == "confirm" and (
        done := form.carried_out(_by_whom(request, appointment, hand_over))
    ):
        return _done(request, appointment, done)
    if wanted == "preview" and (
        seen := form.carried_out(_by_whom(request, appointment, preview_hand_over))
    ):
        return _page(
            request, appointment, form, template="staffing/hand_over_preview.html", seen=seen
        )
    return _page(request, appointment, form, template="staffing/hand_over.html")


def _by_whom(request, appointment, act):
    return lambda **said: act(appointment, **said, by=request.user, at=timezone.now())


def _page(request, appointment, form, **more):
    leaver = appointment.user
    title = f"交接：{leaver.name} {appointment.get_role_display()}"
    around = {"appointment": appointment, "leaver": leaver, "place": place_of(appointment), **more}
    back = leaver.get_absolute_url()
    return form_page(request, form, title=title, back_url=back, crumbs=crumbs_of(leaver), **around)


def _done(request, appointment, done):
    office = f"{place_of(done.appointment)}{appointment.get_role_display()}"
    messages.success(
        request, f"{office}已由{appointment.user.name}交给{done.successor.name}，原来办的事保留不变"
    )
    if done.password:
        return show_password(request, done.successor, done.password)
    return redirect(appointment.user)
