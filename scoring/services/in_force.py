"""The figures in force: what was published, or what the newest correction puts in its place."""

from scoring.models import CorrectedScore, Correction, Round, Score
from scoring.models.scores import IN_FORCE


def as_corrected(scores, *, most: int | None = None) -> list[Score]:
    """The scores, at most so many, with the figures in force in their columns; never to be saved. Two queries.

    Corrections are few: they are laid over the rows here rather than looked up for each in the database.
    """
    corrected = CorrectedScore.objects.filter(score__in=scores.order_by().values("pk")).order_by("correction__number")
    newest = {row.score_id: row for row in corrected.defer("explanation")}
    rows = list(scores[:most])
    for row in rows:
        for name in IN_FORCE if row.pk in newest else ():
            setattr(row, name, getattr(newest[row.pk], name))
    return rows


def by_rank(scores) -> list[Score]:
    """The same, best first; equals in the order of the query."""
    return sorted(as_corrected(scores), key=lambda row: row.rank)


def newest_correction(round: Round) -> Correction | None:
    return round.corrections.in_force().order_by("-number").first()


def record_in_force(round: Round) -> dict:
    """The frozen record that stands now: the newest correction's, else the original."""
    newest = newest_correction(round)
    return newest.frozen if newest else round.frozen


def sha256_in_force(round: Round) -> str:
    newest = newest_correction(round)
    return newest.sha256 if newest else round.sha256
