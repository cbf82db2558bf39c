import io

import pytest
from PIL import Image

from gongjian.lib.blackout import BlackenedArea, blacked_out


def photo(size=(200, 100)):
    stream = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(stream, "JPEG", quality=95, comment=b"secret")
    return stream


def painted(*areas, size=(200, 100)):
    return Image.open(io.BytesIO(blacked_out(photo(size), areas).content))


def test_an_area_is_black_and_the_rest_is_as_it_was():
    image = painted(BlackenedArea(25, 20, 50, 40))
    inside = image.crop((54, 24, 146, 56))
    assert max(high for _, high in inside.getextrema()) < 30
    before = Image.open(photo()).convert("RGB")
    assert image.size == before.size
    assert max(high for _, high in image.crop((0, 64, 200, 100)).getextrema()) > 150


@pytest.mark.parametrize(
    ("area", "size", "pixels"),
    [
        (BlackenedArea(0, 0, 100, 100), (200, 100), (0, 0, 199, 99)),
        (BlackenedArea(0.1, 0.1, 0.1, 0.1), (200, 100), (0, 0, 0, 0)),
        (BlackenedArea(99, 99, 5, 5), (200, 100), (198, 99, 199, 99)),
        (BlackenedArea(33.33, 0, 33.34, 50), (100, 100), (33, 0, 66, 49)),
    ],
)
def test_an_area_reaches_outward_to_whole_pixels_and_stays_inside(area, size, pixels):
    assert area.pixels(*size) == pixels


def test_two_photos_that_differ_only_beneath_become_the_same_file():
    """Nothing of what was beneath is left in the file."""
    files = set()
    for colour in ("red", "yellow"):
        image = Image.new("RGB", (160, 160), "white")
        image.paste(colour, (48, 48, 112, 112))
        stream = io.BytesIO()
        image.save(stream, "PNG")
        jpeg = io.BytesIO()
        Image.open(stream).save(jpeg, "JPEG", quality=100, subsampling=0)
        files.add(blacked_out(jpeg, [BlackenedArea(20, 20, 60, 60)]).sha256)
    assert len(files) == 1


def test_metadata_is_gone():
    assert b"secret" not in blacked_out(photo(), [BlackenedArea(0, 0, 10, 10)]).content
