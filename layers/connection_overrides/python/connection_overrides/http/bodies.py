"""Bodies: what must hold of the bytes before anything looks at the fields."""

import re
from collections.abc import Mapping
from typing import Any, Final

from connection_overrides.errors import PayloadTooLargeError, UnsupportedMediaTypeError
from connection_overrides.http.violations import invalid
from connection_overrides.strict_json import StrictJsonError, parse

BODY_MAX_BYTES: Final = 32_768
"""What is stored of a body is hardly longer. So a transaction of 100 items fits into DynamoDB's 4 MB, and a page, which
holds as many items as fit into a function's answer, holds most of 100."""

# RFC 9110, sections 5.6.6 and 8.3.1. Another charset than UTF-8 would change what names say; other parameters mean
# nothing here.
_VALUE: Final = r"""(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+|"[^"\\]*")"""
_PARAMETER: Final = rf"[!#$%&'*+.^_`|~0-9A-Za-z-]+={_VALUE}"
_JSON_TYPE: Final = re.compile(rf"application/json(?:[ \t]*;[ \t]*(?:{_PARAMETER})?)*[ \t]*", re.IGNORECASE)
_CHARSET: Final = re.compile(rf";[ \t]*charset=({_VALUE})", re.IGNORECASE)
_UTF8: Final = frozenset({"utf-8", '"utf-8"'})
_REPLACED: Final = "\ufffd"


def read_object(event: Mapping[str, Any], content_types: list[str], content_encodings: list[str]) -> dict[str, object]:
    """Return the JSON object that the body is.

    Raises UnsupportedMediaTypeError, PayloadTooLargeError, or InvalidRequestError for anything but strict JSON
    (RFC 8259, and RFC 7493 where that leaves things open).
    """
    if not _says_json(content_types):
        raise UnsupportedMediaTypeError("The body must be application/json in UTF-8.")
    # RFC 9110, section 15.5.16: what is encoded is not taken for what it decodes to.
    if any(encoding.strip(" \t").lower() != "identity" for encoding in content_encodings):
        raise UnsupportedMediaTypeError("The body must not be compressed or otherwise encoded.")
    body = event.get("body")
    if not body:
        raise invalid(("body",), "missing", "is required")
    if event.get("isBase64Encoded"):
        raise invalid(("body",), "base64", "must be text, not base64")
    if len(body.encode("utf-8", errors="surrogatepass")) > BODY_MAX_BYTES:
        raise PayloadTooLargeError(f"The body must not be larger than {BODY_MAX_BYTES} bytes.")
    if _REPLACED in body:
        raise invalid(("body",), "not_utf8", "must be UTF-8, and hold U+FFFD only as an escape")
    try:
        value = parse(body)
    except StrictJsonError as error:
        raise invalid(("body",), error.code.replace("-", "_"), error.message) from None
    if not isinstance(value, dict):
        raise invalid(("body",), "dict_type", "must be an object")
    return value


def _says_json(content_types: list[str]) -> bool:
    if len(content_types) != 1:
        return False
    content_type = content_types[0].strip(" \t")
    if _JSON_TYPE.fullmatch(content_type) is None:
        return False
    return _UTF8.issuperset(charset.lower() for charset in _CHARSET.findall(content_type))
