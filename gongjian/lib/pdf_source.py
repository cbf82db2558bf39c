"""A page handed to WeasyPrint the quick way: read as XML where it is well-formed, without the
styles of notes.

WeasyPrint reads HTML in Python and gives every element five pseudo-elements of notes and markers,
which our pages have not; both together are a seventh of the time of a long table. Whatever is not
well-formed XML is read as HTML.
"""

from functools import cache
from typing import Any
from xml.etree import ElementTree

from gongjian.lib.pdf_rows import put_back_alike, take_out_alike


def read_page(html: str, *, base_url: str | None, url_fetcher: Any) -> Any:
    """The page as a weasyprint.HTML; WeasyPrint must have been imported by lib.pdf before."""
    return _page_class()(html, base_url, url_fetcher)


@cache
def _page_class() -> type:
    import weasyprint
    from cssselect2 import ElementWrapper  # type: ignore[import-untyped]

    class Page(weasyprint.HTML):  # type: ignore[misc]
        """weasyprint.HTML in all but how it is read and in the user agent's styles."""

        def __init__(self, html: str, base_url: str | None, url_fetcher: Any) -> None:
            try:
                # Our own pages: the templates write them, and what people wrote is escaped in them.
                root = ElementTree.fromstring(html)  # noqa: S314
            except ElementTree.ParseError:
                super().__init__(string=html, base_url=base_url, url_fetcher=url_fetcher)
                self.alike = {}
                return
            self.base_url = base_url
            self.url_fetcher = url_fetcher
            self.media_type = "print"
            self.alike = take_out_alike(root)
            self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
            self.etree_element = root

        def render(self, *args: Any, **options: Any) -> Any:
            document = super().render(*args, **options)
            put_back_alike(document, self.alike)
            return document

        def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
            return [_styles_of_the_agent()]

    return Page


@cache
def _styles_of_the_agent() -> Any:
    """WeasyPrint's own, without the pseudo-elements of footnotes; a marker is a list item's
    alone.
    """
    from weasyprint import CSS
    from weasyprint.css.counters import CounterStyle
    from weasyprint.html import UA

    lines = ("li" + line if line.startswith("::marker") else line for line in UA.splitlines())
    rules = "\n".join(line for line in lines if not line.startswith("::"))
    return CSS(string=rules, counter_style=CounterStyle())
