"""The one way to write a frozen record: the same content gives the same bytes, and so the same
SHA-256.

Canonical: keys sorted, no spaces, UTF-8, no floats; decimals are text. The SHA-256 of these bytes
is what is published.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any


def canonical_json(document: object) -> bytes:
    """The bytes of a document.

    Raises ValueError for a float, which has no one way to be written.
    """
    text = json.dumps(
        _writable(document), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode()


def fingerprint(document: object) -> str:
    """The SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(document)).hexdigest()


def _writable(value: Any) -> Any:
    """The value with decimals and days as text and no floats anywhere."""
    if isinstance(value, float):
        raise ValueError(f"存档中不能有浮点数 {value}，请改用定点小数")
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _writable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_writable(inner) for inner in value]
    return value
