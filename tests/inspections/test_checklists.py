import copy
from datetime import date

import pytest

from gongjian.audit.models import Entry
from gongjian.lib.rulebooks import WrongRulebook
from gongjian.workflow import WrongState
from inspections.models import Checklist
from inspections.services.checklists import adopt_checklist, checklist_for
from tests.inspections.factories import V1


def adopt(cast, **given) -> Checklist:
    row = {
        "version": "v1",
        "title": "检查表",
        "valid_from": date(2026, 1, 1),
        "content": V1,
        "at": cast.now,
    }
    return adopt_checklist(**row | given)


def test_adopting_the_same_version_twice_changes_nothing(cast):
    assert adopt(cast) == adopt(cast)
    assert (Checklist.objects.count(), Entry.objects.count()) == (1, 1)


def test_a_version_in_force_is_never_changed(cast):
    adopt(cast)
    other = copy.deepcopy(V1) | {"name": "另一张表"}
    with pytest.raises(WrongState, match="新的版本号"):
        adopt(cast, content=other)


def test_a_wrong_checklist_is_refused(cast):
    other = copy.deepcopy(V1)
    other["items"][0]["points"] = "-1"
    with pytest.raises(WrongRulebook, match="points"):
        adopt(cast, content=other)


def test_a_month_is_checked_by_the_version_in_force_at_its_end(cast):
    first = adopt(cast)
    second = adopt(cast, version="v2", valid_from=date(2026, 11, 30))
    assert (checklist_for("2026-10"), checklist_for("2026-11")) == (first, second)
