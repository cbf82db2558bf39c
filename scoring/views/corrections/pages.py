from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gongjian.audit.history import history_of
from gongjian.jobs.models import Job
from gongjian.jobs.services import wake
from gongjian.workflow import WrongState, open_steps, require
from scoring.forms.corrections.corrections import ApprovalForm, CommunityForm, CorrectionForm
from scoring.models import Correction, Round
from scoring.models.scores import Standing
from scoring.permissions import may_approve_correction, may_run_round
from scoring.rules.corrections.correcting import Influence
from scoring.services.corrections import proposing as services
from scoring.services.corrections.approving import KIND, ask_to_approve
from scoring.services.corrections.correctable import subjects_of
from scoring.services.scores.in_force import lacks_units, record_in_force
from scoring.states import CORRECTION_STEPS
from scoring.views.rounds.pages import visible_round


@require_http_methods(["GET", "HEAD", "POST"])
def correction_list(request, quarter):
    """The corrections of a quarter; the office proposes one here, first whose data, then which."""
    round = visible_round(request, quarter)
    whose, form = _forms(request, round)
    if request.method == "POST":
        require(may_run_round(request.user), "更正由共建办提出")
        services.refuse_unless_open(round)
        if form and form.is_valid() and (correction := _drafted(request, round, whose, form)):
            messages.success(request, "已提出更正，请提出人以外的主任批准")
            return redirect(correction)
    corrections = Correction.objects.visible_to(request.user).filter(round=round)
    context = {
        "round": round,
        "title": "得分更正",
        "section": "scoring",
        "crumbs": _crumbs(round),
        "corrections": corrections.select_related("community", "drafted_by").order_by("-pk"),
        "whose": whose,
        "form": form,
        "back_url": round.get_absolute_url(),
    }
    status = 400 if form and form.errors else 200
    return render(
        request,
        "scoring/corrections/corrections.html",
        context,
        status=status,
    )


def _forms(request, round: Round):
    """Both steps for the office while corrections are open; the second once a community is chosen."""
    if not may_run_round(request.user) or round.status not in services.OPEN_TO_CORRECTION:
        return None, None
    if "community" in request.POST:
        asked = request.POST
    else:
        asked = request.GET
    whose = CommunityForm(asked if "community" in asked else None, round=round)
    if not whose.is_bound or not whose.is_valid():
        return whose, None
    subjects = subjects_of(round, record_in_force(round), whose.cleaned_data["community"])
    return whose, CorrectionForm(request.POST or None, subjects=subjects)


def _drafted(request, round, whose, form) -> Correction | None:
    given = {
        **form.given,
        "community": whose.cleaned_data["community"],
        "by": request.user,
        "at": timezone.now(),
    }
    try:
        return services.draft_correction(round, **given)
    except ValidationError as wrong:
        form.add_error("new", wrong.messages)
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def correction_detail(request, pk):
    """One correction: what was wrong, what it changes, its record; the director approves it here."""
    related = ("round__rubric", "community", "drafted_by", "decided_by", "document__issuer")
    corrections = (
        Correction.objects.visible_to(request.user)
        .select_related(*related)
        .defer("frozen", "round__frozen")
    )
    correction = get_object_or_404(corrections, pk=pk)
    form = None
    if open_steps(correction, CORRECTION_STEPS, request.user):
        form = ApprovalForm(request.POST or None)
    if request.method == "POST":
        require(
            may_approve_correction(request.user, correction), "更正由提出人以外的共建办主任批准"
        )
        if form is None:
            raise WrongState(f"这一更正已经办理，现为“{correction.get_status_display()}”")
        if form.is_valid():
            return redirect(_decide(request, correction, **form.cleaned_data))
    moved, hindrance = _moved(correction)
    crumbs = [
        *_crumbs(correction.round),
        ("得分更正", reverse("scoring:corrections", args=[correction.round.quarter])),
    ]
    moved_units = []
    for one in moved.units:
        standing = Standing(one.after["standing"])
        moved_units.append((standing.label, one))
    context = {
        "correction": correction,
        "round": correction.round,
        "title": correction.title,
        "section": "scoring",
        "crumbs": crumbs,
        "state_of": correction,
        "moved": moved.communities,
        "moved_units": moved_units,
        "without_units": lacks_units(correction.round),
        "job": _job(correction),
        "hindrance": hindrance,
        "form": form,
        "history": history_of(correction),
    }
    status = 400 if form and form.errors else 200
    return render(
        request,
        "scoring/corrections/correction.html",
        context,
        status=status,
    )


def _decide(request, correction, *, approve: bool, opinion: str) -> Correction | Job:
    """Refused at once; approved by a job, whose page shows how far it is."""
    acting = {"opinion": opinion, "by": request.user, "at": timezone.now()}
    if approve:
        return wake(ask_to_approve(correction, **acting))
    services.refuse_correction(correction, **acting)
    messages.success(request, "不予更正，原得分不变")
    return correction


def _moved(correction) -> tuple[Influence, str]:
    """Whose figures it changes: as put in force, or as it would be now, or why it could not be."""
    if correction.status == "refused":
        return Influence([], []), ""
    try:
        return services.influence_of(correction), ""
    except ValidationError as refusal:
        return Influence([], []), "；".join(refusal.messages)


def _job(correction) -> Job | None:
    """The approval under way, or refused, that the page leads to."""
    if correction.number:
        return None
    return Job.objects.filter(kind=KIND, key=str(correction.pk)).first()


def _crumbs(round):
    return [("考评", reverse("scoring:rounds")), (round.span.title, round.get_absolute_url())]
