"""Chinese names as they are typed on a phone: in letters, whole (fuchunjiedao) or by initials
(fcjd).
"""

from functools import lru_cache


def spelled(text: str) -> tuple[str, str]:
    """(whole, initials) in small letters and digits: 富春街道 → ("fuchunjiedao", "fcjd").

    A common reading is taken.
    """
    from pypinyin import (
        lazy_pinyin,
    )  # its dictionaries take most of a second to load: only who writes names pays

    syllables = []
    for part in map(_plain, lazy_pinyin(text)):
        if part:
            syllables.append(part)
    return "".join(syllables), "".join(part if part.isdigit() else part[0] for part in syllables)


@lru_cache(maxsize=4096)
def spelled_name(text: str) -> tuple[str, str]:
    """`spelled`, remembered: for names that come again and again, such as those of roads."""
    return spelled(text)


def is_typed_pinyin(text: str) -> bool:
    """Whether what is looked for may be meant as letters: fcjd, fuchun jiedao."""
    bare = _plain(text)
    return text.isascii() and bool(bare) and not bare.isdigit()


def typed(text: str) -> str:
    """What is looked for in the form of the stored columns."""
    return _plain(text)


def _plain(text: str) -> str:
    return "".join(char for char in text.lower() if char.isascii() and char.isalnum())
