"""Headers of responses, and those of requests that operations do not declare."""

from typing import Any, Final

from connection_overrides.api.headers import CHANGE_REASON, IDEMPOTENCY_KEY, KEY_PATTERN
from connection_overrides.domain.history import REASON_MAX

_TEXT: Final[dict[str, Any]] = {"type": "string"}
_TAG: Final[dict[str, Any]] = {"type": "string", "pattern": '^"[!#-~]+"$', "examples": ['"3-9f86d081884c"']}


def _header(description: str, schema: dict[str, Any] = _TEXT, *, always: bool = True) -> dict[str, Any]:
    return {"description": description, "required": always, "schema": schema}


HEADERS: Final = {
    "X-Request-Id": _header("The id of the request, which a problem's `instance` contains as well."),
    "ETag": _header("The version of the item, a strong entity tag (RFC 9110, section 8.8.3).", _TAG),
    "Location": _header("The path of the item, with the stage or base path that the request used.", always=False),
    "Link": _header('The path of the next page: `<…>; rel="next"` (RFC 8288).', always=False),
    "Content-Security-Policy": _header("What the page may load: only its own parts and this API."),
    "WWW-Authenticate": _header(
        "The scheme and, where a scope is missing, all scopes that the request needs (RFC 6750).", always=False
    ),
    "Retry-After": _header(
        "Seconds to wait before the next attempt.", {"type": "string", "pattern": "^[0-9]+$"}, always=False
    ),
}
"""Under `components.headers`. Those that only some problems of a response have are not required."""

IF_MATCH: Final = {
    "name": "If-Match",
    "in": "header",
    "description": "Entity tags, one of which must be the item's, or `*` for any version. Otherwise the status is 412.",
    "schema": {**_TEXT, "examples": _TAG["examples"]},
}
IF_NONE_MATCH: Final = {
    "name": "If-None-Match",
    "in": "header",
    "description": "Entity tags that must not be the item's, or `*` if there must be no item. Otherwise a read is "
    "304 and a write 412.",
    "schema": {**_TEXT, "examples": [*_TAG["examples"], "*"]},
}
KEY_OF_A_WRITE: Final = {
    "name": IDEMPOTENCY_KEY,
    "in": "header",
    "description": "If the same request is repeated with the same key within a day, it returns the stored result and "
    "changes nothing. A different request with that key is refused with 422. A refused request uses up no key.",
    "schema": {**_TEXT, "pattern": f"^{KEY_PATTERN}$", "examples": ["0f4a3c6e-5f0f-4b52-9f0e-2d1f6c1b7a90"]},
}

REASON_OF_A_WRITE: Final = {
    "name": CHANGE_REASON,
    "in": "header",
    "description": "Why the change is made. It is kept in the history.",
    "schema": {**_TEXT, "minLength": 1, "maxLength": REASON_MAX, "examples": ["Rotated after INC-1234"]},
}


def refer(*names: str) -> dict[str, Any]:
    """Return references to these headers, and to those of every response."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*names, "X-Request-Id")}
