"""One community's score: every part of it, opening to sheets, items and findings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Avg, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongjian.accounts.models import User
from gongjian.audit.history import history_of
from gongjian.lib.acting import Crumb
from gongjian.lib.charts import trend_line
from gongjian.lib.checklists import ItemScore, item_scores
from gongjian.lib.points import round_half_up
from inspections.models import Finding, SelfCheck
from scoring.models import CorrectedScore, Score, Sheet
from scoring.models.appeals import AppealStatus
from scoring.permissions import may_name_assessors, may_raise_appeal, may_run_round
from scoring.rules.sheets.lists import mark_note
from scoring.services.bulletins.score_course import short_title
from scoring.services.corrections.proposing import OPEN_TO_CORRECTION
from scoring.services.scores.evidence import NO_EVIDENCE, Evidence, ItemFindings, city_findings_of
from scoring.services.scores.explanations import Explanations
from scoring.services.scores.losses import Loss, losses_of
from scoring.services.sheets.lettering import assessor_names
from scoring.services.sheets.lists import checklist_of, own_list_of
from scoring.views.rounds.pages import round_crumbs
from scoring.views.scores.ranking import eyebrow

QUARTERS_SHOWN = 8
RELATED = (
    "round__rubric",
    "round__checklist",
    "community__group__lead_unit",
    "community__subdistrict",
)


@require_safe
def score_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Why this score: every part with its weight, value and clause."""
    score = visible_score(request, pk)
    user, round = request.user, score.round
    correction = newest_correction_of(score)
    if correction and correction.explanation:
        explanation = correction.explanation
    else:
        explanation = Explanations().of(score)
    is_on_notice = round.is_on_public_notice(timezone.localdate())
    context = {
        "score": score,
        "title": f"{score.community}得分",
        "section": "scoring",
        "crumbs": crumbs(score),
        "eyebrow": eyebrow(round),
        "lines": list(lines_of(explanation["parts"])),
        "note": explanation["note"],
        "correction": correction,
        "has_sheets": round.rubric.rules.assessment.is_set,
        "gap": calibration_gap(score),
        "losses": shown_losses(score, user),
        "sheets": opened_sheets(score, user),
        "trend": trend_of(score, user),
        "appeals": score.appeals.visible_to(user).order_by("pk"),
        "adjusted": score.appeals.filter(status=AppealStatus.UPHELD).order_by("pk"),
        "history": history_of(round),
        "may_correct": may_run_round(user) and round.status in OPEN_TO_CORRECTION,
        "may_appeal": is_on_notice and may_raise_appeal(user, score),
    }
    return render(request, "scoring/scores/score.html", context)


def visible_score(request: HttpRequest, pk: int) -> Score:
    """Return the score if the reader may see it. Raises Http404."""
    scores = Score.objects.visible_to(request.user).select_related(*RELATED)
    return get_object_or_404(scores, pk=pk)


def newest_correction_of(score: Score) -> CorrectedScore | None:
    """Return what the newest correction puts in the place of the published figures. One query."""
    corrected = score.corrected.select_related("correction").defer("correction__frozen")
    return corrected.order_by("-correction__number").first()


def crumbs(score: Score) -> list[Crumb]:
    """Return the links above the pages of a score."""
    ranking = reverse("scoring:ranking", args=[score.round.quarter])
    return [*round_crumbs(score.round), ("得分排名", ranking)]


