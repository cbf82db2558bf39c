"""The hash algorithms of the log: SHA-256, or 国密 SM3 where OpenSSL brings it.

Both give 64 hex digits.
"""

import hashlib
import hmac

from django.conf import settings

KNOWN = ("sha256", "sm3")


def chosen_digest() -> str:
    """The algorithm with which new entries and seals are written: AUDIT_DIGEST."""
    return settings.AUDIT_DIGEST


def is_available(name: str) -> bool:
    """Whether this machine computes `name`; OpenSSL 1.1 and some cut-down builds lack SM3."""
    try:
        return name in KNOWN and bool(hashlib.new(name))
    except ValueError:
        return False


def hash_of(content: bytes, digest: str) -> str:
    return hashlib.new(digest, content).hexdigest()


def seal_of(content: bytes, key: bytes, digest: str) -> str:
    """HMAC of `content`."""
    return hmac.new(key, content, digest).hexdigest()
