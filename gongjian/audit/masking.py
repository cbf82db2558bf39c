"""The log is kept for years and never edited: a telephone number goes into it masked, not whole."""

import re
from typing import Any

from gongjian.lib.phones import mask

NUMBERS = re.compile(r"(?:^|_)(?:phone|mobile)(?:_|$)")
WHOLE = re.compile(r"(?<![\w*-])(?:1[3-9]\d{9}|0\d{2,3}-[2-9]\d{6,7})(?![\w*])", re.ASCII)
CHANGED = "（已更换）"


def without_numbers(changes: Any, key: str = "") -> Any:
    """A copy in which telephone numbers are masked, by the name of their field or by their look in
    a text.
    """
    if isinstance(changes, dict):
        masked = {}
        for name, value in changes.items():
            masked[name] = without_numbers(value, name)
        return _mark_replaced(changes, masked)
    if isinstance(changes, list):
        return [without_numbers(value, key) for value in changes]
    if not isinstance(changes, str):
        return changes
    if NUMBERS.search(key):
        return mask(changes)
    return WHOLE.sub(lambda found: mask(found[0]), changes)


def _mark_replaced(original: dict, masked: dict) -> dict:
    """Say that a number was replaced where the two look the same once masked."""
    before = original.get("before")
    after = original.get("after")
    if isinstance(before, dict) and isinstance(after, dict):
        for name in before.keys() & after.keys():
            if before[name] != after[name] and masked["before"][name] == masked["after"][name]:
                masked["after"][name] = f"{masked['after'][name]}{CHANGED}"
    return masked
