"""The secrets of second factors lie sealed, like telephone numbers; the key ring can be changed
beneath them.
"""

from typing import Any

from allauth.mfa.models import Authenticator

from gongjian.lib.crypto import CannotOpen, KeyMissing, is_sealed, open_sealed, ring, seal
from gongjian.lib.sealing import Count

PLACE = "mfa_authenticator.data"


def lock(text: str) -> str:
    return seal(text, PLACE)


def unlock(sealed: str) -> str:
    """The secret again. Raises CannotOpen."""
    return open_sealed(sealed, PLACE)


def reseal_factors() -> Count:
    """Seal every secret anew under the newest key; safe to run twice.

    A person has few factors: row by row.
    """
    count = Count(PLACE)
    for factor in Authenticator.objects.iterator():
        renewed = _renewed(factor.data, count)
        if renewed != factor.data:
            authenticators = Authenticator.objects.filter(pk=factor.pk, data=factor.data)
            count.sealed += authenticators.update(data=renewed)
    return count


def _renewed(value: Any, count: Count) -> Any:
    """A copy of a factor's data with its sealed texts sealed anew; what cannot be opened stays and
    is counted.
    """
    if isinstance(value, dict):
        renewed_by_name = {}
        for name, inner in value.items():
            renewed_by_name[name] = _renewed(inner, count)
        return renewed_by_name
    if isinstance(value, list):
        return [_renewed(inner, count) for inner in value]
    if not isinstance(value, str) or not is_sealed(value) or value.startswith(ring().head):
        return value
    try:
        return lock(unlock(value))
    except KeyMissing:
        count.missing += 1
    except CannotOpen:
        count.broken += 1
    return value
