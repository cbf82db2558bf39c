from django import forms


class FeedbackForm(forms.Form):
    text = forms.CharField(
        label="哪里不好用，或希望怎么改",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=1000,
        help_text="重复填报、看不懂的提示、多余的步骤，都请告诉我们",
    )
