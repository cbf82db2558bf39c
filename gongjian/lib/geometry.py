"""Boundaries on the ground: GeoJSON read with a reason for each refusal, simplified and laid out
for a schematic map.

A shape is a list of polygons, a polygon a list of rings (the outer one first), a ring closed
(longitude, latitude).
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, dist, hypot, isfinite, radians
from typing import Any

Point = tuple[float, float]
Ring = list[Point]
Shape = list[list[Ring]]

# The degrees between which the country lies.
WEST, EAST, SOUTH, NORTH = 73.0, 136.0, 3.0, 54.0
# Of one community's boundary; a survey at 1 m keeps a city community under a tenth of it.
MOST_POINTS = 20_000


class BadShape(ValueError):
    """Why a geometry is no boundary, in words for the office."""


def read_shape(geometry: Any) -> Shape:
    """The shape of a GeoJSON Polygon or MultiPolygon, rounded to 0.1 m. Raises BadShape."""
    kind = None
    if isinstance(geometry, dict):
        kind = geometry.get("type")
    if kind not in ("Polygon", "MultiPolygon"):
        raise BadShape(f"几何类型是“{kind or '空'}”，应为 Polygon 或 MultiPolygon")
    listed = geometry.get("coordinates")
    polygons = [listed] if kind == "Polygon" else listed
    if not isinstance(polygons, list) or not polygons:
        raise BadShape("没有坐标")
    if not all(isinstance(rings, list) and rings for rings in polygons):
        raise BadShape("没有坐标")
    shape: Shape = []
    for polygon in polygons:
        shape.append([_ring(ring) for ring in polygon])
    rings = list(itertools.chain.from_iterable(shape))
    points = sum(map(len, rings))
    if points > MOST_POINTS:
        raise BadShape(f"有 {points:,} 个点，超过 {MOST_POINTS:,} 个：请先简化")
    for ring in rings:
        _refuse_bad_ring(ring)
    return shape


def _ring(listed: Any) -> Ring:
    if not isinstance(listed, list) or len(listed) < 4:
        raise BadShape("有一圈不足 4 个点：首尾重合的一圈至少 4 个点")
    return [_point(pair) for pair in listed]


def _point(listed: Any) -> Point:
    numbers = listed[:2] if isinstance(listed, list) else []
    finite = [number for number in numbers if type(number) in (int, float) and isfinite(number)]
    if len(finite) < 2:
        raise BadShape(f"坐标“{str(listed)[:40]}”不是一对数")
    longitude = round(float(numbers[0]), 6)
    latitude = round(float(numbers[1]), 6)
    if not (WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH):
        swapped = ""
        if WEST <= latitude <= EAST and SOUTH <= longitude <= NORTH:
            swapped = "，像是经纬度写反了"
        raise BadShape(
            f"坐标 ({numbers[0]}, {numbers[1]}) 不在国内{swapped}：应为 (经度, 纬度)，单位是度"
        )
    return longitude, latitude


def _refuse_bad_ring(ring: Ring) -> None:
    if ring[0] != ring[-1]:
        raise BadShape(f"有一圈没有闭合：起点 {ring[0]} 与终点 {ring[-1]} 不同")
    crossing = self_crossing(ring)
    if crossing:
        raise BadShape(
            f"边界自相交，在 ({crossing[0]:.5f}, {crossing[1]:.5f}) 附近：请检查点的次序"
        )
    if abs(area(ring)) < 1e-10:
        raise BadShape("有一圈没有面积：所有的点在一条线上")


def area(ring: Sequence[Point]) -> float:
    """The signed area of a closed ring in its own units, counter-clockwise positive."""
    (x0, y0), total = ring[0], 0.0  # from the first point, else degrees cancel each other out
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        total += (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
    return total / 2


def self_crossing(ring: Ring) -> Point | None:
    """A place where two sides of the ring cross; None when none do.

    Sides that only touch are let pass.
    """
    sides = [(start, end) for start, end in itertools.pairwise(ring) if start != end]
    alive: list[tuple[Point, Point]] = []
    for side in sorted(sides, key=_west_end):
        west = _west_end(side)
        alive = [other for other in alive if max(other)[0] >= west]
        for other in alive:
            if _cross(*side, *other):
                return side[0]
        alive.append(side)
    return None


def _west_end(side: tuple[Point, Point]) -> float:
    longitude, _ = min(side)
    return longitude


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the sides cross inside both: each has the other's ends on its two sides."""
    if _side(a, b, c) * _side(a, b, d) >= 0:
        return False
    return _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, p: Point) -> float:
    (ax, ay), (bx, by), (x, y) = a, b, p
    return (bx - ax) * (y - ay) - (by - ay) * (x - ax)


