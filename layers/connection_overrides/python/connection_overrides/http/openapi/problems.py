"""Answers that are problems: which types an operation can answer with, and what they look like."""

from collections.abc import Collection, Iterable
from typing import Any, Final

from connection_overrides.errors import (
    AlreadyExistsError,
    ConnectionNotConfiguredError,
    IdempotencyKeyReusedError,
    InsufficientScopeError,
    InUseError,
    InvalidRequestError,
    OutcomeUnknownError,
    OverrideNotFoundError,
    PayloadTooLargeError,
    RetryLaterError,
    ServiceBusyError,
    ServiceError,
    StoreFaultError,
    UnauthorizedError,
    UnsupportedMediaTypeError,
)
from connection_overrides.http.about_replies import ProblemTypeReply
from connection_overrides.http.catalogue import PROBLEMS, ProblemType
from connection_overrides.http.openapi.headers import refer
from connection_overrides.http.routing import Route

_OF_THE_GATEWAY: Final = ("bad-request", "forbidden", "too-many-requests", "internal-error")
_OF_ITS_INTEGRATION: Final = (OutcomeUnknownError.code, "gateway-timeout")
TOO_LONG: Final = (PROBLEMS["uri-too-long"], PROBLEMS["request-header-fields-too-large"])
"""What any request can be, before API Gateway looks for its route."""

_TEXT: Final = {"type": "string"}
_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {**_TEXT, "format": "uri-reference", "description": "Which problem; its address explains it."},
        "title": _TEXT,
        "status": {"type": "integer", "description": "The status of the answer."},
        "detail": {**_TEXT, "description": "What happened here. For people; its wording may change."},
        "instance": {**_TEXT, "format": "uri", "description": "The request's id, as a URN."},
    },
}
PROBLEM_SCHEMAS: Final[dict[str, Any]] = {
    "Problem": _PROBLEM,
    "RequestTooLongProblem": {
        **_PROBLEM,
        "description": "A problem that may lack `status`: API Gateway answers with its default, which has none.",
        "required": [member for member in _PROBLEM["required"] if member != "status"],
    },
    "InvalidRequestProblem": {
        "description": "A problem that tells each rule that the request breaks, at most 50.",
        "allOf": [{"$ref": "#/components/schemas/Problem"}],
        "required": ["violations", "errors"],
        "properties": {
            "violations": {"type": "array", "items": _TEXT, "description": "For people, as `path: message`."},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["in", "pointer", "code", "message"],
                    "properties": {
                        "in": {**_TEXT, "enum": ["body", "path", "query", "header"]},
                        "pointer": {
                            **_TEXT,
                            "format": "json-pointer",
                            "description": "Where in it (RFC 6901).",
                        },
                        "code": {**_TEXT, "description": "The rule; stable."},
                        "message": _TEXT,
                    },
                },
            },
        },
    },
    "InsufficientScopeProblem": {
        "allOf": [{"$ref": "#/components/schemas/Problem"}],
        "required": ["requiredScopes"],
        "properties": {
            "requiredScopes": {
                "type": "array",
                "items": _TEXT,
                "description": "All scopes that the request needs. API Gateway renames the header `WWW-Authenticate` "
                "of a 403 to `x-amzn-Remapped-WWW-Authenticate`, so read them here.",
            }
        },
    },
    "InUseProblem": {
        "description": "A problem that tells what stands in the way.",
        "allOf": [{"$ref": "#/components/schemas/Problem"}],
        "required": ["dependents", "total"],
        "properties": {
            "dependents": {
                "type": "array",
                "description": "Those found, perhaps not all.",
                "items": {
                    "type": "object",
                    "required": ["kind"],
                    "properties": {
                        "kind": {**_TEXT, "enum": ["environment", "connection", "override"]},
                        "environmentName": _TEXT,
                        "connectionName": _TEXT,
                    },
                },
            },
            "total": {"type": "integer", "description": "How many there are."},
        },
    },
    "ConnectionNotConfiguredProblem": {
        "allOf": [{"$ref": "#/components/schemas/Problem"}],
        "properties": {
            "trace": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/StepReply"},
                "description": "The steps of the decision, where `explain=true` asks for them.",
            }
        },
    },
    "OverrideNotFoundProblem": {
        "allOf": [{"$ref": "#/components/schemas/Problem"}],
        "properties": {
            "connectionNames": {
                "type": "array",
                "items": _TEXT,
                "description": "All that have no override, where the request names several.",
            }
        },
    },
}
"""Under `components.schemas`, with the members that some problems have on top (RFC 9457, section 3.2)."""


