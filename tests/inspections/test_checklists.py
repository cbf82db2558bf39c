import copy
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from gongjian.audit.models import Entry
from gongjian.lib.rulebooks import WrongRulebook
from gongjian.workflow import WrongState
from inspections.models import Checklist
from inspections.services.checklists import (
    adopt_checklist,
    checklist_for,
    checklist_in_force,
    publish_checklist,
)
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


def published(cast, **given):
    content = {**given.pop("content", V1), "version": given.pop("version", "v9")}
    return publish_checklist(content=content, by=cast.office_staff, at=cast.now, **given)


def test_a_month_has_one_version_and_it_may_be_replaced_until_it_begins(cast):
    first = published(cast, from_month="2027-01")
    with pytest.raises(ValidationError, match="2027-01 起已安排启用版本 v9，请换一个月份"):
        published(cast, from_month="2027-01", version="v10")
    moved = published(cast, from_month="2027-02")
    assert (moved.pk, str(moved.valid_from)) == (first.pk, "2027-02-01")
    with pytest.raises(ValidationError, match="2026-11 已经开始，新版本请从以后的月份启用"):
        published(cast, from_month="2026-11", version="v11")


def test_a_version_with_an_endless_name_is_refused(cast):
    with pytest.raises(ValidationError, match="版本最多"):
        published(cast, from_month="2027-01", version="v" * 60)
    assert not Checklist.objects.filter(valid_from=date(2027, 1, 1)).exists()


def test_without_a_version_in_force_nothing_can_be_checked(cast):
    Checklist.objects.all().delete()
    with pytest.raises(WrongState, match="还没有启用的自查表"):
        checklist_in_force(cast.today)
