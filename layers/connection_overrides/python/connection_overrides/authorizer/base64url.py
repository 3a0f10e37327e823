"""base64url as JOSE means it: one text for one sequence of octets (RFC 7515, 2; RFC 4648, 3.5 and 5)."""

import base64
import re
from typing import Final

_ALPHABET: Final = re.compile(r"[A-Za-z0-9_-]*")


def decode(text: str) -> bytes:
    """Return the octets of `text`. Raises ValueError for padding, foreign characters and spare bits that are not zero.

    Python's decoder drops foreign characters and spare bits in silence, so one signature would have many spellings.
    """
    if _ALPHABET.fullmatch(text) is None:
        raise ValueError("not of the base64url alphabet")
    octets = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(octets).rstrip(b"=") != text.encode("ascii"):
        raise ValueError("not the canonical encoding")
    return octets
