"""Stars kept beside the register: at each look, every night, at the same cost whatever the number
of rows.
"""

from datetime import timedelta
from decimal import Decimal

from django.urls import reverse

from inspections.jobs import rate_frontages as nightly
from inspections.models import Frontage, FrontageStanding
from inspections.services.frontages import check_frontage
from inspections.services.stars import rate_frontages, todays_round
from tests.inspections.factories import make_checklist, make_frontage, make_frontage_check
from tests.queries import count_queries


def looked_at(cast, *days_ago, failed=()):
    frontage = make_frontage(cast)
    for days in days_ago:
        day = cast.today - timedelta(days=days)
        make_frontage_check(cast, frontage=frontage, checked_on=day, failed=list(failed))
    return frontage


def stars_of(frontage):
    return FrontageStanding.objects.get(frontage=frontage).stars


def test_a_look_rates_its_frontage_at_once(cast):
    make_checklist()
    frontage = looked_at(cast, 30)
    given = {
        "checked_on": cast.today,
        "failed": ["order"],
        "remark": "占道",
        "by": cast.lead_officer,
        "at": cast.now,
    }
    check_frontage(frontage, **given)
    standing = frontage.standing
    assert (standing.points, standing.stars, standing.checks) == (Decimal("90.00"), 4, 2)
    assert (standing.last_checked_on, standing.rated_on, standing.scheme) == (
        cast.today,
        cast.today,
        "v1",
    )


def test_the_night_takes_away_what_is_too_old_and_keeps_what_is_said_of_the_occupant(cast, today):
    frontage = looked_at(cast, 0, 179)
    rate_frontages(at=cast.now)
    assert stars_of(frontage) == 5
    FrontageStanding.objects.update(occupant_kind="public_body")
    rate_frontages(at=cast.now + timedelta(days=1))
    standing = FrontageStanding.objects.get()
    assert (standing.stars, standing.checks, standing.occupant_kind) == (None, 1, "public_body")
    assert nightly() == nightly() == 1


def test_rating_costs_the_same_for_many(cast):
    looked_at(cast, 1, 2)
    few = count_queries(lambda: rate_frontages(at=cast.now))
    [looked_at(cast, 1, 2) for _ in range(20)]
    assert count_queries(lambda: rate_frontages(at=cast.now)) == few


def test_the_list_and_its_filter_show_stars_at_a_constant_cost(cast, sign_in):
    client, url = sign_in(cast.office_staff), reverse("inspections:frontages")
    best, _ = looked_at(cast, 1, 2), looked_at(cast, 1, 2, failed=["order"])
    rate_frontages(at=cast.now)
    client.get(url)
    few = count_queries(lambda: client.get(url))
    [looked_at(cast, 1, 2) for _ in range(8)] + [make_frontage(cast)]
    assert count_queries(lambda: client.get(url)) == few
    assert [row.pk for row in client.get(f"{url}?stars=5").context["page"]] == [best.pk]
    assert client.get(f"{url}?stars=none").context["page"].paginator.count == 9
    assert "★★★★★" in client.get(url).content.decode()


def test_the_round_begins_with_the_longest_unchecked_and_a_day_draws_the_same_lot(cast):
    recent, old, never = looked_at(cast, 2), looked_at(cast, 90), make_frontage(cast)
    make_frontage(cast, status="vacant")
    rate_frontages(at=cast.now)
    rows = Frontage.objects.all()
    assert list(todays_round(rows, seed="2026-11-16")) == [never, old, recent]
    drawn = [
        [one.pk for one in todays_round(rows, seed=f"{day}", by_lot=True)]
        for day in (1, 1, 2, 3, 4, 5)
    ]
    assert drawn[0] == drawn[1]
    assert len({tuple(order) for order in drawn}) > 1


def test_the_round_of_a_worker_is_his_community_alone(cast, sign_in):
    own = make_frontage(cast)
    make_frontage(cast, community=cast.other_community)
    page = sign_in(cast.community_worker).get(reverse("inspections:round"))
    assert [frontage for frontage, _ in page.context["frontages"]] == [own]
