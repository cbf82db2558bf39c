"""Two editors at one record: in whatever order they open, type and save, nothing is overwritten
unseen.
"""

import threading

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.http import urlencode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongjian.lib.editing import Editing
from tests.cast import NOW
from tests.editing import fields_of
from units.forms import ContactForm
from units.models import Contact
from units.services import change_contact

NAMES = ["周联络", "王新任", "李新任"]
PHONES = ["13800001111", "13900002222"]
TYPED = st.fixed_dictionaries(
    {}, optional={"name": st.sampled_from(NAMES), "phone": st.sampled_from(PHONES)}
)
STEPS = st.lists(
    st.tuples(st.integers(0, 1), st.one_of(st.just("open"), st.just("save"), TYPED)),
    min_size=4,
    max_size=10,
)


def stored() -> dict:
    return Contact.objects.values("name", "phone").get()


class Editor:
    """One person with the form open: what he last saw stored, and what his form would send."""

    def __init__(self, user, unit):
        self.user, self.unit = user, unit
        self.open()

    def editing(self, sent=None) -> Editing:
        request = RequestFactory().post("/", sent) if sent else RequestFactory().get("/")
        request.user = self.user
        return Editing(request, self.unit, lambda unit: stored())

    def open(self):
        self.seen = stored()
        self.form = {**self.seen, "opened": self.editing().opened}

    def save(self):
        """Send the form; an overwrite of something that he never saw fails the test."""
        before, sent = stored(), dict(self.form)
        editing, form = self.editing(sent), ContactForm(QueryDict(urlencode(sent)))
        assert form.is_valid()
        given = {**form.cleaned_data, "by": self.user, "at": NOW}
        if editing.unless_changed(lambda unit: change_contact(unit, **given), form):
            assert before == self.seen, "overwritten unseen"
            assert stored() == {name: sent[name] for name in before}
            self.open()
        else:
            assert (editing.status, stored()) == (409, before)
            assert before != self.seen, "hindered for nothing"
            mine = {name for name in before if sent[name] != self.seen[name]}
            assert form.data.dict() == {
                **before,
                **{name: sent[name] for name in (*mine, "opened")},
            }
            self.seen, self.form = before, {**form.data.dict(), "opened": editing.opened}


@pytest.mark.slow
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_no_interleaving_of_two_editors_overwrites_silently(cast, steps):
    unit = cast.lead_unit
    Contact.objects.exclude(unit=unit).delete()
    Contact.objects.filter(unit=unit).update(name=NAMES[0], phone=PHONES[0])
    editors = [Editor(user, unit) for user in (cast.office_staff, cast.lead_officer)]
    for who, what in steps:
        editor = editors[who]
        if isinstance(what, dict):
            editor.form.update(what)
        else:
            getattr(editor, what)()


@pytest.mark.slow
@pytest.mark.usefixtures("many_connections")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_wins_and_one_compares(cast):
    url = reverse("units:contact", args=[cast.lead_unit.pk])
    for turn in range(10):
        codes, start = [], threading.Barrier(2)
        threads = [
            threading.Thread(target=_save, args=(user, url, f"新任{turn}-{user.pk}", start, codes))
            for user in (cast.office_staff, cast.lead_officer)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        won = dict(codes)
        assert sorted(won) == [302, 409]
        assert Contact.objects.get(unit=cast.lead_unit).name == won[302]


def _save(user, url, name, start, codes):
    try:
        client = Client()
        client.force_login(user)
        sent = fields_of(client.get(url)) | {"name": name}
        start.wait(timeout=30)
        codes.append((client.post(url, sent).status_code, name))
    finally:
        connection.close()
