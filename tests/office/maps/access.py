import json

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.access import ASSESSMENT, BUSINESS, CITY_WIDE, OFFICE, OWN_GROUP, Codes, Page

RING = [[119.95, 30.05], [119.96, 30.05], [119.96, 30.06], [119.95, 30.05]]


def upload(cast):
    geometry = {"type": "Polygon", "coordinates": [RING]}
    feature = {"type": "Feature", "properties": {"code": cast.community.code}, "geometry": geometry}
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    return {
        "file": SimpleUploadedFile("边界.geojson", content),
        "datum": "wgs84",
        "source": "民政局",
    }


PAGES = [
    Page("maps:city", get=Codes(BUSINESS), post=Codes(OFFICE, code=302), data=upload),
    Page(
        "maps:community",
        lambda cast: [cast.community.code],
        get=Codes(CITY_WIDE | ASSESSMENT | OWN_GROUP, otherwise=404),
    ),
]
