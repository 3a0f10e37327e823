"""API Gateway's proxy events, read with care: everything in one but its context comes from the client.

Source: Amazon API Gateway Developer Guide, "Input format of a Lambda function for proxy integration".
"""

from collections.abc import Mapping
from typing import Any, Final

from connection_overrides.caller import Caller
from connection_overrides.errors import InvalidRequestError, Violation
from connection_overrides.http.bodies import read_object
from connection_overrides.http.paths import decode_segment
from connection_overrides.http.routing import Route

_NAME_MAX: Final = 64
_REPLACED: Final = "\ufffd"


def caller_of(event: Mapping[str, Any], now: float) -> Caller | None:
    """Return the caller whom the authorizer vouched for, from the event's context and nowhere else, or None.

    The authorizer's answer is cached, so the token's expiry is checked again; `now` is in seconds since 1970.
    """
    context = event["requestContext"].get("authorizer")
    caller = Caller.from_context(context) if isinstance(context, Mapping) else None
    return None if caller is None or caller.has_expired(now) else caller


def path_parameters(event: Mapping[str, Any]) -> dict[str, str]:
    """Return the decoded path parameters, or raise InvalidRequestError. API Gateway leaves them percent-encoded."""
    decoded: dict[str, str] = {}
    violations: list[Violation] = []
    for name, raw in (event.get("pathParameters") or {}).items():
        value = decode_segment(raw)
        if value is None or _REPLACED in value:
            violations.append(Violation(("path", name), "percent_encoding", "must be percent-encoded UTF-8"))
        else:
            decoded[name] = value
    if violations:
        raise InvalidRequestError(violations)
    return decoded


def query_parameters(event: Mapping[str, Any], route: Route) -> dict[str, str]:
    """Return the query parameters: each one known to the route and given once, or InvalidRequestError."""
    violations: list[Violation] = []
    query: dict[str, str] = {}
    for name, values in (event.get("multiValueQueryStringParameters") or {}).items():
        location = ("query", name[:_NAME_MAX])
        if name not in route.query_parameters:
            violations.append(Violation(location, "unknown_parameter", "is not a parameter of this request"))
        elif len(values) != 1:
            violations.append(Violation(location, "repeated_parameter", "must be given once"))
        elif _REPLACED in values[0]:
            violations.append(Violation(location, "not_utf8", "must be UTF-8"))
        else:
            query[name] = values[0]
    if violations:
        raise InvalidRequestError(violations)
    return query


def body_of(event: Mapping[str, Any], route: Route) -> dict[str, object] | None:
    """Return the JSON object that the body is, or None for a route that takes none. Raises what `read_object` does."""
    if not route.takes_body:
        return None
    return read_object(event, header_values(event, "content-type"), header_values(event, "content-encoding"))


def header_values(event: Mapping[str, Any], name: str) -> list[str]:
    """Return all values of a header, whose name is given in lower case."""
    headers: Mapping[str, list[str]] = event.get("multiValueHeaders") or {}
    return [value for header, values in headers.items() if header.lower() == name for value in values]
