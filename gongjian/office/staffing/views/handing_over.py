from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone

from gongjian.lib.acting import carry_out, form_page, posted
from gongjian.office.staffing import services
from gongjian.office.staffing.forms import HandOverForm
from gongjian.office.staffing.handing_over import hand_over, preview_hand_over
from gongjian.office.staffing.offices import place_of
from gongjian.office.staffing.permissions import may_keep_accounts
from gongjian.office.staffing.views.accounts import show_password
from gongjian.office.staffing.views.pages import LIST, crumb, visible_appointment


def appointment_hand_over(request, pk):
    """Hand an office over: the successor and the day are given, what will move is shown, then it is
    done.
    """
    appointment = visible_appointment(request, pk)
    services.require_may_appoint(request.user, appointment.user, appointment.role)
    form = HandOverForm(
        *posted(request),
        leaver=appointment.user,
        may_open=may_keep_accounts(request.user),
        initial={"day": timezone.localdate()},
    )
    if request.POST.get("act") == "confirm":
        act = _begun_by(request, appointment, hand_over)
        result = carry_out(form, act)
        if result:
            return _done(request, appointment, result)
    if request.POST.get("act") == "preview":
        act = _begun_by(request, appointment, preview_hand_over)
        preview = carry_out(form, act)
        if preview:
            template = "staffing/hand_over_preview.html"
            return _page(request, appointment, form, template=template, seen=preview)
    return _page(request, appointment, form, template="staffing/hand_over.html")


def _begun_by(request, appointment, service):
    """Return the form's act: `service` for the chosen account or the words of a new one."""

    def act(*, successor, day, **new_account):
        return service(
            appointment,
            successor=successor or new_account,
            day=day,
            by=request.user,
            at=timezone.now(),
        )

    return act


def _page(request, appointment, form, **context):
    leaver = appointment.user
    title = f"交接：{leaver.name} {appointment.get_role_display()}"
    return form_page(
        request,
        form,
        title=title,
        section="accounts",
        crumbs=[LIST],
        back=crumb(leaver),
        appointment=appointment,
        leaver=leaver,
        place=place_of(appointment),
        **context,
    )


def _done(request, appointment, done):
    office = f"{place_of(done.appointment)}{appointment.get_role_display()}"
    messages.success(
        request, f"{office}已由{appointment.user.name}交给{done.successor.name}，原来办的事保留不变"
    )
    if done.password:
        return show_password(request, done.successor, done.password)
    return redirect(appointment.user)
