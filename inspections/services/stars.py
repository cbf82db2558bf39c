"""Stars of frontages: which rules hold, who stands how, and whom to look at today."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
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
PROPOSED = 20
"""How many frontages are proposed for one day's round."""


@lru_cache(maxsize=1)
def star_schemes() -> tuple[StarScheme, ...]:
    """Every version, newest first. Raises WrongRulebook for a file that is wrong."""
    files = sorted(FOLDER.glob("*.json"))
    return tuple(
        sorted(
            (load_scheme(json.loads(file.read_text())) for file in files),
            key=lambda one: one.valid_from,
        )[::-1]
    )


def scheme_in_force(on: date) -> StarScheme:
    """The version in force on a day. Raises WrongState when there is none."""
    found = next((scheme for scheme in star_schemes() if scheme.valid_from <= on), None)
    if found is None:
        raise WrongState("这一天还没有启用的星级评定办法")
    return found


def ratings_on(on: date, frontages: Iterable[int] | None = None) -> dict[int, Rating]:
    """How frontages stood on a day, by id; of those looked at in the time that counts. One query."""
    scheme = scheme_in_force(on)
    rows = FrontageCheck.objects.filter(checked_on__range=(scheme.since(on), on))
    if frontages is not None:
        rows = rows.filter(frontage__in=frontages)
    rows = rows.order_by("frontage").values_list("frontage", "checked_on", "failed")
    looks = groupby(rows.iterator(chunk_size=2000), key=itemgetter(0))
    return {
        pk: rate(scheme, [Look(day, failed) for _, day, failed in own], on) for pk, own in looks
    }


def rate_frontages(frontages: Iterable[int] | None = None, *, at: datetime) -> int:
    """Reckon anew how frontages stand today, all of them or those given by id; returns how many.

    Safe to run twice. Two queries and one for each five hundred frontages.
    """
    on = timezone.localdate(at)
    checks = FrontageCheck.objects.filter(checked_on__lte=on)
    if frontages is not None:
        checks = checks.filter(frontage__in=(frontages := list(frontages)))
    last = checks.order_by("frontage", "checked_on").values_list("frontage", "checked_on")
    last_looks = dict(last.iterator(chunk_size=2000))
    ratings, version, unrated = (
        ratings_on(on, frontages),
        scheme_in_force(on).version,
        Rating(None, None, 0),
    )
    _keep(
        [
            _standing(pk, ratings.get(pk, unrated), day, version, on)
            for pk, day in last_looks.items()
        ]
    )
    return len(last_looks)


def _standing(pk: int, rating: Rating, last: date, version: str, on: date) -> FrontageStanding:
    figures = {"stars": rating.stars, "points": rating.points, "checks": rating.looks}
    return FrontageStanding(
        frontage_id=pk, last_checked_on=last, scheme=version, rated_on=on, **figures
    )


def _keep(standings: list[FrontageStanding]) -> None:
    """Write the figures; what kind of occupant it is stays as somebody said."""
    figures = ["stars", "points", "checks", "last_checked_on", "scheme", "rated_on"]
    FrontageStanding.objects.bulk_create(
        standings, BATCH, update_conflicts=True, unique_fields=["frontage"], update_fields=figures
    )


def todays_round(
    frontages: QuerySet[Frontage], *, seed: str, by_lot: bool = False
) -> QuerySet[Frontage]:
    """今日抽查: twenty frontages to look at; those longest unchecked first, or drawn by lot.

    The same `seed` (a day) gives the same order, so that anyone can see how they were chosen.
    """
    lot = MD5(Concat(Value(f"{seed}:"), Cast("pk", CharField())))
    trading = frontages.filter(status=FrontageStatus.TRADING).annotate(lot=lot)
    longest_first = () if by_lot else (F("standing__last_checked_on").asc(nulls_first=True),)
    return trading.select_related("community", "road_section", "standing").order_by(
        *longest_first, "lot", "pk"
    )[:PROPOSED]
