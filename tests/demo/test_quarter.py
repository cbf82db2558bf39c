"""A small city lives through its quarters, once for the whole module, and is then looked at from
all sides.
"""

import hashlib
from collections import Counter
from datetime import datetime

import pytest
from django.core.management import CommandError
from django.db import transaction
from django.db.models import Count
from django.test import override_settings
from django.utils import timezone

from communities.models import Assignment, LabourDay, Meeting, Topic, Visit, WorkPlan
from funds.models import Contribution, Disclosure, Expense, Pledge
from gongjian.accounts.models import User
from gongjian.accounts.roles import Role
from gongjian.audit.models import Entry
from gongjian.audit.verifying import verify_log
from gongjian.demo import quarter as demo_quarter
from gongjian.demo.calendar import Milestones
from gongjian.documents.models import OfficialDocument
from gongjian.jobs.models import Job
from gongjian.lib.canonical import fingerprint
from gongjian.lib.quarters import SHANGHAI, Quarter
from gongjian.notifications.models import Notification
from inspections.models import Finding, FrontageCheck, SelfCheck
from scoring.models import Appeal, Commendation, Nomination, Round, Score, Sheet, UnitScore
from scoring.services.bulletins.result_sheets import KIND as FEEDBACK
from tests import triggers
from tests.demo.city import COMMUNITIES, MD5, UNTIL, printed, run_demo, without_paper

pytestmark = pytest.mark.slow

WHOLE, LIVING = "2026Q3", "2026Q4"


