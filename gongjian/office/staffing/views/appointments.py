from functools import partial

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone

from gongjian.audit.history import history_of
from gongjian.lib.acting import carry_out, form_page, posted
from gongjian.lib.editing import Editing
from gongjian.office.staffing import services
from gongjian.office.staffing.forms import AppointmentForm, CorrectForm, EndForm
from gongjian.office.staffing.permissions import may_appoint_somebody, roles_appointed_by
from gongjian.office.staffing.views.pages import (
    LIST,
    crumb,
    visible_account,
    visible_appointment,
)
from gongjian.workflow import require


def appointment_new(request, pk):
    """Appoint the holder of an account to a further role."""
    account = visible_account(request, pk)
    require(
        may_appoint_somebody(request.user, account),
        "任职由系统管理员和安全管理员办理，且不能任命自己",
    )
    roles = roles_appointed_by(request.user)
    form = AppointmentForm(
        *posted(request), roles=roles, initial={"starts_on": timezone.localdate()}
    )
    act = partial(services.appoint, account, by=request.user, at=timezone.now())
    if carry_out(form, act):
        messages.success(request, f"已任命{account.name}")
        return redirect(account)
    return form_page(
        request,
        form,
        title=f"任命{account.name}",
        section="accounts",
        crumbs=[LIST],
        back=crumb(account),
    )


def appointment_correct(request, pk):
    """Put right the title or the days of one appointment."""
    appointment = visible_appointment(request, pk)
    account = appointment.user
    services.require_may_appoint(request.user, account, appointment.role)
    editing = Editing(request, appointment, _days, history=_history)
    form = CorrectForm(*posted(request), initial=_days(appointment))
    act = partial(services.correct_appointment, by=request.user, at=timezone.now())
    if carry_out(form, act, editing=editing):
        messages.success(request, f"已更正{account.name}的任职")
        return redirect(account)
    title = f"更正任职：{account.name} {appointment.get_role_display()}"
    return form_page(
        request,
        form,
        title=title,
        section="accounts",
        crumbs=[LIST],
        back=crumb(account),
        editing=editing,
    )


def _days(appointment):
    return {
        "title": appointment.title,
        "starts_on": appointment.starts_on,
        "ends_on": appointment.ends_on,
    }


def _history(appointment):
    return history_of(appointment.user)


def appointment_end(request, pk):
    """End one appointment on a day."""
    appointment = visible_appointment(request, pk)
    account = appointment.user
    services.require_may_appoint(request.user, account, appointment.role)
    editing = Editing(
        request,
        appointment,
        lambda held: {"ends_on": held.ends_on},
        history=_history,
        still_open=_is_open,
    )
    form = EndForm(
        *posted(request), instance=appointment, initial={"ends_on": timezone.localdate()}
    )
    act = partial(services.end_appointment, by=request.user, at=timezone.now())
    if carry_out(form, act, editing=editing):
        messages.success(request, f"{account.name}的任职已结束，原来办的事保留不变")
        return redirect(account)
    title = f"结束任职：{account.name} {appointment.get_role_display()}"
    return form_page(
        request,
        form,
        title=title,
        section="accounts",
        crumbs=[LIST],
        back=crumb(account),
        editing=editing,
    )


def _is_open(appointment):
    return appointment.ends_on is None
