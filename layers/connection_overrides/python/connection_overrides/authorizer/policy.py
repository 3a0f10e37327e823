"""The answer of a Lambda authorizer.

Source: Amazon API Gateway developer guide, "Output from an API Gateway Lambda authorizer".
"""

import hashlib
import re
from typing import Final, TypedDict
from urllib.parse import quote

from connection_overrides.caller import Caller

# arn:<partition>:execute-api:<region>:<account>:<api>/<stage>/<method>/<path>
_STAGE_OF_METHOD_ARN: Final = re.compile(
    r"(arn:[a-z0-9-]+:execute-api:[a-z0-9-]+:[0-9]+:[A-Za-z0-9]+/[A-Za-z0-9_$-]+)/.*", re.DOTALL
)


ALLOWANCES: Final = 8
"""How many API keys the template makes, each with an allowance of its own."""

_PLAIN: Final = "@|:+="
"""Beside letters, digits and `-._~`: none has a meaning inside a string of JSON."""


class Statement(TypedDict):
    """One statement of an IAM policy."""

    Action: str
    Effect: str
    Resource: str


class PolicyDocument(TypedDict):
    """An IAM policy."""

    Version: str
    Statement: list[Statement]


class AuthorizerResponse(TypedDict):
    """What API Gateway expects from a Lambda authorizer."""

    principalId: str
    policyDocument: PolicyDocument
    context: dict[str, str]
    usageIdentifierKey: str


def allow(caller: Caller, method_arn: object, key_prefix: str) -> AuthorizerResponse:
    """Return the policy that lets `caller` use the stage of `method_arn`, and the context that tells who it is.

    API Gateway caches the policy for the caller's next calls, whatever their method and path; so it allows the whole
    stage, and the functions decide tenant and scope on every request. The caller's calls count in the allowance of the
    API key whose value is `key_prefix` and a number that the account alone decides.

    The principal is the caller's subject, percent-encoded: API Gateway writes it without escaping into the JSON of
    its access log.

    Raises ValueError if `method_arn` is not the ARN of a method.
    """
    stage = _STAGE_OF_METHOD_ARN.fullmatch(method_arn) if isinstance(method_arn, str) else None
    if stage is None:
        raise ValueError("methodArn is not the ARN of a method")
    return {
        "principalId": quote(caller.subject, safe=_PLAIN),
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{stage[1]}/*/*"}],
        },
        "context": caller.to_context(),
        "usageIdentifierKey": f"{key_prefix}-{_allowance_of(caller.account)}",
    }


def _allowance_of(account: str) -> int:
    return hashlib.sha256(account.encode()).digest()[0] % ALLOWANCES
