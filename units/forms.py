from django import forms

from gongjian.lib.phones import check_phone, is_masked, mask
from units.models import Contact


class ContactForm(forms.ModelForm):
    class Meta:
        model = Contact
        fields = ["name", "phone"]
        help_texts = {"phone": "手机号，或区号加固定电话；号码不变的，保留现在显示的样子即可"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = True
        self.initial["phone"] = mask(self.instance.phone)

    def clean_phone(self):
        """A number left as it was shown, masked, stays what it is."""
        phone = self.cleaned_data["phone"]
        if is_masked(phone) and phone == mask(self.instance.phone):
            return self.instance.phone
        try:
            return check_phone(phone)
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