def lines_of(parts: Sequence[Mapping[str, Any]], depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the explanation, top down, each line with its depth and its weight in percent."""
    for part in parts:
        percent = None
        if part["weight"]:
            weight = round_half_up(Decimal(part["weight"]) * 100, 1)
            percent = f"{weight.normalize():f}" if weight else None
        yield {**part, "depth": depth, "percent": percent}
        yield from lines_of(part["parts"], depth + 1)


def calibration_gap(score: Score) -> tuple[str, Decimal] | None:
    """Return which way and how far the community's own marks lie from the city's."""
    if score.self_mean_points is None:
        return None
    gap = score.self_mean_points - score.assessment_points
    return ("高" if gap > 0 else "低"), abs(gap)


@dataclass
class OpenedItem:
    """An item of a sheet as it opens on the page."""

    score: ItemScore
    note: str
    evidence: Evidence

    @property
    def code(self) -> str:
        return self.score.item.code


@dataclass
class OpenedSheet:
    """A locked sheet with its items, as it opens on the page."""

    sheet: Sheet
    assessor: str
    items: list[OpenedItem]


@dataclass
class ShownLosses:
    """What the reader may open of the losses beside the sheets, and how many he may not."""

    losses: list[Loss]
    hidden: int


def opened_sheets(score: Score, user: User) -> list[OpenedSheet]:
    """Return the locked sheets that the reader may see, with what was deducted and found.

    Two queries.
    """
    sheets = list(sheets_of(score, user))
    if not sheets:
        return []
    names = assessor_names(sheets, by_name=may_name_assessors(user))
    checklist, own_list = checklist_of(score.round), own_list_of(score.round)
    findings = findings_on_items(score, user)
    opened = []
    for sheet in sheets:
        items = []
        for item_score in item_scores(sheet.marks, checklist):
            code = item_score.item.code
            note = mark_note(sheet.marks[code], own_list, code)
            evidence = findings.of(sheet, code) if item_score.deducted else NO_EVIDENCE
            items.append(OpenedItem(item_score, note, evidence))
        opened.append(OpenedSheet(sheet, names[sheet.pk], items))
    return opened


def sheets_of(score: Score, user: User) -> QuerySet[Sheet]:
    """Return the score's locked sheets that the reader may see, oldest number first."""
    sheets = Sheet.objects.visible_to(user).locked()
    sheets = sheets.filter(round=score.round, community=score.community)
    sheets = sheets.select_related("assessor", "round__checklist", "round__rubric")
    return sheets.defer("round__frozen").order_by("pk")


def findings_on_items(score: Score, user: User) -> ItemFindings:
    """Return what the city found in this community in the quarter, by item."""
    findings = city_findings_of(score.round).visible_to(user)
    return ItemFindings(findings.filter(community=score.community).order_by("number"))


def shown_losses(score: Score, user: User) -> ShownLosses:
    """Return the losses beside the sheets whose records the reader may open. Eight queries."""
    losses = losses_of(score.round, [score.community_id], at=timezone.now())[score.community_id]
    visible: set[tuple[type, int]] = set()
    for model in (Finding, SelfCheck):
        pks = [loss.record.pk for loss in losses if isinstance(loss.record, model)]
        for pk in model.objects.visible_to(user).filter(pk__in=pks).values_list("pk", flat=True):
            visible.add((model, pk))
    opened = []
    for loss in losses:
        record = loss.record
        if not isinstance(record, Finding | SelfCheck) or (type(record), record.pk) in visible:
            opened.append(loss)
    return ShownLosses(opened, hidden=len(losses) - len(opened))


def trend_of(score: Score, user: User) -> dict[str, Any] | None:
    """Return the community beside the city over the quarters up to this one.

    None for a single quarter. Two queries.
    """
    visible = Score.objects.visible_to(user).filter(round__quarter__lte=score.round.quarter)
    of_community = visible.filter(community=score.community).in_force()
    newest_first = of_community.order_by("-round__quarter")
    rows = newest_first.values_list("round__quarter", "total_points_now")[:QUARTERS_SHOWN]
    points = dict(sorted(rows))
    if len(points) < 2:
        return None
    of_city = visible.filter(round__quarter__in=list(points)).in_force().order_by()
    means = dict(of_city.values_list("round__quarter").annotate(Avg("total_points_now")))
    means = {quarter: round_half_up(means[quarter]) for quarter in points}
    labels = [short_title(quarter) for quarter in points]
    series = {score.community.name: list(points.values()), "全市平均": list(means.values())}
    table = []
    for quarter, label in zip(points, labels, strict=True):
        table.append((label, f"{points[quarter]:.2f}", f"{means[quarter]:.2f}"))
    chart = trend_line(labels, series, title=f"{score.community}各季度得分")
    return {"chart": chart, "rows": table}
