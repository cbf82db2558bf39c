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
from inspections.models.self_checks import valid_month
from inspections.permissions import communities_kept_by
from inspections.services.examples import Look
from inspections.services.self_check_marks import LONGEST_NOTE, LONGEST_PLACE, MOST_INSTANCES

RESULTS = (("pass", "合格"), ("fail", "不合格"), ("not_applicable", "不涉及"))


class StartForm(forms.Form):
    """开始自查."""

    community = forms.ModelChoiceField(
        label="社区", queryset=Community.objects.none(), empty_label="请选择"
    )
    month = forms.CharField(
        label="月份",
        widget=MonthInput,
        help_text="写作 2026-11；次月 5 日前报送",
        validators=[valid_month],
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        own = communities_kept_by(user).filter(is_active=True).order_by("code")
        self.fields["community"].queryset = own
        self.fields["month"].widget.attrs["max"] = month_of(user.as_of)
        if len(own) == 1:
            self.initial.setdefault("community", own[0])


class Responsible:
    """The names that may be written as responsible: units of the group, departments, and frontages of the community."""

    def __init__(self, community):
        frontages = (
            community.frontages.exclude(status="demolished")
            .select_related("road_section")
            .order_by("pk")
        )
        units = units_for(community).filter(is_active=True).order_by("short_name")
        self.units = {unit.short_name: unit.pk for unit in units}
        self.frontages = {f"{one.shop_name} · {one.address}": one.pk for one in frontages}
        self.names = [*self.units, *self.frontages]
        self._written = {("unit", pk): name for name, pk in self.units.items()}
        self._written |= {("frontage", pk): name for name, pk in self.frontages.items()}

    def read(self, text: str) -> dict[str, int]:
        """The unit or frontage that a name means. Raises ValidationError for a name that is not on the register."""
        if text in self.units:
            return {"unit": self.units[text]}
        if text in self.frontages:
            return {"frontage": self.frontages[text]}
        near = [name for name in self.names if text in name]
        if len(near) == 1:
            return self.read(near[0])
        if near:
            raise ValidationError(
                f"“{text}”对应不止一个：{'、'.join(near[:3])}，请写全或从列表中选"
            )
        raise ValidationError(
            f"名册里没有“{text}”，请从列表中选单位或门店；不能确定的留空，由牵头单位负责"
        )

    def write(self, mark) -> str:
        for kind in ("frontage", "unit"):
            if mark.get(kind):
                return self._written.get((kind, mark[kind]), "")
        return ""


MOST_SAMPLED = 999
SOURCE_TONES = {"done": "good", "missing": "bad"}


def _count(label: str, *, least: int, most: int, too_few: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=least,
        max_value=most,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": f"“{label}”请填整数",
            "min_value": too_few,
            "max_value": f"“{label}”最多 {most}",
        },
    )