@pytest.fixture(scope="module")
def said(django_db_setup, django_db_blocker, tmp_path_factory):
    """What the command said; the city is there for this module's tests and gone afterwards."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        without_paper(patch)
        with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"), PASSWORD_HASHERS=MD5):
            yield run_demo(communities=COMMUNITIES)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _city(said):
    return said


def test_four_quarters_are_published_and_the_fifth_is_under_way():
    statuses = dict(Round.objects.values_list("quarter", "status"))
    assert statuses == dict.fromkeys(["2025Q4", "2026Q1", "2026Q2", WHOLE], "published")
    plans = dict(WorkPlan.objects.values_list("quarter", "status"))
    assert plans == dict.fromkeys(["2025Q4", "2026Q1", "2026Q2", WHOLE, LIVING], "issued")


def test_every_stage_has_its_line(said):
    for number, title in demo_quarter.TITLES.items():
        assert f"2026 年第三季度 {number} {title}：" in said
    assert said.count("（历史）：") == 3
    assert said.count("（进行中）：") == 1


def test_every_document_is_printed_and_numbered_without_a_gap():
    going_round = {"rectification_notice", "letter"}
    documents = OfficialDocument.objects.exclude(kind__in=going_round).order_by("year", "serial")
    assert set(documents.values_list("status", flat=True)) == {"published"}
    for year in (2025, 2026):
        serials = list(documents.filter(year=year).values_list("serial", flat=True))
        assert serials == list(range(1, len(serials) + 1))
    for document in documents:
        assert document.sha256 == hashlib.sha256(printed(document)).hexdigest()


def test_the_quarter_ends_in_its_circulars_and_the_years_decision():
    round = Round.objects.get(quarter=WHOLE)
    assert round.quarter_list.status == "closed"
    assert round.quarter_list.objections.exclude(answered_at=None).exists()
    kinds = Counter(round.bulletins.values_list("kind", flat=True))
    assert kinds["ranking"] == kinds["commendation"] == 1
    assert Nomination.objects.filter(round__quarter=WHOLE, honour="commendation").exists()
    held = Commendation.objects.get(round__quarter=WHOLE)
    assert (held.status, held.plan.status, held.plan.request.status) == (
        "decided",
        "approved",
        "published",
    )
    assert not held.objections.unanswered().exists()


def test_numbers_are_dated_in_order():
    dated = OfficialDocument.objects.exclude(year=None).order_by("year", "serial")
    dated = dated.values_list("document_date", flat=True)
    assert list(dated) == sorted(dated)


def test_every_community_is_scored_and_placed_in_every_round():
    for round in Round.objects.all():
        scores = list(Score.objects.filter(round=round).order_by("rank"))
        assert len(scores) == COMMUNITIES
        assert [score.total_points for score in scores] == sorted(
            (s.total_points for s in scores), reverse=True
        )
        assert scores[0].rank == 1
        assert UnitScore.objects.filter(round=round).exists()
    assert not Sheet.objects.exclude(status="locked").exists()


def test_every_frozen_quarter_bears_its_fingerprint():
    for round in Round.objects.all():
        assert fingerprint(round.frozen) == round.sha256


def test_good_and_bad_communities_can_be_told_apart():
    points = (
        Score.objects.filter(round__quarter=WHOLE)
        .order_by("total_points")
        .values_list("total_points", flat=True)
    )
    assert points.last() - points.first() > 3


def test_one_appeal_is_upheld_and_the_others_are_not():
    outcomes = Counter(Appeal.objects.values_list("status", flat=True))
    assert outcomes["upheld"] == 1
    assert outcomes["refused"] >= 1
    assert outcomes["raised"] == 0


def test_findings_are_put_right_struck_off_and_some_sent_back():
    statuses = Counter(Finding.objects.values_list("status", flat=True))
    assert statuses["closed_out"] > statuses.total() / 2
    assert Finding.objects.filter(rework_count__gt=0).exists()
    assert set(Finding.objects.values_list("source", flat=True)) >= {"self_check", "city"}
    photographed = Finding.objects.filter(photos__stage="after", photos__isnull=False)
    assert photographed.exists()


def test_groups_meet_work_visit_and_talk():
    for model in (Meeting, LabourDay):
        assert model.objects.filter(quarter=WHOLE, status="held").exists()
    assert Visit.objects.filter(quarter=WHOLE).exists()
    assert Topic.objects.filter(status="answered").exists()
    assert FrontageCheck.objects.filter(quarter=WHOLE).count() >= 4 * COMMUNITIES


def test_money_comes_from_three_sources_and_is_made_public():
    assert Pledge.objects.filter(quarter=WHOLE).values("source").distinct().count() == 3
    assert Contribution.objects.filter(quarter=WHOLE).exists()
    assert set(Expense.objects.filter(quarter=WHOLE).values_list("status", flat=True)) == {
        "approved"
    }
    assert Disclosure.objects.filter(quarter=WHOLE).count() >= COMMUNITIES - 1


def test_the_quarter_under_way_has_work_in_every_state():
    mine = Assignment.objects.filter(plan__quarter=LIVING)
    assert mine.count() == COMMUNITIES
    assert mine.exclude(acknowledged_at=None).exists()
    months = set(SelfCheck.objects.filter(month__gte="2026-10").values_list("month", flat=True))
    assert "2026-10" in months
    assert Finding.objects.open().exists()


def test_nothing_is_dated_after_today():
    assert Entry.objects.order_by("at").last().at <= UNTIL
    assert not Notification.objects.filter(created_at__gt=UNTIL).exists()


def test_every_message_was_delivered_and_every_job_done():
    assert not Notification.objects.filter(delivered_at=None).exists()
    feedback = Job.objects.filter(kind=FEEDBACK)
    assert set(feedback.values_list("status", flat=True)) == {
        "ready"
    }  # made once the site's workers run
    assert set(Job.objects.exclude(kind=FEEDBACK).values_list("status", flat=True)) == {"done"}


def test_the_log_is_whole():
    assert verify_log().faults == []


def test_one_account_a_role_is_shown_with_its_password(said):
    for role in Role:
        assert f"  {role.label}" in said
    usable = [user.username for user in User.objects.all() if user.has_usable_password()]
    assert len(usable) == len(Role) - 1


def test_a_second_run_does_nothing():
    before = Entry.objects.aggregate(Count("pk"))
    assert run_demo(communities=COMMUNITIES) == "演示城市已经建好，不再重复。\n"
    assert Entry.objects.aggregate(Count("pk")) == before


def test_the_replayed_quarter_is_the_latest_whose_circulars_are_out():
    def whole(*day):
        return str(demo_quarter.Cycle(datetime(*day, 18, tzinfo=SHANGHAI)).whole)

    assert whole(2026, 11, 23) == "2026Q3"
    assert whole(2026, 10, 20) == "2026Q2"
    assert whole(2027, 1, 20) == "2026Q3"
    assert whole(2027, 1, 31) == "2026Q4"


def test_dates_of_every_quarter_stand_in_order():
    quarter = Quarter(2025, 1)
    while quarter < Quarter(2028, 1):
        dates = Milestones(quarter)
        days = [
            dates.drafted_at,
            dates.issued_at,
            dates.drawn_at,
            dates.gathered_at,
            dates.public_notice_at,
        ]
        days += [
            dates.frozen_at,
            dates.names_public_notice_at,
            dates.reported_at,
            dates.signed_at,
            dates.approved_at,
        ]
        days += [dates.published_at, dates.closed_at]
        assert days == sorted(set(days))
        assert dates.closed_at.date() < quarter.next().end
        assert timezone.is_aware(dates.drafted_at)
        quarter = quarter.next()


def test_a_site_with_people_is_left_alone():
    with transaction.atomic():
        with triggers.lifted():
            Entry.objects.filter(event="demo.city.finish").delete()
        with pytest.raises(CommandError, match="站点里已有账号"):
            run_demo()
        transaction.set_rollback(True)
