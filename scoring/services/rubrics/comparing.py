"""What if (试算): the last published quarter under a rubric in the making."""

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
    """The last published quarter under the new rubric.

    `refused` says why it cannot be told, `note` what it leaves out.
    """

    round: Round
    moves: list[Move]
    refused: tuple[str, ...] = ()
    note: str = ""

    @property
    def moved(self) -> list[Move]:
        """Return the communities whose place or grade would be another."""
        moved = []
        for move in self.moves:
            if move.places_up or move.grade_before != move.grade_after:
                moved.append(move)
        return moved


def try_rubric(rubric: Rubric) -> Trial | None:
    """Return the last published quarter scored again by `rubric`, from its record in force.

    None while no quarter is published.
    """
    rounds = Round.objects.published().exclude(sha256="")
    published = rounds.order_by("-quarter")
    round = published.defer(None).first()
    if round is None:
        return None
    record = record_in_force(round)
    before = stored_rubric(record["rubric"])
    inputs = inputs_on_record(record)
    try:
        after, note = remarked(round, record, before, rubric)
        anew = inputs_on_record(after) if after else inputs
        if rubric.bonus.by_place and not before.bonus.by_place:
            anew = with_places(anew, last_places(round, by="community__code"))
        moves = reranked(inputs, record["months"], before, rubric, anew=anew)
        return Trial(round, moves, note=note)
    except Missing as missing:
        return Trial(round, [], missing.what)
    except Refused as refused:
        return Trial(round, [], (str(refused),))


def with_places(
    communities: Sequence[CommunityInputs], places: Mapping[str, int]
) -> list[CommunityInputs]:
    """Return the inputs with last quarter's places: their record has none if nothing asked."""
    placed = []
    for inputs in communities:
        last_place = places.get(inputs.code)
        placed.append(replace(inputs, last_place=last_place))
    return placed
