"""Request headers: preconditions (RFC 9110, section 13) and idempotency keys."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from connection_overrides.api.routing import Operation
from connection_overrides.context import IdempotencyKey, Preconditions, RequestContext
from connection_overrides.domain.history import REASON_MAX
from connection_overrides.errors import InvalidRequest, PreconditionFailed, Violation

CHANGE_REASON: Final = "Change-Reason"
IDEMPOTENCY_KEY: Final = "Idempotency-Key"
KEY_PATTERN: Final = r"[!-~]{1,255}"
VALIDATE_ONLY: Final = "validateOnly"

_KEY: Final = re.compile(KEY_PATTERN)
_ENTITY_TAG: Final = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_TAG: Final = _ENTITY_TAG.pattern.replace("(", "(?:")
# Section 5.6.1: empty elements of a list are ignored.
_LIST: Final = re.compile(rf"[ \t,]*{_TAG}(?:[ \t]*,[ \t,]*{_TAG})*[ \t,]*")
_ANY: Final = "*"


def header_values(event: Mapping[str, Any], name: str) -> list[str]:
    """Return all values of a header; `name` is in lower case."""
    headers: Mapping[str, list[str]] = event.get("multiValueHeaders") or {}
    return [value for header, values in headers.items() if header.lower() == name for value in values]


def read_preconditions(event: Mapping[str, Any], operation: Operation) -> Preconditions:
    """Return what the request demands. Raises InvalidRequest: a demand that is not understood is not met.

    Nor is one on a write that is not about a single item. `If-Match` compares strongly: a weak tag never matches.
    `If-None-Match` compares weakly (section 8.8.3.2).
    """
    is_about_one = not operation.writes or PreconditionFailed in operation.raises
    violations: list[Violation] = []
    match = _tag_header(event, "If-Match", violations, is_about_one=is_about_one)
    none_match = _tag_header(event, "If-None-Match", violations, is_about_one=is_about_one)
    if violations:
        raise InvalidRequest(violations)
    return Preconditions(
        match=None if match is None or match == _ANY else _tags(match, strong=True),
        exists=match == _ANY,
        none_match=None if none_match is None or none_match == _ANY else _tags(none_match, strong=False),
        is_absent=none_match == _ANY,
    )


def read_idempotency_key(
    event: Mapping[str, Any],
    operation: Operation,
    ctx: RequestContext,
    path: Mapping[str, str],
    body: Mapping[str, Any] | None,
) -> IdempotencyKey | None:
    """Return the key of a write, or None (draft-ietf-httpapi-idempotency-key-header-07).

    A key belongs to a caller and to one request, previewed or not: method, path, query, body and conditions. A member
    that is null means the same as none. Raises InvalidRequest.
    """
    values = header_values(event, IDEMPOTENCY_KEY.lower())
    if not (operation.writes and values):
        return None
    key = values[0].strip(" \t")
    if len(values) != 1 or _KEY.fullmatch(key) is None:
        raise InvalidRequest.of(
            ("header", IDEMPOTENCY_KEY), "idempotency_key", "must be 1 to 255 visible ASCII characters"
        )
    query = {name: value for name, value in ctx.query.items() if name != VALIDATE_ONLY}
    conditions = [header_values(event, name) for name in ("if-match", "if-none-match")]
    return IdempotencyKey(
        name=_digest(ctx.caller.subject, key),
        fingerprint=_digest(operation.method, operation.path, path, query, _without_null(body), conditions),
    )


def read_reason(event: Mapping[str, Any], operation: Operation) -> str | None:
    """Return what the caller says about a write, or None. Raises InvalidRequest."""
    values = header_values(event, CHANGE_REASON.lower())
    if not (operation.writes and values):
        return None
    reason = ", ".join(values).strip(" \t")
    if not 1 <= len(reason) <= REASON_MAX or not reason.isprintable():
        message = f"must have 1 to {REASON_MAX} characters, none of them a control character"
        raise InvalidRequest.of(("header", CHANGE_REASON), "change_reason", message)
    return reason


def _tag_header(event: Mapping[str, Any], name: str, violations: list[Violation], *, is_about_one: bool) -> str | None:
    values = header_values(event, name.lower())
    if not values:
        return None
    value = ",".join(values).strip(" \t")
    if value != _ANY and _LIST.fullmatch(value) is None:
        violations.append(Violation(("header", name), "entity_tag", "must be '*', or entity tags in double quotes"))
    elif not is_about_one:
        violations.append(Violation(("header", name), "conditional", "applies to one item: use the item's own URL"))
    return value


def _without_null(value: object) -> object:
    """Return the JSON without members that are null, at any depth."""
    if not isinstance(value, Mapping):
        return value
    return {name: _without_null(member) for name, member in value.items() if member is not None}


def _tags(value: str, *, strong: bool) -> frozenset[str]:
    return frozenset(match[2] for match in _ENTITY_TAG.finditer(value) if not (strong and match[1]))


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