def simplified(ring: Ring, tolerance: float) -> Ring:
    """The ring with every point left out that lies within `tolerance` of the line drawn without it
    (Douglas-Peucker).

    A ring that would shrink to a line keeps four points.
    """
    distances_from_start = [dist(point, ring[0]) for point in ring]
    far = max(range(len(ring)), key=distances_from_start.__getitem__)
    corners = {0, far, len(ring) - 1}
    waiting = [(0, far), (far, len(ring) - 1)]
    while waiting:
        start, end = waiting.pop()
        if end - start < 2:
            continue
        between = range(start + 1, end)
        distances = [_distance(ring[n], ring[start], ring[end]) for n in between]
        worst = max(range(len(distances)), key=distances.__getitem__)
        if distances[worst] > tolerance:
            middle = between[worst]
            corners.add(middle)
            waiting += [(start, middle), (middle, end)]
    if len(corners) < 4:
        corners |= {len(ring) // 3, 2 * len(ring) // 3}
    return [ring[n] for n in sorted(corners)]


def _distance(p: Point, a: Point, b: Point) -> float:
    """From `p` to the stretch between `a` and `b`."""
    (x, y), (ax, ay), (bx, by) = p, a, b
    dx = bx - ax
    dy = by - ay
    length = dx * dx + dy * dy
    along = 0.0
    if length:
        along = max(0.0, min(1.0, ((x - ax) * dx + (y - ay) * dy) / length))
    return hypot(x - ax - along * dx, y - ay - along * dy)


@dataclass(frozen=True)
class Layout:
    """Local equirectangular projection: degrees to the pixels of a picture `width` wide, north
    up.
    """

    west: float
    north: float
    scale: float
    squeeze: float
    width: int
    height: int
    margin: float

    @classmethod
    def of(
        cls, points: Iterable[Point], *, width: int, most_high: int, margin: float = 12
    ) -> "Layout":
        """The layout in which all the points are seen, as large as the picture allows."""
        seen = list(points)
        xes = [x for x, _ in seen]
        west = min(xes)
        east = max(x for x, _ in seen)
        south = min(y for _, y in seen)
        north = max(y for _, y in seen)
        squeeze = cos(radians((south + north) / 2))
        across = max((east - west) * squeeze, 1e-6)
        down = max(north - south, 1e-6)
        scale = min((width - 2 * margin) / across, (most_high - 2 * margin) / down)
        used = round(down * scale + 2 * margin)
        inset = (width - across * scale) / 2
        edge = west - (inset - margin) / (scale * squeeze)
        return cls(edge, north, scale, squeeze, width, used, margin)

    def place(self, point: Point) -> Point:
        x = self.margin + (point[0] - self.west) * self.squeeze * self.scale
        return x, self.margin + (self.north - point[1]) * self.scale

    def shows(self, point: Point) -> bool:
        x, y = self.place(point)
        return 0 <= x <= self.width and 0 <= y <= self.height


def widest_inside(ring: Ring, y: float) -> tuple[float, float]:
    """Middle and width of the longest stretch inside the ring at height `y`; for a label."""
    cuts = []
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        if (y1 <= y) != (y2 <= y):
            share = (y - y1) / (y2 - y1)
            cuts.append(x1 + share * (x2 - x1))
    cuts.sort()
    stretches = []
    for cut, right in zip(cuts[::2], cuts[1::2], strict=False):
        stretches.append((right - cut, (cut + right) / 2))
    width, middle = max(stretches, default=(0.0, ring[0][0]))
    return middle, width
