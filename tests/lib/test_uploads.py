import datetime
import hashlib
import io
import zipfile

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from gongjian.lib import heic
from gongjian.lib.uploads import BadUpload, clean_photo
from tests.lib.pictures import GPS, HEIC, exif, half_and_half, photo, png, text_bomb, truncated


def test_a_photo_becomes_a_jpeg_no_longer_than_asked():
    clean = clean_photo(photo((4000, 3000)), longest=1600)
    image = Image.open(io.BytesIO(clean.content))
    assert (image.format, image.size, image.mode) == ("JPEG", (1600, 1200), "RGB")
    assert (clean.width, clean.height) == image.size
    assert clean.sha256 == hashlib.sha256(clean.content).hexdigest()


def test_a_small_photo_keeps_its_size():
    assert clean_photo(photo((40, 30))).width == 40


def test_time_and_place_are_read_and_then_gone_from_the_file():
    clean = clean_photo(photo(exif=exif(taken="2026:11:03 08:15:09", gps=GPS)))
    assert clean.taken_at == datetime.datetime(2026, 11, 3, 8, 15, 9)
    assert (clean.latitude, clean.longitude) == (30.0498, 119.96)
    assert not Image.open(io.BytesIO(clean.content)).getexif()
    assert b"SecretMaker" not in clean.content
    assert b"Exif" not in clean.content


def test_south_and_west_are_negative():
    clean = clean_photo(photo(exif=exif(gps={**GPS, 1: "S", 3: "W"})))
    assert (clean.latitude, clean.longitude) == (-30.0498, -119.96)


@pytest.mark.parametrize(
    "gps",
    [
        {1: "N", 2: (30.0, 0.0, 0.0)},
        {**GPS, 2: (91.0, 0.0, 0.0)},
        {**GPS, 2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)},
        {**GPS, 2: 30.0},
        {**GPS, 2: (IFDRational(0, 0),) * 3},
    ],
    ids=["half", "impossible", "no fix", "one number", "0/0"],
)
def test_a_place_that_makes_no_sense_is_none(gps):
    clean = clean_photo(photo(exif=exif(gps=gps)))
    assert (clean.latitude, clean.longitude) == (None, None)


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "yesterday", "2026:13:01 00:00:00", " "])
def test_a_time_that_makes_no_sense_is_none(taken):
    assert clean_photo(photo(exif=exif(taken=taken))).taken_at is None


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [
        (1, (400, 200), (50, 100)),
        (2, (400, 200), (350, 100)),
        (3, (400, 200), (350, 100)),
        (4, (400, 200), (50, 100)),
        (5, (200, 400), (100, 50)),
        (6, (200, 400), (100, 50)),
        (7, (200, 400), (100, 350)),
        (8, (200, 400), (100, 350)),
    ],
)
def test_a_photo_is_turned_upright(orientation, size, red_at):
    clean = clean_photo(half_and_half(exif=exif(orientation=orientation)))
    image = Image.open(io.BytesIO(clean.content))
    assert image.size == size
    red, _, blue = image.getpixel(red_at)
    assert red > 150 > blue


@pytest.mark.parametrize(
    ("mode", "color"),
    [("L", 128), ("P", 1), ("1", 1), ("RGBA", (9, 9, 9, 128)), ("LA", (9, 9)), ("I;16", 30000)],
)
def test_every_mode_of_png_is_taken(mode, color):
    assert clean_photo(photo(mode=mode, kind="PNG", color=color)).width == 400


def test_a_grey_of_sixteen_bits_keeps_its_grey():
    clean = clean_photo(photo(mode="I;16", kind="PNG", color=32768))
    assert abs(Image.open(io.BytesIO(clean.content)).getpixel((9, 9))[0] - 128) < 4


def test_transparent_parts_become_white():
    clean = clean_photo(photo(mode="RGBA", kind="PNG", color=(0, 0, 0, 0)))
    assert Image.open(io.BytesIO(clean.content)).getpixel((9, 9)) == (255, 255, 255)


def test_cmyk_and_webp_are_taken():
    assert clean_photo(photo(mode="CMYK", color=(0, 0, 0, 0))).width == 400
    assert clean_photo(photo(kind="WEBP")).width == 400


def test_heic_is_taken_with_its_time_and_place():
    clean = clean_photo(io.BytesIO(HEIC))
    image = Image.open(io.BytesIO(clean.content))
    assert (image.format, image.size) == ("JPEG", (400, 200))
    red, _, blue = image.getpixel((50, 100))
    assert red > 150 > blue
    assert clean.taken_at == datetime.datetime(2026, 11, 3, 8, 15, 9)
    assert (clean.latitude, clean.longitude) == (30.0498, 119.96)
    assert b"SecretMaker" not in clean.content


