"""What of one community stands on a frozen record and may be put right, each input by its name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from communities.models import Community
from gongjian.lib.templatetags.office import month_name
from scoring.models import Correction, Round, Sheet
from scoring.models.adjustments import AdjustmentKind
from scoring.models.rounds import Pass
from scoring.models.scores import Standing
from scoring.rules.corrections.changes import OnRecord, community_on_record, kind_of, shown
from scoring.rules.corrections.kinds import CorrectionKind
from scoring.rules.readings.asked import line_of, reading_of, typed_cells, why_refused
from scoring.rules.refusals import Refused
from scoring.rules.rubrics.rubric import Rubric
from scoring.services.readings.adjustments import blame_of, rules_for
from scoring.services.readings.entering import cells_of_stored, measured_by, stored_reading
from scoring.services.sheets.lettering import assessor_names
from scoring.services.sheets.lists import checklist_of


@dataclass(frozen=True)
class CorrectableInput:
    """One input: `kind`, `key` and `item` as a change names it; `stands` in words."""

    group: str
    name: str
    kind: str
    key: str
    stands: str
    item: str = ""

    @property
    def value(self) -> str:
        return f"{self.kind}|{self.key}|{self.item}"

    @property
    def label(self) -> str:
        return f"{self.name}：{self.stands}"


def subjects_of(
    round: Round, frozen: Mapping[str, Any], community: Community
) -> list[CorrectableInput]:
    """Return all that can be put right of one community. Four queries.

    Raises Refused if the community is not on record.
    """
    recorded = dict(community_on_record(frozen, community.code))
    rubric = round.rubric.rules
    on_record = OnRecord(recorded, {})
    subjects = list(sheet_subjects(round, recorded, community))
    subjects += record_subjects(on_record)
    subjects += reading_subjects(round, recorded)
    subjects += case_subjects(on_record, rubric)
    subjects += duty_subjects(frozen, recorded, rubric)
    subjects += department_subjects(frozen, recorded, rubric)
    return subjects


def sheet_subjects(
    round: Round, recorded: Mapping[str, Any], community: Community
) -> Iterator[CorrectableInput]:
    locked = Sheet.objects.filter(round=round, community=community).locked()
    sheets = list(locked.select_related("assessor").order_by("pk"))
    names = assessor_names(sheets, by_name=True)
    corrections = sheet_corrections(round)
    items = checklist_of(round).items
    for sheet in sheets:
        totals = recorded["sheets"].get(sheet.on_pass, {})
        if str(sheet.pk) not in totals:
            continue
        on_pass = Pass(sheet.on_pass).label
        total = totals[str(sheet.pk)]
        group = f"打分表：{names[sheet.pk]}，{on_pass}，{total} 分"
        marks = marks_in_force(sheet, corrections)
        for item in items:
            mark = marks.get(item.code, {})
            if not mark.get("not_applicable"):
                name = f"{item.code} {item.text}"
                deducted = mark.get("deducted") or "0"
                stands = f"扣 {deducted} 分"
                key = sheet_key(sheet)
                yield CorrectableInput(group, name, CorrectionKind.SHEET, key, stands, item.code)


def sheet_key(sheet: Sheet) -> str:
    """Return how a change names a sheet: its pass and its number."""
    return f"{sheet.on_pass}/{sheet.pk}"


def sheet_corrections(round: Round) -> list[dict[str, Any]]:
    """Return the changes to sheets by the corrections in force, oldest first. One query."""
    corrections = Correction.objects.in_force().filter(round=round).order_by("number")
    changes = corrections.values_list("change", flat=True)
    return [change for change in changes if change["kind"] == CorrectionKind.SHEET]


def marks_in_force(sheet: Sheet, changes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a sheet's marks with what corrections have put right on it.

    The sheet itself stays as it was locked.
    """
    marks = dict(sheet.marks)
    for change in changes:
        if change["key"] == sheet_key(sheet):
            code = change["item"]
            marks[code] = {**marks.get(code, {}), "deducted": change["deducted"]}
    return marks


def subject_in(record: OnRecord, group: str, name: str, kind: str, key: str) -> CorrectableInput:
    """Return one input of a community, with what stands there in words."""
    stands = shown(kind, kind_of(kind).read(record, key))
    return CorrectableInput(group, name, kind, key, stands)