def problems_of(route: Route) -> list[ProblemType]:
    """Return all that the route can answer with: its own, and what every route like it has."""
    errors: list[type[ServiceError]] = [InvalidRequestError, StoreFaultError, *route.refuses]
    if route.scope is not None:
        errors += [UnauthorizedError, InsufficientScopeError, ServiceBusyError]
    if route.writes:
        errors.append(IdempotencyKeyReusedError)
    if route.takes_body:
        errors += [PayloadTooLargeError, UnsupportedMediaTypeError]
    slugs = {*(error.code for error in errors), *_OF_THE_GATEWAY, *_OF_ITS_INTEGRATION}
    return [problem for slug, problem in PROBLEMS.items() if slug in slugs]


def name_of(problems: Iterable[ProblemType]) -> str:
    """Return the name of the response that is one of these, all of one status."""
    return "Or".join(problem.slug.title().replace("-", "") for problem in problems)


def response_of(problems: Collection[ProblemType]) -> dict[str, Any]:
    """Return the response that is one of these problems, all of one status."""
    schemas = dict.fromkeys(_SCHEMA_OF.get(problem.slug, "Problem") for problem in problems)
    return {
        "description": " ".join(f"`{problem.slug}`: {problem.meaning}" for problem in problems),
        "headers": refer(*_headers_of(problems)),
        "content": {
            "application/problem+json": {
                "schema": {
                    "anyOf": [{"$ref": f"#/components/schemas/{schema}"} for schema in schemas],
                    "properties": {"type": {"enum": [problem.uri for problem in problems]}},
                },
                "examples": {problem.slug: {"value": _example_of(problem)} for problem in problems},
            }
        },
    }


def too_long(problem: ProblemType) -> dict[str, Any]:
    """Return the response of one of `TOO_LONG`. API Gateway has no words of its own for them."""
    content = {
        "schema": {"$ref": "#/components/schemas/RequestTooLongProblem"},
        "examples": {problem.slug: {"value": _example_of(problem)}},
    }
    return {
        "description": f"`{problem.slug}`: {problem.meaning} On AWS the type is `bad-request`.",
        "headers": refer(),
        "content": {"application/problem+json": content},
    }


def _headers_of(problems: Collection[ProblemType]) -> list[str]:
    slugs = {problem.slug for problem in problems}
    headers = {
        "WWW-Authenticate": not slugs.isdisjoint(_CHALLENGED),
        "Location": not slugs.isdisjoint(_EXISTING),
        "Retry-After": slugs <= _RETRIED,
    }
    return [name for name, has in headers.items() if has]


def _example_of(problem: ProblemType) -> dict[str, Any]:
    example = ProblemTypeReply.of(problem).example.model_dump(by_alias=True)
    return {**example, **_MORE.get(_SCHEMA_OF.get(problem.slug, ""), {})}


def _codes(base: type[ServiceError]) -> frozenset[str]:
    """Return the codes of all errors of that kind."""
    own = {base.code} if hasattr(base, "code") else set()
    return frozenset(own.union(*(_codes(error) for error in base.__subclasses__())))


_SCHEMA_OF: Final = {
    InvalidRequestError.code: "InvalidRequestProblem",
    InsufficientScopeError.code: "InsufficientScopeProblem",
    ConnectionNotConfiguredError.code: "ConnectionNotConfiguredProblem",
    OverrideNotFoundError.code: "OverrideNotFoundProblem",
    **dict.fromkeys(_codes(InUseError), "InUseProblem"),
}
_CHALLENGED: Final = _codes(UnauthorizedError) | _codes(InsufficientScopeError)
_EXISTING: Final = _codes(AlreadyExistsError)
_RETRIED: Final = _codes(RetryLaterError) | {"too-many-requests", "gateway-timeout"}

_MORE: Final[dict[str, dict[str, Any]]] = {
    "InvalidRequestProblem": {
        "violations": ["connectionOverrides.connectionProperties.secretNam: is not a known field"],
        "errors": [
            {
                "in": "body",
                "pointer": "/connectionOverrides/connectionProperties/secretNam",
                "code": "extra_forbidden",
                "message": "is not a known field",
            }
        ],
    },
    "InsufficientScopeProblem": {"requiredScopes": ["connections:write", "environments:protected"]},
    "InUseProblem": {
        "dependents": [{"kind": "override", "environmentName": "PROD", "connectionName": "Salesforce"}],
        "total": 3,
    },
}
"""What examples have on top, by their schema."""
