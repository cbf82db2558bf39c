"""The phone form of the self-check: one small form an item, sent as one page."""

from collections import defaultdict
from dataclasses import dataclass, field

from django import forms
from django.core.exceptions import ValidationError

from communities.models import Community
from gongjian.lib.checklists import SHARE, ChecklistItem, deducted_by
from gongjian.lib.inputs import MonthInput
from gongjian.lib.positions import read_position
from gongjian.lib.quarters import month_of
from inspections.forms.findings import units_for
from inspections.forms.photos import PhotosField
from inspections.models import Photo
from inspections.models.frontages import FrontageStatus
from inspections.models.self_checks import DAYS_AFTER_THE_MONTH, valid_month
from inspections.permissions import communities_kept_by
from inspections.services.examples import ItemLook
from inspections.services.self_check_marks import LONGEST_NOTE, LONGEST_PLACE, MOST_INSTANCES

RESULTS = (("pass", "合格"), ("fail", "不合格"), ("not_applicable", "不涉及"))
RESULT_TONES = {"pass": "good", "fail": "bad"}
FIGURES = ("instances", "deducted", "sampled", "failed")


class StartForm(forms.Form):
    """开始自查."""

    community = forms.ModelChoiceField(
        label="社区", queryset=Community.objects.none(), empty_label="请选择"
    )
    month = forms.CharField(
        label="月份",
        widget=MonthInput,
        help_text=f"写作 2026-11；次月 {DAYS_AFTER_THE_MONTH} 日前报送",
        validators=[valid_month],
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        communities = communities_kept_by(user).filter(is_active=True).order_by("code")
        self.fields["community"].queryset = communities
        self.fields["month"].widget.attrs["max"] = month_of(user.as_of)
        if len(communities) == 1:
            self.initial.setdefault("community", communities[0])


class Responsible:
    """The names that may be written as responsible for a problem of the community.

    Units of the group, functional departments, and the community's frontages. Two queries.
    """

    def __init__(self, community):
        units = units_for(community).filter(is_active=True)
        self.units = {unit.short_name: unit.pk for unit in units.order_by("short_name")}
        frontages = community.frontages.exclude(status=FrontageStatus.DEMOLISHED)
        frontages = frontages.select_related("road_section").order_by("pk")
        self.frontages = {frontage.label: frontage.pk for frontage in frontages}
        self.names = [*self.units, *self.frontages]
        self.unit_names = {pk: name for name, pk in self.units.items()}
        self.frontage_names = {pk: name for name, pk in self.frontages.items()}

    def read(self, text: str) -> dict[str, int]:
        """Return the unit or frontage that a name means. Raises ValidationError for no such name.

        A part of a name will do where only one name has it.
        """
        if text in self.units:
            return {"unit": self.units[text]}
        if text in self.frontages:
            return {"frontage": self.frontages[text]}
        similar = [name for name in self.names if text in name]
        if len(similar) == 1:
            return self.read(similar[0])
        if similar:
            names = "、".join(similar[:3])
            raise ValidationError(f"“{text}”对应不止一个：{names}，请写全或从列表中选")
        raise ValidationError(
            f"名册里没有“{text}”，请从列表中选单位或门店；不能确定的留空，由牵头单位负责"
        )

    def write(self, mark) -> str:
        """Return the name of who is responsible by a mark; empty for nobody on the register."""
        if mark.get("frontage"):
            return self.frontage_names.get(mark["frontage"], "")
        return self.unit_names.get(mark.get("unit"), "")


MOST_SAMPLED = 999
SOURCE_TONES = {"done": "good", "missing": "bad"}


def count_field(label: str, *, most: int, too_few: str) -> forms.IntegerField:
    """Return a field for a count from 1 to `most`; `too_few` says what is wrong with less."""
    messages = {"invalid": f"“{label}”请填整数", "max_value": f"“{label}”最多 {most}"}
    messages["min_value"] = too_few
    field = forms.IntegerField(
        label=label, required=False, min_value=1, max_value=most, error_messages=messages
    )
    field.widget.attrs["inputmode"] = "numeric"
    return field


class ItemForm(forms.Form):
    """One item. Nothing is required here: a draft may hold half of it."""

    result = forms.ChoiceField(label="结果", choices=RESULTS, required=False)
    instances = count_field("几处", most=MOST_INSTANCES, too_few="不合格的至少有 1 处")
    deducted = forms.DecimalField(
        label="扣几分",
        required=False,
        max_digits=6,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
        error_messages={"invalid": "扣分请填数，如 1.5", "max_decimal_places": "扣分最多两位小数"},
    )
    sampled = count_field("抽查几家", most=MOST_SAMPLED, too_few="抽查的至少有 1 家")
    failed = count_field(
        "不合格几家", most=MOST_SAMPLED, too_few="不合格的至少有 1 家；都合格请选“合格”"
    )
    note = forms.CharField(label="什么问题", required=False, max_length=LONGEST_NOTE)
    place = forms.CharField(label="位置", required=False, max_length=LONGEST_PLACE)
    responsible = forms.CharField(
        label="责任单位或门店",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"list": "responsible", "autocomplete": "off"}),
    )
    position = forms.CharField(
        label="坐标", required=False, max_length=40, widget=forms.HiddenInput
    )
    photos = PhotosField(label="拍照", required=False)
    remove = forms.MultipleChoiceField(label="移除", required=False)

    def __init__(self, *args, responsible: Responsible, item: ChecklistItem, **kwargs):
        super().__init__(*args, **kwargs)
        self.item, self.part = item, item.text
        self.asked = item.asked
        for name in FIGURES:
            if name not in self.asked:
                del self.fields[name]
        if item.kind == SHARE and item.sample:
            self.fields["sampled"].widget.attrs["placeholder"] = item.sample
        self.register = responsible
        # The unit or frontage that the name means, by the name of the mark's column.
        self.responsible_id: dict[str, int] = {}

    def clean_responsible(self):
        text = self.cleaned_data["responsible"].strip()
        self.responsible_id = self.register.read(text) if text else {}
        return text

    def clean_position(self):
        """Return the mark's position from "30.049123,119.952345,wgs84"; empty for none."""
        text = self.cleaned_data["position"].strip()
        if not text:
            return {}
        latitude, longitude, datum = [*text.split(","), "", ""][:3]
        try:
            position = read_position(latitude, longitude, datum)
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from wrong
        if position is None:
            return {}
        return {name: str(value) for name, value in position.fields.items()}

    @property
    def figures(self) -> list[forms.BoundField]:
        return [self[name] for name in self.asked]

    @property
    def mark(self) -> dict | None:
        """Return the mark as the service takes it; None while no result is chosen."""
        data = self.cleaned_data
        if not data.get("result"):
            return None
        mark = {"result": data["result"], "instances": 0}
        for name in self.asked:
            if data.get(name) is not None:
                mark[name] = data[name]
        if "deducted" in mark:
            mark["deducted"] = f"{mark['deducted']:.2f}"
        mark |= {"note": data["note"], "place": data["place"], "unit": None, "frontage": None}
        mark |= self.responsible_id
        if data["position"]:
            mark["position"] = data["position"]
        return mark

    @property
    def mark_as_written(self) -> dict:
        """Return result and figures as they stand on the page, wrong or right.

        A failed item has one instance at least.
        """
        mark = {"result": self["result"].value() or ""}
        for name in self.asked:
            text = str(self[name].value() or "")
            if name == "instances" and not text:
                text = "1"
            if name == "deducted" and text:
                mark[name] = text
            elif name != "deducted" and text.isdecimal():
                mark[name] = int(text)
        return mark


