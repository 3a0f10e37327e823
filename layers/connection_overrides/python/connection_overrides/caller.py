"""Who is calling: what the authorizer passes on and what every function reads back.

This is the one contract between the authorizer and the other functions, so it depends on neither's libraries. API
Gateway turns every value of an authorizer's context into a string, and so does this module.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple, Self

ACCOUNT_PATTERN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@|=+-]{0,127}")
"""An account id becomes the first part of every key: printable ASCII, 1 to 128 characters, never the separator `/`."""

SUBJECT_PATTERN: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")
"""A subject is stored and returned as `createdBy`: printable ASCII, 1 to 255 characters (OpenID Connect Core, 2)."""


CLOCK_LEEWAY: Final = 30
"""Seconds by which our clock and the issuer's may differ (RFC 7519, section 4.1.4: usually no more than minutes)."""

_SECONDS: Final = re.compile(r"[0-9]{1,12}")


class Scope(StrEnum):
    """The scopes of this API, as they stand in a token's `scope` or `scp` claim."""

    CONNECTIONS_READ = "connections:read"
    CONNECTIONS_WRITE = "connections:write"
    PROJECTS_ADMIN = "projects:admin"
    ENVIRONMENTS_PROTECTED = "environments:protected"


class Caller(NamedTuple):
    """An authenticated caller. `account` is the tenant; `expires_at` is the token's `exp` in seconds since 1970."""

    account: str
    subject: str
    scopes: frozenset[str]
    expires_at: int

    def to_context(self) -> dict[str, str]:
        """Return the authorizer context that `from_context` reads: strings only, as API Gateway demands."""
        return {
            "account": self.account,
            "subject": self.subject,
            "scopes": " ".join(sorted(self.scopes)),
            "expiresAt": str(self.expires_at),
        }

    def has_expired(self, now: float) -> bool:
        """Tell whether the token is past its `exp` and the leeway; `now` is in seconds since 1970."""
        return now >= self.expires_at + CLOCK_LEEWAY

    @classmethod
    def from_context(cls, context: Mapping[str, object]) -> Self | None:
        """Return the caller, or None when the context is not one that `to_context` wrote."""
        account, subject = context.get("account"), context.get("subject")
        scopes, expires_at = context.get("scopes"), context.get("expiresAt")
        if not (isinstance(account, str) and isinstance(subject, str) and isinstance(scopes, str)):
            return None
        if not (isinstance(expires_at, str) and _SECONDS.fullmatch(expires_at)):
            return None
        if ACCOUNT_PATTERN.fullmatch(account) is None or SUBJECT_PATTERN.fullmatch(subject) is None:
            return None
        return cls(account=account, subject=subject, scopes=frozenset(scopes.split()), expires_at=int(expires_at))
