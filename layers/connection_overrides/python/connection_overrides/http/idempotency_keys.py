"""Keys of writes that may be sent again, read from requests: `Idempotency-Key`.

A key belongs to a caller of an account and to one request: method, resource, query, body and conditions.
Source: draft-ietf-httpapi-idempotency-key-header-07, which leaves the key's form to the resource.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from connection_overrides.caller import Caller
from connection_overrides.http.events import header_values
from connection_overrides.http.exchange import IdempotencyKey
from connection_overrides.http.routing import Route
from connection_overrides.http.violations import invalid

KEY_PATTERN: Final = r"[!-~]{1,255}"
_KEY: Final = re.compile(KEY_PATTERN)
IDEMPOTENCY_KEY: Final = "Idempotency-Key"


def idempotency_key_of(
    event: Mapping[str, Any],
    route: Route,
    caller: Caller,
    *,
    path: Mapping[str, str],
    query: Mapping[str, str],
    body: Mapping[str, object] | None,
) -> IdempotencyKey | None:
    """Return the key of a write, or None. Raises InvalidRequestError for one that is not understood."""
    values = header_values(event, IDEMPOTENCY_KEY.lower())
    if not (route.writes and values):
        return None
    key = values[0].strip(" \t")
    if len(values) != 1 or _KEY.fullmatch(key) is None:
        raise invalid(("header", IDEMPOTENCY_KEY), "idempotency_key", "must be 1 to 255 visible ASCII characters")
    conditions = [header_values(event, name) for name in ("if-match", "if-none-match")]
    return IdempotencyKey(
        name=_digest(caller.subject, key),
        fingerprint=_digest(route.method, event["resource"], path, query, body, conditions),
    )


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
