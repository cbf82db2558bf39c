"""Where an act comes from: the client's address and the number of its request, known without asking
the services.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import ip_address
from typing import NamedTuple


class Origin(NamedTuple):
    """`address` is None for jobs and commands on the server, `request_id` is empty for them."""

    address: str | None = None
    request_id: str = ""


FROM_WITHIN = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=FROM_WITHIN)


def present_origin() -> Origin:
    return _origin.get()


@contextmanager
def coming_from(address: str | None, request_id: str) -> Iterator[None]:
    """Every entry written inside carries this origin, the address in its one written form."""
    origin = Origin(str(ip_address(address)) if address else None, request_id)
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)
