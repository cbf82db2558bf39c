"""Date and time inputs that open the device's own calendar and keep what was typed; a choice of
two.
"""

from django import forms


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class MonthInput(forms.TextInput):
    """The month as "2026-11"."""

    input_type = "month"


def yes_or_no(label: str, yes: str, no: str) -> forms.TypedChoiceField:
    """Two radio buttons, neither chosen beforehand; the cleaned value is a bool."""
    choices = [("yes", yes), ("no", no)]
    return forms.TypedChoiceField(
        label=label,
        choices=choices,
        coerce=lambda chosen: chosen == "yes",
        widget=forms.RadioSelect,
    )
