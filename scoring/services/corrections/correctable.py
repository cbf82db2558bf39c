"""What of one community stands on a frozen record and may be put right: each input under its own name."""

from collections.abc import Iterator
from dataclasses import dataclass

from communities.models import Community
from gongjian.lib.templatetags.office import month_name
from scoring.models import Correction, Round, Sheet
from scoring.models.adjustments import AdjustmentKind
from scoring.models.rounds import Pass
from scoring.rules.corrections.changes import OnRecord, community_on_record, kind_of, shown
from scoring.rules.readings.asked import line_of, reading_of, typed_cells, why_refused
from scoring.rules.refusals import Refused
from scoring.rules.rubrics.items import ItemList
from scoring.rules.rubrics.rubric import Rubric
from scoring.services.readings.adjustments import blame_of, rules_for
from scoring.services.readings.entering import Asked, kept_cells, kept_reading, measured_by
from scoring.services.sheets.lettering import assessor_names
from scoring.services.sheets.lists import checklist_of


@dataclass(frozen=True)
class Subject:
    """One input: `kind`, `key` and `item` as scoring.rules.corrections.correcting names it; `stands` in words."""

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


def subjects_of(round: Round, frozen: dict, community: Community) -> list[Subject]:
    """All that can be put right of one community. Raises Refused if it is not on record. Four queries."""
    held, rubric = (
        dict(community_on_record(frozen, community.code)),
        round.rubric.rules,
    )
    return [
        *_sheets(round, held, community),
        *_records(OnRecord(held, {})),
        *reading_subjects(round, held),
        *_cases(OnRecord(held, {}), rubric),
        *_duties(frozen, held, rubric),
        *_departments(frozen, held, rubric),
    ]


def _sheets(round: Round, held: dict, community: Community) -> Iterator[Subject]:
    sheets = list(
        Sheet.objects.filter(round=round, community=community).locked().select_related("assessor")
    )
    items = checklist_of(round).items
    names, corrections = assessor_names(sheets, by_name=True), sheet_corrections(round)
    for sheet in sorted(sheets, key=lambda sheet: sheet.pk):
        key = f"{sheet.on_pass}/{sheet.pk}"
        if str(sheet.pk) not in held["sheets"].get(sheet.on_pass, {}):
            continue
        marks = marks_in_force(sheet, corrections)
        total = held["sheets"][sheet.on_pass][str(sheet.pk)]
        group = f"打分表：{names[sheet.pk]}，{Pass(sheet.on_pass).label}，{total} 分"
        for item in items:
            if not marks.get(item.code, {}).get("not_applicable"):
                deducted = marks.get(item.code, {}).get("deducted") or "0"
                name = f"{item.code} {item.text}"
                yield Subject(group, name, "sheet", key, f"扣 {deducted} 分", item.code)


def sheet_corrections(round: Round) -> list[dict]:
    """The changes to sheets by the corrections in force, oldest first. One query."""
    corrections = Correction.objects.in_force().filter(round=round)
    found = corrections.order_by("number").values_list("change", flat=True)
    changes = []
    for change in found:
        if change["kind"] == "sheet":
            changes.append(change)
    return changes


def marks_in_force(sheet: Sheet, changes: list[dict]) -> dict:
    """A sheet's marks with what corrections have put right on it; the sheet itself stays as it was locked."""
    marks = dict(sheet.marks)
    for change in changes:
        if change["key"] == f"{sheet.on_pass}/{sheet.pk}":
            marks[change["item"]] = {
                **marks.get(change["item"], {}),
                "deducted": change["deducted"],
            }
    return marks


def subject_in(held: OnRecord, group: str, name: str, kind: str, key: str) -> Subject:
    """One input of a community, with what stands there in words."""
    stands = shown(kind, kind_of(kind).read(held, key))
    return Subject(group, name, kind, key, stands)


def _records(held: OnRecord) -> Iterator[Subject]:
    for month in sorted(held.community["self_checks"]):
        yield subject_in(held, "月自查", month_name(month, "full"), "self_check", month)
    yield subject_in(held, "问题整改", "按期整改销号", "rectification", "")


def reading_subjects(round: Round, held: dict) -> Iterator[Subject]:
    """Every reading of a community, as it is typed in a line."""
    for rules, asked in measured_by(round):
        kept = held.get("readings", {}).get(rules.code, {})
        for item, asks in asked:
            if item.code in kept:
                line = (
                    line_of(asks, kept_cells(asks, kept[item.code])) or "不涉及"
                )  # old records have no reason
                yield Subject(
                    f"读数：{rules.name}", item.name, "reading", f"{rules.code}/{item.code}", line
                )


def reading_typed(round: Round, key: str, text: str) -> tuple[dict, str]:
    """A reading as somebody types it in a line, as the record keeps it and in words. Raises Refused."""
    items, item, asks = _asked_of(round, key)
    found = reading_of(asks, typed_cells(asks, text))
    if found is None:
        raise Refused("请照现值的写法填，如：应办 30；已办 27")
    refused = why_refused(items, item, found[0])
    if refused:
        raise Refused(refused)
    kept = kept_reading(*found)
    return kept, line_of(asks, kept_cells(asks, kept))


def _asked_of(round: Round, key: str) -> tuple[ItemList, *Asked]:
    component, _, code = key.partition("/")
    rules, asked = next(
        (rules, asked) for rules, asked in measured_by(round) if rules.code == component
    )
    return rules.items, *next((item, asks) for item, asks in asked if item.code == code)


def _cases(held: OnRecord, rubric: Rubric) -> Iterator[Subject]:
    rules = rules_for(rubric)
    for kind, group in (("malus", "扣分事项"), ("bonus", "加分事项"), ("veto", "一票否决")):
        for code, name in rules.get(kind, {}).items():
            yield subject_in(held, group, name, kind, code)
    if rubric.bonus.cap:
        count = len(held.community["bonuses"])
        for number in range(1, count + 1):
            yield subject_in(held, "另行加分", f"第 {number} 项", "own_bonus", str(number))
        yield subject_in(held, "另行加分", "增加一项", "own_bonus", str(count + 1))


def _duties(frozen: dict, community: dict, rubric: Rubric) -> Iterator[Subject]:
    """Of the member units in this community; those of which nothing was due are not rated."""
    rated = set()
    for one in frozen.get("unit_results", ()):
        if one["standing"] == "member":
            rated.add(one["ref"])
    for unit in _units(frozen, "member"):
        if unit["ref"] in rated and community["code"] in unit["communities"]:
            for rule in rubric.member_unit.duties:
                group, key = f"共建单位职责：{unit['name']}", f"member/{unit['ref']}/{rule.code}"
                yield subject_in(OnRecord(community, unit), group, rule.name, "duty", key)


def _departments(frozen: dict, community: dict, rubric: Rubric) -> Iterator[Subject]:
    names = rules_for(rubric)[AdjustmentKind.MALUS]
    for unit in _units(frozen, "department"):
        held, key = OnRecord(community, unit), f"department/{unit['ref']}"
        yield subject_in(held, "职能部门", f"{unit['name']}按期办结", "handled", key)
        for code in blame_of(rubric):
            name = f"{unit['name']}分担本社区的{names[code]}"
            yield subject_in(held, "职能部门", name, "blame", f"{key}/{code}")


def _units(frozen: dict, standing: str) -> list[dict]:
    units = []
    for one in frozen.get("units", ()):
        if one["standing"] == standing:
            units.append(one)
    return units
