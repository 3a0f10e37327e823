"""Requests of callers who are unknown or lack a scope."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from connection_overrides.errors.base import Problem

REALM: Final = "connection-overrides"


class Unauthorized(Problem):
    """The request carries no access token, or one that this API does not accept."""

    slug = "unauthorized"
    status = 401
    title = "Unauthorized"
    cause = "The token is missing, expired, forged, not an access token, or not meant for this API."
    remedy = "Send `Authorization: Bearer <token>` with a current access token of the configured issuer."
    detail = "A valid access token is required."
    header_names = ("WWW-Authenticate",)

    def headers(self) -> Mapping[str, str]:
        """Return the challenge (RFC 6750, section 3)."""
        return {"WWW-Authenticate": f'Bearer realm="{REALM}"'}


class InsufficientScope(Problem):
    """The token is valid but lacks a scope. `requiredScopes` lists all scopes that the request needs."""

    slug = "insufficient-scope"
    status = 403
    title = "Insufficient scope"
    cause = "The token was issued without a scope that the request needs; protected environments need one more."
    remedy = "Ask the issuer for a token with these scopes."
    detail = "This request needs the scopes connections:write environments:protected."
    header_names = ("WWW-Authenticate",)
    members_schema: ClassVar = {
        "required": ["requiredScopes"],
        "properties": {
            "requiredScopes": {
                "type": "array",
                "items": {"type": "string"},
                "description": "All scopes that the request needs. API Gateway renames the header `WWW-Authenticate` "
                "of a 403 to `x-amzn-Remapped-WWW-Authenticate`, so read them here.",
            }
        },
    }
    example_members: ClassVar = {"requiredScopes": ["connections:write", "environments:protected"]}

    def __init__(self, required: Iterable[str]) -> None:
        self.required = tuple(sorted(required))
        noun = "scope" if len(self.required) == 1 else "scopes"
        super().__init__(f"This request needs the {noun} {' '.join(self.required)}.")

    def members(self) -> Mapping[str, Any]:
        """Return the scopes."""
        return {"requiredScopes": self.required}

    def headers(self) -> Mapping[str, str]:
        """Return the challenge (RFC 6750, section 3.1)."""
        scope = " ".join(self.required)
        return {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}
