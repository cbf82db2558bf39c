"""读数: what the office enters for the measured items of a rubric, by hand or by workbook; all of it or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from communities.models import Community
from gongjian.audit.services import record
from gongjian.workflow import WrongState, require
from scoring.models import Absence, Reading, Round
from scoring.models.rounds import RoundStatus
from scoring.permissions import may_run_round
from scoring.rules.readings.asked import (
    LONGEST_REASON,
    Ask,
    Cells,
    asks_of,
    cells_of,
    in_words,
    why_refused,
)
from scoring.rules.readings.marking import missing_readings
from scoring.rules.records.recording import reading_as_mapping, reading_from
from scoring.rules.rubrics.items import Item
from scoring.rules.rubrics.items import Reading as Found
from scoring.rules.rubrics.parts import MeasuredRules
from scoring.rules.rubrics.rubric import Rubric
from scoring.services.readings.recorded import absences_of, readings_of

OPEN = (RoundStatus.PLANNED, RoundStatus.ASSESSING, RoundStatus.GATHERED)
ONLY_OFFICE = "读数由共建办登记"

Asked = list[tuple[Item, tuple[Ask, ...]]]
Kept = Mapping[str, Any]
"""One item's reading as a row keeps it."""


@dataclass(frozen=True)
class Given:
    """What somebody enters for one component of one community: kept readings by item code."""

    community: int
    component: str
    items: Mapping[str, Kept]


def kept_reading(found: Found, reason: str = "") -> dict[str, Any]:
    """A reading as its row keeps it, with the reason for which it does not apply."""
    return reading_as_mapping(found) | ({"reason": reason.strip()} if found.not_applicable else {})


def kept_cells(asks: Sequence[Ask], kept: Kept | None) -> Cells:
    """What stands in the cells of one item for what its row keeps; nothing where nothing was entered."""
    return {} if kept is None else cells_of(asks, reading_from(kept), kept.get("reason", ""))


def measured_by(round: Round) -> list[tuple[MeasuredRules, Asked]]:
    """The measured components of the round's rubric, with what each of their items asks for this quarter."""
    rubric = round.rubric.rules
    return [(rules, asks_of(rules.items, round.span.months)) for rules in rubric.measured]


def may_still_enter(round: Round) -> bool:
    return round.status in OPEN


def record_readings(round: Round, given: Iterable[Given], *, by, at: datetime) -> int:
    """Enter readings, over those entered before, which the log keeps; returns how many are new or others.

    Items that are not given stay as they are. They count from the next gathering. Raises ValidationError with every
    reading that cannot be, WrongState once the round is on notice.
    """
    require(may_run_round(by), ONLY_OFFICE)
    given = list(given)
    places = Community.objects.in_bulk({one.community for one in given})
    if faults := _faults(round, given, places):
        raise ValidationError(faults)
    asked = {rules.code: asked for rules, asked in measured_by(round)}
    with transaction.atomic():
        refuse_closed(round)
        rows = {(row.community_id, row.component): row for row in _held(round, given)}
        return sum(
            _enter(
                rows.get((one.community, one.component))
                or Reading(round=round, community=places[one.community], component=one.component),
                one.items,
                asked[one.component],
                by,
                at,
            )
            for one in given
        )


def correct_reading(round: Round, given: Given, *, by, at: datetime) -> None:
    """What an upheld appeal puts in the place of a reading while the notice runs; the log keeps both.

    Raises ValidationError for a reading that cannot be, WrongState outside the notice. Counts from the next gathering.
    """
    require(may_run_round(by), ONLY_OFFICE)
    places = Community.objects.in_bulk({given.community})
    if faults := _faults(round, [given], places):
        raise ValidationError(faults)
    asked = {rules.code: asked for rules, asked in measured_by(round)}
    with transaction.atomic():
        if (
            Round.objects.select_for_update().values_list("status", flat=True).get(pk=round.pk)
            != RoundStatus.ON_PUBLIC_NOTICE
        ):
            raise WrongState(f"{round}不在公示复核，读数不能因申诉更改")
        row = _held(round, [given]).get(component=given.component)
        _enter(row, given.items, asked[given.component], by, at, event="scoring.reading.correct")


def refuse_closed(round: Round) -> None:
    """Hold the round while something is entered. Raises WrongState once it is on notice. Call in a transaction."""
    status = Round.objects.select_for_update().values_list("status", flat=True).get(pk=round.pk)
    if status not in OPEN:
        raise WrongState(f"{round}已是“{RoundStatus(status).label}”，读数和未参评不能再改")