def test_a_heic_of_too_many_pixels_is_refused(monkeypatch):
    monkeypatch.setattr(heic, "MAX_PIXELS", 50_000)
    with pytest.raises(BadUpload, match="400×200 像素"):
        clean_photo(io.BytesIO(HEIC))


def test_a_heic_that_takes_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(heic, "SECONDS", 0)
    with pytest.raises(BadUpload, match="打不开"):
        clean_photo(io.BytesIO(HEIC))


def test_a_strip_of_pixels_keeps_both_sides():
    clean = clean_photo(photo((30_000, 1)))
    assert (clean.width, clean.height) == (1600, 1)


@pytest.mark.slow
def test_a_large_transparent_photo_is_shrunk_in_bands_without_seams():
    clean = clean_photo(photo((5000, 3001), mode="RGBA", kind="PNG", color=(200, 30, 30, 128)))
    image = Image.open(io.BytesIO(clean.content))
    assert image.size == (1600, 960)
    assert all(high - low <= 3 for low, high in image.getextrema())
    assert abs(image.getpixel((800, 480))[0] - 227) <= 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "options", "most"),
    [("WEBP", {"quality": 1}, 2500), ("JPEG", {"progressive": True}, 3000)],
)
def test_what_must_be_decoded_whole_has_a_lower_limit(kind, options, most):
    with pytest.raises(BadUpload, match=f"像素，超过 {most} 万"):
        clean_photo(photo((6000, 5200), kind=kind, **options))


def test_what_is_glued_to_a_photo_does_not_come_along():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("evil.txt", "x")
    script = b"<script>alert(1)</script><?php system(1); ?>"
    glued = photo(comment=script).getvalue() + script + archive.getvalue()
    clean = clean_photo(io.BytesIO(glued))
    assert b"<script>" not in clean.content
    assert b"<?php" not in clean.content
    assert not zipfile.is_zipfile(io.BytesIO(clean.content))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "空文件"),
        (b"x" * ((15 << 20) + 1), "超过 15 MB"),
        (b"not a photo", "不是照片"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "不是照片"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "不是照片"),
        (photo(kind="GIF").getvalue(), "不是照片"),
        (photo(kind="TIFF").getvalue(), "不是照片"),
        (b"\0\0\0\x18ftypheic" + bytes(100), "打不开"),
        (HEIC[:400], "打不开"),
        (HEIC[:190] + bytes([HEIC[190] ^ 0xFF]) + HEIC[191:], "打不开"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "不是照片|打不开"),
        (truncated("JPEG"), "打不开"),
        (truncated("PNG"), "打不开"),
        (truncated("WEBP"), "打不开"),
        (png(50_000, 50_000), "超过 4000 万"),
        (png(5_001, 5_000), "超过 2500 万"),
        (png(7_000, 6_000), "7000×6000 像素"),
        (png(100, 100), "打不开"),
        (text_bomb(), "打不开|不是照片"),
    ],
    ids=[
        "zero",
        "huge",
        "text",
        "svg",
        "eps",
        "gif",
        "tiff",
        "heic",
        "cut heic",
        "heic that fells its decoder",
        "stub",
        "cut jpeg",
        "cut png",
        "cut webp",
        "2.5 gigapixels",
        "a png of 25",
        "42 megapixels",
        "no pixels",
        "text bomb",
    ],
)
def test_what_is_no_photo_is_refused_in_one_chinese_sentence(content, sentence):
    with pytest.raises(BadUpload, match=sentence) as refusal:
        clean_photo(io.BytesIO(content))
    assert str(refusal.value).endswith("。")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_damage_anywhere_is_refused_or_survived_but_never_crashes():
    whole = photo((60, 40), exif=exif(taken="2026:11:03 08:15:09", gps=GPS)).getvalue()
    for position in range(2, min(len(whole), 400)):
        broken = whole[:position] + bytes([whole[position] ^ 0xFF]) + whole[position + 1 :]
        try:
            assert clean_photo(io.BytesIO(broken)).content.startswith(b"\xff\xd8")
        except BadUpload as refusal:
            assert str(refusal)


def test_a_stream_that_was_read_before_is_read_from_its_start():
    stream = photo()
    stream.read()
    assert clean_photo(stream).width == 400
