"""Schematic maps as SVG: the city's communities by class, one community with its points.

Light, printed as shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from communities.models import Boundary
from gongjian.lib.charts import FONT
from gongjian.lib.geometry import Layout, Point, Ring, Shape, simplified, widest_inside
from gongjian.lib.positions import Datum, Position
from gongjian.office.maps.classes import MapClass, MapStanding

WIDTH, MOST_HIGH = 960, 760
# Tolerances in pixels, tried in turn until the picture is light.
COARSER = (0.5, 1.0, 2.0, 4.0, 8.0)
# Points of all boundaries together: at most about 150 kB of paths.
MOST_DRAWN = 12_000
LABEL_SIZE = 12


class MapArea(NamedTuple):
    """One community on the map.

    `label` is left empty where it would not fit; the whole name is in the title.
    """

    url: str
    title: str
    path: str
    standing: MapStanding
    x: str
    y: str
    label: str
    value: str


class MapMark(NamedTuple):
    """A point on a community's map. `kind` is overdue, open, waiting or frontage."""

    kind: str
    title: str
    url: str
    position: Position


@dataclass(frozen=True)
class Drawn:
    """A boundary with its rings in degrees of WGS-84, already thinned for the picture."""

    boundary: Boundary
    shape: Shape


def thinned(boundaries: Sequence[Boundary]) -> list[Drawn]:
    """The boundaries as they can be drawn at this size: thinned until they are light, then brought
    to one datum.
    """
    shapes = []
    for boundary in boundaries:
        shapes.append(_tuples(boundary.shape))
    if not shapes:
        return []
    layout = layout_of(point for shape in shapes for point in _points(shape))
    for tolerance in COARSER:
        degrees = tolerance / layout.scale
        shapes = [_simplified(shape, degrees) for shape in shapes]
        if sum(_count_points(shape) for shape in shapes) <= MOST_DRAWN:
            break
    drawns = []
    for outline, shape in zip(boundaries, shapes, strict=True):
        drawn = Drawn(outline, _in_wgs84(shape, outline.datum))
        drawns.append(drawn)
    return drawns


def layout_of(points: Iterable[Point]) -> Layout:
    return Layout.of(points, width=WIDTH, most_high=MOST_HIGH)


def _simplified(shape: Shape, degrees: float) -> Shape:
    """The shape without points that lie within so many degrees of the line."""
    polygons = []
    for polygon in shape:
        polygons.append([simplified(ring, degrees) for ring in polygon])
    return polygons


def _count_points(shape: Shape) -> int:
    return sum(1 for _ in _points(shape))


def _tuples(listed: Any) -> Shape:
    polygons = []
    for polygon in listed:
        rings = []
        for ring in polygon:
            rings.append([(point[0], point[1]) for point in ring])
        polygons.append(rings)
    return polygons


def _points(shape: Shape) -> Iterable[Point]:
    return (point for polygon in shape for ring in polygon for point in ring)


def _in_wgs84(shape: Shape, datum: str) -> Shape:
    if datum == Datum.WGS84:
        return shape
    return [[[_moved(point, datum) for point in ring] for ring in polygon] for polygon in shape]


def _moved(point: Point, datum: str) -> Point:
    latitude, longitude = Position(point[1], point[0], datum).in_wgs84()
    return longitude, latitude


def draw_city(
    drawn: Sequence[Drawn],
    classes: Sequence[MapClass],
    standings: dict[int, MapStanding],
    urls: dict[int, str],
    *,
    title: str,
) -> SafeString:
    """All communities with a boundary, each a link, filled by its class; `standings` and `urls` by
    community.
    """
    layout = layout_of(point for shape in drawn for point in _points(shape.shape))
    areas = []
    for shape in drawn:
        area = _area(shape, layout, classes, standings, urls)
        areas.append(area)
    return _render("city", title, layout, areas=areas, classes=classes)


def _area(shape: Drawn, layout: Layout, classes, standings, urls) -> MapArea:
    community = shape.boundary.community
    standing = standings[community.pk]
    path, (x, y, room) = _path(shape.shape, layout)
    name = community.name.removesuffix("社区")
    label = ""
    if len(name) * LABEL_SIZE + 6 <= room:
        label = name
    value = ""
    if len(standing.text) * LABEL_SIZE * 0.6 + 6 <= room:
        value = standing.text
    description = ""
    if standing.text and standing.text != "未评":
        description = standing.text
    title = "，".join(filter(None, [community.name, description, classes[standing.number].words]))
    return MapArea(urls[community.pk], title, path, standing, _n(x), _n(y), label, value)


def draw_community(
    drawn: Drawn | None, marks: Sequence[MapMark], *, title: str
) -> tuple[SafeString, int]:
    """One community with its points; how many of them lie too far away to be on the picture.

    Without a boundary the points alone make the picture; without any of them there is none.
    """
    places = []
    for latitude, longitude in (mark.position.in_wgs84() for mark in marks):
        places.append((longitude, latitude))
    if drawn:
        outline = list(_points(drawn.shape))
    else:
        outline = places
    if not outline:
        return SafeString(), 0
    layout = Layout.of(outline, width=WIDTH, most_high=MOST_HIGH, margin=60)
    path = ""
    if drawn:
        path = _path(drawn.shape, layout)[0]
    below, above = [], []
    for mark, at in zip(marks, places, strict=True):
        if layout.shows(at):
            layer = below if mark.kind == "frontage" else above
            layer.append((mark, *map(_n, layout.place(at))))
    drawn_marks = below + above
    picture = _render("community", title, layout, path=path, marks=drawn_marks)
    return picture, len(marks) - len(drawn_marks)


def _width(ring: Sequence[Point]) -> float:
    places = [point[0] for point in ring]
    return max(places) - min(places)


def _path(shape: Shape, layout: Layout) -> tuple[str, tuple[float, float, float]]:
    """The path in pixels; and where a label goes: its middle and the room for it."""
    path, outlines = "", []
    for polygon in shape:
        rings = []
        for ring in polygon:
            rings.append([layout.place(point) for point in ring])
        outlines.append(rings[0])
        path += "".join(_ring_path(ring) for ring in rings)
    largest = max(outlines, key=_width)
    heights = [point[1] for point in largest]
    y = (min(heights) + max(heights)) / 2
    x, room = widest_inside(largest, y)
    return path, (x, y, room)


def _ring_path(ring: Ring) -> str:
    texts = []
    for x, y in ring[:-1]:
        texts.append(f"{_n(x)} {_n(y)}")
    return "M" + "L".join(texts) + "Z"


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _render(kind: str, title: str, layout: Layout, **drawing: Any) -> SafeString:
    context = {
        "title": title,
        "width": layout.width,
        "height": layout.height,
        "font": FONT,
        "size": LABEL_SIZE,
    }
    return render_to_string(f"maps/{kind}.svg", {**context, **drawing})
