"""Schematic boundaries for the demo city: a crooked grid made from a seed, in the order of the codes. No survey."""

import itertools
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from math import ceil, sqrt
from random import Random

from django.db.models import DecimalField, F, Value
from django.db.models.expressions import Combinable

from communities.models import Boundary, Community
from gongjian.lib.geometry import Point, Ring
from gongjian.lib.positions import Datum
from gongjian.office.maps.importing import BoundaryFile, ReadBoundaries, import_boundaries
from inspections.models import Finding, Frontage

CENTRE: Point = (119.95, 30.05)
CELL: Point = (0.011, 0.009)
"""About a kilometre each way."""
CROOKED = 0.28
STEP = Decimal("0.00001")
"""About a metre."""
SOURCE = "演示用示意边界，不是真实界线"


def settle_boundaries(*, seed: int, at: datetime) -> None:
    """Give every community of the demo a boundary, through the office's own import."""
    codes = list(Community.objects.order_by("code").values_list("code", flat=True))
    shapes = {code: [[ring]] for code, ring in zip(codes, tiles(len(codes), seed), strict=True)}
    file = BoundaryFile("demo", "演示城市示意边界.geojson")
    import_boundaries(ReadBoundaries(shapes), datum=Datum.WGS84, source=SOURCE, file=file, at=at)


def place_things(*, seed: int) -> None:
    """Put frontages, and the open findings that have no point, inside their community's tile."""
    middles = {one.community_id: _middle(one.shape[0][0]) for one in Boundary.objects.all()}
    for community, (longitude, latitude) in middles.items():
        shops = Frontage.objects.filter(community=community)
        shops.update(
            longitude=_scattered(longitude, 91),
            latitude=_scattered(latitude, 37),
            datum=Datum.WGS84,
        )
    unplaced = list(Finding.objects.open().filter(latitude=None, community__in=middles))
    for row in unplaced:
        row.longitude, row.latitude = _near(
            middles[row.community_id], Random(f"{seed}:{row.number}")
        )
    Finding.objects.bulk_update(unplaced, ["latitude", "longitude"], batch_size=500)


def _scattered(middle: float, stride: int) -> Combinable:
    """Up to 200 m from the middle, another way for each row: worked out by the database, a statement a community."""
    spread = (F("pk") * stride % 401 - 200) * Value(STEP, output_field=DecimalField())
    return Value(Decimal(f"{middle:.5f}"), output_field=DecimalField()) + spread


def _middle(ring: Iterable[Point]) -> Point:
    points = list(ring)
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def _near(middle: Point, random: Random) -> tuple[Decimal, Decimal]:
    spots = (at + random.uniform(-0.25, 0.25) * cell for at, cell in zip(middle, CELL, strict=True))
    longitude, latitude = (Decimal(str(round(spot, 6))) for spot in spots)
    return longitude, latitude


def tiles(count: int, seed: int) -> list[Ring]:
    """`count` four-cornered tiles that share their crooked sides, row by row, every second row backwards."""
    columns = ceil(sqrt(count * 1.3))
    places = [(number // columns, number % columns) for number in range(count)]
    snaking = [(row, column if row % 2 == 0 else columns - 1 - column) for row, column in places]
    return [_tile(row, column, seed) for row, column in snaking]


def _tile(row: int, column: int, seed: int) -> Ring:
    corners = [
        (row, column),
        (row, column + 1),
        (row + 1, column + 1),
        (row + 1, column),
        (row, column),
    ]
    ring: Ring = []
    for one, other in itertools.pairwise(corners):
        ring += [_corner(one, seed), _bend(one, other, seed)]
    return [*ring, ring[0]]


def _corner(at: tuple[int, int], seed: int) -> Point:
    return _place(at[0], at[1], Random(f"{seed}:{at}"), CROOKED)


def _bend(one: tuple[int, int], other: tuple[int, int], seed: int) -> Point:
    """A point half way along a side, the same from both of its tiles."""
    random = Random(f"{seed}:{sorted([one, other])}")
    (x1, y1), (x2, y2) = _corner(one, seed), _corner(other, seed)
    shift = random.uniform(-0.1, 0.1)
    return round((x1 + x2) / 2 + shift * CELL[0], 6), round((y1 + y2) / 2 + shift * CELL[1], 6)


def _place(row: float, column: float, random: Random, crooked: float) -> Point:
    x = CENTRE[0] + (column - 5 + random.uniform(-crooked, crooked)) * CELL[0]
    y = CENTRE[1] - (row - 4 + random.uniform(-crooked, crooked)) * CELL[1]
    return round(x, 6), round(y, 6)
