"""The OpenAPI 3.1 document of the API."""

from collections.abc import Mapping
from typing import Any, Final

from connection_overrides.caller import Scope
from connection_overrides.http.openapi.described import described
from connection_overrides.http.openapi.headers import HEADERS
from connection_overrides.http.openapi.operations import BEARER, describe_operation
from connection_overrides.http.openapi.problems import PROBLEM_SCHEMAS
from connection_overrides.http.openapi.schemas import cleaned, property_schemas, used_schemas
from connection_overrides.http.routing import Route, Router

VERSION: Final = "1.0.0"
"""Of the API, not of a release; the major number is that of its paths."""

_FROM_RESOLVER: Final = frozenset({"HTTPValidationError", "ResponseValidationError", "ValidationError"})
"""Errors of the library's own, which this API never answers with."""

_TAGS: Final = {
    "overrides": (
        "Environment connection overrides",
        "Which secret reference a connection uses in one environment, instead of its default.",
    ),
    "effective": (
        "Effective connections",
        "Which secret reference a pipeline must use in an environment, and why; what a change would do to that.",
    ),
    "connections": ("Connections", "What a project's pipelines connect to, with the secret reference used by default."),
    "environments": ("Environments", "The stages of a project, as DEV, TEST and PROD."),
    "projects": ("Projects", "Owners of environments and connections; each belongs to one account."),
    "problems": ("Problems", "What the `type` of a problem means and how to fix it."),
    "about": ("About", "The API itself."),
}
"""By the module that declares the route, in the order of the document."""

_TAGGED_LIKE: Final = {"impact": "effective", "override_items": "overrides", "secret_references": "effective"}

_SCOPES: Final = {
    Scope.CONNECTIONS_READ: "every read",
    Scope.CONNECTIONS_WRITE: "writes of connections and overrides",
    Scope.PROJECTS_ADMIN: "writes of projects and environments",
    Scope.ENVIRONMENTS_PROTECTED: "on top, for a write that touches a protected environment",
}

_DESCRIPTION: Final = """\
Keeps, per environment, which secret reference a connection uses there. It stores names of secrets, never secrets.

- Every operation but the open ones takes a bearer token. The token's account is the tenant: what belongs to another
  account answers like what does not exist.
- Problems are `application/problem+json` (RFC 9457). Their `type` is an address of this API that tells how to fix them.
- An item's `ETag` is strong. `If-Match` and `If-None-Match` make reads and writes conditional (RFC 9110, section 13).
- Optional members sent as `null` count as left out, and answers leave out what is not set. Unknown members and unknown
  or repeated query parameters are refused.
- Every answer has `X-Request-Id`, `Cache-Control: no-store` and `X-Content-Type-Options: nosniff`.
- HEAD is taken wherever GET is, and answers like it without a body. OPTIONS is taken everywhere, without a token: 204
  with `Allow`. Any other method is 405 with `Allow`. These are not listed as operations.
- A write that is sent again with the same `Idempotency-Key` is done once and answered as it was the first time.
- Answers may get new members, and problems new types, without a new version of the path.
"""


def describe(router: Router) -> dict[str, Any]:
    """Return the document, the same for the same routes."""
    base = described(router)
    paths: dict[str, Any] = {}
    shared: dict[str, Any] = {}
    for resource, methods in router.routes().items():
        paths[resource] = {
            method.lower(): describe_operation(route, _tag(route), base["paths"][resource][method.lower()], shared)
            for method, route in methods.items()
        }
    schemas = {name: schema for name, schema in base["components"]["schemas"].items() if name not in _FROM_RESOLVER}
    components = {
        "schemas": {**schemas, **property_schemas(), **PROBLEM_SCHEMAS},
        "responses": dict(sorted(shared.items())),
        "headers": HEADERS,
        "securitySchemes": {BEARER: _security_scheme()},
    }
    document: dict[str, Any] = cleaned(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Connection Overrides",
                "summary": "Which secret does a connection use in this environment?",
                "description": _DESCRIPTION,
                "version": VERSION,
                "license": {"name": "MIT", "identifier": "MIT"},
            },
            "servers": [{"url": "..", "description": "Where this document comes from."}],
            "tags": [{"name": name, "description": text} for name, text in _TAGS.values()],
            "paths": paths,
            "components": components,
        }
    )
    document["components"]["schemas"] = used_schemas(document)
    return document


def _tag(route: Route) -> str:
    module = route.function.__module__.rpartition(".")[2]
    return _TAGS[_TAGGED_LIKE.get(module, module)][0]


def _security_scheme() -> Mapping[str, str]:
    scopes = "\n".join(f"- `{scope}`: {what}" for scope, what in _SCOPES.items())
    return {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": f"An access token of the configured issuer. Its scopes:\n\n{scopes}",
    }
