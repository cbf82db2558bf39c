"""What people type about money.

Amounts are read as people write them; what a service refuses stands at its field.
"""

from django import forms

from communities.models import Community
from funds.models import FundSource
from gongjian.lib.inputs import DayInput
from gongjian.lib.money import parse_yuan
from gongjian.lib.quarters import Quarter
from units.models import Unit


class YuanField(forms.CharField):
    """An amount above zero: 48,600.5 · 4.86万元 · ４８６００元. Gives a Decimal to the cent."""

    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        help_text = "单位：元；可写 48600.50、48,600.5 或 4.86万元"
        super().__init__(**{"widget": widget, "help_text": help_text, "max_length": 40, **kwargs})

    def clean(self, value):
        text = super().clean(value)
        try:
            amount = parse_yuan(text)
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        if not amount:
            raise forms.ValidationError("金额应大于 0")
        return amount


class FundForm(forms.Form):
    """A form about communities of which the user may choose; the only one is chosen already."""

    community = forms.ModelChoiceField(
        label="社区", queryset=Community.objects.none(), empty_label="请选择社区"
    )

    def __init__(self, *args, communities, **kwargs):
        super().__init__(*args, **kwargs)
        listed = communities.order_by("code")
        self.fields["community"].queryset = listed
        if len(few := list(listed[:2])) == 1:
            self.initial.setdefault("community", few[0])


class PayerForm(FundForm):
    """Where money comes from: one of the three sources, a unit of the group where one gives."""

    source = forms.ChoiceField(label="来源", choices=[("", "请选择来源"), *FundSource.choices])
    unit = forms.ModelChoiceField(
        label="单位",
        queryset=Unit.objects.none(),
        required=False,
        empty_label="不是单位出资",
        help_text="“单位筹”请选共建名单里的单位；“社区拿”不选",
    )
    payer = forms.CharField(
        label="出资方",
        max_length=80,
        required=False,
        help_text="不填时按单位或社区的名称登记；“社会捐”必填",
    )

    def __init__(self, *args, communities, units=None, **kwargs):
        super().__init__(*args, communities=communities, **kwargs)
        seated = Unit.objects.filter(seats__group__community__in=communities).distinct()
        choices = seated if units is None else units
        self.fields["unit"].queryset = choices.order_by("name")

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("payer"):
            cleaned["payer"] = self.usual_payer(cleaned)
        return cleaned

    def usual_payer(self, cleaned) -> str:
        """Return the name of the unit or the community that pays; a donor has to be named."""
        if cleaned.get("unit"):
            return cleaned["unit"].name
        if cleaned.get("source") == FundSource.COMMUNITY_SHARE and cleaned.get("community"):
            return cleaned["community"].name
        if cleaned.get("source") == FundSource.DONATION:
            self.add_error("payer", "请填写捐赠方；不愿具名的写“热心居民”")
        return "出资单位"


class PledgeForm(PayerForm):
    quarter = forms.TypedChoiceField(label="用于季度", coerce=Quarter.parse)
    amount_yuan = YuanField(label="认捐金额")
    pledged_on = forms.DateField(label="认捐日期", widget=DayInput())
    is_voluntary = forms.BooleanField(
        label="出资方自愿认捐，没有摊派",
        error_messages={"required": "共建经费坚持自愿；请与出资方确认后勾选"},
    )
    field_order = [
        "community",
        "quarter",
        "source",
        "unit",
        "payer",
        "amount_yuan",
        "pledged_on",
        "is_voluntary",
    ]

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        now = Quarter.of(today)
        quarters = [now, now.next(), now.previous()]
        self.fields["quarter"].choices = [(str(quarter), quarter.title) for quarter in quarters]
        self.initial.setdefault("pledged_on", today)

    def clean(self):
        fields = super().clean()
        fields.pop("is_voluntary", None)  # has to be ticked, is not stored
        return fields


class OwnUnitPledgeForm(PledgeForm):
    """For a member unit's liaison: his own unit promises, nothing else."""

    field_order = ["community", "quarter", "unit", "amount_yuan", "pledged_on", "is_voluntary"]

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, units=units, **kwargs)
        del self.fields["source"], self.fields["payer"]
        self.fields["unit"].required = True
        self.fields["unit"].empty_label = None
        self.fields["unit"].help_text = ""

    def clean(self):
        return super().clean() | {"source": FundSource.UNIT_SHARE}


class ReceiptForm(forms.Form):
    """Money as it came in: how much, when, on which receipt."""

    amount_yuan = YuanField(label="到账金额")
    received_on = forms.DateField(label="到账日期", widget=DayInput())
    receipt_number = forms.CharField(
        label="票据号", max_length=40, help_text="收据或公益事业捐赠票据上的号码，一张票据登记一次"
    )

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("received_on", today)


class ContributionForm(ReceiptForm, PayerForm):
    field_order = [
        "community",
        "source",
        "unit",
        "payer",
        "amount_yuan",
        "received_on",
        "receipt_number",
    ]


class ExpenseForm(FundForm):
    purpose = forms.CharField(
        label="用途", max_length=120, help_text="办了什么实事，如：为 3 号楼添置健身器材"
    )
    payee = forms.CharField(
        label="收款方",
        max_length=80,
        help_text="会随公示张贴：发给困难居民的写“困难居民 5 户”，不写姓名和住址",
    )
    amount_yuan = YuanField(label="金额")
    spent_on = forms.DateField(
        label="支出日期", widget=DayInput(), help_text="按这一天记入所在季度"
    )
    voucher_number = forms.CharField(label="凭证号", max_length=40, help_text="发票或领款单的号码")

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("spent_on", today)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="冲正原因", widget=forms.Textarea(attrs={"rows": 3}), max_length=200
    )


class ExpenseRefusalForm(forms.Form):
    remark = forms.CharField(
        label="不批准的理由", widget=forms.Textarea(attrs={"rows": 4}), max_length=300
    )


class DisclosureForm(FundForm):
    """Whose account of which quarter is to be made public."""

    quarter = forms.TypedChoiceField(label="季度", coerce=Quarter.parse)

    def __init__(self, *args, quarters, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["quarter"].choices = quarters
        self.fields["community"].to_field_name = "code"
