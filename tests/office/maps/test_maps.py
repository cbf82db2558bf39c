"""The schematic maps and the boundaries on which they rest."""

import itertools
import json
import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from communities.models import Boundary
from gongjian.audit.models import Entry
from gongjian.demo.boundaries import tiles
from gongjian.lib.geometry import read_shape
from gongjian.lib.positions import Position, shifted
from gongjian.office.maps.classes import by_count, by_grade
from gongjian.office.maps.drawing import draw_city, thinned
from gongjian.office.maps.importing import read_boundaries
from inspections.models import Finding, Frontage
from tests.cast import make_community
from tests.queries import count_queries

CITY = reverse("maps:city")


def feature(code, ring):
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": "Polygon", "coordinates": [[list(point) for point in ring]]},
    }


def collection(*features, **more) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


@pytest.fixture
def bounded(cast):
    """虎山 and 后周 have boundaries, 春秋 has none."""
    rings = tiles(2, 1)
    for community, ring in zip((cast.community, cast.other_community), rings, strict=True):
        Boundary.objects.create(community=community, shape=[[ring]], source="演示")
    return cast


def make_finding(cast, number, **given):
    fixed = {
        "community": cast.community,
        "source": "city",
        "item_code": "W1",
        "found_by": cast.assessor,
    }
    words = {
        "description": f"问题{number}",
        "place": "路口",
        "found_at": cast.now,
        "due_at": cast.now,
    }
    return Finding.objects.create(
        number=f"2026-1116-{number}", status="assigned", **{**fixed, **words, **given}
    )


def send(client, content, **given):
    file = SimpleUploadedFile("边界.geojson", content)
    return client.post(CITY, {"file": file, "datum": "wgs84", "source": "民政局勘界资料", **given})


def test_a_file_is_taken_in_and_replaces_what_it_names(cast, sign_in):
    client, (ring, other) = sign_in(cast.office_staff), tiles(2, 1)
    assert send(client, collection(feature(cast.community.code, ring))).status_code == 302
    both = collection(feature(cast.community.code, other), feature(cast.other_community.code, ring))
    assert send(client, both, datum="gcj02").status_code == 302
    kept = Boundary.objects.get(community=cast.community)
    assert (kept.shape, kept.datum) == ([[[list(point) for point in other]]], "gcj02")
    assert Entry.objects.filter(event="maps.file.import").last().changes["counts"] == {
        "new": 1,
        "changed": 1,
    }


def test_a_bad_file_names_every_feature_and_writes_nothing(cast, sign_in):
    ring = tiles(1, 1)[0]
    code, other = cast.community.code, cast.other_community.code
    bad = collection(
        feature(code, ring),
        feature(code, ring),
        feature("999", ring),
        feature(other, ring[:-1]),
        {},
        7,
    )
    answer = send(sign_in(cast.office_staff), bad)
    page = answer.content.decode()
    assert (answer.status_code, Boundary.objects.count()) == (400, 0)
    for line in (
        "第 2 个要素",
        "与第 1 个要素是同一个社区",
        "999",
        "不在社区名册里",
        "没有闭合",
        "第 6 个要素（没有社区代码）",
    ):
        assert line in page


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe", "不是 GeoJSON"),
        (b"[" * 100_000, "不是 GeoJSON"),
        (b'{"type": "Feature"}', "没有要素"),
        (collection(), "没有要素"),
        (collection({}, crs={"properties": {"name": "EPSG:4549"}}), "不是经纬度"),
    ],
)
def test_a_file_that_is_no_collection_is_refused(db, content, reason):
    assert [reason in error for error in read_boundaries(content).errors] == [True]


def test_the_map_links_every_community_and_loses_none(bounded, sign_in):
    client = sign_in(bounded.office_staff)
    for number in range(4):
        make_finding(bounded, number)
    page = client.get(f"{CITY}?by=open").content.decode()
    assert (
        f'<a href="{reverse("maps:community", args=[bounded.community.code])}"><title>'
        "虎山社区，4 件，3–5 件" in page
    )
    assert "未录边界" in page and "春秋社区" in page.split("未录边界", 1)[1]
    assert page.count("示意图") > 1 and "style=" not in page
    assert "font-family=" in re.search("<svg[^>]*>", page)[0]


def test_each_sees_his_own(bounded, sign_in):
    page = sign_in(bounded.lead_officer).get(f"{CITY}?by=overdue").content.decode()
    assert "虎山社区" in page and "后周社区" not in page


