"""读数: what the office enters for the measured items of a rubric, by hand or by workbook.

All of it is entered or nothing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from communities.models import Community
from gongjian.accounts.models import User
from gongjian.audit.services import record
from gongjian.workflow import WrongState, require
from scoring.models import Reading, Round
from scoring.models.rounds import RoundStatus
from scoring.permissions import may_run_round
from scoring.rules.readings.asked import (
    LONGEST_REASON,
    AskedCell,
    Cells,
    asks_of,
    cells_of,
    in_words,
    why_refused,
)
from scoring.rules.records.recording import reading_as_mapping, reading_from
from scoring.rules.rubrics.items import Item
from scoring.rules.rubrics.items import Reading as ItemReading
from scoring.rules.rubrics.parts import MeasuredRules
from scoring.services.readings.recorded import absences_of

OPEN = (RoundStatus.PLANNED, RoundStatus.ASSESSING, RoundStatus.GATHERED)
ONLY_OFFICE = "读数由共建办登记"

# The items of a component with the cells that each asks for.
AskedItems = list[tuple[Item, tuple[AskedCell, ...]]]
# One item's reading as a row stores it.
StoredReading = Mapping[str, Any]


@dataclass(frozen=True)
class ReadingEntry:
    """What somebody enters for one component of one community: stored readings by item code."""

    community: int
    component: str
    items: Mapping[str, StoredReading]


def stored_reading(reading: ItemReading, reason: str = "") -> dict[str, Any]:
    """Return a reading as its row stores it, with the reason for which it does not apply."""
    mapping = reading_as_mapping(reading)
    if reading.not_applicable:
        mapping["reason"] = reason.strip()
    return mapping


def cells_of_stored(asks: Sequence[AskedCell], stored_item: StoredReading | None) -> Cells:
    """Return what stands in the cells of one item for what its row stores; {} where it is not."""
    if stored_item is None:
        return {}
    return cells_of(asks, reading_from(stored_item), stored_item.get("reason", ""))


def measured_by(round: Round) -> list[tuple[MeasuredRules, AskedItems]]:
    """Return the measured components of the round's rubric with what their items ask for."""
    months = round.span.months
    return [(rules, asks_of(rules.items, months)) for rules in round.rubric.rules.measured]


def may_still_enter(round: Round) -> bool:
    """Whether readings are taken in this state of the round."""
    return round.status in OPEN


def record_readings(
    round: Round, entries: Iterable[ReadingEntry], *, by: User, at: datetime
) -> int:
    """Enter readings, over those entered before, which the log keeps; return how many are new.

    Items that are not in `entries` stay as they are. They count from the next gathering. Raises
    ValidationError with every reading that cannot be, WrongState once the round is on notice.
    """
    require(may_run_round(by), ONLY_OFFICE)
    entries = list(entries)
    communities = communities_of(round, entries)
    asked_by_component = {rules.code: items_asked for rules, items_asked in measured_by(round)}
    with transaction.atomic():
        refuse_closed(round)
        rows = {}
        for locked_row in _locked_rows(round, entries):
            rows[locked_row.community_id, locked_row.component] = locked_row
        count = 0
        for entry in entries:
            row = rows.get((entry.community, entry.component))
            if row is None:
                community = communities[entry.community]
                row = Reading(round=round, community=community, component=entry.component)
            items_asked = asked_by_component[entry.component]
            count += enter_items(row, entry.items, items_asked, by=by, at=at)
        return count


def correct_reading(round: Round, entry: ReadingEntry, *, by: User, at: datetime) -> None:
    """Put in the place of a reading what an upheld appeal says; the log keeps both.

    Counts from the next gathering. Raises ValidationError for a reading that cannot be, WrongState
    outside the public notice.
    """
    require(may_run_round(by), ONLY_OFFICE)
    communities_of(round, [entry])
    asked_by_component = {rules.code: items_asked for rules, items_asked in measured_by(round)}
    items_asked = asked_by_component[entry.component]
    with transaction.atomic():
        if locked_status(round) != RoundStatus.ON_PUBLIC_NOTICE:
            raise WrongState(f"{round}不在公示复核，读数不能因申诉更改")
        row = _locked_rows(round, [entry]).get(component=entry.component)
        event = "scoring.reading.correct"
        enter_items(row, entry.items, items_asked, by=by, at=at, event=event)


