"""Strict decoding of base64url and JSON, so that a token has only one spelling and one meaning."""

import base64

from connection_overrides import strict_json


def decode_base64url(text: str) -> bytes:
    """Decode base64url without padding (RFC 7515, section 2; RFC 4648, section 5).

    Raises ValueError for padding, other characters, and trailing bits that are not zero (RFC 4648, section 3.5).
    Python's decoder ignores the last two, so the same signature could be written in several ways; hence the comparison.
    """
    octets = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(octets).rstrip(b"=") != text.encode("ascii"):
        raise ValueError("is not the canonical base64url encoding")
    return octets


def parse_json_object(document: bytes) -> dict[str, object]:
    """Parse a UTF-8 JSON object. Raises ValueError for anything else, and for whatever `strict_json` refuses."""
    match strict_json.parse(document.decode("utf-8")):
        case dict(members):
            return members
        case _:
            raise ValueError("is not a JSON object")
