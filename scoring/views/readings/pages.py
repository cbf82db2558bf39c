"""读数: what the rubric measures, entered for the whole city by workbook or for one community by hand."""

from tempfile import TemporaryFile

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from communities.models import Community
from gongjian.audit.history import history_of
from gongjian.lib.editing import Editing
from gongjian.lib.listing import XLSX
from gongjian.lib.pending_uploads import drop_pending, find_pending, keep_upload, note_shown
from gongjian.workflow import require
from scoring.forms.readings.readings import AbsenceForm, BookForm, ComponentForm, PresentForm
from scoring.models import Absence, Reading
from scoring.permissions import may_run_round
from scoring.services.readings import absences
from scoring.services.readings import entering as services
from scoring.services.readings.books import enter_plan, plan_readings, write_reading_book
from scoring.views.rounds.pages import visible_round

A_PAGE = 50
SHOWN = 100
"""So many lines of a file's changes on its page."""


def _round(request, quarter):
    round = visible_round(request, quarter)
    require(may_run_round(request.user), services.ONLY_OFFICE)
    return round


def _pending_key(round) -> str:
    return f"readings_pending_{round.quarter}"


@require_http_methods(["GET", "HEAD", "POST"])
def reading_list(request, quarter):
    """What is measured and how far it is entered; the workbook out (`?as=xlsx`) and in; who is absent."""
    round = _round(request, quarter)
    if request.GET.get("as") == "xlsx" and request.method != "POST":
        return _book(round)
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act", ""), _uploaded)
        return act(request, round)
    return _list_page(request, round)


def _book(round) -> FileResponse:
    stream = TemporaryFile()  # noqa: SIM115  the answer closes it
    write_reading_book(stream, round)
    stream.seek(0)
    return FileResponse(
        stream, as_attachment=True, filename=f"{round.span.title}读数.xlsx", content_type=XLSX
    )


def _list_page(request, round, **forms):
    standing = services.standing_of(round)
    places = Community.objects.active().order_by("code")
    page = Paginator(places, A_PAGE).get_page(request.GET.get("page"))
    page.lines = [
        (place, standing.absent.get(place.pk), standing.lacking.get(place.pk, ())) for place in page
    ]
    absent = round.absences.in_force().select_related("community", "recorded_by").order_by("pk")
    context = {
        "title": "读数与未参评",
        "section": "scoring",
        "crumbs": _crumbs(round),
        "round": round,
        "standing": standing,
        "page": page,
        "is_open": services.may_still_enter(round),
        "lists_absent": absences.lists_absent(round),
        "absent": absent,
        "book_form": BookForm(),
        "absence_form": AbsenceForm(),
        **forms,
    }
    wrong = any(form.errors for form in forms.values())
    return render(request, "scoring/readings/readings.html", context, status=400 if wrong else 200)


def _crumbs(round):
    return [("考评", reverse("scoring:rounds")), (round.span.title, round.get_absolute_url())]


def _uploaded(request, round):
    form = BookForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list_page(request, round, book_form=form)
    name = form.cleaned_data["file"].name
    keep_upload(request.session, form.content, name, at=timezone.now(), key=_pending_key(round))
    return redirect("scoring:readings_check", round.quarter)