def refuse_closed(round: Round) -> None:
    """Lock the round while something is entered. Call in a transaction.

    Raises WrongState once it is on notice.
    """
    status = locked_status(round)
    if status not in OPEN:
        raise WrongState(f"{round}已是“{RoundStatus(status).label}”，读数和未参评不能再改")


def locked_status(round: Round) -> str:
    """Return the round's status now, which nobody changes before the transaction ends."""
    statuses = Round.objects.select_for_update().values_list("status", flat=True)
    return str(statuses.get(pk=round.pk))


def _locked_rows(round: Round, entries: Sequence[ReadingEntry]) -> QuerySet[Reading]:
    """Return the readings so far: of the community where there is one entry, else of the city."""
    rows = Reading.objects.filter(round=round).select_related("community")
    if len(entries) == 1:
        rows = rows.filter(community=entries[0].community)
    return rows.select_for_update(of=("self",))


def enter_items(
    row: Reading,
    items: Mapping[str, StoredReading],
    items_asked: AskedItems,
    *,
    by: User,
    at: datetime,
    event: str = "scoring.reading.record",
) -> int:
    """Write one community's component; return how many items changed.

    An item entered as it stands changes nothing.
    """
    before = row.items
    changed = {code: item for code, item in items.items() if before.get(code) != item}
    if not changed:
        return 0
    row.items = {**before, **changed}
    row.entered_by, row.entered_at = by, at
    row.save()
    differences = {
        "before": _in_words(before, changed, items_asked),
        "after": _in_words(changed, changed, items_asked),
    }
    record(row, event, by=by, at=at, component=row.component, **differences)
    return len(changed)


def _in_words(
    items: Mapping[str, StoredReading], changed: Collection[str], items_asked: AskedItems
) -> dict[str, str]:
    """Return the items that change, by name, as the log keeps them."""
    words = {}
    for item, asks in items_asked:
        if item.code in changed:
            words[item.name] = in_words(asks, cells_of_stored(asks, items.get(item.code)))
    return words


def communities_of(round: Round, entries: Sequence[ReadingEntry]) -> dict[int, Community]:
    """Return the communities of the entries, by id.

    Raises ValidationError with everything that keeps an entry from being recorded.
    """
    communities = Community.objects.in_bulk({entry.community for entry in entries})
    components = {rules.code: rules for rules in round.rubric.rules.measured}
    absent = absences_of(round)
    faults = []
    for entry in entries:
        community = communities.get(entry.community)
        whose = community or "社区"
        if refused := why_not_entered(community, absent):
            faults.append(f"{whose}：{refused}")
        rules = components.get(entry.component)
        if rules is None:
            faults.append(f"{whose}：评分细则中没有“{entry.component}”这一部分")
        else:
            faults += [f"{whose}：{what}" for what in _item_faults(entry, rules, round)]
    if faults:
        raise ValidationError(faults)
    return communities


def _item_faults(entry: ReadingEntry, rules: MeasuredRules, round: Round) -> Iterator[str]:
    """Yield what is wrong with the items of one entry."""
    items = {item.code: item for item in rules.items.in_months(tuple(round.span.months))}
    for code, stored_item in entry.items.items():
        if code not in items:
            yield f"{rules.name}本季度没有评分项目“{code}”"
            continue
        reading = reading_from(stored_item)
        reason = stored_item.get("reason", "")
        if reading.not_applicable and not 0 < len(reason) <= LONGEST_REASON:
            name = items[code].name
            yield f"“{name}”不涉及的，请写明原因，最多 {LONGEST_REASON} 字"
        if refused := why_refused(rules.items, items[code], reading):
            yield refused


def why_not_entered(community: Community | None, absent: Mapping[int, str]) -> str:
    """Return why nothing may be entered for this community, "" if it may."""
    if community is None:
        return "名册里没有这个社区"
    if not community.is_active:
        return "已不在册，不能登记读数"
    if community.pk in absent:
        return f"本季度未参评（{absent[community.pk]}），不能登记读数"
    return ""
