"""Answers as API Gateway takes them from a function, with the headers that all of them carry."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from connection_overrides.errors import (
    AlreadyExistsError,
    ConnectionNotConfiguredError,
    Dependent,
    InsufficientScopeError,
    InUseError,
    InvalidRequestError,
    MethodNotAllowedError,
    OverrideNotFoundError,
    RetryLaterError,
    ServiceError,
    UnauthorizedError,
)
from connection_overrides.http.catalogue import PROBLEMS
from connection_overrides.http.json_text import json_text
from connection_overrides.http.paths import encode_segments
from connection_overrides.http.violations import json_pointer, readable_path

NO_CONTENT: Final = 204
REALM: Final = "connection-overrides"
_ALWAYS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Answer(NamedTuple):
    """A status, a JSON text and headers. An answer of a problem is not an exception to any rule."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = MappingProxyType({})

    def to_proxy_result(self, request_id: str, more: Mapping[str, str], *, with_body: bool) -> dict[str, Any]:
        """Return the result of a Lambda proxy integration, with the headers that every answer carries and `more`."""
        return {
            "statusCode": self.status,
            "headers": {**self.headers, **_ALWAYS, **more, "X-Request-Id": request_id},
            "body": self.body if with_body else "",
            "isBase64Encoded": False,
        }


def problem_answer(error: ServiceError, request_id: str, project_path: str) -> Answer:
    """Return the problem details (RFC 9457) of an error. `project_path` leads to the project asked about."""
    problem = PROBLEMS[error.code]
    document: dict[str, Any] = {
        "type": problem.uri,
        "title": problem.title,
        "status": problem.status,
        "detail": error.detail,
        "instance": f"urn:request:{request_id}",
    }
    document |= _members_of(error)
    headers = {"Content-Type": "application/problem+json", **_headers_of(error, project_path)}
    return Answer(problem.status, json_text(document), headers)


def _members_of(error: ServiceError) -> dict[str, Any]:
    """Return the members that a problem has on top of those of RFC 9457 (section 3.2)."""
    match error:
        case InvalidRequestError():
            return {
                "violations": [f"{readable_path(item.location)}: {item.message}" for item in error.violations],
                "errors": [
                    {
                        "in": item.location[0],
                        "pointer": json_pointer(item.location[1:]),
                        "code": item.code,
                        "message": item.message,
                    }
                    for item in error.violations
                ],
            }
        case InsufficientScopeError():
            return {"requiredScopes": error.required}
        case InUseError():
            return {"dependents": [_dependent(item) for item in error.dependents], "total": error.total}
        case ConnectionNotConfiguredError() if error.trace:
            return {"trace": [explanation(step.question, step.finding, step.revision) for step in error.trace]}
        case OverrideNotFoundError() if error.connection_names:
            return {"connectionNames": error.connection_names}
        case _:
            return {}


def explanation(question: str, finding: str, revision: int | None) -> dict[str, object]:
    """Return one step of a decision as answers show it."""
    return {"question": question, "finding": finding, **({} if revision is None else {"revision": revision})}


def _dependent(item: Dependent) -> dict[str, str]:
    names = {"environmentName": item.environment_name, "connectionName": item.connection_name}
    return {"kind": item.kind, **{member: name for member, name in names.items() if name is not None}}


def _headers_of(error: ServiceError, project_path: str) -> dict[str, str]:
    match error:
        case UnauthorizedError():
            return {"WWW-Authenticate": f'Bearer realm="{REALM}"'}
        case InsufficientScopeError():
            # RFC 6750, section 3.1.
            return {
                "WWW-Authenticate": f'Bearer realm="{REALM}", error="insufficient_scope", '
                f'scope="{" ".join(error.required)}"'
            }
        case MethodNotAllowedError():
            return {"Allow": ", ".join(error.allowed)}
        case AlreadyExistsError():
            return {"Location": f"{project_path}/{encode_segments(error.existing)}"}
        case RetryLaterError():
            return {"Retry-After": str(error.retry_after)}
        case _:
            return {}
