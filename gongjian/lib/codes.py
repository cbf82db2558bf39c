"""Codes that nobody guesses, of characters that fit their use."""

import secrets
import string

# Without 0, 1, I, L and O, which are mistaken for one another; ten of them are 49 bits.
READ_ALOUD = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

# Five bits a character.
IN_ADDRESSES = string.ascii_lowercase + "234567"


def mint(length: int, alphabet: str = READ_ALOUD) -> str:
    """So many characters, each drawn at random."""
    return "".join(secrets.choice(alphabet) for _ in range(length))
