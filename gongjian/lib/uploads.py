"""Photos from outside: checked by content, turned upright, made smaller and written anew."""

import datetime
import hashlib
import io
from dataclasses import dataclass
from typing import IO, Any

from PIL import ExifTags, Image, UnidentifiedImageError

from gongjian.lib import heic

MAX_BYTES = 15 << 20
MAX_PIXELS = 40_000_000
# What cannot be decoded piecemeal has a lower limit: the whole web process stays under 300 MB.
MAX_PIXELS_PROGRESSIVE = 30_000_000
MAX_PIXELS_DECODED_WHOLE = {"PNG": 25_000_000}
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 85
# The longer side of the picture for lists, in pixels.
SMALL = 320
WHITE = (255, 255, 255)
BAND = 256
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class BadUpload(ValueError):
    """The file is not taken; str() is one Chinese sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A JPEG without metadata, and one for lists; `sha256` is that of `content`.

    Degrees are WGS-84, the time is the camera's own.
    """

    content: bytes
    small: bytes
    width: int
    height: int
    sha256: str
    taken_at: datetime.datetime | None = None
    latitude: float | None = None
    longitude: float | None = None


def clean_photo(file: IO[bytes], *, longest: int = 1600) -> CleanPhoto:
    """The photo as the system keeps it: JPEG, upright, its longer side at most `longest` pixels.

    Raises BadUpload.
    """
    file.seek(0)
    content = file.read(MAX_BYTES + 1)
    refuse_unlikely(content)
    try:
        apart = heic.is_heic(content) or heic.is_webp(content)
        return cleaned(heic.as_jpeg(content) if apart else content, longest)
    except BadUpload:
        raise
    except heic.TooLarge as large:
        raise BadUpload(
            f"照片有 {large} 像素，超过 {heic.MAX_PIXELS // 10_000} 万：请缩小后再上传。"
        ) from large
    except (
        Exception
    ) as damage:  # Pillow's decoders raise a dozen kinds, struct.error and IndexError among them
        raise BadUpload(
            "照片打不开，文件可能已损坏或没有传完整：请重新拍摄或重新选择。"
        ) from damage


def refuse_unlikely(content: bytes) -> None:
    if not content:
        raise BadUpload("照片是空文件：请重新选择。")
    if len(content) > MAX_BYTES:
        raise BadUpload(f"照片超过 {MAX_BYTES >> 20} MB：请缩小后再上传。")


def cleaned(content: bytes, longest: int) -> CleanPhoto:
    with opened(content) as image:
        refuse_too_many_pixels(image)
        exif = image.getexif()
        taken_at = time_taken(exif)
        place = place_taken(exif)
        image.draft(
            "RGB", (longest, longest)
        )  # lets JPEG decode at a half, a quarter or an eighth at once
        turn = TURNS.get(exif.get(ExifTags.Base.Orientation, 1))
        page = shrunk(image, longest)
        return kept(page if turn is None else page.transpose(turn), taken_at, place)


def kept(
    page: Image.Image,
    taken_at: datetime.datetime | None = None,
    place: tuple[float | None, float | None] = (None, None),
) -> CleanPhoto:
    """The picture written as it is kept, and once more small."""
    page.info.clear()  # Pillow would write the old file's comment into the new one
    jpeg, (width, height) = _jpeg(page), page.size
    page.thumbnail((SMALL, SMALL), Image.Resampling.BICUBIC, reducing_gap=1.0)
    sha256 = hashlib.sha256(jpeg).hexdigest()
    return CleanPhoto(jpeg, _jpeg(page), width, height, sha256, taken_at, *place)


def _jpeg(page: Image.Image) -> bytes:
    written = io.BytesIO()
    page.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


def refuse_too_many_pixels(image: Image.Image) -> None:
    limit = MAX_PIXELS_DECODED_WHOLE.get(image.format or "", MAX_PIXELS)
    if image.info.get("progressive"):
        limit = MAX_PIXELS_PROGRESSIVE
    if image.width * image.height > limit:
        raise BadUpload(
            f"照片有 {image.width}×{image.height} 像素，超过 {limit // 10_000} 万：请缩小后再上传。"
        )


def opened(content: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as bomb:
        raise BadUpload(f"照片的像素超过 {MAX_PIXELS // 10_000} 万：请缩小后再上传。") from bomb
    except (UnidentifiedImageError, SyntaxError) as unknown:
        raise BadUpload("文件不是照片：请上传 JPG、PNG、WebP 或 HEIC 图片。") from unknown


def shrunk(image: Image.Image, longest: int) -> Image.Image:
    """At most `longest` pixels a side, in plain colour; works in bands, so that only the decoder
    holds the whole.
    """
    factor = max(image.size) // (2 * longest)
    if factor < 2:
        if image.mode == "RGB":
            page = image
        else:
            page = flattened(image)
        page.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        return page
    page = Image.new("RGB", (-(-image.width // factor), -(-image.height // factor)))
    for top in range(0, image.height, BAND * factor):
        bottom = min(top + BAND * factor, image.height)
        page.paste(
            flattened(image.crop((0, top, image.width, bottom))).reduce(factor), (0, top // factor)
        )
    page.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return page


def flattened(image: Image.Image) -> Image.Image:
    """Plain colour; transparent parts become white, sixteen bits of grey eight."""
    if image.mode.startswith("I"):
        return image.point(lambda level: level / 256).convert("L").convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image.convert("RGBA")
    page = Image.new("RGB", image.size, WHITE)
    page.paste(image, mask=image.getchannel("A"))
    return page


def time_taken(exif: Image.Exif) -> datetime.datetime | None:
    """When the shutter was pressed; None when the camera did not write it or wrote nonsense
    (0000:00:00).
    """
    camera = exif.get_ifd(ExifTags.IFD.Exif)
    for tag in (ExifTags.Base.DateTimeOriginal, ExifTags.Base.DateTimeDigitized):
        try:
            return datetime.datetime.strptime(  # noqa: DTZ007  EXIF names no zone
                str(camera[tag]).strip("\0 ")[:19], "%Y:%m:%d %H:%M:%S"
            )
        except (KeyError, ValueError):
            continue
    return None


def place_taken(exif: Image.Exif) -> tuple[float | None, float | None]:
    """Latitude and longitude; two Nones when one is missing or impossible, or at 0, 0 (a receiver
    without a fix).
    """
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    try:
        parts = gps[ExifTags.GPS.GPSLatitude]
        reference = gps[ExifTags.GPS.GPSLatitudeRef]
        latitude = degrees(parts, reference, "S")
        longitude = degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef], "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None, None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180) or (latitude, longitude) == (0, 0):
        return None, None
    return latitude, longitude


def degrees(parts: Any, reference: Any, negative: str) -> float:
    whole, minutes, seconds = (float(part) for part in parts)
    value = round(whole + minutes / 60 + seconds / 3600, 6)
    if str(reference).strip("\0 ").upper() == negative:
        return -value
    return value
