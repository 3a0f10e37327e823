"""The OpenAPI 3.1 document: what Powertools derives from the signatures, completed by what it cannot know."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from connection_overrides.api.openapi.headers import HEADERS
from connection_overrides.api.openapi.operations import BEARER, describe_operation
from connection_overrides.api.openapi.schemas import used_schemas, without_titles
from connection_overrides.api.routing import Router
from connection_overrides.caller import Scope

VERSION: Final = "0.3.0"
"""Of the API, not of a release (Semantic Versioning): before 1.0.0, a breaking change increases the minor number."""

_TAGS: Final = {
    "Projects": "Owners of environments and connections; each belongs to one account.",
    "Environments": "The stages of a project, such as DEV, TEST and PROD.",
    "Connections": "What a project's pipelines connect to, with the secret reference used by default.",
    "Environment connection overrides": "Which secret reference a connection uses in one environment, instead of its "
    "default.",
    "Effective connections": "Which secret reference a pipeline must use in an environment, and why. The "
    "impact of a change.",
    "History": "What items were, who changed them and why.",
    "Problems": "The meaning of a problem's `type`, and how to fix it.",
    "About": "The API itself.",
}
"""By the routers' tags, in the order in which a client first needs them."""

_DESCRIPTION: Final = """\
Stores, per environment, which secret reference a connection uses there. It stores names of secrets, never secrets.

- Every operation except the public ones needs a bearer token. The token's account is the tenant: items of
  another account are 404, like items that do not exist.
- Problems are `application/problem+json` (RFC 9457). Their `type` is a URL of this API that explains how to fix them.
- An item's `ETag` is strong. `If-Match` and `If-None-Match` make reads and writes conditional (RFC 9110, section 13).
- Optional members sent as `null` are treated as omitted, and responses omit what is not set. Unknown members and
  unknown query parameters are refused. A PUT accepts and ignores the read-only members that a GET returned.
- A list in the query is a comma-separated list or a repeated parameter; both mean the same.
- Every response has `X-Request-Id`, `Cache-Control: no-store` and `X-Content-Type-Options: nosniff`.
- HEAD is supported wherever GET is, and returns no body. OPTIONS is supported everywhere, without a token: 204
  with `Allow`. Any other method is 405 with `Allow`. These are not listed as operations.
- A write that is repeated with the same `Idempotency-Key` is applied once; a retry gets the first result.
- Responses may get new members, except in secret references, and there may be new problems, without a new version of
  the path.
"""


def describe(routers: Sequence[Router], base_path: str) -> dict[str, Any]:
    """Return the document of the routers' operations, for clients that send them behind a base path."""
    base = _described_by_powertools(routers)
    components: dict[str, Any] = {
        "schemas": base["components"]["schemas"],
        "responses": {},
        "headers": HEADERS,
        "securitySchemes": {BEARER: _security_scheme()},
    }
    paths: dict[str, Any] = {}
    for router in sorted(routers, key=lambda router: [*_TAGS].index(router.tag)):
        for operation in router.operations:
            method = operation.method.lower()
            described = describe_operation(operation, base["paths"][operation.path][method], components, base_path)
            paths.setdefault(operation.path, {})[method] = described
    document: dict[str, Any] = without_titles(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Connection Overrides",
                "summary": "Which secret does a connection use in this environment?",
                "description": _DESCRIPTION,
                "version": VERSION,
                "license": {"name": "MIT", "identifier": "MIT"},
            },
            "servers": [{"url": base_path or "/", "description": "Where this document comes from."}],
            "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
            "paths": paths,
            "components": {**components, "responses": dict(sorted(components["responses"].items()))},
        }
    )
    document["components"]["schemas"] = used_schemas(document)
    return document


def _described_by_powertools(routers: Sequence[Router]) -> dict[str, Any]:
    """Return the document that Powertools derives, with the names of schemas in short."""
    resolver = APIGatewayRestResolver(debug=False)
    for router in routers:
        resolver.include_router(router)
    text = re.sub(r"ResultPage_(\w+)_", r"\1Page", resolver.get_openapi_json_schema(title="", version=""))
    # A model that both bodies and responses contain has a schema for each, of which the body's is the stricter.
    text = text.replace('-Output"', '"').replace('-Input"', 'Input"')
    # Powertools writes whole numbers as floats.
    document: dict[str, Any] = json.loads(text, parse_float=lambda number: int(float(number)))
    return document


def _security_scheme() -> Mapping[str, str]:
    scopes = "\n".join(f"- `{scope}`: {scope.purpose}" for scope in Scope)
    return {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": f"An access token of the configured issuer. Its scopes:\n\n{scopes}",
    }