class ItemForm(forms.Form):
    """One item. Nothing is required here: a draft may hold half of it."""

    result = forms.ChoiceField(label="结果", choices=RESULTS, required=False)
    instances = _count("几处", least=1, most=MOST_INSTANCES, too_few="不合格的至少有 1 处")
    deducted = forms.DecimalField(
        label="扣几分",
        required=False,
        max_digits=6,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
        error_messages={"invalid": "扣分请填数，如 1.5", "max_decimal_places": "扣分最多两位小数"},
    )
    sampled = _count("抽查几家", least=1, most=MOST_SAMPLED, too_few="抽查的至少有 1 家")
    failed = _count(
        "不合格几家", least=1, most=MOST_SAMPLED, too_few="不合格的至少有 1 家；都合格请选“合格”"
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
        for name in {"instances", "deducted", "sampled", "failed"} - {*self.asked}:
            del self.fields[name]
        if item.kind == SHARE and item.sample:
            self.fields["sampled"].widget.attrs["placeholder"] = item.sample
        self._register = responsible
        self._means: dict[str, int] = {}

    def clean_responsible(self):
        text = self.cleaned_data["responsible"].strip()
        self._means = self._register.read(text) if text else {}
        return text

    def clean_position(self):
        """ "30.049123,119.952345,wgs84" as the page writes it, as the mark keeps it; empty for no position."""
        text = self.cleaned_data["position"].strip()
        if not text:
            return {}
        try:
            point = read_position(*[*text.split(","), "", ""][:3])
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from wrong
        return {name: str(value) for name, value in point.fields.items()} if point else {}

    @property
    def figures(self) -> list[forms.BoundField]:
        return [self[name] for name in self.asked]

    @property
    def mark(self) -> dict | None:
        """The mark as the service keeps it; None while no result is chosen."""
        given = self.cleaned_data
        if not given.get("result"):
            return None
        words = {"note": given["note"], "place": given["place"], "unit": None, "frontage": None}
        figures = {name: given[name] for name in self.asked if given.get(name) is not None}
        if "deducted" in figures:
            figures["deducted"] = f"{figures['deducted']:.2f}"
        point = {"position": given["position"]} if given["position"] else {}
        return {
            "result": given["result"],
            "instances": 0,
            **figures,
            **words,
            **self._means,
            **point,
        }

    @property
    def mark_as_written(self) -> dict:
        """The result and figures as they stand on the page, wrong or right; a failed item has one instance at least."""
        written = {name: str(self[name].value() or "") for name in self.asked}
        if "instances" in written:
            written["instances"] = written["instances"] or "1"
        counts = {
            name: int(text)
            for name, text in written.items()
            if name != "deducted" and text.isdecimal()
        }
        money = {"deducted": written["deducted"]} if written.get("deducted") else {}
        return {"result": self["result"].value() or "", **counts, **money}


@dataclass
class ItemEntry:
    """One item of the page: what it asks, its form, the photos already kept, and what keeps it from being handed in."""

    number: int
    item: ChecklistItem
    form: ItemForm
    photos: list[Photo]
    looks: list[Look] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.item.code

    @property
    def result(self) -> str:
        return self.form["result"].value() or ""

    @property
    def choices(self):
        """(value, word, tone, chosen); 不涉及 only where the checklist allows it."""
        tones = {"pass": "good", "fail": "bad"}
        allowed = RESULTS if self.item.may_be_not_applicable else RESULTS[:2]
        return [
            (value, word, tones.get(value, ""), value == self.result) for value, word in allowed
        ]

    @property
    def deducted(self):
        """What the item costs as it is filled in; None while it is no figure."""
        return deducted_by(self.form.mark_as_written, self.item)

    @property
    def errors(self) -> list[str]:
        return self.missing + [text for texts in self.form.errors.values() for text in texts]


@dataclass
class AnsweredEntry:
    """One item that the records answer: shown, never asked."""

    number: int
    item: ChecklistItem
    mark: dict
    looks: list[Look] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.item.code

    @property
    def result(self) -> str:
        return self.mark["result"]

    @property
    def answered(self) -> list[tuple[dict, str]]:
        """(what one record says, tone) for each record."""
        return [(source, SOURCE_TONES.get(source["state"], "")) for source in self.mark["sources"]]

    @property
    def deducted(self):
        return deducted_by(self.mark, self.item)

    @property
    def errors(self) -> list[str]:
        return self.missing


class SelfCheckForm:
    """The page: an ItemForm for each item that is asked, bound to what was sent or to what is kept.

    `answers` holds the marks that the records give, by item code; those items are shown and not asked. `looks` holds
    what is good, borderline and bad, by item code.
    """

    def __init__(
        self, check, rules, data=None, files=None, *, answers=None, looks=None, responsible=None
    ):
        self.check = check
        self.responsible = responsible or Responsible(check.community)
        photos, answers, looks = self._photos(), answers or {}, looks or {}
        self.entries = [
            AnsweredEntry(place, item, answers[item.code], looks.get(item.code, []))
            if item.code in answers
            else ItemEntry(
                place,
                item,
                self._form(item, data, files, photos[item.code]),
                photos[item.code],
                looks.get(item.code, []),
            )
            for place, item in enumerate(rules.items, 1)
        ]
        self.asked = [entry for entry in self.entries if isinstance(entry, ItemEntry)]
        self.sections = [
            (section, [entry for entry in self.entries if entry.item.section == section.code])
            for section in rules.sections
        ]

    def _photos(self) -> dict[str, list[Photo]]:
        """The photos that wait at each item."""
        photos = defaultdict(list)
        for photo in self.check.photos.filter(finding=None).order_by("pk"):
            photos[photo.item_code].append(photo)
        return photos

    def show_photos_kept_meanwhile(self) -> None:
        """After a refused page the photos that were sent with it are already kept."""
        photos = self._photos()
        for entry in self.asked:
            entry.photos = photos[entry.code]

    def _form(self, item, data, files, photos) -> ItemForm:
        mark = self.check.marks.get(item.code, {})
        asked = item.asked
        kept = {name: mark.get(name) or "" for name in ("result", *asked, "note", "place")}
        kept["responsible"] = self.responsible.write(mark)
        kept["position"] = ",".join((mark.get("position") or {}).values())
        form = ItemForm(
            data, files, prefix=item.code, initial=kept, responsible=self.responsible, item=item
        )
        form.fields["remove"].choices = [(str(photo.uuid), "移除") for photo in photos]
        return form

    @property
    def forms(self) -> list[ItemForm]:
        return [entry.form for entry in self.asked]

    @property
    def kept(self) -> dict:
        """What is marked so far, by the name of the input."""
        return {
            form.add_prefix(name): value
            for form in self.forms
            for name, value in form.initial.items()
        }

    def is_valid(self) -> bool:
        return not [entry for entry in self.asked if not entry.form.is_valid()]

    @property
    def marks(self) -> dict:
        return {entry.code: mark for entry in self.asked if (mark := entry.form.mark)}

    @property
    def new_photos(self):
        """(item code, photo) for each photo sent that is one, whatever else is wrong on the page."""
        given = [(entry.code, entry.form.cleaned_data.get("photos") or []) for entry in self.asked]
        return [(code, photo) for code, photos in given for photo in photos]

    @property
    def removed(self) -> list[str]:
        return [
            uuid for entry in self.asked for uuid in entry.form.cleaned_data.get("remove") or []
        ]

    def add_errors(self, errors) -> None:
        """Put what the service refused beside its items."""
        by_code = {entry.code: entry for entry in self.entries}
        for error in errors:
            entry = by_code.get(error.item_code) or self.entries[0]
            entry.missing.append(error.message)

    @property
    def wrong(self) -> list[ItemEntry]:
        return [entry for entry in self.entries if entry.errors]

    @property
    def done(self) -> int:
        return sum(bool(entry.result) for entry in self.entries)

    @property
    def deducted(self):
        return sum(entry.deducted or 0 for entry in self.entries)
