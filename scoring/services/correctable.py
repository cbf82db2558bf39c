"""What of one community stands on a frozen record and may be put right: each input under its own name."""

from collections.abc import Iterator
from dataclasses import dataclass

from communities.models import Community
from gongjian.lib.templatetags.office import month_name
from scoring.models import Correction, Round, Sheet
from scoring.models.rounds import Pass
from scoring.rules.corrections import community_on_record, shown, standing
from scoring.rules.rubric import load_rubric
from scoring.services.adjustments import rules_for
from scoring.services.lettering import assessor_names
from scoring.services.sheet_lists import checklist_of


@dataclass(frozen=True)
class Subject:
    """One input: `kind`, `key` and `item` as scoring.rules.corrections names it; `stands` in words."""

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
    held = community_on_record(frozen, community.code)
    return [*_sheets(round, held, community), *_records(round, frozen, held)]


def _sheets(round: Round, held: dict, community: Community) -> Iterator[Subject]:
    sheets = list(Sheet.objects.filter(round=round, community=community).locked().select_related("assessor"))
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
                yield Subject(group, f"{item.code} {item.text}", "sheet", key, f"扣 {deducted} 分", item.code)


def sheet_corrections(round: Round) -> list[dict]:
    """The changes to sheets by the corrections in force, oldest first. One query."""
    found = Correction.objects.in_force().filter(round=round).order_by("number").values_list("change", flat=True)
    return [change for change in found if change["kind"] == "sheet"]


def marks_in_force(sheet: Sheet, changes: list[dict]) -> dict:
    """A sheet's marks with what corrections have put right on it; the sheet itself stays as it was locked."""
    marks = dict(sheet.marks)
    for change in changes:
        if change["key"] == f"{sheet.on_pass}/{sheet.pk}":
            marks[change["item"]] = {**marks.get(change["item"], {}), "deducted": change["deducted"]}
    return marks


def _records(round: Round, frozen: dict, held: dict) -> Iterator[Subject]:
    def subject(group, name, kind, key):
        return Subject(group, name, kind, key, shown(kind, standing(frozen, held["code"], kind, key)))

    for month in sorted(held["self_checks"]):
        yield subject("月自查", month_name(month, "full"), "self_check", month)
    yield subject("问题整改", "按期整改销号", "rectification", "")
    rules = rules_for(load_rubric(round.rubric.content))
    for kind, group in (("malus", "扣分事项"), ("bonus", "加分事项"), ("veto", "一票否决")):
        for code, name in rules.get(kind, {}).items():
            yield subject(group, name, kind, code)
