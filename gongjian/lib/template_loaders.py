"""Templates without the blanks at the beginning of their lines."""

import re

from django.template import Origin
from django.template.loaders.filesystem import Loader

INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class UnindentedLoader(Loader):
    """Load templates from the folders of the engine, `.html` without its indentation.

    A browser shows any run of blanks as one, so a page looks the same and is a fifth lighter.
    Line breaks stay: they part words, and the debug page counts by them.
    """

    def get_contents(self, origin: Origin) -> str:
        contents = super().get_contents(origin)
        if origin.name.endswith(".html"):
            return INDENTATION.sub("", contents)
        return contents
