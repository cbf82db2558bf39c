"""Rectangles to black out: drawn with a finger, or typed in per cent without JavaScript."""

from django import forms

from gongjian.lib.blackout import BlackenedArea

MOST = 12
# A rectangle drawn by hand may overlap the edge by half a per cent.
FURTHEST = 100.5
SIDES = (("left", "左边距"), ("top", "上边距"), ("width", "宽"), ("height", "高"))


class PercentInput(forms.NumberInput):
    def __init__(self, label):
        attrs = {"min": 0, "max": 100, "step": "any", "inputmode": "decimal"}
        super().__init__(attrs | {"aria-label": label})


class AreasForm(forms.Form):
    """Up to MOST rectangles, a row each; `areas` are those filled in."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for row in range(1, MOST + 1):
            for name, (_, side) in zip(names_of(row), SIDES, strict=True):
                label = f"第 {row} 处{side}"
                limits = {"min_value": 0, "max_value": 100}
                widget = PercentInput(f"{label}（%）")
                field = forms.FloatField(label=label, required=False, widget=widget, **limits)
                self.fields[name] = field

    def rows(self):
        """Return a row's number and its four bound fields, for the table of the page."""
        rows = []
        for row in range(1, MOST + 1):
            rows.append((row, [self[name] for name in names_of(row)]))
        return rows

    def sides_of(self, row: int) -> list[float | None]:
        """Return left, top, width and height of a row, as far as they are filled in."""
        data = getattr(self, "cleaned_data", {})
        return [data.get(name) for name in names_of(row)]

    @property
    def areas(self) -> list[BlackenedArea]:
        """Return the whole rectangles in order, also of a form not yet valid, for the preview."""
        areas = []
        for row in range(1, MOST + 1):
            sides = self.sides_of(row)
            if None not in sides:
                areas.append(BlackenedArea(*sides))
        return areas

    def clean(self):
        data = super().clean()
        for row in range(1, MOST + 1):
            self.check_row(row)
        if not self.errors and not self.areas:
            raise forms.ValidationError("请先在照片上框出要遮挡的地方")
        return data

    def check_row(self, row: int) -> None:
        """Refuse a rectangle that is not whole, is empty or lies outside the photo."""
        has_error = any(name in self.errors for name in names_of(row))
        sides = self.sides_of(row)
        x, y, width, height = sides
        if has_error or sides == [None] * len(SIDES):
            return
        if None in sides:
            self.add_error(None, f"第 {row} 处没有填完：左边距、上边距、宽、高四个数都要有")
        elif not width or not height:
            self.add_error(None, f"第 {row} 处的宽和高须大于 0")
        elif x + width > FURTHEST or y + height > FURTHEST:
            self.add_error(None, f"第 {row} 处超出了照片：左边距加宽、上边距加高都不能超过 100")


def names_of(row: int) -> list[str]:
    """Return the names of the four inputs of a rectangle."""
    return [f"{side}-{row}" for side, _ in SIDES]
