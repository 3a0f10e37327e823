"""Cursors: where a list goes on, bound to the list that it came from.

A cursor is not a secret and gives no access: the partition is always made from the request. The binding only makes
sure that a cursor of another list, another filter or another account is refused instead of giving a wrong page.
"""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping

CURSOR_MAX_LENGTH = 4096


def make_cursor(position: str, query: Mapping[str, object]) -> str:
    """Return an opaque text that `read_cursor` takes for the same query; `position` is the last name given."""
    document = json.dumps([position, _binding(position, query)], separators=(",", ":"))
    return urlsafe_b64encode(document.encode()).decode().rstrip("=")


def read_cursor(cursor: str, query: Mapping[str, object]) -> str | None:
    """Return the position, or None unless `make_cursor` made exactly this text for exactly this query."""
    if len(cursor) > CURSOR_MAX_LENGTH:
        return None
    try:
        document = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        position = document[0]
        return position if make_cursor(position, query) == cursor else None
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None


def _binding(position: str, query: Mapping[str, object]) -> str:
    text = json.dumps({"position": position, **query}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]
