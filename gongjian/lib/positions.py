"""A point on the ground with the datum it was measured in.

Phones' EXIF gives WGS-84, Chinese map apps give GCJ-02.

A point is kept as it was given and converted only to be compared or drawn: GCJ-02 lies up to about
500 m off.
"""

from dataclasses import dataclass
from decimal import Decimal
from math import asin, cos, pi, radians, sin, sqrt

from django.db import models

EARTH_RADIUS_M = 6_371_008.8
AXIS_M = 6_378_245.0
# Krasovsky 1940, the ellipsoid on which GCJ-02 is computed.
ECCENTRICITY_SQUARED = 0.006693421622965943
# Outside these degrees GCJ-02 does not shift.
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
DEGREE_PLACES = Decimal("0.000001")


class Datum(models.TextChoices):
    WGS84 = "wgs84", "WGS-84"
    GCJ02 = "gcj02", "GCJ-02"


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees north and east, in `datum`."""

    latitude: Decimal
    longitude: Decimal
    datum: str = Datum.WGS84

    @property
    def fields(self) -> dict[str, object]:
        """The three columns of a row that has a place."""
        return {"latitude": self.latitude, "longitude": self.longitude, "datum": self.datum}

    def in_wgs84(self) -> tuple[float, float]:
        """(latitude, longitude) in WGS-84; from GCJ-02 to about one metre."""
        point = float(self.latitude), float(self.longitude)
        if self.datum != Datum.GCJ02:
            return point
        guess = point
        for _ in range(3):
            north, east = shifted(*guess)
            guess = guess[0] + point[0] - north, guess[1] + point[1] - east
        return guess


def position_of(row: models.Model) -> Position | None:
    """The place of a row with the columns latitude, longitude and datum; None when it has none."""
    latitude, longitude = (getattr(row, name) for name in ("latitude", "longitude"))
    if latitude is None or longitude is None:
        return None
    datum = getattr(row, "datum", "") or Datum.WGS84
    return Position(latitude, longitude, datum)


def read_position(
    latitude: object, longitude: object, datum: object = Datum.WGS84
) -> Position | None:
    """The position that a form or a file gives as text; None when both degrees are blank.

    Raises ValueError, in words for the person who typed it.
    """
    texts = []
    for value in (latitude, longitude):
        texts.append(str(value if value is not None else "").strip())
    if not any(texts):
        return None
    if datum not in Datum.values:
        raise ValueError(f"坐标系“{datum}”不认识，请选 WGS-84 或 GCJ-02")
    return Position(_degrees(texts[0], "纬度", 90), _degrees(texts[1], "经度", 180), str(datum))


def _degrees(text: str, name: str, most: int) -> Decimal:
    try:
        value = Decimal(text)
    except ArithmeticError:
        raise ValueError(f"{name}“{text}”不是数，请填如 30.049123 的度数") from None
    if not value.is_finite() or abs(value) > most:
        raise ValueError(f"{name}应在 -{most} 到 {most} 之间，现为 {text}")
    return value.quantize(DEGREE_PLACES)


def distance_m(first: Position, other: Position) -> float:
    """Metres between two points along the great circle, whatever their datums."""
    lat_1, lon_1 = map(radians, first.in_wgs84())
    lat_2, lon_2 = map(radians, other.in_wgs84())
    across = cos(lat_1) * cos(lat_2) * sin((lon_2 - lon_1) / 2) ** 2
    half = sin((lat_2 - lat_1) / 2) ** 2 + across
    return 2 * EARTH_RADIUS_M * asin(sqrt(half))


def shifted(latitude: float, longitude: float) -> tuple[float, float]:
    """Where GCJ-02 draws a point of WGS-84 (the published approximation)."""
    if not (SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST):
        return latitude, longitude
    x = longitude - 105.0
    y = latitude - 35.0
    slope = 1 - ECCENTRICITY_SQUARED * sin(radians(latitude)) ** 2
    meridian_m = AXIS_M * (1 - ECCENTRICITY_SQUARED) / slope**1.5
    parallel_m = AXIS_M / sqrt(slope) * cos(radians(latitude))
    north = _northward(x, y) * 180 / (meridian_m * pi)
    east = _eastward(x, y) * 180 / (parallel_m * pi)
    return latitude + north, longitude + east


def _northward(x: float, y: float) -> float:
    metres = -100 + 2 * x + 3 * y + 0.2 * y * y
    metres += 0.1 * x * y
    metres += 0.2 * sqrt(abs(x))
    metres += _wave(x, 6, 2)
    waves = 20 * sin(y * pi) + 40 * sin(y / 3 * pi)
    waves += 160 * sin(y / 12 * pi)
    waves += 320 * sin(y * pi / 30)
    return metres + waves * 2 / 3


def _eastward(x: float, y: float) -> float:
    metres = 300 + x + 2 * y + 0.1 * x * x
    metres += 0.1 * x * y
    metres += 0.1 * sqrt(abs(x))
    metres += _wave(x, 6, 2)
    waves = 20 * sin(x * pi) + 40 * sin(x / 3 * pi)
    waves += 150 * sin(x / 12 * pi)
    waves += 300 * sin(x / 30 * pi)
    return metres + waves * 2 / 3


def _wave(x: float, fast: int, slow: int) -> float:
    return 20 * (sin(fast * x * pi) + sin(slow * x * pi)) * 2 / 3
