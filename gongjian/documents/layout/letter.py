"""信函格式 (§10.1): the name alone as mark, red double rules, the number at the right.

Page 1 bears no page number.
"""

from gongjian.documents.layout.head import mark_for, place_mark
from gongjian.documents.layout.measures import (
    CHARACTER,
    HEI,
    LETTER_MARK_TOP,
    LETTER_RULE_BOTTOM,
    LETTER_RULE_WIDTH,
    MARK_INK_HEIGHT,
    MM,
    PAGE_HEIGHT,
    PITCH,
    TYPE_LEFT,
    TYPE_TOP,
    TYPE_WIDTH,
)
from gongjian.documents.layout.placing import Page, Placed, place_line, points
from gongjian.documents.layout.printed_sheet import PrintedSheet
from gongjian.documents.layout.text import Line, Run

THICK, GAP, THIN = 0.9 * MM, 0.6 * MM, 0.35 * MM
RULE_BELOW_MARK = 4 * MM
NUMBER_BELOW_RULE = CHARACTER * 7 / 8


def set_letter_head(sheet: PrintedSheet, page: Page) -> int:
    """Print mark, rules, number and urgency on page 1 and return the row of the title.

    The title stands two lines below the number.
    """
    page.numbered = False
    mark = mark_for(sheet.issuer_mark)
    page.items.append(place_mark(sheet.issuer_mark, mark, LETTER_MARK_TOP))
    top = LETTER_MARK_TOP + MARK_INK_HEIGHT * mark.size + RULE_BELOW_MARK
    page.items += _double_rule(top, THICK, THIN)
    rule_height = THICK + GAP + THIN
    lower_top = PAGE_HEIGHT - LETTER_RULE_BOTTOM - rule_height
    page.items += _double_rule(lower_top, THIN, THICK)
    row = (top + rule_height + NUMBER_BELOW_RULE - TYPE_TOP) / PITCH
    number = Line((Run(sheet.number),), align="right")
    page.items.append(place_line(number, row))
    if sheet.urgency:
        run = Run(sheet.urgency, HEI)
        urgency = Line((run,))
        page.items.append(place_line(urgency, row))
    return round(row + 0.3) + 3


def _double_rule(top: float, first: float, second: float) -> list[Placed]:
    """Return two red rules of 170 mm, one over the other; `top` and heights are in points."""
    x = TYPE_LEFT + (TYPE_WIDTH - LETTER_RULE_WIDTH) / 2
    lies = {"left": x, "width": LETTER_RULE_WIDTH}
    style = points(top=top + first + GAP, height=second, **lies)
    placed = Placed("rule double", points(top=top, height=first, **lies))
    return [
        placed,
        Placed("rule double", style),
    ]
