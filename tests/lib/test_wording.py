from django import forms


class NoteForm(forms.Form):
    place = forms.CharField(max_length=80)


def test_an_empty_field_is_asked_for():
    assert NoteForm({}).errors["place"] == ["请填写这一项"]


def test_a_long_text_says_how_much_is_too_much():
    assert NoteForm({"place": "长" * 83}).errors["place"] == ["最多 80 字，现在 83 字，请删减"]
