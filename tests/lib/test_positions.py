from decimal import Decimal

import pytest

from gongjian.lib.positions import Datum, Position, distance_m, read_position, shifted

HUSHAN = Position(Decimal("30.049120"), Decimal("119.960340"))


def test_gcj02_lies_some_hundred_metres_off_and_comes_back():
    latitude, longitude = shifted(30.04912, 119.96034)
    drawn = Position(Decimal(f"{latitude:.6f}"), Decimal(f"{longitude:.6f}"), Datum.GCJ02)
    misread = Position(drawn.latitude, drawn.longitude, Datum.WGS84)
    assert 300 < distance_m(HUSHAN, misread) < 700
    assert distance_m(HUSHAN, drawn) < 1


def test_the_published_example_of_beijing():
    assert shifted(39.908823, 116.397470) == pytest.approx((39.910227, 116.403714), abs=2e-5)


def test_a_degree_of_latitude_is_111_km():
    north = Position(HUSHAN.latitude + 1, HUSHAN.longitude)
    assert distance_m(HUSHAN, north) == pytest.approx(111_195, abs=5)


def test_a_place_outside_china_is_not_shifted():
    assert shifted(48.2, 16.37) == (48.2, 16.37)


def test_typed_degrees_are_read_or_refused_in_words():
    assert read_position("30.0491203", "119.96034", "gcj02") == Position(
        Decimal("30.049120"), Decimal("119.960340"), "gcj02"
    )
    assert read_position("", None) is None
    wrong = [("91", "1", "纬度"), ("30", "西", "经度"), ("30", "", "经度"), ("nan", "1", "纬度")]
    for latitude, longitude, said in wrong:
        with pytest.raises(ValueError, match=said):
            read_position(latitude, longitude)
    with pytest.raises(ValueError, match="坐标系"):
        read_position("30", "119", "bd09")