def _marked_absent(request, round):
    form = AbsenceForm(request.POST)
    if form.is_valid():
        try:
            absence = absences.mark_absent(
                round, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            messages.success(request, f"已登记：{absence}，只列名、不排名")
            return redirect("scoring:readings", round.quarter)
    return _list_page(request, round, absence_form=form)


def _present_again(request, round):
    form = PresentForm(request.POST)
    if not form.is_valid():
        return _list_page(request, round, present_form=form)
    asked = (
        Absence.objects.visible_to(request.user)
        .filter(round=round)
        .select_related("round__rubric", "community")
    )
    absence = get_object_or_404(asked, pk=form.cleaned_data["absence"])
    absences.withdraw_absence(
        absence, remark=form.cleaned_data["remark"], by=request.user, at=timezone.now()
    )
    messages.success(request, f"{absence.community}已恢复参评")
    return redirect("scoring:readings", round.quarter)


ACTS = {"upload": _uploaded, "absent": _marked_absent, "present": _present_again}


@require_http_methods(["GET", "HEAD", "POST"])
def reading_check(request, quarter):
    """What the uploaded workbook would enter, every bad cell on a line; POST writes exactly what was shown."""
    round = _round(request, quarter)
    key = _pending_key(round)
    pending = find_pending(request.session, key=key)
    if pending is None:
        messages.info(request, "没有待确认的读数表，请重新上传。")
        return redirect("scoring:readings", round.quarter)
    plan = plan_readings(round, pending.tables())
    if request.method == "POST" and not plan.errors:
        if plan.fingerprint() == pending.shown:
            count = enter_plan(round, plan, by=request.user, at=timezone.now())
            drop_pending(request.session, key=key)
            messages.success(request, f"已登记 {count} 个读数，下次汇总时计入得分。")
            return redirect("scoring:readings", round.quarter)
        messages.warning(request, "核对期间读数有了变动，什么也没有写入。请按现在的内容重新核对。")
    note_shown(request.session, plan.fingerprint(), key=key)
    crumbs = [
        *_crumbs(round),
        ("读数与未参评", reverse("scoring:readings", args=[round.quarter])),
    ]
    context = {
        "title": "核对读数表",
        "section": "scoring",
        "crumbs": crumbs,
        "round": round,
        "pending": pending,
        "plan": plan,
        "shown": (*plan.changed, *plan.new)[:SHOWN],
        "count": len(plan.changed) + len(plan.new),
        "is_open": services.may_still_enter(round),
    }
    return render(request, "scoring/readings/readings_check.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reading_edit(request, quarter, code):
    """The readings of one community, by hand."""
    round = _round(request, quarter)
    visible = Community.objects.active().visible_to(request.user)
    community = get_object_or_404(visible, code=code)
    posted = request.POST if request.method == "POST" else None
    component_forms = _component_forms(round, community, posted)
    forms, editing = component_forms, _editing(request, round, community)
    valid = [
        form.is_valid() for form in forms
    ]  # all of them are looked at, so that each shows its errors

    def enter(place) -> bool:
        return _entered(request, round, place, forms)

    if posted is not None and all(valid) and editing.unless_changed(enter, *forms):
        return redirect("scoring:readings", round.quarter)
    return _edit_page(request, round, community, forms, editing)


def _editing(request, round, community) -> Editing:
    return Editing(
        request,
        community,
        lambda place: {
            name: value
            for form in _component_forms(round, place)
            for name, value in form.values.items()
        },
        history=lambda place: _history(round, place),
        still_open=lambda place: services.may_still_enter(round),
    )


def _edit_page(request, round, community, forms, editing):
    back_url = reverse("scoring:readings", args=[round.quarter])
    crumbs = [*_crumbs(round), ("读数与未参评", back_url)]
    context = {
        "title": f"{community}读数",
        "section": "scoring",
        "crumbs": crumbs,
        "round": round,
        "forms": forms,
        "editing": editing,
        "is_open": services.may_still_enter(round),
        "back_url": back_url,
        "history": _history(round, community),
    }
    wrong = any(form.errors for form in forms)
    return render(
        request,
        "scoring/readings/reading_form.html",
        context,
        status=400 if wrong else editing.status,
    )


def _component_forms(round, community, data=None) -> list[ComponentForm]:
    rows = Reading.objects.filter(round=round, community=community)
    kept = dict(rows.values_list("component", "items"))
    component_forms = []
    for rules, asked in services.measured_by(round):
        component_form = ComponentForm(rules, asked, kept.get(rules.code, {}), data)
        component_forms.append(component_form)
    return component_forms


def _entered(request, round, community, forms) -> bool:
    cleared = [form.refuse_cleared() for form in forms]
    if any(cleared):
        return False
    given = []
    for form in forms:
        if form.kept:
            given.append(services.Given(community.pk, form.rules.code, form.kept))
    try:
        count = services.record_readings(round, given, by=request.user, at=timezone.now())
    except ValidationError as wrong:
        forms[0].add_error(None, wrong)
        return False
    messages.success(request, f"已登记{community} {count} 个读数，下次汇总时计入得分。")
    return True


def _history(round, community) -> list:
    """Who entered what, over all components, newest first."""
    readings = Reading.objects.filter(round=round, community=community)
    rows = readings.order_by("pk")
    lines = [line for row in rows for line in history_of(row)]
    return sorted(lines, key=lambda line: line.at, reverse=True)