@dataclass
class ItemEntry:
    """One item of the page: what it asks, its form, its photos, and what it lacks."""

    number: int
    item: ChecklistItem
    form: ItemForm
    photos: list[Photo]
    looks: list[ItemLook] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.item.code

    @property
    def result(self) -> str:
        return self.form["result"].value() or ""

    @property
    def choices(self):
        """Return (value, word, tone, chosen); 不涉及 only where the checklist allows it."""
        choices = []
        for value, word in RESULTS:
            if value == "not_applicable" and not self.item.may_be_not_applicable:
                continue
            tone = RESULT_TONES.get(value, "")
            choices.append((value, word, tone, value == self.result))
        return choices

    @property
    def deducted(self):
        """Return what the item costs as it is filled in; None while it is no figure."""
        return deducted_by(self.form.mark_as_written, self.item)

    @property
    def errors(self) -> list[str]:
        errors = list(self.missing)
        for messages in self.form.errors.values():
            errors += messages
        return errors


@dataclass
class AnsweredEntry:
    """One item that the records answer: shown, never asked."""

    number: int
    item: ChecklistItem
    mark: dict
    looks: list[ItemLook] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.item.code

    @property
    def result(self) -> str:
        return self.mark["result"]

    @property
    def answered(self) -> list[tuple[dict, str]]:
        """Return what each record says, with its tone."""
        sources = self.mark["sources"]
        return [(source, SOURCE_TONES.get(source["state"], "")) for source in sources]

    @property
    def deducted(self):
        return deducted_by(self.mark, self.item)

    @property
    def errors(self) -> list[str]:
        return self.missing


