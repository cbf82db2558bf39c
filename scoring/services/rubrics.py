"""A rubric in the making: its figures one by one, and how the last published quarter would have come out under it."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from gongjian.lib.points import written_number
from scoring.models import Round
from scoring.rules.freezing import inputs_on_record
from scoring.rules.refusals import Missing, Refused
from scoring.rules.reranking import Move, reranked
from scoring.rules.rubric import Rubric, load_rubric
from scoring.services.rubric_books import numbered_parts


@dataclass(frozen=True)
class Figure:
    """One number of the rubric: where it stands in the file, what it is called, what it is now."""

    path: str
    part: str
    label: str
    value: str


def figures_in(mapping: Mapping[str, Any]) -> list[Figure]:
    """The numbers of a rubric outside its item lists, in the order in which the office reads it."""
    return [Figure(path, part, label, str(value)) for path, part, label, value in _values(mapping) if _is_number(value)]


def _values(mapping: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Any]]:
    for path, part, row, header, value in numbered_parts(mapping):
        yield path, part, f"{row}·{header}" if row else header, value


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | str) and written_number(value) is not None


def with_figures(mapping: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """The mapping with the figures typed, by path; one that is not among its figures changes nothing."""
    changed = deepcopy(dict(mapping))
    known = {figure.path: figure.value for figure in figures_in(mapping)}
    for path, text in typed.items():
        if path in known and text.strip() != known[path]:
            _put(changed, path.split("."), text.strip())
    return changed


def _put(inside: Any, keys: list[str], text: str) -> None:
    *way, last = keys
    for key in way:
        inside = inside[int(key)] if isinstance(inside, list) else inside[key]
    was_whole = isinstance(inside[last], int)
    inside[last] = int(text) if was_whole and text.isdigit() else text


@dataclass(frozen=True)
class Trial:
    """What if: the last published quarter under the new rubric; `refused` says why it cannot be told."""

    round: Round
    moves: list[Move]
    refused: tuple[str, ...] = ()

    @property
    def moved(self) -> list[Move]:
        return [move for move in self.moves if move.places_up or move.grade_before != move.grade_after]


def try_rubric(rubric: Rubric) -> Trial | None:
    """The last published quarter scored again by `rubric`, from its frozen record; None while none is published."""
    round = Round.objects.published().exclude(sha256="").order_by("-quarter").defer(None).first()
    if round is None:
        return None
    try:
        inputs = inputs_on_record(round.frozen)
        return Trial(round, reranked(inputs, round.frozen["months"], load_rubric(round.frozen["rubric"]), rubric))
    except Missing as missing:
        return Trial(round, [], missing.what)
    except Refused as refused:
        return Trial(round, [], (str(refused),))
