"""The figures in force: what was published, or what the newest correction puts in its place."""

from django.db.models import F

from scoring.models import CorrectedScore, Correction, Round, Score


def as_corrected(scores, *, most: int | None = None) -> list:
    """The scores of communities or units, at most so many, with the figures in force in their columns and the number
    of the correction that says so in `corrected_by`; never to be saved. Two queries.

    Corrections are few: they are laid over the rows here rather than looked up for each in the database.
    """
    corrections = scores.model.corrected.rel.related_model.objects
    corrected = corrections.filter(score__in=scores.order_by().values("pk")).order_by(
        "correction__number"
    )
    corrected = corrected.annotate(number=F("correction__number"))
    newest = {
        row.score_id: row
        for row in corrected.defer(*{"explanation"}.difference(scores.model.IN_FORCE))
    }
    rows = list(scores[:most])
    for row in rows:
        row.corrected_by = newest[row.pk].number if row.pk in newest else None
        for name in row.IN_FORCE if row.pk in newest else ():
            setattr(row, name, getattr(newest[row.pk], name))
    return rows


def by_rank(scores) -> list[Score]:
    """The same, best first; equals in the order of the query."""
    return sorted(as_corrected(scores), key=lambda row: row.rank)


def corrected_explanations(scores) -> dict[int, dict]:
    """By community id, the explanation in force of those whose figure a correction has changed. One query."""
    rows = CorrectedScore.objects.filter(score__in=scores.order_by().values("pk")).order_by(
        "correction__number"
    )
    newest = dict(rows.values_list("score__community", "explanation"))
    return {community: explanation for community, explanation in newest.items() if explanation}


def newest_correction(round: Round) -> Correction | None:
    return round.corrections.in_force().order_by("-number").first()


def record_in_force(round: Round) -> dict:
    """The frozen record that stands now: the newest correction's, else the original."""
    newest = newest_correction(round)
    return newest.frozen if newest else round.frozen


def sha256_in_force(round: Round) -> str:
    newest = newest_correction(round)
    return newest.sha256 if newest else round.sha256


def lacks_units(round: Round) -> bool:
    """Whether units were rated of which nothing is on the frozen record: no correction computes their figures anew."""
    return bool(round.frozen) and "units" not in round.frozen and round.unit_scores.exists()
