from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Avg
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gongjian.audit.history import history_of
from gongjian.lib.charts import trend_line
from gongjian.lib.checklists import item_scores
from gongjian.lib.points import round_half_up
from gongjian.lib.quarters import NUMERALS, Quarter
from inspections.models import Finding
from scoring.models import CorrectedScore, Score, Sheet
from scoring.models.appeals import AppealStatus
from scoring.permissions import may_name_assessors, may_raise_appeal, may_run_round
from scoring.rules.sheets.lists import mark_note
from scoring.services.corrections.proposing import OPEN_TO_CORRECTION
from scoring.services.scores.explanations import Explanations
from scoring.services.sheets.lettering import assessor_names
from scoring.services.sheets.lists import checklist_of, own_list_of
from scoring.views.scores.ranking import eyebrow

QUARTERS_SHOWN = 8


@require_safe
def score_detail(request, pk):
    """Why this score: every part with its weight, value and clause, opening to sheets, items and findings."""
    score = visible_score(request, pk)
    today = timezone.localdate()
    correction = _correction(score)
    has_sheets = score.round.rubric.rules.assessment.is_set
    explanation = (correction and correction.explanation) or Explanations().of(score)
    adjusted = []
    for one in score.appeals.order_by("pk"):
        if one.status == AppealStatus.UPHELD:
            adjusted.append(one)
    may_appeal = score.round.is_on_public_notice(today) and may_raise_appeal(request.user, score)
    may_correct = may_run_round(request.user) and score.round.status in OPEN_TO_CORRECTION
    appeals = score.appeals.visible_to(request.user).order_by("pk")
    lines = list(_lines(explanation["parts"]))
    sheets = _opened_sheets(score, request.user)
    trend = _trend(score, request.user)
    context = {
        "score": score,
        "title": f"{score.community}得分",
        "section": "scoring",
        "crumbs": crumbs(score),
        "eyebrow": eyebrow(score.round),
        "lines": lines,
        "note": explanation["note"],
        "correction": correction,
        "has_sheets": has_sheets,
        "gap": _calibration_gap(score),
        "sheets": sheets,
        "trend": trend,
        "appeals": appeals,
        "adjusted": adjusted,
        "history": history_of(score.round),
        "may_correct": may_correct,
        "may_appeal": may_appeal,
    }
    return render(request, "scoring/scores/score.html", context)


def _correction(score) -> CorrectedScore | None:
    """What the newest correction puts in the place of the published figures. One query."""
    return (
        score.corrected.select_related("correction")
        .defer("correction__frozen")
        .order_by("-correction__number")
        .first()
    )


def _calibration_gap(score) -> tuple[str, Decimal] | None:
    """Which way and how far the community's own marks lie from the city's."""
    if score.self_mean_points is None:
        return None
    gap = score.self_mean_points - score.assessment_points
    return ("高" if gap > 0 else "低"), abs(gap)


def visible_score(request, pk) -> Score:
    related = (
        "round__rubric",
        "round__checklist",
        "community__group__lead_unit",
        "community__subdistrict",
    )
    scores = Score.objects.visible_to(request.user)
    return get_object_or_404(scores.select_related(*related), pk=pk)


def crumbs(score) -> list[tuple[str, str]]:
    quarter = score.round.quarter
    return [
        ("考评", reverse("scoring:rounds")),
        (score.round.span.title, score.round.get_absolute_url()),
        ("得分排名", reverse("scoring:ranking", args=[quarter])),
    ]


def _lines(parts, depth=0):
    """The explanation, top down, each line with its depth."""
    for part in parts:
        weight = part["weight"] and round_half_up(Decimal(part["weight"]) * 100, 1).normalize()
        percent = weight and f"{weight:f}"
        yield {**part, "depth": depth, "percent": percent}
        yield from _lines(part["parts"], depth + 1)


@dataclass
class OpenedSheet:
    """A locked sheet with its items, as it opens on the page."""

    sheet: Sheet
    assessor: str
    items: list


def _opened_sheets(score, user) -> list[OpenedSheet]:
    """The locked sheets that the reader may see, with what was deducted and what was found. Two queries."""
    sheets = list(sheets_of(score, user))
    names = assessor_names(sheets, by_name=may_name_assessors(user))
    rules = checklist_of(score.round)
    own = own_list_of(score.round)
    if sheets:
        found = _findings(score, user)
    else:
        found = {}
    opened_sheets = []
    for sheet in sheets:
        entries = []
        for one in item_scores(sheet.marks, rules):
            mark = sheet.marks[one.item.code]
            entries.append(
                (
                    one,
                    mark_note(mark, own, one.item.code),
                    found.get(one.item.code, []) if one.deducted else [],
                )
            )
        opened_sheet = OpenedSheet(
            sheet,
            names[sheet.pk],
            entries,
        )
        opened_sheets.append(opened_sheet)
    return opened_sheets


def sheets_of(score, user):
    """The score's locked sheets that the reader may see, oldest number first."""
    sheets = Sheet.objects.visible_to(user).locked()
    sheets = sheets.filter(round=score.round, community=score.community)
    return (
        sheets.select_related("assessor", "round__checklist", "round__rubric")
        .defer("round__frozen")
        .order_by("pk")
    )


def _findings(score, user) -> dict[str, list[Finding]]:
    """The city's findings of the quarter in this community, by item."""
    findings = Finding.objects.visible_to(user)
    rows = findings.in_quarter(score.round.quarter)
    found = defaultdict(list)
    for finding in rows.filter(community=score.community, source="city").order_by("number"):
        found[finding.item_code].append(finding)
    return found


def _trend(score, user):
    """The community beside the city over the quarters up to this one; None for a single quarter. Two queries."""
    scores = Score.objects.visible_to(user)
    known = scores.filter(round__quarter__lte=score.round.quarter)
    own = dict(
        known.filter(community=score.community)
        .in_force()
        .order_by("-round__quarter")
        .values_list("round__quarter", "total_points_now")[:QUARTERS_SHOWN]
    )
    if len(own) < 2:
        return None
    quarters = sorted(own)
    city = known.filter(round__quarter__in=quarters).values("round__quarter")
    city = city.annotate(mean=Avg("total_points"))
    means = {}
    for row in city:
        means[row["round__quarter"]] = round_half_up(row["mean"])
    labels = [_short(quarter) for quarter in quarters]
    series = {
        score.community.name: [own[q] for q in quarters],
        "全市平均": [means[q] for q in quarters],
    }
    rows = []
    for label, q in zip(labels, quarters, strict=True):
        rows.append((label, f"{own[q]:.2f}", f"{means[q]:.2f}"))
    chart = trend_line(labels, series, title=f"{score.community}各季度得分")
    return {"chart": chart, "rows": rows}


def _short(text: str) -> str:
    quarter = Quarter.parse(text)
    return f"{quarter.year % 100}年{NUMERALS[quarter.number - 1]}季度"
