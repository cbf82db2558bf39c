import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongjian.lib.geometry import (
    BadShape,
    Layout,
    area,
    read_shape,
    self_crossing,
    simplified,
    widest_inside,
)

SQUARE = [(119.95, 30.05), (119.96, 30.05), (119.96, 30.06), (119.95, 30.06), (119.95, 30.05)]


def polygon(*points):
    return {"type": "Polygon", "coordinates": [[list(point) for point in points]]}


def test_a_polygon_and_a_multipolygon_are_read_alike():
    many = {"type": "MultiPolygon", "coordinates": [polygon(*SQUARE)["coordinates"]]}
    assert read_shape(polygon(*SQUARE)) == read_shape(many) == [[SQUARE]]


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (None, "几何类型是“空”"),
        ({"type": "Point", "coordinates": [1, 2]}, "Point"),
        ({"type": "Polygon", "coordinates": []}, "没有坐标"),
        (polygon(*SQUARE[:-1]), "没有闭合"),
        (polygon(*SQUARE[:2], SQUARE[0]), "不足 4 个点"),
        (polygon(*[(lat, lon) for lon, lat in SQUARE]), "写反了"),
        (polygon(*[(x * 1000, y * 1000) for x, y in SQUARE]), "不在国内"),
        (polygon(SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]), "自相交"),
        (polygon(SQUARE[0], SQUARE[1], SQUARE[0], SQUARE[0]), "没有面积"),
        ({"type": "Polygon", "coordinates": [[["a", 1], ["b", 2], [3, 4], [5, 6]]]}, "不是一对数"),
        (
            polygon(SQUARE[0], *[(119.95 + n / 1e6, 30.0) for n in range(20_000)], SQUARE[0]),
            "先简化",
        ),
    ],
)
def test_a_geometry_that_is_no_boundary_is_refused_with_its_reason(geometry, reason):
    with pytest.raises(BadShape, match=reason):
        read_shape(geometry)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=4, max_size=40, unique=True),
    st.floats(0.01, 0.3),
)
def test_simplifying_leaves_no_point_further_off_than_it_says(points, tolerance):
    ring = [*points, points[0]]
    thin = simplified(ring, tolerance)
    assert thin[0] == ring[0] and thin[-1] == ring[-1] and set(thin) <= set(ring)
    sides = list(itertools.pairwise(thin))
    assert all(min(_off(point, a, b) for a, b in sides) <= tolerance + 1e-9 for point in ring)


def _off(point, a, b):
    from gongjian.lib.geometry import _distance

    return _distance(point, a, b)


def test_a_straight_side_keeps_its_ends_alone():
    ring = [(0, 0), (1, 0), (2, 0), (3, 0), (3, 3), (0, 3), (0, 0)]
    assert simplified(ring, 0.1) == [(0, 0), (3, 0), (3, 3), (0, 3), (0, 0)]


def test_a_long_honest_boundary_is_checked_for_crossings_quickly():
    from math import cos, pi, sin
    from time import perf_counter

    ring = [(cos(n * pi / 4000), sin(n * pi / 4000)) for n in range(8000)]
    begun = perf_counter()
    assert self_crossing([*ring, ring[0]]) is None
    assert perf_counter() - begun < 2
    assert abs(area([*ring, ring[0]])) == pytest.approx(3.14159, rel=1e-4)


def test_north_is_up_and_everything_is_seen():
    layout = Layout.of(SQUARE, width=960, most_high=700)
    (left, bottom), (right, top) = layout.place(SQUARE[0]), layout.place(SQUARE[2])
    assert 0 <= left < right <= 960 and 0 <= top < bottom <= layout.height <= 700
    assert (right - left) / (bottom - top) == pytest.approx(0.8654, abs=1e-3)  # cos 30.055°
    assert layout.shows(SQUARE[1]) and not layout.shows((121.0, 30.05))


def test_a_label_lies_inside_a_crescent():
    crescent = [(0, 0), (10, 0), (10, 10), (0, 10), (0, 8), (8, 8), (8, 2), (0, 2), (0, 0)]
    assert widest_inside(crescent, 5) == (9, 2)