def test_points_of_one_community_in_either_datum(bounded, sign_in):
    ring = tiles(2, 1)[0]
    longitude, latitude = sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
    chinese = shifted(latitude, longitude)
    for number, (at, datum) in enumerate([((latitude, longitude), "wgs84"), (chinese, "gcj02")]):
        place = Position(*(Decimal(str(round(degree, 6))) for degree in at), datum)
        make_finding(bounded, number, **place.fields)
    make_finding(bounded, 7, latitude=Decimal("31.5"), longitude=Decimal("121.5"))
    make_finding(bounded, 8)
    page = (
        sign_in(bounded.office_staff)
        .get(reverse("maps:community", args=[bounded.community.code]))
        .content.decode()
    )
    drawn = [tuple(map(float, at)) for at in re.findall(r"translate\(([\d.]+) ([\d.]+)\)", page)]
    assert len(drawn) == 2
    assert drawn[0] == pytest.approx(drawn[1], abs=2)
    assert "有 1 个点在图外" in page and page.count("未记坐标") == 1


def test_the_maps_cost_the_same_however_much_they_show(bounded, sign_in):
    client = sign_in(bounded.office_staff)
    urls = [CITY, f"{CITY}?by=open", reverse("maps:community", args=[bounded.community.code])]
    costs = [count_queries(lambda url=url: client.get(url)) for url in urls]
    section = bounded.community.road_sections.create(name="江滨路")
    for number, ring in enumerate(tiles(12, 2)):
        place = make_community(f"第{number}社区", f"33011100{number:04}", lead=bounded.lead_unit)
        Boundary.objects.create(community=place, shape=[[ring]])
        at = {"latitude": Decimal("30.05"), "longitude": Decimal("119.95")}
        make_finding(bounded, number, **at)
        given = {"road_section": section, "door_number": f"{number}号", "shop_name": "店"}
        Frontage.objects.create(community=bounded.community, **given, **at)
    assert [count_queries(lambda url=url: client.get(url)) for url in urls] == costs


@pytest.mark.slow
def test_the_citys_picture_stays_light():
    """74 communities of a thousand points each: below 300 kB."""
    from types import SimpleNamespace

    fine = [_finer(ring, 10) for ring in tiles(74, 3)]
    assert min(map(len, fine)) > 1000
    rows = [
        SimpleNamespace(
            community=SimpleNamespace(pk=n, name=f"第{n}社区"),
            community_id=n,
            shape=[[ring]],
            datum="wgs84",
        )
        for n, ring in enumerate(fine)
    ]
    classes, standings = by_count({3: 1, 4: 12}, range(74))
    picture = draw_city(
        thinned(rows), classes, standings, dict.fromkeys(range(74), "/map/330111001101/"), title="x"
    )
    assert len(picture.encode()) < 300_000


def _finer(ring, times):
    """Crooked between the corners as a survey is."""
    from random import Random

    random = Random(1)
    step = 2 ** (times - 3)
    points = []
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        for n in range(step + 1):
            share = n / (step + 1)
            points.append(
                (x1 + (x2 - x1) * share + random.uniform(-2e-5, 2e-5), y1 + (y2 - y1) * share)
            )
    return [*points, points[0]]


def test_the_demos_tiles_are_honest_boundaries():
    rings = tiles(74, 20060914)
    for ring in rings:
        read_shape({"type": "Polygon", "coordinates": [[list(point) for point in ring]]})
    assert rings == tiles(74, 20060914) and len({tuple(ring) for ring in rings}) == 74


def test_classes_say_in_words_what_their_colours_say():
    classes, standings = by_grade(
        {1: (Decimal("93.1"), "优秀"), 2: (Decimal(81), "良好")}, [1, 2, 3]
    )
    assert [(one.words, one.count) for one in classes] == [
        ("优秀", 1),
        ("良好", 1),
        ("没有得分", 1),
    ]
    assert (standings[1].text, standings[3].text) == ("93.10", "未评")
    assert len({one.pattern for one in classes}) == len(classes)
    counts, _ = by_count({1: 1, 2: 3, 3: 8, 4: 30}, [1, 2, 3, 4, 5])
    assert [one.count for one in counts] == [1, 1, 1, 1, 1]
    assert len({one.pattern for one in counts}) == len({one.fill for one in counts}) == 5
