from django import forms

from communities.forms.fields import CommunityField, OfCommunityForm, quarter_choices, words
from gongjian.lib.inputs import DayInput
from gongjian.lib.quarters import Quarter


class LabourDayForm(OfCommunityForm):
    community = CommunityField()
    quarter = forms.TypedChoiceField(
        coerce=Quarter.parse, label="季度", help_text="劳动日每季度一次，日期须在所选季度内"
    )
    held_on = forms.DateField(label="日期", widget=DayInput())
    place = forms.CharField(label="地点", max_length=80)
    work = forms.CharField(label="劳动内容", max_length=200)

    def __init__(self, *args, quarters, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["quarter"].choices = quarter_choices(quarters)


class LabourReportForm(forms.Form):
    """The outcome, and for each unit of the group how many came."""

    outcome = words("劳动成效", most=2000)

    def __init__(self, *args, seats, **kwargs):
        super().__init__(*args, **kwargs)
        self.seats = seats
        for seat in seats:
            count = forms.IntegerField(min_value=0, max_value=9999, initial=0)
            count.label = f"{seat.unit}参加人数"
            self.fields[f"count_{seat.unit_id}"] = count

    def rows(self):
        """Each seat with its bound field, as the page lays them out."""
        pairs = []
        for seat in self.seats:
            pairs.append((seat, self[f"count_{seat.unit_id}"]))
        return pairs

    def clean(self):
        cleaned = super().clean()
        headcounts = {}
        for seat in self.seats:
            headcounts[seat.unit_id] = cleaned.get(f"count_{seat.unit_id}") or 0
        return {"outcome": cleaned.get("outcome"), "headcounts": headcounts}
