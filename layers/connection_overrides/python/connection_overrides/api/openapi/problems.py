"""Responses that are problems: which of them an operation can give, and what they look like."""

import inspect
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final, NamedTuple

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

_COMMON: Final = (
    BadRequest,
    InvalidRequest,
    Unauthorized,
    Forbidden,
    InsufficientScope,
    PayloadTooLarge,
    UriTooLong,
    UnsupportedMediaType,
    TooManyRequests,
    RequestHeaderFieldsTooLarge,
    InternalError,
    OutcomeUnknown,
    ServiceUnavailable,
    GatewayTimeout,
)
"""Problems of the request itself, its caller or the service: the response `default` of every operation."""

_OF_PARAMETERS: Final[dict[str, type[Problem]]] = {
    "project_id": ProjectNotFound,
    "environment_name": EnvironmentNotFound,
    "connection_name": ConnectionNotFound,
    "allow_shared_secret": SharedSecret,
    "cascade": CascadeTooLarge,
}
"""By the parameter, of the path or of the query, that names an item or allows more."""

_DEFAULT: Final = "default"
_MEDIA_TYPE: Final = "application/problem+json"
_REFERENCE: Final = "#/components/schemas/"

type Json = dict[str, Any]


class ProblemResponse(NamedTuple):
    """A response that is one of some problems, to requests behind a base path."""

    status: str
    problems: tuple[type[Problem], ...]
    base_path: str

    @property
    def name(self) -> str:
        """Its name under `components.responses`, and that of its schema under `components.schemas`."""
        if self.status == _DEFAULT:
            return "AnyOperationProblem"
        return "Or".join(problem.__name__ for problem in self.problems) + "Problem"

    def schemas(self) -> Json:
        """Return its schema and those that it refers to, by their names. `type` tells problems apart."""
        schemas: Json = {}
        for problem in self.problems:
            schemas |= {_schema_name(problem): _schema_of(problem, self.base_path), **problem.schemas}
        if self.name not in schemas:
            references = {self.base_path + one.uri(): _REFERENCE + _schema_name(one) for one in self.problems}
            schemas[self.name] = {
                "oneOf": [{"$ref": reference} for reference in references.values()],
                "discriminator": {"propertyName": "type", "mapping": references},
            }
        return schemas

    def content(self) -> Json:
        """Return the response."""
        headers = dict.fromkeys(name for problem in self.problems for name in problem.header_names)
        examples = {problem.slug: {"value": _example_of(problem, self.base_path)} for problem in self.problems}
        if self.status == _DEFAULT:
            slugs = ", ".join(f"`{problem.slug}`" for problem in self.problems)
            description = f"A problem of the request, its caller or the service: {slugs}."
        else:
            description = "\n".join(f"- `{problem.slug}`: {problem.meaning()}" for problem in self.problems)
        return {
            "description": description,
            "headers": refer(*headers),
            "content": {_MEDIA_TYPE: {"schema": {"$ref": _REFERENCE + self.name}, "examples": examples}},
        }


def responses_of(operation: Operation, base_path: str) -> Iterator[ProblemResponse]:
    """Yield each response that is a problem."""
    for status, problems in groupby(_problems_of(operation), lambda problem: problem.status):
        yield ProblemResponse(str(status), tuple(problems), base_path)
    yield ProblemResponse(_DEFAULT, _COMMON, base_path)


def _problems_of(operation: Operation) -> list[type[Problem]]:
    """Return the operation's own problems, and those of every operation with such a parameter, by status."""
    parameters = inspect.signature(operation.function).parameters
    problems = {*operation.raises, *(problem for name, problem in _OF_PARAMETERS.items() if name in parameters)}
    if operation.writes:
        problems.add(IdempotencyKeyReused)
    return [problem for problem in catalogue().values() if problem in problems]


def _schema_name(problem: type[Problem]) -> str:
    return f"{problem.__name__}Problem"


def _schema_of(problem: type[Problem], base_path: str) -> Json:
    text = {"type": "string"}
    members = {
        "type": {
            **text,
            "const": base_path + problem.uri(),
            "description": "The type of problem. Its URL explains it.",
        },
        "title": text,
        "status": {"type": "integer", "description": "The HTTP status."},
        "detail": {**text, "description": "What happened here. For people; the wording may change."},
        "instance": {**text, "format": "uri", "description": "The request's id, as a URN."},
    }
    # API Gateway's default response, which 414 and 431 get on AWS, cannot state the status.
    always = [name for name in members if not (name == "status" and problem is BadRequest)]
    return {
        "type": "object",
        "description": f"{problem.meaning()} Problem details (RFC 9457).",
        "required": [*always, *problem.members_schema.get("required", ())],
        "properties": {**members, **problem.members_schema.get("properties", {})},
    }


def _example_of(problem: type[Problem], base_path: str) -> Json:
    return {**describe(problem, base_path).example.model_dump(by_alias=True), **problem.example_members}
