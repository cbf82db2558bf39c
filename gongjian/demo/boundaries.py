"""Schematic boundaries for the demo city: a crooked grid from a seed, by code. No survey."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from math import ceil, sqrt
from random import Random
from statistics import fmean

from django.db.models import DecimalField, F, Value
from django.db.models.expressions import Combinable

from communities.models import Boundary, Community
from gongjian.lib.geometry import Point, Ring
from gongjian.lib.positions import Datum
from gongjian.office.maps.importing import ReadBoundaries, boundary_file, import_boundaries
from inspections.models import Finding, Frontage

CENTRE: Point = (119.95, 30.05)
# About a kilometre each way, in degrees.
CELL: Point = (0.011, 0.009)
CROOKED = 0.28
# About a metre, in degrees.
STEP = Decimal("0.00001")
SOURCE = "演示用示意边界，不是真实界线"

Corner = tuple[int, int]


def settle_boundaries(*, seed: int, at: datetime) -> None:
    """Give every community of the demo a boundary, through the office's own import."""
    codes = list(Community.objects.order_by("code").values_list("code", flat=True))
    rings = tiles(len(codes), seed)
    shapes = {}
    for code, ring in zip(codes, rings, strict=True):
        shapes[code] = [[ring]]
    file = boundary_file("demo", "演示城市示意边界.geojson")
    boundaries = ReadBoundaries(shapes)
    import_boundaries(boundaries, datum=Datum.WGS84, source=SOURCE, file=file, at=at)


def place_things(*, seed: int) -> None:
    """Put frontages, and the open findings that have no point, inside their community's tile."""
    middles = {}
    for boundary in Boundary.objects.all():
        outer_ring = boundary.shape[0][0]
        middles[boundary.community_id] = middle_of(outer_ring)
    for community, (x, y) in middles.items():
        point = {"longitude": scattered(x, 91), "latitude": scattered(y, 37)}
        frontages = Frontage.objects.filter(community=community)
        frontages.update(**point, datum=Datum.WGS84)
    unplaced = list(Finding.objects.open().filter(latitude=None, community__in=middles))
    for finding in unplaced:
        random = Random(f"{seed}:{finding.number}")
        middle = middles[finding.community_id]
        finding.longitude, finding.latitude = point_near(middle, random)
    Finding.objects.bulk_update(unplaced, ["latitude", "longitude"], batch_size=500)


def scattered(middle: float, stride: int) -> Combinable:
    """Return a coordinate up to 200 m from the middle, another for each row.

    The database works it out from the row's number: one statement for a whole community.
    """
    steps = F("pk") * stride % 401 - 200
    spread = steps * Value(STEP, output_field=DecimalField())
    return Value(Decimal(f"{middle:.5f}"), output_field=DecimalField()) + spread


def middle_of(ring: Iterable[Point]) -> Point:
    longitudes, latitudes = zip(*ring, strict=True)
    return fmean(longitudes), fmean(latitudes)


def point_near(middle: Point, random: Random) -> tuple[Decimal, Decimal]:
    """Return a point within a quarter of a cell from the middle, as the columns store it."""
    cells_east = random.uniform(-0.25, 0.25)
    cells_north = random.uniform(-0.25, 0.25)
    longitude = middle[0] + cells_east * CELL[0]
    latitude = middle[1] + cells_north * CELL[1]
    return Decimal(f"{longitude:.6f}"), Decimal(f"{latitude:.6f}")


def tiles(count: int, seed: int) -> list[Ring]:
    """Return `count` four-cornered tiles that share their crooked sides.

    They lie row by row, every second row backwards, so that neighbours in number touch.
    """
    columns = ceil(sqrt(count * 1.3))
    rings = []
    for number in range(count):
        row, column = divmod(number, columns)
        if row % 2:
            column = columns - 1 - column
        rings.append(tile(row, column, seed))
    return rings


def tile(row: int, column: int, seed: int) -> Ring:
    """Return the tile's closed ring: each corner, and a point half way to the next one."""
    right, below = column + 1, row + 1
    corners = [(row, column), (row, right), (below, right), (below, column), (row, column)]
    ring: Ring = []
    for start, end in pairwise(corners):
        ring.append(corner_point(start, seed))
        ring.append(bend_between(start, end, seed))
    return [*ring, ring[0]]


def corner_point(corner: Corner, seed: int) -> Point:
    """Return where a corner of the grid lies, moved a little to any side."""
    row, column = corner
    random = Random(f"{seed}:{corner}")
    columns_east = column - 5 + random.uniform(-CROOKED, CROOKED)
    rows_south = row - 4 + random.uniform(-CROOKED, CROOKED)
    x = CENTRE[0] + columns_east * CELL[0]
    y = CENTRE[1] - rows_south * CELL[1]
    return round(x, 6), round(y, 6)


def bend_between(start: Corner, end: Corner, seed: int) -> Point:
    """Return a point half way along a side, the same from both of its tiles."""
    random = Random(f"{seed}:{sorted([start, end])}")
    shift = random.uniform(-0.1, 0.1)
    x1, y1 = corner_point(start, seed)
    x2, y2 = corner_point(end, seed)
    x = (x1 + x2) / 2 + shift * CELL[0]
    y = (y1 + y2) / 2 + shift * CELL[1]
    return round(x, 6), round(y, 6)
