"""读数: what the rubric measures, entered for the city by workbook or for one community by hand."""

from collections.abc import Sequence
from functools import partial
from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.forms import BaseForm
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from communities.models import Community
from gongjian.audit.history import history_of
from gongjian.lib.acting import Crumb, answer_status, carry_out, show_refusal
from gongjian.lib.editing import Editing
from gongjian.lib.listing import XLSX
from gongjian.lib.pending_uploads import drop_pending, find_pending, keep_upload, note_shown
from gongjian.workflow import require
from scoring.forms.readings.readings import AbsenceForm, ComponentForm, PresentForm, ReadingBookForm
from scoring.models import Absence, Reading, Round
from scoring.permissions import may_run_round
from scoring.services.readings.absences import lists_absent, mark_absent, withdraw_absence
from scoring.services.readings.books import enter_plan, plan_readings, write_reading_book
from scoring.services.readings.entering import (
    ONLY_OFFICE,
    ReadingEntry,
    may_still_enter,
    measured_by,
    record_readings,
)
from scoring.services.readings.progress import ReadingProgress, progress_of
from scoring.views.rounds.pages import round_crumbs, visible_round

A_PAGE = 50
# So many lines of a file's changes on its page.
LINES_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def reading_list(request: HttpRequest, quarter: str) -> HttpResponse:
    """What is measured and how far it is entered; the workbook out and in; who is absent."""
    round = office_round(request, quarter)
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act", ""), upload_book)
        return act(request, round)
    if request.GET.get("as") == "xlsx":
        return book_of(round)
    return list_page(request, round)


def office_round(request: HttpRequest, quarter: str) -> Round:
    """Return the round for those who enter readings."""
    round = visible_round(request, quarter)
    require(may_run_round(request.user), ONLY_OFFICE)
    return round


def book_of(round: Round) -> FileResponse:
    """Return the workbook of the round's readings."""
    stream = TemporaryFile()  # noqa: SIM115  the answer closes it
    write_reading_book(stream, round)
    stream.seek(0)
    name = f"{round.span.title}读数.xlsx"
    return FileResponse(stream, as_attachment=True, filename=name, content_type=XLSX)


def list_page(request: HttpRequest, round: Round, **forms: BaseForm) -> HttpResponse:
    """Answer with the page of the round's readings, with the form that was refused."""
    progress = progress_of(round)
    absences = round.absences.in_force().select_related("community", "recorded_by")
    context = {
        "title": "读数与未参评",
        "section": "scoring",
        "crumbs": round_crumbs(round),
        "round": round,
        "standing": progress,
        "page": page_of_communities(request, progress),
        "is_open": may_still_enter(round),
        "lists_absent": lists_absent(round),
        "absent": absences.order_by("pk"),
        "book_form": ReadingBookForm(),
        "absence_form": AbsenceForm(),
        **forms,
    }
    status = answer_status(*forms.values())
    return render(request, "scoring/readings/readings.html", context, status=status)


def page_of_communities(request: HttpRequest, progress: ReadingProgress) -> Page:
    """Return a page of communities whose `lines` say what each lacks or why it is absent."""
    communities = Community.objects.active().order_by("code")
    page = Paginator(communities, A_PAGE).get_page(request.GET.get("page"))
    page.lines = []
    for community in page:
        absence = progress.absent.get(community.pk)
        lacks = progress.lacking.get(community.pk, ())
        page.lines.append((community, absence, lacks))
    return page


def upload_book(request: HttpRequest, round: Round) -> HttpResponse:
    """Take a workbook, which is checked before it is written."""
    form = ReadingBookForm(request.POST, request.FILES)
    if not form.is_valid():
        return list_page(request, round, book_form=form)
    name = form.cleaned_data["file"].name
    keep_upload(request.session, form.content, name, at=timezone.now(), key=pending_key(round))
    return redirect("scoring:readings_check", round.quarter)


def record_absence(request: HttpRequest, round: Round) -> HttpResponse:
    """Record that there is nothing to assess in a community."""
    form = AbsenceForm(request.POST)
    act = partial(mark_absent, round, by=request.user, at=timezone.now())
    if absence := carry_out(form, act):
        messages.success(request, f"已登记：{absence}，只列名、不排名")
        return redirect("scoring:readings", round.quarter)
    return list_page(request, round, absence_form=form)


