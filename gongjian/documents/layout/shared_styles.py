"""Equal places written once: the PDF engine computes a style once for all that share its class.

An element with a `style` of its own is computed alone, and so is everything inside it: on a long
table that is half of the time. Elements that stand at equal places on different pages share one
class instead.
"""

import re

# As our templates write it, in this order; text cannot look so, its quotation marks are escaped.
_STYLED = re.compile(r'class="([^"]*)" style="([^"]*)"')


def share_styles(html: str) -> str:
    """Return the page with every distinct `style` named by a class in the head's style element."""
    names: dict[str, str] = {}

    def with_shared_class(match: re.Match[str]) -> str:
        classes, style = match.groups()
        name = names.setdefault(style, f"p{len(names)}")
        return f'class="{classes} {name}"'

    shared = _STYLED.sub(with_shared_class, html)
    texts = [f".{name}{{{style}}}" for style, name in names.items()]
    rules = "".join(texts)
    return shared.replace("</head>", f"<style>{rules}</style></head>", 1)