class SelfCheckForm:
    """The page: an ItemForm for each item that is asked, bound to what was sent or is stored.

    `answers` holds the marks that the records give, by item code; those items are shown and not
    asked. `looks` holds what is good, borderline and bad, by item code.
    """

    def __init__(
        self, check, rules, data=None, files=None, *, answers=None, looks=None, responsible=None
    ):
        self.check = check
        self.responsible = responsible or Responsible(check.community)
        self.entries = []
        # The entries that are asked.
        self.asked = []
        answers = answers or {}
        looks = looks or {}
        photos = self.photos_by_item()
        for number, item in enumerate(rules.items, 1):
            looks_of_item = looks.get(item.code, [])
            if item.code in answers:
                answer = answers[item.code]
                entry = AnsweredEntry(number, item, answer, looks_of_item)
            else:
                photos_of_item = photos[item.code]
                form = self.form_of(item, data, files, photos_of_item)
                entry = ItemEntry(number, item, form, photos_of_item, looks_of_item)
                self.asked.append(entry)
            self.entries.append(entry)
        self.sections = []
        for section in rules.sections:
            entries = [entry for entry in self.entries if entry.item.section == section.code]
            self.sections.append((section, entries))

    def photos_by_item(self) -> dict[str, list[Photo]]:
        """Return the photos that wait at each item."""
        photos = defaultdict(list)
        for photo in self.check.photos.filter(finding=None).order_by("pk"):
            photos[photo.item_code].append(photo)
        return photos

    def read_photos_again(self) -> None:
        """Show the photos that were sent with a refused page: they are stored already."""
        photos = self.photos_by_item()
        for entry in self.asked:
            entry.photos = photos[entry.code]

    def form_of(self, item, data, files, photos) -> ItemForm:
        """Return the form of an item, bound to what was sent of it."""
        mark = self.check.marks.get(item.code, {})
        initial = {}
        for name in ("result", *item.asked, "note", "place"):
            initial[name] = mark.get(name) or ""
        initial["responsible"] = self.responsible.write(mark)
        position = mark.get("position") or {}
        initial["position"] = ",".join(position.values())
        options = {"prefix": item.code, "initial": initial, "item": item}
        form = ItemForm(data, files, responsible=self.responsible, **options)
        choices = [(str(photo.uuid), "移除") for photo in photos]
        form.fields["remove"].choices = choices
        return form

    @property
    def forms(self) -> list[ItemForm]:
        return [entry.form for entry in self.asked]

    @property
    def stored(self) -> dict:
        """Return what is marked so far, by the name of the input."""
        values = {}
        for form in self.forms:
            for name, value in form.initial.items():
                values[form.add_prefix(name)] = value
        return values

    def is_valid(self) -> bool:
        # Every form is validated, so that the page names every fault.
        validity = [form.is_valid() for form in self.forms]
        return all(validity)

    @property
    def marks(self) -> dict:
        """Return by item code the marks of the items that have a result."""
        marks = {}
        for entry in self.asked:
            if entry.form.mark:
                marks[entry.code] = entry.form.mark
        return marks

    @property
    def new_photos(self):
        """Return (item code, photo) for each photo that was sent, whatever else is wrong."""
        photos = []
        for entry in self.asked:
            for photo in entry.form.cleaned_data.get("photos") or []:
                photos.append((entry.code, photo))
        return photos

    @property
    def removed(self) -> list[str]:
        uuids = []
        for form in self.forms:
            uuids += form.cleaned_data.get("remove") or []
        return uuids

    def add_errors(self, errors) -> None:
        """Put what the service refused beside its items."""
        entries = {entry.code: entry for entry in self.entries}
        for error in errors:
            entry = entries.get(error.item_code, self.entries[0])
            entry.missing.append(error.message)

    @property
    def wrong(self) -> list[ItemEntry]:
        return [entry for entry in self.entries if entry.errors]

    @property
    def done(self) -> int:
        """Return how many items have a result."""
        return len([entry for entry in self.entries if entry.result])

    @property
    def deducted(self):
        return sum(entry.deducted or 0 for entry in self.entries)
