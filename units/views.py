from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gongjian.audit.history import history_of
from gongjian.audit.listing import Button, Column, LoggedListPage
from gongjian.audit.revealing import reveal_phone
from gongjian.lib.acting import carry_out, form_page, posted
from gongjian.lib.editing import Editing
from gongjian.lib.phones import mask, phone_print
from gongjian.workflow import require
from units import services
from units.filters import UnitFilter
from units.forms import ContactForm
from units.models import Contact, Unit
from units.permissions import may_edit_contact, may_reveal_phone, may_see_offices


class UnitList(LoggedListPage):
    title, noun, section = "单位名册", "家", "units"
    filterset_class = UnitFilter
    default_sort = "name"
    empty_text = "名册里还没有单位"
    empty_hint = "由共建办在“名册”里一次导入"
    columns = (
        Column("单位名称", "name", sort="name", link=True),
        Column("简称", "short_name", sort="short_name"),
        Column("类别", "get_kind_display", sort="kind"),
        Column("职能部门", lambda unit: "是" if unit.is_functional_department else ""),
        Column("联络员", "contact.name"),
        Column("联系电话", "contact.phone", kind="phone"),
        Column(
            "状态",
            lambda unit: "在册" if unit.is_active else "已撤销",
            kind="tag",
            tone=lambda u: u.status_tone,
        ),
    )

    def get_queryset(self):
        return Unit.objects.visible_to(self.request.user).select_related("contact")


@require_safe
def unit_detail(request, pk):
    """One unit: who it is, whom to telephone, the communities that it leads or takes part in."""
    return _detail(request, _visible(request, pk))


@require_POST
@never_cache
def contact_phone(request, pk):
    """The unit's page with the contact's whole number, this once."""
    unit = _visible(request, pk)
    contact = Contact.objects.filter(unit=unit).first() or Contact()
    allowed = may_reveal_phone(request.user, unit)
    who_and_when = {"by": request.user, "at": timezone.now()}
    phone = reveal_phone(unit, contact.phone, allowed=allowed, **who_and_when)
    return _detail(request, unit, revealed=phone)


def _visible(request, pk):
    units = Unit.objects.visible_to(request.user)
    return get_object_or_404(units.select_related("contact"), pk=pk)


def _detail(request, unit, revealed: str = ""):
    seats = unit.seats.select_related("group__community__subdistrict")
    seats = seats.order_by("role", "group__community__code")
    postings = postings_in_force(unit, request.user)
    buttons = buttons_of(unit, request.user)
    crumbs = [("单位名册", reverse("units:list"))]
    may_reveal = may_reveal_phone(request.user, unit)
    context = {
        "unit": unit,
        "title": unit.name,
        "section": "units",
        "crumbs": crumbs,
        "seats": seats,
        "postings": postings,
        "revealed": revealed,
        "may_reveal_phone": may_reveal,
        "history": history_of(unit),
        "buttons": buttons,
    }
    return render(request, "units/unit_detail.html", context)


def buttons_of(unit, user):
    """Return links to who held which office here, and to the form of the contact."""
    offices = Button("任职沿革", f"{reverse('staffing:offices')}?unit={unit.pk}")
    contact = Button("修改联络员", reverse("units:contact", args=[unit.pk]))
    allowed = ((offices, may_see_offices), (contact, may_edit_contact))
    buttons = []
    for button, may in allowed:
        if may(user, unit):
            buttons.append(button)
    return buttons


def postings_in_force(unit, user):
    """Return those who act for the unit today, for the office and those above it."""
    if not user.sees_city:
        return []
    postings = unit.postings.select_related("appointment__user")
    in_order = postings.order_by("appointment__role", "pk")
    return [posting for posting in in_order if posting.appointment.is_in_force(user.as_of)]


def unit_contact(request, pk):
    """Change whom the office telephones."""
    unit = _visible(request, pk)
    require(may_edit_contact(request.user, unit), "您不能修改这家单位的联络员")
    editing = Editing(request, unit, contact_fields, history=history_of)
    contacts = Contact.objects.filter(unit=unit)
    instance = contacts.first()
    form = ContactForm(*posted(request), instance=instance)
    act = partial(services.change_contact, by=request.user, at=timezone.now())
    if carry_out(form, act, editing=editing):
        messages.success(request, f"已更新{unit.short_name}的联络员")
        return redirect(unit)
    crumbs = [("单位名册", reverse("units:list"))]
    back = (unit.short_name, unit.get_absolute_url())
    return form_page(
        request,
        form,
        title=f"修改联络员：{unit.short_name}",
        section="units",
        crumbs=crumbs,
        back=back,
        editing=editing,
    )


def contact_fields(unit):
    """Return the contact as the form shows him; blank fields while there is none."""
    contacts = Contact.objects.filter(unit=unit)
    contact = contacts.first() or Contact()
    fields = {"name": contact.name, "phone": mask(contact.phone)}
    fields["phone_print"] = phone_print(contact.phone)
    return fields
