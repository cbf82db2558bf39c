"""更正: the corrections of a quarter with the form for a new one, and the page of one."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gongjian.audit.history import history_of
from gongjian.jobs.models import Job
from gongjian.jobs.services import wake
from gongjian.lib.acting import answer_status, carry_out, posted
from gongjian.workflow import WrongState, open_steps, require
from scoring.forms.corrections.corrections import ApprovalForm, CommunityForm, CorrectionForm
from scoring.models import Correction, Round
from scoring.models.corrections import CorrectionStatus
from scoring.models.scores import Standing
from scoring.permissions import may_approve_correction, may_run_round
from scoring.rules.corrections.correcting import Influence
from scoring.services.corrections.approving import KIND, ask_to_approve
from scoring.services.corrections.correctable import subjects_of
from scoring.services.corrections.proposing import (
    ANOTHER_PERSON,
    OPEN_TO_CORRECTION,
    draft_correction,
    influence_of,
    refuse_correction,
    refuse_unless_open,
)
from scoring.services.scores.in_force import lacks_units, record_in_force
from scoring.states import CORRECTION_STEPS
from scoring.views.rounds.pages import visible_round

RELATED = ("round__rubric", "community", "drafted_by", "decided_by", "document__issuer")


@require_http_methods(["GET", "HEAD", "POST"])
def correction_list(request, quarter):
    """The corrections of a quarter.

    The office proposes one here in two steps: first whose data, then which.
    """
    round = visible_round(request, quarter)
    community_form, form = forms_of_both_steps(request, round)
    if request.method == "POST":
        require(may_run_round(request.user), "更正由共建办提出")
        refuse_unless_open(round)
    if form:
        community = community_form.cleaned_data["community"]
        propose = partial(draft_correction, round, community=community)
        act = partial(propose, by=request.user, at=timezone.now())
        if correction := carry_out(form, act):
            messages.success(request, "已提出更正，请提出人以外的主任批准")
            return redirect(correction)
    corrections = Correction.objects.visible_to(request.user).filter(round=round)
    context = {
        "round": round,
        "title": "得分更正",
        "section": "scoring",
        "crumbs": _crumbs(round),
        "corrections": corrections.select_related("community", "drafted_by").order_by("-pk"),
        "community_form": community_form,
        "form": form,
        "back_url": round.get_absolute_url(),
    }
    status = answer_status(form) if form else 200
    return render(request, "scoring/corrections/corrections.html", context, status=status)


def forms_of_both_steps(
    request, round: Round
) -> tuple[CommunityForm | None, CorrectionForm | None]:
    """Return the forms of both steps for the office while corrections are open.

    The second one only once a community is chosen.
    """
    if not may_run_round(request.user) or round.status not in OPEN_TO_CORRECTION:
        return None, None
    chosen = request.POST if "community" in request.POST else request.GET
    community_form = CommunityForm(chosen if "community" in chosen else None, round=round)
    if not community_form.is_valid():
        return community_form, None
    community = community_form.cleaned_data["community"]
    subjects = subjects_of(round, record_in_force(round), community)
    return community_form, CorrectionForm(*posted(request), subjects=subjects)


@require_http_methods(["GET", "HEAD", "POST"])
def correction_detail(request, pk):
    """One correction: what was wrong, what it changes, its record.

    The director approves it here, by a job whose page shows how far it is, or refuses it at once.
    """
    corrections = Correction.objects.visible_to(request.user).select_related(*RELATED)
    correction = get_object_or_404(corrections.defer("frozen", "round__frozen"), pk=pk)
    form = None
    if open_steps(correction, CORRECTION_STEPS, request.user):
        form = ApprovalForm(*posted(request))
    if request.method == "POST":
        require(may_approve_correction(request.user, correction), ANOTHER_PERSON)
        if form is None:
            raise WrongState(f"这一更正已经办理，现为“{correction.get_status_display()}”")
        if decided := carry_out(form, partial(_decide, request, correction)):
            return redirect(decided)
    return correction_page(request, correction, form)


def _decide(request, correction: Correction, *, approve: bool, opinion: str) -> Correction | Job:
    acting = {"opinion": opinion, "by": request.user, "at": timezone.now()}
    if approve:
        return wake(ask_to_approve(correction, **acting))
    refuse_correction(correction, **acting)
    messages.success(request, "不予更正，原得分不变")
    return correction


def correction_page(request, correction: Correction, form: ApprovalForm | None):
    round = correction.round
    moved, hindrance = _moved(correction)
    moved_units = []
    for result in moved.units:
        moved_units.append((Standing(result.after["standing"]).label, result))
    list_url = reverse("scoring:corrections", args=[round.quarter])
    job = None
    if not correction.number:
        job = Job.objects.filter(kind=KIND, key=str(correction.pk)).first()
    context = {
        "correction": correction,
        "round": round,
        "title": correction.title,
        "section": "scoring",
        "crumbs": [*_crumbs(round), ("得分更正", list_url)],
        "state_of": correction,
        "moved": moved.communities,
        "moved_units": moved_units,
        "without_units": lacks_units(round),
        "job": job,
        "hindrance": hindrance,
        "form": form,
        "history": history_of(correction),
    }
    status = answer_status(form) if form else 200
    return render(request, "scoring/corrections/correction.html", context, status=status)


def _moved(correction: Correction) -> tuple[Influence, str]:
    """Return whose figures it changes, and why it could not be approved any more, if so."""
    if correction.status == CorrectionStatus.REFUSED:
        return Influence([], []), ""
    try:
        return influence_of(correction), ""
    except ValidationError as refusal:
        return Influence([], []), "；".join(refusal.messages)


def _crumbs(round: Round) -> list[tuple[str, str]]:
    return [("考评", reverse("scoring:rounds")), (round.span.title, round.get_absolute_url())]
