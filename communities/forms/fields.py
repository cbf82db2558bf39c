"""Fields that several forms share."""

from django import forms

from communities.models import Community
from gongjian.lib.quarters import Quarter


class CommunityField(forms.ModelChoiceField):
    """A community by its code; the subdistrict stands beside the name, since two may share one."""

    def __init__(self, queryset=None, **kwargs):
        if queryset is None:
            queryset = Community.objects.none()
        options = {"label": "社区", "empty_label": "请选择社区"} | kwargs
        super().__init__(queryset, to_field_name="code", **options)

    def label_from_instance(self, community):
        return f"{community.name}（{community.subdistrict.name}）"


class OfCommunityForm(forms.Form):
    """A form about one of the communities that the user may act for; a single one is chosen
    already.
    """

    def __init__(self, *args, communities, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["community"]
        field.queryset = communities.select_related("subdistrict").order_by("code")
        if len(field.queryset) == 1:
            field.empty_label = None


def quarter_choices(quarters: list[Quarter]) -> list[tuple[str, str]]:
    pairs = []
    for quarter in quarters:
        pairs.append((str(quarter), quarter.title))
    return pairs


def words(label: str, *, most: int = 2000, rows: int = 6, **kwargs) -> forms.CharField:
    """A field for several lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, widget=widget, **kwargs)
