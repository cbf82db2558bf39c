"""What if (试算): how the last published quarter would have come out under a rubric in the making."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scoring.models import Round
from scoring.rules.records.freezing import inputs_on_record
from scoring.rules.refusals import Missing, Refused
from scoring.rules.rubrics.rubric import Rubric, stored_rubric
from scoring.rules.scores.quarters import CommunityInputs
from scoring.rules.scores.reranking import Move, reranked
from scoring.services.rubrics.remarking import remarked
from scoring.services.scores.in_force import last_places, record_in_force


@dataclass(frozen=True)
class Trial:
    """The last published quarter under the new rubric; `refused` says why it cannot be told, `note` what it leaves
    out.
    """

    round: Round
    moves: list[Move]
    refused: tuple[str, ...] = ()
    note: str = ""

    @property
    def moved(self) -> list[Move]:
        return [
            move for move in self.moves if move.places_up or move.grade_before != move.grade_after
        ]


def try_rubric(rubric: Rubric) -> Trial | None:
    """The last published quarter scored again by `rubric`, from its record in force; None while none is published."""
    round = Round.objects.published().exclude(sha256="").order_by("-quarter").defer(None).first()
    if round is None:
        return None
    record = record_in_force(round)
    before = stored_rubric(record["rubric"])
    inputs = inputs_on_record(record)
    try:
        after, note = remarked(round, record, before, rubric)
        anew = inputs_on_record(after) if after else inputs
        if rubric.bonus.by_place and not before.bonus.by_place:
            anew = _with_places(anew, last_places(round, by="community__code"))
        return Trial(
            round, reranked(inputs, record["months"], before, rubric, anew=anew), note=note
        )
    except Missing as missing:
        return Trial(round, [], missing.what)
    except Refused as refused:
        return Trial(round, [], (str(refused),))


def _with_places(
    inputs: Sequence[CommunityInputs], places: Mapping[str, int]
) -> list[CommunityInputs]:
    """What the quarter's own record does not hold, because its rubric did not ask for it."""
    return [replace(one, last_place=places.get(one.code)) for one in inputs]
