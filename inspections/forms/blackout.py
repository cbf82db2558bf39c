"""Rectangles to black out: drawn with a finger where there is JavaScript, typed in per cent where there is none."""

from django import forms

from gongjian.lib.blackout import Area

MOST = 12
SIDES = (("left", "左边距"), ("top", "上边距"), ("width", "宽"), ("height", "高"))


class PercentInput(forms.NumberInput):
    def __init__(self, label):
        super().__init__(
            {"min": 0, "max": 100, "step": "any", "inputmode": "decimal", "aria-label": label}
        )


class AreasForm(forms.Form):
    """Up to MOST rectangles, a row each; `areas` are those filled in."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for row in range(1, MOST + 1):
            for side, label in SIDES:
                self.fields[f"{side}-{row}"] = forms.FloatField(
                    label=f"第 {row} 处{label}",
                    required=False,
                    min_value=0,
                    max_value=100,
                    widget=PercentInput(f"第 {row} 处{label}（%）"),
                )

    def rows(self):
        """(number, its four bound fields) a row, for the table of the page."""
        return [(row, [self[f"{side}-{row}"] for side, _ in SIDES]) for row in range(1, MOST + 1)]

    @property
    def areas(self) -> list[Area]:
        """The rectangles that are whole, in order; of a form that is not valid yet as well, for the preview."""
        given = getattr(self, "cleaned_data", {})
        rows = ([given.get(f"{side}-{row}") for side, _ in SIDES] for row in range(1, MOST + 1))
        return [Area(*row) for row in rows if None not in row]

    def clean(self):
        given = super().clean()
        for row in range(1, MOST + 1):
            self._check(row, [given.get(f"{side}-{row}") for side, _ in SIDES])
        if not self.errors and not self.areas:
            raise forms.ValidationError("请先在照片上框出要遮挡的地方")
        return given

    def _check(self, row: int, sides: list) -> None:
        left, top, width, height = sides
        if any(f"{side}-{row}" in self.errors for side, _ in SIDES) or sides == [None] * 4:
            return
        if None in sides:
            self.add_error(None, f"第 {row} 处没有填完：左边距、上边距、宽、高四个数都要有")
        elif not width or not height:
            self.add_error(None, f"第 {row} 处的宽和高须大于 0")
        elif left + width > 100.5 or top + height > 100.5:
            self.add_error(None, f"第 {row} 处超出了照片：左边距加宽、上边距加高都不能超过 100")
