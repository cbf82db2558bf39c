from django import forms

from communities.forms.fields import CommunityField, OfCommunityForm, quarter_choices, words
from gongjian.lib.inputs import MomentInput
from gongjian.lib.quarters import Quarter


class MeetingForm(OfCommunityForm):
    community = CommunityField()
    quarter = forms.TypedChoiceField(
        coerce=Quarter.parse, label="季度", help_text="例会每季度一次，时间须在所选季度内"
    )
    starts_at = forms.DateTimeField(label="时间", widget=MomentInput())
    place = forms.CharField(label="地点", max_length=80)
    agenda = words(
        "议题", required=False, help_text="总结前期工作、征求意见、部署下阶段任务；一行一个"
    )

    def __init__(self, *args, quarters, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["quarter"].choices = quarter_choices(quarters)


class MinutesForm(forms.Form):
    """Minutes, and a line for each unit of the group: present or not, and who came."""

    chair = forms.CharField(label="主持人", max_length=40)
    minutes = words("纪要", most=10000, rows=12, help_text="会议情况和议定事项；一行一段")

    def __init__(self, *args, seats, **kwargs):
        super().__init__(*args, **kwargs)
        self.seats = seats
        for seat in seats:
            came = forms.BooleanField(label=f"{seat.unit}到会", required=False)
            person = forms.CharField(label=f"{seat.unit}参会人", max_length=40, required=False)
            person.initial = seat.representative
            self.fields[f"came_{seat.unit_id}"] = came
            self.fields[f"person_{seat.unit_id}"] = person

    def rows(self):
        """Each seat with its two bound fields, as the page lays them out."""
        entries = []
        for seat in self.seats:
            came = self[f"came_{seat.unit_id}"]
            person = self[f"person_{seat.unit_id}"]
            entries.append((seat, came, person))
        return entries

    def clean(self):
        cleaned = super().clean()
        came = []
        for seat in self.seats:
            if cleaned.get(f"came_{seat.unit_id}"):
                came.append(seat.unit_id)
        attended = {}
        for unit in came:
            attended[unit] = cleaned.get(f"person_{unit}", "")
        return {
            "chair": cleaned.get("chair"),
            "minutes": cleaned.get("minutes"),
            "attended": attended,
        }
