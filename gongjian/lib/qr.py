"""QR codes as SVG: for a page, and for a picture inside a printed document."""

from base64 import b64encode
from io import BytesIO

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(text: str, *, correction: str = "m", border: int = 0) -> SafeString:
    """The text as a QR code that fills its place; `border` in modules (ISO/IEC 18004 wants 4 around
    a code).
    """
    drawn = BytesIO()
    code = segno.make_qr(text, error=correction, boost_error=False)
    looks = {"svgclass": None, "lineclass": None, "omitsize": True, "xmldecl": False, "nl": False}
    code.save(drawn, kind="svg", border=border, **looks)
    return mark_safe(drawn.getvalue().decode())  # noqa: S308  made here, of modules alone


def qr_source(text: str) -> str:
    """The same as the source of a picture."""
    return "data:image/svg+xml;base64," + b64encode(qr_svg(text).encode()).decode()
