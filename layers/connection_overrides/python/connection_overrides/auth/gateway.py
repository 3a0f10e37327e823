"""API Gateway's side of the authorizer: the bearer token of its event, and the response that it expects.

Sources: RFC 6750, section 2.1; API Gateway developer guide, "Input to" and "Output from" a Lambda authorizer.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from connection_overrides.auth.errors import InvalidTokenError
from connection_overrides.caller import Caller

MAX_TOKEN_LENGTH: Final = 8 * 1024
"""In characters. API Gateway limits all headers together to 10,240 bytes."""

ALLOWANCES: Final = 8
"""Number of API keys in the template, each with an allowance of its own."""

# The scheme ignores case (RFC 9110, section 11.1). A comma is not part of a token, so two headers that a proxy has
# joined do not match.
_BEARER: Final = re.compile(r"[Bb][Ee][Aa][Rr][Ee][Rr] ([A-Za-z0-9._~+/-]+=*)")

# arn:<partition>:execute-api:<region>:<account>:<api>/<stage>/<method>/<path>
_METHOD_ARN: Final = re.compile(
    r"(arn:[a-z0-9-]+:execute-api:[a-z0-9-]+:[0-9]+:[A-Za-z0-9]+/[A-Za-z0-9_$-]+)/.*", re.DOTALL
)

_SAFE_IN_PRINCIPAL: Final = "@|:+="
_MAX_REQUEST_ID_LENGTH: Final = 128


def bearer_token(event: Mapping[str, object]) -> str:
    """Return the token of the only `Authorization` header. Raises InvalidTokenError if there is none or more than one.

    API Gateway sends each header twice: with its last value in `headers`, and with all values in `multiValueHeaders`.
    The two must agree.
    """
    last_values = list(_authorization_values(event.get("headers")))
    all_values = [
        value
        for values in _authorization_values(event.get("multiValueHeaders"))
        for value in (values if isinstance(values, list) else [values])
    ]
    if len(last_values) > 1 or len(all_values) > 1:
        raise InvalidTokenError("authorization-header")
    match [*all_values, *last_values]:
        case [str(value), *others] if all(other == value for other in others):
            match = _BEARER.fullmatch(value)
            if match is not None and len(match[1]) <= MAX_TOKEN_LENGTH:
                return match[1]
    raise InvalidTokenError("authorization-header")


def _authorization_values(headers: object) -> Iterator[object]:
    if isinstance(headers, Mapping):
        for name, value in headers.items():
            if isinstance(name, str) and name.lower() == "authorization":
                yield value


def request_id(event: Mapping[str, object]) -> str | None:
    """Return the request id of the event, cut to 128 characters, or None."""
    match event.get("requestContext"):
        case {"requestId": str(value)}:
            return value[:_MAX_REQUEST_ID_LENGTH]
        case _:
            return None


def allow(caller: Caller, method_arn: object, key_prefix: str) -> dict[str, Any]:
    """Return a policy that allows the stage of `method_arn`. Raises ValueError if it is not the ARN of a method.

    API Gateway caches the policy for the caller's next requests to any method, so it cannot be limited to one; the
    functions check tenant and scopes on every request. The API key, and with it the allowance, depends on the account
    alone. The principal is percent-encoded, because API Gateway writes it unescaped into its JSON access log.
    """
    stage = _METHOD_ARN.fullmatch(method_arn) if isinstance(method_arn, str) else None
    if stage is None:
        raise ValueError("methodArn is not the ARN of a method")
    allowance = hashlib.sha256(caller.account.encode()).digest()[0] % ALLOWANCES
    return {
        "principalId": quote(caller.subject, safe=_SAFE_IN_PRINCIPAL),
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{stage[1]}/*/*"}],
        },
        "context": caller.to_context(),
        "usageIdentifierKey": f"{key_prefix}-{allowance}",
    }
