"""Markup as a browser reads it, however its template is indented."""

import re
from html.parser import HTMLParser

_BLOCKS = (
    "html|head|title|meta|link|script|body|main|header|footer|nav|section|article|div|h[1-6]|p|ul|ol|li|dl|dt|dd"
    "|table|caption|colgroup|thead|tbody|tfoot|tr|th|td|form|fieldset|legend|details|summary|figure|figcaption"
    "|select|option|datalist|br|hr|dialog"
)
_BLOCK_TAG = re.compile(rf"\s*(</?(?:{_BLOCKS})\b[^>]*>)\s*")


def as_read(markup: str) -> str:
    """Return the markup with blanks as they count: runs as one, none at the edge of a block or a
    tag.
    """
    single_blanks = re.sub(r"\s+", " ", markup)
    tidy_tags = re.sub(r" (/?>)", r"\1", single_blanks)
    return _BLOCK_TAG.sub(r"\1", tidy_tags)


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.addresses = []

    def handle_starttag(self, tag, attrs):
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.addresses.append(href)


def links_of(markup: str) -> list[str]:
    """Return where the links of a page lead, as they stand in it."""
    parser = _Links()
    parser.feed(markup)
    return parser.addresses