def end_absence(request: HttpRequest, round: Round) -> HttpResponse:
    """Withdraw an absence."""
    absences = Absence.objects.visible_to(request.user).filter(round=round)
    absences = absences.select_related("round__rubric", "community")

    def withdraw(*, absence: int, remark: str) -> Absence:
        row = get_object_or_404(absences, pk=absence)
        return withdraw_absence(row, remark=remark, by=request.user, at=timezone.now())

    form = PresentForm(request.POST)
    if withdrawn := carry_out(form, withdraw):
        messages.success(request, f"{withdrawn.community}已恢复参评")
        return redirect("scoring:readings", round.quarter)
    return list_page(request, round, present_form=form)


ACTS = {"upload": upload_book, "absent": record_absence, "present": end_absence}


def pending_key(round: Round) -> str:
    """Return the name under which a session holds the workbook to be confirmed."""
    return f"readings_pending_{round.quarter}"


@require_http_methods(["GET", "HEAD", "POST"])
def reading_check(request: HttpRequest, quarter: str) -> HttpResponse:
    """What the workbook would enter, every bad cell on a line; POST writes just what was shown."""
    round = office_round(request, quarter)
    key = pending_key(round)
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
    changes = [*plan.changed, *plan.new]
    context = {
        "title": "核对读数表",
        "section": "scoring",
        "crumbs": [*round_crumbs(round), readings_crumb(round)],
        "round": round,
        "pending": pending,
        "plan": plan,
        "shown": changes[:LINES_SHOWN],
        "count": len(changes),
        "is_open": may_still_enter(round),
    }
    return render(request, "scoring/readings/readings_check.html", context)


def readings_crumb(round: Round) -> Crumb:
    """Return the link to the round's readings."""
    return "读数与未参评", reverse("scoring:readings", args=[round.quarter])


@require_http_methods(["GET", "HEAD", "POST"])
def reading_edit(request: HttpRequest, quarter: str, code: str) -> HttpResponse:
    """The readings of one community, by hand."""
    round = office_round(request, quarter)
    visible = Community.objects.active().visible_to(request.user)
    community = get_object_or_404(visible, code=code)
    posted = request.POST if request.method == "POST" else None
    forms = component_forms(round, community, posted)
    editing = Editing(
        request,
        community,
        partial(values_in_forms, round),
        history=partial(history_of_readings, round),
        still_open=lambda row: may_still_enter(round),
    )
    if posted is not None:
        # Every form is validated, so that each shows its errors.
        faulty = [form for form in forms if not form.is_valid()]
        enter = partial(enter_readings, request, round, forms)
        if not faulty and editing.unless_changed(enter, *forms):
            return redirect("scoring:readings", round.quarter)
    context = {
        "title": f"{community}读数",
        "section": "scoring",
        "crumbs": [*round_crumbs(round), readings_crumb(round)],
        "round": round,
        "forms": forms,
        "editing": editing,
        "is_open": may_still_enter(round),
        "back_url": reverse("scoring:readings", args=[round.quarter]),
        "history": history_of_readings(round, community),
    }
    status = answer_status(*forms, editing=editing)
    return render(request, "scoring/readings/reading_form.html", context, status=status)


def component_forms(round: Round, community: Community, posted: Any = None) -> list[ComponentForm]:
    """Return a form for each measured component, with what has been entered."""
    rows = Reading.objects.filter(round=round, community=community)
    items = dict(rows.values_list("component", "items"))
    forms = []
    for rules, items_asked in measured_by(round):
        forms.append(ComponentForm(rules, items_asked, items.get(rules.code, {}), posted))
    return forms


def values_in_forms(round: Round, community: Community) -> dict[str, Any]:
    """Return what stands in the inputs of all components, by their names."""
    values: dict[str, Any] = {}
    for form in component_forms(round, community):
        values |= form.values
    return values


def enter_readings(
    request: HttpRequest, round: Round, forms: Sequence[ComponentForm], community: Community
) -> bool:
    """Enter what was typed; False where it is refused, which the forms then say."""
    cleared = [form for form in forms if form.refuse_cleared()]
    if cleared:
        return False
    entries = []
    for form in forms:
        if form.readings:
            entries.append(ReadingEntry(community.pk, form.rules.code, form.readings))
    try:
        count = record_readings(round, entries, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        show_refusal(forms[0], refusal)
        return False
    messages.success(request, f"已登记{community} {count} 个读数，下次汇总时计入得分。")
    return True


def history_of_readings(round: Round, community: Community) -> list[Any]:
    """Return who entered what, over all components, newest first."""
    lines = []
    readings = Reading.objects.filter(round=round, community=community)
    for row in readings.select_related("community").order_by("pk"):
        lines += history_of(row)
    return sorted(lines, key=lambda line: line.at, reverse=True)
