"""Take boundaries in from a GeoJSON file: all or nothing, every wrong feature by its number and its
reason.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from communities.models import Boundary, Community
from gongjian.audit.services import record
from gongjian.audit.subjects import Subject
from gongjian.lib.geometry import BadShape, Shape, read_shape
from gongjian.office.maps.permissions import may_import_boundaries
from gongjian.workflow import WrongState, require

CODE_NAMES = ("code", "社区代码", "代码")
# Names of the systems in degrees that a file may say it is in; CGCS2000 differs from WGS-84 by
# centimetres.
WORLD = ("CRS84", "4326", "4490", "4479")


def boundary_file(key: str, name: str) -> Subject:
    """Return the file for the log: it is no row of a table."""
    return Subject("maps.file", key, name)


@dataclass
class ReadBoundaries:
    """What a file says: shapes by the code of their community, and why features are refused."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def read_boundaries(content: bytes) -> ReadBoundaries:
    """Read a FeatureCollection. One query, for the codes in the register."""
    boundaries = ReadBoundaries()
    features = _features(content, boundaries)
    codes = set(Community.objects.values_list("code", flat=True))
    seen: dict[str, int] = {}
    for number, feature in enumerate(features, start=1):
        code = _code_of(feature)
        named = f"第 {number} 个要素（{code or '没有社区代码'}）"
        if code not in codes:
            boundaries.errors.append(f"{named}：{_unknown(code)}")
        elif code in seen:
            boundaries.errors.append(
                f"{named}：与第 {seen[code]} 个要素是同一个社区，请合为一个 MultiPolygon"
            )
        else:
            seen[code] = number
            try:
                boundaries.shapes[code] = read_shape(feature.get("geometry"))
            except BadShape as bad:
                boundaries.errors.append(f"{named}：{bad}")
    return boundaries


def _features(content: bytes, boundaries: ReadBoundaries) -> list[Any]:
    try:
        read = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        boundaries.errors.append("文件不是 GeoJSON：读不出 UTF-8 的 JSON，请从制图软件重新导出")
        return []
    features = None
    if isinstance(read, dict) and read.get("type") == "FeatureCollection":
        features = read.get("features")
    if not isinstance(features, list) or not features:
        boundaries.errors.append("文件里没有要素：应为 FeatureCollection，每个社区一个要素")
        return []
    if not _is_in_degrees(read.get("crs")):
        boundaries.errors.append(
            "文件的坐标系不是经纬度：请按 WGS-84（EPSG:4326）或 CGCS2000（EPSG:4490）重新导出"
        )
        return []
    return features


def _is_in_degrees(crs: Any) -> bool:
    return crs is None or any(name in json.dumps(crs) for name in WORLD)


def _code_of(feature: Any) -> str:
    code = None
    if isinstance(feature, dict):
        code = feature.get("properties")
    code = code if isinstance(code, dict) else {}
    return next((str(code[name]).strip() for name in CODE_NAMES if code.get(name)), "")


def _unknown(code: str) -> str:
    if code:
        return "这个代码不在社区名册里，请核对"
    return f"属性里没有社区代码，请填在 {'、'.join(CODE_NAMES)} 之一"


def import_boundaries(
    read: ReadBoundaries, *, datum: str, source: str, file: Subject, by=None, at: datetime
) -> dict[str, int]:
    """Keep the boundaries in place of earlier ones; others stay.

    `by` is None for a command on the server.

    Raises WrongState for a file with errors.
    """
    require(by is None or may_import_boundaries(by), "社区边界由共建办维护")
    if read.errors:
        raise WrongState(f"文件还有 {len(read.errors)} 处错误，没有写入")
    communities = Community.objects.filter(code__in=read.shapes)
    places = dict(communities.values_list("code", "pk"))
    rows = []
    for code, shape in read.shapes.items():
        boundary = Boundary(community_id=places[code], shape=shape, datum=datum, source=source)
        rows.append(boundary)
    with transaction.atomic():
        boundaries = Boundary.objects.select_for_update().filter(community__in=places.values())
        earlier = boundaries.count()
        Boundary.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["community"],
            update_fields=["shape", "datum", "source"],
            batch_size=100,
        )
        counts = {"new": len(rows) - earlier, "changed": earlier}
        record(
            file,
            "maps.file.import",
            by=by,
            at=at,
            counts=counts,
            source=source,
            datum=datum,
            codes=sorted(places),
        )
    return counts
