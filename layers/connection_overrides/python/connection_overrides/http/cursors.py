"""Cursors: where a list goes on, bound to the list that it came from.

A cursor gives no access: the partition is always made from the request. Its seal makes sure that one of another list,
another filter or another account, or one that nobody gave, is refused instead of giving a wrong page.
"""

import binascii
import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Final, NamedTuple

_SEAL_BYTES: Final = 16
_CURSOR_MAX_LENGTH: Final = 2048
"""Longer than any: a position is a name of up to 1,020 bytes."""


class CursorSeal(NamedTuple):
    """Makes and reads cursors. `key` is unknown to clients; every instance of a deployment has the same."""

    key: bytes

    def make(self, position: str, query: Mapping[str, object]) -> str:
        """Return an opaque text that `read` takes for the same query; `position` is the last name given."""
        sealed = self._seal(position, query) + position.encode()
        return urlsafe_b64encode(sealed).decode().rstrip("=")

    def read(self, cursor: str, query: Mapping[str, object]) -> str | None:
        """Return the position, or None unless `make` made exactly this text for exactly this query."""
        if len(cursor) > _CURSOR_MAX_LENGTH:
            return None
        try:
            sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            position = sealed[_SEAL_BYTES:].decode()
        except (binascii.Error, ValueError):
            return None
        made = self.make(position, query)
        return position if hmac.compare_digest(made.encode(), cursor.encode()) else None

    def _seal(self, position: str, query: Mapping[str, object]) -> bytes:
        text = json.dumps([position, query], sort_keys=True)
        return hmac.digest(self.key, text.encode(), hashlib.sha256)[:_SEAL_BYTES]
