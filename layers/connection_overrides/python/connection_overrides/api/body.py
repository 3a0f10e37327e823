"""Bodies: what must hold of the bytes before any field is read."""

import re
from collections.abc import Mapping
from typing import Any, Final

from connection_overrides.api.headers import header_values
from connection_overrides.errors import InvalidRequest, PayloadTooLarge, UnsupportedMediaType
from connection_overrides.strict_json import StrictJsonError, parse

BODY_MAX_BYTES: Final = 32_768
"""A stored item is hardly longer than its body. So a transaction of 100 items fits into DynamoDB's 4 MB, and a page,
which holds as many results as fit into a function's response, holds most of 100."""

# RFC 9110, sections 5.6.6 and 8.3.1. Another charset than UTF-8 would change what names say; other parameters have no
# meaning here.
_VALUE: Final = r"""(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+|"[^"\\]*")"""
_PARAMETER: Final = rf"[!#$%&'*+.^_`|~0-9A-Za-z-]+={_VALUE}"
_JSON_TYPE: Final = re.compile(rf"application/json(?:[ \t]*;[ \t]*(?:{_PARAMETER})?)*[ \t]*", re.IGNORECASE)
_CHARSET: Final = re.compile(rf";[ \t]*charset=({_VALUE})", re.IGNORECASE)
_UTF8: Final = frozenset({"utf-8", '"utf-8"'})
_REPLACEMENT: Final = "\ufffd"


def require_json(event: Mapping[str, Any]) -> None:
    """Raise UnsupportedMediaType unless the headers announce JSON in UTF-8, not encoded otherwise."""
    content_types = header_values(event, "content-type")
    if len(content_types) != 1 or not _is_utf8_json(content_types[0].strip(" \t")):
        raise UnsupportedMediaType
    # RFC 9110, section 15.5.16.
    if any(encoding.strip(" \t").lower() != "identity" for encoding in header_values(event, "content-encoding")):
        raise UnsupportedMediaType("The body must not be compressed or otherwise encoded.")


def read_object(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON object that the body is.

    Raises PayloadTooLarge, or InvalidRequest for anything but a strict JSON object (RFC 8259, and RFC 7493 where that
    leaves things open).
    """
    body = event.get("body")
    if not body:
        raise InvalidRequest.of(("body",), "missing", "is required")
    if event.get("isBase64Encoded"):
        raise InvalidRequest.of(("body",), "base64", "must be text, not base64")
    if len(body.encode("utf-8", errors="surrogatepass")) > BODY_MAX_BYTES:
        raise PayloadTooLarge
    if _REPLACEMENT in body:
        raise InvalidRequest.of(("body",), "not_utf8", "must be UTF-8, and contain U+FFFD only as an escape")
    try:
        value = parse(body)
    except StrictJsonError as error:
        raise InvalidRequest.of(("body",), error.code.replace("-", "_"), error.message) from None
    if not isinstance(value, dict):
        raise InvalidRequest.of(("body",), "dict_type", "must be an object")
    return value


def _is_utf8_json(content_type: str) -> bool:
    charsets = {charset.lower() for charset in _CHARSET.findall(content_type)}
    return _JSON_TYPE.fullmatch(content_type) is not None and charsets <= _UTF8
