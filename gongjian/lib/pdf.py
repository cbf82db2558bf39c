"""HTML to PDF, by WeasyPrint, in faces that are known to be there.

WeasyPrint is imported at the first use: without Pango its import fails, and a site without Pango
must run. Nothing is printed in a face that is missing, nor a character that no face has: an office
must never send empty boxes.
"""

import gc
import logging
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from PIL import ImageFile

from gongjian.lib.pdf_source import read_page
from gongjian.lib.pdf_tags import make_universal

DOCTOR = "python3 manage.py doctor"
FACE_PACKAGE = "pylopdf_fonts_zh_cn"
RARE = ("Noto Serif CJK SC", "Noto Serif SC", "WenQuanYi Micro Hei")

log = logging.getLogger(__name__)
_one_at_a_time = threading.Lock()


class PangoMissing(Exception):
    """The text engine is not installed on this machine."""

    def __init__(self) -> None:
        super().__init__(f"本机未安装 Pango，无法生成 PDF；请运行 {DOCTOR} 查看安装命令")


class FontsMissing(Exception):
    """Faces, or characters in them, that this machine has not; `missing` names them."""

    def __init__(self, missing: Sequence[str], *, what: str = "字体") -> None:
        self.missing = tuple(missing)
        super().__init__(f"缺少{what}：{'、'.join(missing)}；请运行 {DOCTOR} 查看安装办法")


@dataclass(frozen=True)
class Face:
    """A face of the standard: the families that may stand for it, the intended one first."""

    name: str
    families: tuple[str, ...]
    file: str


FACES = {
    face.name: face
    for face in (
        Face(
            "仿宋", ("FandolFang", "Noto Serif SC", "Noto Serif CJK SC"), "FandolFang-Regular.otf"
        ),
        Face("楷体", ("FandolKai", "Noto Serif SC", "Noto Serif CJK SC"), "FandolKai-Regular.otf"),
        Face("黑体", ("FandolHei", "Noto Sans SC", "Noto Sans CJK SC"), "FandolHei-Regular.otf"),
        Face("小标宋", ("FandolSong", "Noto Serif SC", "Noto Serif CJK SC"), "FandolSong-Bold.otf"),
        Face(
            "宋体", ("FandolSong", "Noto Serif SC", "Noto Serif CJK SC"), "FandolSong-Regular.otf"
        ),
    )
}


def available_faces() -> dict[str, str | None]:
    """For each face of the standard the family that will be printed, None where there is none.

    Raises PangoMissing.
    """
    families = _families()
    available_faces = {}
    for face in FACES.values():
        available_faces[face.name] = next((f for f in face.families if f in families), None)
    return available_faces


def ready() -> list[str]:
    """The reasons why no PDF can be made here, in words for the office; none when all is well."""
    try:
        _refuse_missing()
    except (PangoMissing, FontsMissing) as reason:
        return [str(reason)]
    return []


def substitutions() -> list[str]:
    """Faces that print, but not in the intended shape, or more slowly than they could: for the
    doctor to name.
    """
    sentences = []
    for name, family in available_faces().items():
        if family and family != FACES[name].families[0]:
            sentences.append(f"{name}以 {family} 代替，字形与国家标准的推荐字体不同")
    if not _families().intersection(RARE):
        sentences.append("没有生僻字后备字体，姓名中的“镕、喆、堃”等字将无法印制")
    if _weasyprint().text.ffi.harfbuzz_subset is None:
        sentences.append("未安装 libharfbuzz-subset，生成 PDF 将慢 5 倍以上")
    return sentences


def write_pdf(
    html: str, *, stylesheets: Sequence[Path], base_url: str | None = None, universal: bool = False
) -> bytes:
    """The HTML as PDF/A-3a: tagged, with all faces embedded. The same HTML gives the same bytes.

    `universal` makes it PDF/UA-1 too: for pages whose every line is in a tag that says what it is
    (lib/pdf_tags.py). Fetches nothing: pictures come inside the HTML. Raises PangoMissing,
    FontsMissing.
    """
    _refuse_missing()
    with _one_at_a_time, _no_collection(), _no_boxes():
        document = read_page(html, base_url=base_url, url_fetcher=_inside_only())
        sheets = [_stylesheet(path) for path in stylesheets]
        options = {
            "font_config": _fonts(),
            "pdf_variant": "pdf/a-3a",
            "finisher": make_universal if universal else None,
        }
        return bytes(document.write_pdf(stylesheets=sheets, **options))


