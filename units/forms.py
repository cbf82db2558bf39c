from django import forms

from gongjian.lib.phones import check_phone
from units.models import Contact


class ContactForm(forms.ModelForm):
    class Meta:
        model = Contact
        fields = ["name", "phone"]
        help_texts = {"phone": "手机号，或区号加固定电话"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = True

    def clean_phone(self):
        try:
            return check_phone(self.cleaned_data["phone"])
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
