"""The figures in force: what was published, or what the newest correction puts in its place."""

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from scoring.models import CorrectedScore, Correction, Round, Score
from scoring.models.scores import ScoreQuerySet


def as_corrected(scores: QuerySet[Any], *, most: int | None = None) -> list[Any]:
    """Return scores of communities or units, at most so many, with the figures in force in place.

    `corrected_by` is the number of the correction that says so, or None. The rows must never be
    saved. Two queries: corrections are few, so they are laid over the rows here rather than looked
    up for each row in the database.
    """
    model: Any = scores.model
    corrections = model.corrected.rel.related_model.objects
    corrections = corrections.filter(score__in=scores.order_by().values("pk"))
    corrections = corrections.annotate(number=F("correction__number")).order_by("number")
    if "explanation" not in model.IN_FORCE:
        corrections = corrections.defer("explanation")
    newest = {corrected.score_id: corrected for corrected in corrections}

    rows = list(scores[:most])
    for row in rows:
        row.corrected_by = None
        if row.pk in newest:
            row.corrected_by = newest[row.pk].number
            for name in model.IN_FORCE:
                setattr(row, name, getattr(newest[row.pk], name))
    return rows


def by_rank(scores: QuerySet[Any]) -> list[Any]:
    """Return the scores as corrected, best first; equals in the order of the query."""
    return sorted(as_corrected(scores), key=lambda score: score.rank)


def last_places(round: Round, *, by: str = "community") -> dict[Any, int]:
    """Return each community's place in force in its class in the last quarter published before.

    `by`: the column of a score that the places are keyed by. Two queries.
    """
    published = Round.objects.published().filter(quarter__lt=round.quarter)
    before = published.order_by("-quarter").first()
    if before is None:
        return {}
    scores = Score.objects.filter(round=before).in_force()
    return dict(scores.values_list(by, "class_rank_now"))


def corrected_explanations(scores: QuerySet[Score]) -> dict[int, dict[str, Any]]:
    """Return the explanations that corrections have put in force, by community id. One query."""
    corrected = CorrectedScore.objects.filter(score__in=scores.order_by().values("pk"))
    rows = corrected.order_by("correction__number")
    newest = dict(rows.values_list("score__community", "explanation"))
    explanations_by_community = {}
    for community, explanation in newest.items():
        if explanation:
            explanations_by_community[community] = explanation
    return explanations_by_community


def with_explanation_in_force(scores: ScoreQuerySet) -> ScoreQuerySet:
    """Add to each row what the newest correction explains, as `corrected_explanation`, or None."""
    newest = CorrectedScore.objects.filter(score=OuterRef("pk")).order_by("-correction__number")
    return scores.annotate(corrected_explanation=Subquery(newest.values("explanation")[:1]))


def newest_correction(round: Round) -> Correction | None:
    """Return the correction that stands now, if there is any."""
    return round.corrections.in_force().order_by("-number").first()


def record_in_force(round: Round) -> dict[str, Any]:
    """Return the frozen record that stands now: the newest correction's, else the original."""
    newest = newest_correction(round)
    return newest.new_record if newest else round.original_record


def sha256_in_force(round: Round) -> str:
    """Return the SHA-256 of the frozen record that stands now."""
    newest = newest_correction(round)
    return newest.sha256 if newest else round.sha256


def lacks_units(round: Round) -> bool:
    """Whether units were rated of which the frozen record holds nothing.

    No correction computes the figures of such units anew.
    """
    frozen = round.frozen or {}
    return bool(frozen) and "units" not in frozen and round.unit_scores.exists()