def _held(round: Round, given: Sequence[Given]):
    rows = (
        Reading.objects.filter(round=round)
        .select_related("community")
        .select_for_update(of=("self",))
    )
    return rows.filter(community=given[0].community) if len(given) == 1 else rows


def _enter(
    row: Reading,
    given: Mapping[str, Kept],
    asked: Asked,
    by,
    at: datetime,
    *,
    event: str = "scoring.reading.record",
) -> int:
    """Write one community's component; an item entered as it stands changes nothing."""
    before = row.items
    changed = {code: kept for code, kept in given.items() if before.get(code) != kept}
    if not changed:
        return 0
    row.items, row.entered_by, row.entered_at = {**before, **changed}, by, at
    row.save()
    said = {
        "before": _in_words(before, changed, asked),
        "after": _in_words(changed, changed, asked),
    }
    record(row, event, by=by, at=at, component=row.component, **said)
    return len(changed)


def _in_words(
    kept: Mapping[str, Kept], changed: Mapping[str, Kept], asked: Asked
) -> dict[str, str]:
    """The items that change, by name, as the log keeps them."""
    return {
        item.name: in_words(asks, kept_cells(asks, kept.get(item.code)))
        for item, asks in asked
        if item.code in changed
    }


def _faults(round: Round, given: Sequence[Given], places: Mapping[int, Community]) -> list[str]:
    """Everything that keeps these readings from being entered, each by its community."""
    rubric = round.rubric.rules
    components = {rules.code: rules for rules in rubric.measured}
    absent = absences_of(round)
    return [
        f"{places.get(one.community, '社区')}：{what}"
        for one in given
        for what in _faults_of(one, places.get(one.community), absent, components, round)
    ]


def _faults_of(
    given: Given, community, absent, components: Mapping[str, MeasuredRules], round: Round
) -> Iterable[str]:
    if refused := why_not_entered(community, absent):
        yield refused
    if given.component not in components:
        yield f"评分细则中没有“{given.component}”这一部分"
        return
    rules = components[given.component]
    items = {item.code: item for item in rules.items.in_months(tuple(round.span.months))}
    for code, kept in given.items.items():
        if code not in items:
            yield f"{rules.name}本季度没有评分项目“{code}”"
            continue
        found = reading_from(kept)
        if found.not_applicable and not 0 < len(kept.get("reason", "")) <= LONGEST_REASON:
            yield f"“{items[code].name}”不涉及的，请写明原因，最多 {LONGEST_REASON} 字"
        if what := why_refused(rules.items, items[code], found):
            yield what


def why_not_entered(community: Community | None, absent: Mapping[int, str]) -> str:
    """Why nothing may be entered for this community; empty if it may."""
    if community is None:
        return "名册里没有这个社区"
    if not community.is_active:
        return "已不在册，不能登记读数"
    if community.pk in absent:
        return f"本季度未参评（{absent[community.pk]}），不能登记读数"
    return ""


@dataclass(frozen=True)
class Standing:
    """How far the readings of a round are: by community id, what each component lacks; absent ones are not asked."""

    names: list[str]
    lacking: Mapping[int, tuple[list[str], ...]]
    absent: Mapping[int, Absence]

    @property
    def complete(self) -> list[tuple[str, int]]:
        """Each component with the number of communities of which it has everything."""
        return [
            (name, sum(not what[number] for what in self.lacking.values()))
            for number, name in enumerate(self.names)
        ]

    @property
    def asked(self) -> int:
        return len(self.lacking)


def standing_of(round: Round) -> Standing:
    """What has been entered and what lacks. Three queries, whatever the city."""
    rubric: Rubric = round.rubric.rules
    entered = readings_of(round)
    absent = {one.community_id: one for one in Absence.objects.filter(round=round).in_force()}
    places = Community.objects.active().exclude(pk__in=absent).values_list("pk", flat=True)
    return Standing(
        names=[rules.name for rules in rubric.measured],
        lacking={
            pk: tuple(
                missing_readings(
                    rules.items,
                    entered[pk].get(rules.code, {}) if pk in entered else {},
                    round.span.months,
                )
                for rules in rubric.measured
            )
            for pk in places
        },
        absent=absent,
    )
