"""Nobody overwrites unseen what somebody else saved: on every form that edits what is there."""

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from gongjian.lib.editing import SALT
from tests.declared import declaring_modules
from tests.editing import Edit, fields_of

pytestmark = pytest.mark.slow

EDITS: list[Edit] = [edit for module in declaring_modules("edits") for edit in module.EDITS]
every_edit = pytest.mark.parametrize("edit", EDITS, ids=str, indirect=True)


@pytest.fixture
def edit(request, cast):
    return request.param.by(cast)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desks(cast, today):
    """desks(edit) gives the page's address and two people who have just opened it: (client, what
    its form sends).
    """

    def open_twice(edit):
        url = reverse(edit.name, args=edit.args(cast))
        clients = [signed_in(cast.people[name]) for name in (edit.first, edit.second)]
        return url, [(client, fields_of(client.get(url))) for client in clients]

    return open_twice


def saved_twice(edit, url, desks):
    """The answer to `mine`, sent after `theirs` was saved; with what was stored in between."""
    (first, opened), (second, opened_by_other) = desks
    answer = second.post(url, {**opened_by_other, **edit.theirs})
    assert answer.status_code == 302, answer.content.decode()
    return first.post(url, {**opened, **edit.mine}), edit.stored()


@every_edit
def test_the_second_editor_gets_a_comparison_and_overwrites_nothing(edit, desks):
    url, both = desks(edit)
    before = edit.stored()
    answer, theirs = saved_twice(edit, url, both)
    page = answer.content.decode()
    assert (answer.status_code, theirs != before) == (409, True)
    assert edit.stored() == theirs
    assert all(head in page for head in ("您打开时", "现在", "您填写的", "请核对"))
    sent = fields_of(answer)
    assert {name: sent.get(name) for name in edit.mine} == edit.mine
    assert answer.context["editing"].conflict.acts


@every_edit
def test_mine_is_saved_once_the_comparison_was_seen(edit, desks):
    url, both = desks(edit)
    answer, theirs = saved_twice(edit, url, both)
    again = both[0][0].post(url, fields_of(answer))
    if edit.closes:
        assert "以我的为准" not in answer.content.decode()
        assert (again.status_code, edit.stored()) == (409, theirs)
    else:
        assert "以我的为准，再次保存" in answer.content.decode()
        assert (again.status_code, edit.stored() != theirs) == (302, True)


FORGED = signing.dumps(
    {"of": "units.unit:1", "by": 1, "values": {}, "seen": ""}, key="not ours", salt=SALT
)


@every_edit
@pytest.mark.parametrize("opened", ["", FORGED, "x:y:z"])
def test_a_form_that_does_not_say_what_it_opened_saves_nothing(edit, desks, opened):
    url, ((client, sent), _) = desks(edit)
    before = edit.stored()
    answer = client.post(url, {**sent, **edit.mine, "opened": opened})
    assert (answer.status_code, edit.stored()) == (409, before)
    assert "无法确认您打开时的内容" in answer.content.decode()


@pytest.mark.parametrize(
    "edit", [edit for edit in EDITS if edit.first != edit.second], ids=str, indirect=True
)
def test_what_another_person_opened_is_not_taken(edit, desks):
    url, ((first, sent), (_, sent_by_other)) = desks(edit)
    before = edit.stored()
    answer = first.post(url, {**sent, **edit.mine, "opened": sent_by_other["opened"]})
    assert (answer.status_code, edit.stored()) == (409, before)


@every_edit
def test_alone_the_first_editor_is_not_hindered(edit, desks):
    url, ((client, sent), _) = desks(edit)
    assert client.post(url, {**sent, **edit.mine}).status_code == 302
