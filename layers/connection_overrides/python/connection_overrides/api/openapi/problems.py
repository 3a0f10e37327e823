"""Responses that are problems: which of them an operation can give, and what they look like."""

import inspect
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import Any, Final

from connection_overrides.api.openapi.headers import refer
from connection_overrides.api.routes.problems import describe
from connection_overrides.api.routing import Operation
from connection_overrides.errors import (
    BadRequest,
    CascadeTooLarge,
    ConnectionNotFound,
    EnvironmentNotFound,
    Forbidden,
    GatewayTimeout,
    IdempotencyKeyReused,
    InsufficientScope,
    InternalError,
    InvalidRequest,
    OutcomeUnknown,
    PayloadTooLarge,
    Problem,
    ProjectNotFound,
    RequestHeaderFieldsTooLarge,
    ServiceUnavailable,
    SharedSecret,
    TooManyRequests,
    Unauthorized,
    UnsupportedMediaType,
    UriTooLong,
    catalogue,
)

_EVERY_OPERATION: Final = (
    BadRequest,
    InvalidRequest,
    Forbidden,
    TooManyRequests,
    InternalError,
    OutcomeUnknown,
    GatewayTimeout,
)
_OF_PARAMETERS: Final[dict[str, type[Problem]]] = {
    "project_id": ProjectNotFound,
    "environment_name": EnvironmentNotFound,
    "connection_name": ConnectionNotFound,
    "allow_shared_secret": SharedSecret,
    "cascade": CascadeTooLarge,
}
"""By the parameter, of the path or of the query, that names an item or allows more."""

_TOO_LONG: Final = (UriTooLong, RequestHeaderFieldsTooLarge)
"""API Gateway answers these before it looks for a route, with its default response."""

_MEDIA_TYPE: Final = "application/problem+json"
_TEXT: Final = {"type": "string"}
_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {**_TEXT, "format": "uri-reference", "description": "The type of problem. Its URL explains it."},
        "title": _TEXT,
        "status": {"type": "integer", "description": "The HTTP status."},
        "detail": {**_TEXT, "description": "What happened here. For people; the wording may change."},
        "instance": {**_TEXT, "format": "uri", "description": "The request's id, as a URN."},
    },
}


def _schema_name(problem: type[Problem]) -> str:
    """Return the name of a problem's schema: that of the class that declares its extension members."""
    declaring = next((cls for cls in problem.__mro__ if "members_schema" in vars(cls)), Problem)
    return "Problem" if declaring is Problem else f"{declaring.__name__}Problem"


PROBLEM_SCHEMAS: Final[dict[str, Any]] = {
    "Problem": _PROBLEM,
    "RequestTooLongProblem": {
        **_PROBLEM,
        "description": "A problem that may lack `status`: API Gateway answers with its default, which has none.",
        "required": [member for member in _PROBLEM["required"] if member != "status"],
    },
    **{
        _schema_name(problem): {"allOf": [{"$ref": "#/components/schemas/Problem"}], **problem.members_schema}
        for problem in catalogue().values()
        if problem.members_schema
    },
}
"""Under `components.schemas`."""


def responses_of(operation: Operation) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Yield the status, the name and the content of each response that is a problem."""
    for status, group in groupby(_problems_of(operation), lambda problem: problem.status):
        problems = list(group)
        yield status, _name_of(problems), _response_of(problems)
    for problem in _TOO_LONG:
        response = _response_of([problem])
        response["description"] += " On AWS the type is `bad-request`."
        response["content"][_MEDIA_TYPE]["schema"] = {"$ref": "#/components/schemas/RequestTooLongProblem"}
        yield problem.status, _name_of([problem]), response


def _problems_of(operation: Operation) -> list[type[Problem]]:
    """Return all problems that the operation can answer with: its own, and those of every similar one, by status."""
    parameters = inspect.signature(operation.function).parameters
    problems = {*_EVERY_OPERATION, *operation.raises}
    problems |= {problem for name, problem in _OF_PARAMETERS.items() if name in parameters}
    if operation.scope is not None:
        problems |= {Unauthorized, InsufficientScope, ServiceUnavailable}
    if operation.writes:
        problems.add(IdempotencyKeyReused)
    if operation.takes_body:
        problems |= {PayloadTooLarge, UnsupportedMediaType}
    return [problem for problem in catalogue().values() if problem in problems]


def _name_of(problems: Iterable[type[Problem]]) -> str:
    return "Or".join(problem.slug.title().replace("-", "") for problem in problems)


def _response_of(problems: Collection[type[Problem]]) -> dict[str, Any]:
    """Return the response that is one of these problems, all of one status."""
    schemas = dict.fromkeys(map(_schema_name, problems))
    return {
        "description": " ".join(f"`{problem.slug}`: {problem.meaning()}" for problem in problems),
        "headers": refer(*_headers_of(problems)),
        "content": {
            _MEDIA_TYPE: {
                "schema": {
                    "anyOf": [{"$ref": f"#/components/schemas/{schema}"} for schema in schemas],
                    "properties": {"type": {"enum": [problem.uri() for problem in problems]}},
                },
                "examples": {problem.slug: {"value": _example_of(problem)} for problem in problems},
            }
        },
    }


def _headers_of(problems: Collection[type[Problem]]) -> list[str]:
    """Return the headers that some of the problems have; `Retry-After`, which is required, only if all have it."""
    found = dict.fromkeys(name for problem in problems for name in problem.header_names if name != "Allow")
    every = all("Retry-After" in problem.header_names for problem in problems)
    return [name for name in found if name != "Retry-After" or every]


def _example_of(problem: type[Problem]) -> dict[str, Any]:
    return {**describe(problem).example.model_dump(by_alias=True), **problem.example_members}