def record_subjects(record: OnRecord) -> Iterator[CorrectableInput]:
    for month in sorted(record.community["self_checks"]):
        name = month_name(month, "full")
        yield subject_in(record, "月自查", name, CorrectionKind.SELF_CHECK, month)
    yield subject_in(record, "问题整改", "按期整改销号", CorrectionKind.RECTIFICATION, "")


def reading_subjects(round: Round, recorded: Mapping[str, Any]) -> Iterator[CorrectableInput]:
    """Yield every reading of a community, as it is typed in a line."""
    for rules, asked_items in measured_by(round):
        readings = recorded.get("readings", {}).get(rules.code, {})
        for item, asks in asked_items:
            if item.code not in readings:
                continue
            line = line_of(asks, cells_of_stored(asks, readings[item.code]))
            key = f"{rules.code}/{item.code}"
            stands = line or "不涉及"  # old records have no reason
            yield CorrectableInput(
                f"读数：{rules.name}", item.name, CorrectionKind.READING, key, stands
            )


def reading_typed(round: Round, key: str, text: str) -> tuple[dict[str, Any], str]:
    """Return a reading that somebody typed in a line as the record keeps it, and in words.

    Raises Refused.
    """
    component, _, code = key.partition("/")
    measured = {rules.code: (rules, asked_items) for rules, asked_items in measured_by(round)}
    rules, asked_items = measured[component]
    by_code = {item.code: (item, asks) for item, asks in asked_items}
    item, asks = by_code[code]
    typed = reading_of(asks, typed_cells(asks, text))
    if typed is None:
        raise Refused("请照现值的写法填，如：应办 30；已办 27")
    reading, *reason = typed
    if refusal := why_refused(rules.items, item, reading):
        raise Refused(refusal)
    stored = stored_reading(reading, *reason)
    return stored, line_of(asks, cells_of_stored(asks, stored))


def case_subjects(record: OnRecord, rubric: Rubric) -> Iterator[CorrectableInput]:
    rules = rules_for(rubric)
    groups = (
        (AdjustmentKind.MALUS, CorrectionKind.MALUS, "扣分事项"),
        (AdjustmentKind.BONUS, CorrectionKind.BONUS, "加分事项"),
        (AdjustmentKind.VETO, CorrectionKind.VETO, "一票否决"),
    )
    for case_kind, kind, group in groups:
        for code, name in rules[case_kind].items():
            yield subject_in(record, group, name, kind, code)
    if rubric.bonus.cap:
        count = len(record.community["bonuses"])
        group = "另行加分"
        for number in range(1, count + 1):
            name = f"第 {number} 项"
            yield subject_in(record, group, name, CorrectionKind.OWN_BONUS, str(number))
        yield subject_in(record, group, "增加一项", CorrectionKind.OWN_BONUS, str(count + 1))


def duty_subjects(
    frozen: Mapping[str, Any], community: dict[str, Any], rubric: Rubric
) -> Iterator[CorrectableInput]:
    """Yield the duties of the member units here; those of which nothing was due are not rated."""
    rated = set()
    for result in frozen.get("unit_results", ()):
        if result["standing"] == Standing.MEMBER:
            rated.add(result["ref"])
    for unit in _units(frozen, Standing.MEMBER):
        if unit["ref"] not in rated or community["code"] not in unit["communities"]:
            continue
        group = f"共建单位职责：{unit['name']}"
        record = OnRecord(community, unit)
        for rule in rubric.member_unit.duties:
            key = f"{Standing.MEMBER.value}/{unit['ref']}/{rule.code}"
            yield subject_in(record, group, rule.name, CorrectionKind.DUTY, key)


def department_subjects(
    frozen: Mapping[str, Any], community: dict[str, Any], rubric: Rubric
) -> Iterator[CorrectableInput]:
    names = rules_for(rubric)[AdjustmentKind.MALUS]
    group = Standing.DEPARTMENT.label
    for unit in _units(frozen, Standing.DEPARTMENT):
        record = OnRecord(community, unit)
        key = f"{Standing.DEPARTMENT.value}/{unit['ref']}"
        handled = f"{unit['name']}按期办结"
        yield subject_in(record, group, handled, CorrectionKind.HANDLED, key)
        for code in blame_of(rubric):
            name = f"{unit['name']}分担本社区的{names[code]}"
            yield subject_in(record, group, name, CorrectionKind.BLAME, f"{key}/{code}")


def _units(frozen: Mapping[str, Any], standing: str) -> list[dict[str, Any]]:
    return [unit for unit in frozen.get("units", ()) if unit["standing"] == standing]
