"""The bearer token of an API Gateway REQUEST authorizer event (RFC 6750, 2.1).

Only the header is looked at: never the query or the body (RFC 9700, 4.3.2).
"""

import re
from collections.abc import Mapping
from typing import Final

from connection_overrides.authorizer.refusal import TokenRefusedError

MAX_TOKEN_LENGTH: Final = 8 * 1024
"""Characters of a token. API Gateway refuses headers of more than 10,240 bytes in all."""

# RFC 9110, 11.1: the scheme is case-insensitive. RFC 6750, 2.1: one space, then a b64token. A comma is not part of one,
# so two headers that a proxy joined are refused here too.
_BEARER: Final = re.compile(r"[Bb][Ee][Aa][Rr][Ee][Rr] ([A-Za-z0-9._~+/-]+=*)")


def bearer_token(event: Mapping[str, object]) -> str:
    """Return the token of the event's one `Authorization` header. Raises TokenRefusedError when there is no such one.

    API Gateway tells a header twice: `headers` keeps the last of several values, `multiValueHeaders` all of them. Both
    are looked at, under any spelling of the name, and must agree.
    """
    last_values = [value for name, value in _mapping(event.get("headers")).items() if _is_authorization(name)]
    all_values = [
        value
        for name, values in _mapping(event.get("multiValueHeaders")).items()
        if _is_authorization(name)
        for value in (values if isinstance(values, list) else [values])
    ]
    if len(last_values) > 1 or len(all_values) > 1:
        raise TokenRefusedError("authorization-header")
    match [*all_values, *last_values]:
        case [str(value)]:
            pass
        case [str(value), other] if value == other:
            pass
        case _:
            raise TokenRefusedError("authorization-header")
    match = _BEARER.fullmatch(value)
    if match is None or len(match[1]) > MAX_TOKEN_LENGTH:
        raise TokenRefusedError("authorization-header")
    return match[1]


def _mapping(value: object) -> Mapping[object, object]:
    return value if isinstance(value, Mapping) else {}


def _is_authorization(name: object) -> bool:
    return isinstance(name, str) and name.lower() == "authorization"
