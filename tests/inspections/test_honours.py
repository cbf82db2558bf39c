"""红黑榜: proposed by rules, ended by time or repair, and no private shop named without a lawyer's
word.
"""

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

import scoring
from gongjian.workflow import WrongState
from inspections.models import FrontageStanding, ListEntry
from inspections.services import honours as services
from scoring.models import Nomination
from tests.inspections.factories import make_entry, make_frontage, make_frontage_check


def looked_at(cast, *days, failed=()):
    frontage = make_frontage(cast)
    for day in days:
        quarter = f"2026Q{(day.month + 2) // 3}"
        make_frontage_check(
            cast, frontage=frontage, checked_on=day, quarter=quarter, failed=list(failed)
        )
    return frontage


def test_rules_propose_the_steady_and_the_failing_once(cast):
    steady = looked_at(cast, date(2026, 8, 3), date(2026, 9, 3), date(2026, 11, 3))
    looked_at(cast, date(2026, 11, 3), date(2026, 11, 9))  # five stars for one quarter only
    failing = looked_at(cast, date(2026, 11, 3), date(2026, 11, 9), failed=["order"])
    looked_at(cast, date(2026, 9, 3), date(2026, 11, 9), failed=["order"])
    assert services.propose_entries("2026Q4", by=cast.office_staff, at=cast.now) == 2
    assert services.propose_entries("2026Q4", by=cast.office_staff, at=cast.now) == 0
    rows = ListEntry.objects.order_by("kind").values_list(
        "frontage", "kind", "occupant_kind", "grounds"
    )
    assert list(rows) == [
        (steady.pk, "honour", "private_shop", "连续 2 个季度达到 5 星"),
        (failing.pk, "warning", "private_shop", "2026 年第四季度抽查 2 次不合格"),
    ]
    with pytest.raises(PermissionDenied):
        services.propose_entries("2026Q4", by=cast.lead_officer, at=cast.now)


def test_a_private_shops_warning_waits_for_its_legal_review(cast, sign_in):
    entry = make_entry(cast, kind="warning")
    with pytest.raises(WrongState, match="法制审核"):
        services.publish_entry(entry, decision="屡查屡犯", by=cast.office_director, at=cast.now)
    ends = {"published_on": cast.today, "expires_on": cast.today + timedelta(days=90)}
    with (
        pytest.raises(IntegrityError, match=r"private_shop_needs_legal_review"),
        transaction.atomic(),
    ):
        ListEntry.objects.filter(pk=entry.pk).update(status="published", **ends)
    client = sign_in(cast.office_staff)
    assert "列入并公布" not in client.get(entry.get_absolute_url()).content.decode()
    review = {
        "act": "review",
        "review-reviewed_on": "2026-11-12",
        "review-review_document": "审核意见〔2026〕8号",
    }
    assert client.post(entry.get_absolute_url(), review).status_code == 302
    publish = {"act": "publish", "publish-decision": "屡查屡犯"}
    assert client.post(entry.get_absolute_url(), publish).status_code == 302
    entry.refresh_from_db()
    assert (entry.status, entry.reviewed_by, entry.review_document) == (
        "published",
        cast.office_staff,
        "审核意见〔2026〕8号",
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        ListEntry.objects.filter(pk=entry.pk).update(review_document="")


def test_what_is_not_decided_is_seen_by_the_office_alone(cast, sign_in):
    frontage = make_frontage(cast)
    entry = make_entry(cast, frontage=frontage, kind="warning")
    client = sign_in(cast.community_worker)
    assert client.get(entry.get_absolute_url()).status_code == 404
    for page in (reverse("inspections:honours"), frontage.get_absolute_url()):
        assert entry.grounds not in client.get(page).content.decode()
    assert (
        "黑榜"
        not in client.get(
            reverse("inspections:public_frontage", args=[frontage.public_code])
        ).content.decode()
    )


def test_a_public_body_needs_no_review_and_is_remembered_as_one(cast):
    entry = make_entry(cast, kind="warning")
    services.set_occupant(entry, occupant_kind="public_body", by=cast.office_staff, at=cast.now)
    assert FrontageStanding.objects.get().occupant_kind == "public_body"
    done = services.publish_entry(entry, decision="屡查屡犯", by=cast.office_director, at=cast.now)
    assert (done.status, done.expires_on) == ("published", cast.today + timedelta(days=180))
    with pytest.raises(WrongState, match="已经决定"):
        services.set_occupant(done, occupant_kind="private_shop", by=cast.office_staff, at=cast.now)


def test_an_entry_is_shown_until_its_end_or_its_repair(cast):
    entry = make_entry(cast, status="published")
    shown = ListEntry.objects.shown
    last = entry.expires_on - timedelta(days=1)
    assert [shown(day).count() for day in (cast.today, last, entry.expires_on)] == [1, 1, 0]
    assert entry.standing(entry.expires_on) == ("已到期", "")
    services.remove_entry(entry, removal="整改后三次抽查合格", by=cast.office_staff, at=cast.now)
    assert (shown(cast.today).count(), entry.removed_on) == (0, cast.today)


def test_a_circular_has_no_way_to_name_a_shop():
    """What circulars are written from: communities and units alone, never a frontage, its name or a
    finding's words.
    """
    named = {
        field.related_model._meta.label
        for field in Nomination._meta.get_fields()
        if field.related_model
    }
    named -= {"accounts.User"}  # who struck, added or reviewed a name
    assert named <= {"scoring.Round", "communities.Community", "units.Unit"}
    for name in ("ranking_circular", "publishing", "quarter_figures", "finding_figures"):
        tree = ast.parse(
            (Path(scoring.__file__).parent / "services/bulletins" / f"{name}.py").read_text()
        )
        reads = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        reads |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        reads |= {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        assert not reads & {
            "shop_name",
            "frontage",
            "Frontage",
            "ListEntry",
            "description",
            "list_entries",
        }


def test_a_proposal_is_dropped_with_its_reason(cast):
    entry = make_entry(cast)
    services.drop_entry(entry, decision="店面已转让", by=cast.office_director, at=cast.now)
    entry.refresh_from_db()
    assert (entry.status, entry.decision, entry.decided_by) == (
        "dropped",
        "店面已转让",
        cast.office_director,
    )


def test_a_legal_review_is_of_a_day_that_has_been(cast):
    entry = make_entry(cast, kind="warning")
    review = {
        "review_document": "法制审核意见书〔2026〕8号",
        "by": cast.office_staff,
        "at": cast.now,
    }
    with pytest.raises(ValidationError, match="审核日期还没有到"):
        services.note_review(entry, reviewed_on=cast.today + timedelta(days=1), **review)
    entry.refresh_from_db()
    assert entry.reviewed_on is None
