"""Bodies: what must hold of the bytes before anything looks at the fields."""

import re
from collections.abc import Mapping
from typing import Any, Final

from connection_overrides.errors import PayloadTooLargeError, UnsupportedMediaTypeError
from connection_overrides.http.violations import invalid
from connection_overrides.strict_json import StrictJsonError, parse

BODY_MAX_BYTES: Final = 65_536

# RFC 9110, section 8.3.1. A charset other than UTF-8 would change what names say; other parameters mean nothing here.
_JSON_TYPE: Final = re.compile(r"application/json(?P<parameters>(?:[ \t]*;[ \t]*[^;]*)*)", re.IGNORECASE)
_UTF8: Final = re.compile(r'charset=(?:utf-8|"utf-8")', re.IGNORECASE)
_REPLACED: Final = "\ufffd"


def read_object(event: Mapping[str, Any], content_types: list[str]) -> dict[str, object]:
    """Return the JSON object that the body is.

    Raises UnsupportedMediaTypeError, PayloadTooLargeError, or InvalidRequestError for anything but strict JSON
    (RFC 8259, and RFC 7493 where that leaves things open).
    """
    if not _says_json(content_types):
        raise UnsupportedMediaTypeError("The body must be application/json in UTF-8.")
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
    match = _JSON_TYPE.fullmatch(content_types[0].strip())
    if match is None:
        return False
    parameters = [parameter.strip() for parameter in match["parameters"].split(";")]
    charsets = [parameter for parameter in parameters if parameter.lower().startswith("charset")]
    return all(_UTF8.fullmatch(charset) for charset in charsets)
