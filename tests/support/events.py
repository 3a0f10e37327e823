"""Responses to the events in `events`, in process and in containers."""

from typing import Any, Final

STATUSES: Final = {
    "registry": {
        "create-project": 201,
        "list-projects": 200,
        "get-project": 200,
        "create-environment": 201,
        "list-environments": 200,
        "get-environment": 200,
        "create-connection": 201,
        "list-connections": 200,
        "get-connection": 200,
        "create-override": 201,
        "create-override-at-its-address": 201,
        "create-override-that-exists": 409,
        "list-overrides": 200,
        "get-override": 200,
        "head-override": 200,
        "replace-project": 200,
        "replace-environment": 200,
        "replace-connection": 200,
        "replace-named-connection": 200,
        "replace-override": 200,
        "replace-named-override": 200,
        "delete-project-in-use": 409,
        "delete-environment-in-use": 409,
        "delete-environment-with-its-overrides": 204,
        "delete-connection": 204,
        "delete-connection-in-use": 409,
        "delete-named-connection": 204,
        "delete-override": 204,
        "delete-named-overrides": 204,
        "refuse-unknown-field": 400,
        "refuse-repeated-member": 400,
        "refuse-another-auth-type": 400,
        "refuse-unknown-environment": 404,
        "refuse-unknown-project": 404,
        "refuse-bad-project-id": 400,
        "refuse-content-type": 415,
        "refuse-missing-scope": 403,
        "refuse-unprotected-scope": 403,
        "refuse-without-caller": 401,
        "refuse-expired-caller": 401,
        "refuse-method": 405,
        "refuse-missing-overrides": 404,
        "refuse-stale-override": 412,
    },
    "effective": {
        "get-index": 200,
        "preflight": 204,
        "list-problems": 200,
        "get-problem": 200,
        "get-health": 200,
        "get-openapi-document": 200,
        "get-docs-page-switched-off": 404,
        "get-effective-override": 200,
        "get-effective-default": 200,
        "get-effective-not-configured": 404,
        "list-effective": 200,
        "list-effective-not-configured": 200,
        "get-matrix": 200,
        "get-matrix-of-what-is-missing": 200,
        "list-environment-impact": 200,
        "list-secret-references": 200,
        "list-connection-impact": 200,
        "refuse-unknown-route": 404,
        "refuse-unknown-route-of-a-caller": 404,
        "refuse-unknown-connection": 404,
        "refuse-unknown-change": 400,
        "refuse-method": 405,
    },
}
"""The name of the event, by the folder of the function."""

REASONS: Final = {
    "algorithm-hs256": "algorithm",
    "algorithm-none": "algorithm",
    "critical-extension": "critical-header",
    "embedded-key": "signature",
    "expired": "expired",
    "forged-signature": "signature",
    "joined-headers": "authorization-header",
    "malformed-token": "token-malformed",
    "missing-header": "authorization-header",
    "other-scheme": "authorization-header",
    "other-type": "token-type",
    "padded-signature": "token-malformed",
    "repeated-member": "token-malformed",
    "token-in-query": "authorization-header",
    "too-long": "authorization-header",
    "two-headers": "authorization-header",
    "unknown-key": "unknown-key",
}
"""The reason in the authorizer's log, by the name of the event that it refuses."""

GOOD: Final = "good-token-shape"
"""The one event that the authorizer allows."""


def empty(client: Any, table: str) -> None:
    """Delete every item of a small table."""
    for item in client.scan(TableName=table, ConsistentRead=True)["Items"]:
        client.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})
