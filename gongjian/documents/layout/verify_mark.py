"""The QR and the code by which a printed document is verified, below its last page's text.

GB/T 9704 gives the type area to the document's own elements and the foot margin to the page
number alone, so the mark stands below the type area, at the side that the number leaves free.
It ends above the lower red rule of a letter.
"""

from gongjian.documents.layout.measures import (
    MM,
    PAGE_WIDTH,
    TYPE_HEIGHT,
    TYPE_LEFT,
    TYPE_TOP,
    TYPE_WIDTH,
)
from gongjian.documents.layout.placing import Placed, points
from gongjian.documents.layout.printed_sheet import PrintedSheet
from gongjian.documents.layout.text import Run
from gongjian.lib.qr import qr_source

LABEL = "查验码"
TOP = TYPE_TOP + TYPE_HEIGHT + 1.2 * MM
SIDE = 11.5 * MM
GAP = 1.5 * MM
LINE = 12.0  # points


def verify_mark(sheet: PrintedSheet, number: int) -> list[Placed]:
    """Return the mark on page `number`; the code alone where the site has no public address."""
    if not sheet.verify_code:
        return []
    side = "left" if number % 2 else "right"
    if side == "left":
        edge = TYPE_LEFT
    else:
        edge = PAGE_WIDTH - TYPE_LEFT - TYPE_WIDTH
    beside = edge + (SIDE + GAP if sheet.verify_url else 0)
    text = f"{LABEL} {sheet.verify_code}"
    words = Run(text)
    top = TOP + SIDE - LINE
    style = points(top=top, **{side: beside})
    items = [Placed("verify", style, (words,))]
    if sheet.verify_url:
        style = points(top=TOP, width=SIDE, height=SIDE, **{side: edge})
        picture = qr_source(sheet.verify_url)
        placed = Placed("picture", style, picture=picture, alt="查验二维码")
        items.append(placed)
    return items