def font_directories() -> list[Path]:
    """Where faces are looked for besides the system's own: the site's font directory, then a pip
    font package.
    """
    named = getattr(settings, "FONTS_DIR", None) or os.environ.get("GONGJIAN_FONTS_DIR")
    directories = [Path(named) if named else Path(settings.DATA_DIR) / "fonts"]
    package = find_spec(FACE_PACKAGE)
    directories += [Path(place) for place in (package and package.submodule_search_locations) or ()]
    return directories


def _refuse_missing() -> None:
    missing = []
    for name, family in available_faces().items():
        if family is None:
            missing.append(name)
    if missing:
        raise FontsMissing(missing)


@cache
def _weasyprint() -> Any:
    """WeasyPrint, imported with our directories in sight. Raises PangoMissing."""
    with _our_fontconfig():
        try:
            import weasyprint
            import weasyprint.text.ffi
        except OSError as error:
            raise PangoMissing from error
    # WeasyPrint lets Pillow take cut-off images, for the whole process; an uploaded photo must be
    # whole.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return weasyprint


@cache
def _fonts() -> Any:
    """One font configuration a process: a new one for each document costs 5-80 ms and leaks."""
    from weasyprint.text.fonts import FontConfiguration

    with _our_fontconfig():
        return FontConfiguration()


@cache
def _stylesheet(path: Path) -> Any:
    return _weasyprint().CSS(filename=str(path), font_config=_fonts())


@cache
def _inside_only() -> Any:
    """A fetcher that opens what the page carries in itself and nothing else."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols={"data"})


@cache
def _families() -> frozenset[str]:
    """Every font family that the text engine sees."""
    _weasyprint()
    from weasyprint.text.ffi import ffi, fontconfig

    seen = set()
    name = ffi.new("FcChar8 **")
    for kind in (fontconfig.FcSetSystem, fontconfig.FcSetApplication):
        fonts = fontconfig.FcConfigGetFonts(_fonts()._config, kind)
        for place in range(fonts.nfont if fonts != ffi.NULL else 0):
            if fontconfig.FcPatternGetString(fonts.fonts[place], b"family", 0, name) == 0:
                seen.add(ffi.string(name[0]).decode())
    return frozenset(seen)


@contextmanager
def _our_fontconfig() -> Iterator[None]:
    """Let fontconfig see our directories while a configuration is loaded; the environment is put
    back after.
    """
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(_fontconfig_file(before))
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


def _fontconfig_file(system: str | None) -> Path:
    """Write the file that adds our directories to the system's configuration."""
    folder = Path(settings.DATA_DIR) / "fontconfig"
    folder.mkdir(parents=True, exist_ok=True)
    texts = [f"<dir>{escape(str(path))}</dir>" for path in font_directories()]
    directories = "".join(texts)
    text = (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">{escape(system or "/etc/fonts/fonts.conf")}</include>'
        f"{directories}<cachedir>{escape(str(folder))}</cachedir></fontconfig>"
    )
    path = folder / "fonts.conf"
    if not path.exists() or path.read_text() != text:
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_text(text)
        fresh.replace(path)
    return path


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the cyclic collector: it walks the page's many boxes in vain (a tenth to a half of
    the time).
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Boxes(logging.Handler):
    """Hears WeasyPrint say that it has drawn an empty box."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.characters: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if (
            isinstance(record.msg, str)
            and record.msg.startswith(".notdef glyph")
            and isinstance(record.args, tuple)
        ):
            self.characters.append(str(record.args[0]))


@contextmanager
def _no_boxes() -> Iterator[None]:
    """Refuse a document with a character that no face has. Raises FontsMissing."""
    boxes = _Boxes()
    engine = logging.getLogger("weasyprint")
    engine.addHandler(boxes)
    try:
        yield
    finally:
        engine.removeHandler(boxes)
    if boxes.characters:
        raise FontsMissing(sorted(set(boxes.characters)), what="含有下列字的字体")
