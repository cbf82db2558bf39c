"""Stars of frontages: which scheme is in force, how each frontage stands, whom to check today."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from operator import attrgetter, itemgetter
from pathlib import Path

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import MD5, Cast, Concat
from django.utils import timezone

import inspections
from gongjian.lib.stars import Look, Rating, StarScheme, load_scheme, rate
from gongjian.workflow import WrongState
from inspections.models import Frontage, FrontageCheck, FrontageStanding
from inspections.models.frontages import FrontageStatus

FOLDER = Path(inspections.__file__).parent / "star_schemes"
BATCH = 500
# Rows read from the database at a time.
CHUNK = 2000
# How many frontages are proposed for one day's checks.
PROPOSED = 20
NOT_RATED = Rating(None, None, 0)
# What is computed anew; the occupant's kind stays as somebody entered it.
FIGURES = ("stars", "points", "checks", "last_checked_on", "scheme", "rated_on")


@lru_cache(maxsize=1)
def star_schemes() -> tuple[StarScheme, ...]:
    """Return every version, newest first. Raises WrongRulebook for a file that is wrong."""
    schemes = []
    for file in sorted(FOLDER.glob("*.json"), reverse=True):
        schemes.append(load_scheme(json.loads(file.read_text())))
    return tuple(sorted(schemes, key=attrgetter("valid_from"), reverse=True))


def scheme_in_force(on: date) -> StarScheme:
    """Return the version in force on a day. Raises WrongState when there is none."""
    for scheme in star_schemes():
        if scheme.valid_from <= on:
            return scheme
    raise WrongState("这一天还没有启用的星级评定办法")


def ratings_on(on: date, frontages: Iterable[int] | None = None) -> dict[int, Rating]:
    """Return how frontages stood on a day, by id: those checked in the time that counts.

    One query.
    """
    scheme = scheme_in_force(on)
    checks = FrontageCheck.objects.filter(checked_on__range=(scheme.since(on), on))
    if frontages is not None:
        checks = checks.filter(frontage__in=frontages)
    rows = checks.order_by("frontage").values_list("frontage", "checked_on", "failed")
    ratings = {}
    for frontage, checks_of_it in groupby(rows.iterator(chunk_size=CHUNK), key=itemgetter(0)):
        looks = [Look(day, failed) for _, day, failed in checks_of_it]
        ratings[frontage] = rate(scheme, looks, on)
    return ratings


def rate_frontages(frontages: Iterable[int] | None = None, *, at: datetime) -> int:
    """Compute the stars of all frontages, or of those named by id, for today; return how many.

    Safe to run twice. Two queries and one for each five hundred frontages.
    """
    on = timezone.localdate(at)
    ids = None if frontages is None else list(frontages)
    checks = FrontageCheck.objects.filter(checked_on__lte=on)
    if ids is not None:
        checks = checks.filter(frontage__in=ids)
    rows = checks.order_by("frontage", "checked_on").values_list("frontage", "checked_on")
    # Of several days of one frontage the last is left.
    last_checked_on = dict(rows.iterator(chunk_size=CHUNK))
    ratings = ratings_on(on, ids)
    scheme = scheme_in_force(on).version
    standings = []
    for frontage, day in last_checked_on.items():
        rating = ratings.get(frontage, NOT_RATED)
        standing = FrontageStanding(frontage_id=frontage, last_checked_on=day, rated_on=on)
        standing.stars = rating.stars
        standing.points = rating.points
        standing.checks = rating.looks
        standing.scheme = scheme
        standings.append(standing)
    FrontageStanding.objects.bulk_create(
        standings, BATCH, update_conflicts=True, unique_fields=["frontage"], update_fields=FIGURES
    )
    return len(standings)


def todays_round(
    frontages: QuerySet[Frontage], *, seed: str, by_lot: bool = False
) -> QuerySet[Frontage]:
    """Return twenty frontages to check today (今日抽查): longest unchecked first, or drawn by lot.

    The same `seed` (a day) gives the same order, so that anyone can see how they were chosen.
    """
    lot = MD5(Concat(Value(f"{seed}:"), Cast("pk", CharField())))
    trading = frontages.filter(status=FrontageStatus.TRADING).annotate(lot=lot)
    rows = trading.select_related("community", "road_section", "standing")
    if by_lot:
        return rows.order_by("lot", "pk")[:PROPOSED]
    longest_unchecked = F("standing__last_checked_on").asc(nulls_first=True)
    return rows.order_by(longest_unchecked, "lot", "pk")[:PROPOSED]
