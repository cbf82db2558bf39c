"""A page that our own pages may show inside a frame; everything else is framed by nobody."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase


def shown_inside_our_pages(
    view: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Let our own pages frame what `view` answers."""
    policy = {**settings.SECURE_CSP, "frame-ancestors": ["'self'"]}
    texts = []
    for name, values in policy.items():
        texts.append(f"{name} {' '.join(values)}")
    header = "; ".join(texts)

    @wraps(view)
    def framed(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response.headers["Content-Security-Policy"] = header
        return response

    return framed
