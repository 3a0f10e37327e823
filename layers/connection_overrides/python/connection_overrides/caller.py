"""The authenticated caller: the contract between the authorizer and the functions that API Gateway calls after it.

The authorizer writes it with `to_context`, API Gateway passes it on as strings, and the functions read it with
`from_context`.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple, Self

ACCOUNT_PATTERN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@|=+-]{0,127}")
"""An account id starts every key of the table, so it never contains the separator `/`."""

SUBJECT_PATTERN: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")
"""A subject is printable ASCII of 1 to 255 characters (OpenID Connect Core, section 2), with no space at either end."""

CLOCK_LEEWAY: Final = 30
"""Seconds by which the issuer's clock may differ from ours (RFC 7519, section 4.1.4)."""

_SECONDS: Final = re.compile(r"[0-9]{1,12}")


class Scope(StrEnum):
    """The scopes of this API; `purpose` says for clients what each is needed for."""

    purpose: str

    CONNECTIONS_READ = "connections:read", "every read"
    CONNECTIONS_WRITE = "connections:write", "writes to connections and overrides"
    PROJECTS_ADMIN = "projects:admin", "writes to projects and environments"
    ENVIRONMENTS_PROTECTED = (
        "environments:protected",
        "also needed for writes that can change which secret a protected environment uses",
    )

    def __new__(cls, name: str, purpose: str) -> Self:  # noqa: D102 - see the class
        scope = str.__new__(cls, name)
        scope._value_ = name
        scope.purpose = purpose
        return scope


class Caller(NamedTuple):
    """An authenticated caller. `account` is the tenant; `expires_at` is the token's `exp` in seconds since 1970."""

    account: str
    subject: str
    scopes: frozenset[str]
    expires_at: int

    def to_context(self) -> dict[str, str]:
        """Return the authorizer context for API Gateway, which accepts no lists."""
        return {
            "account": self.account,
            "subject": self.subject,
            "scopes": " ".join(sorted(self.scopes)),
            "expiresAt": str(self.expires_at),
        }

    def has_expired(self, now: float) -> bool:
        """Return whether the token expired more than `CLOCK_LEEWAY` ago; `now` is in seconds since 1970."""
        return now >= self.expires_at + CLOCK_LEEWAY

    def has(self, *scopes: str) -> bool:
        """Return whether the caller has every one of these scopes."""
        return self.scopes.issuperset(scopes)

    @classmethod
    def from_context(cls, context: Mapping[str, object]) -> Self | None:
        """Return the caller in an authorizer context, or None if `to_context` did not write it."""
        account, subject = context.get("account"), context.get("subject")
        scopes, expires_at = context.get("scopes"), context.get("expiresAt")
        if not (isinstance(account, str) and isinstance(subject, str) and isinstance(scopes, str)):
            return None
        if not (isinstance(expires_at, str) and _SECONDS.fullmatch(expires_at)):
            return None
        if ACCOUNT_PATTERN.fullmatch(account) is None or SUBJECT_PATTERN.fullmatch(subject) is None:
            return None
        return cls(account=account, subject=subject, scopes=frozenset(scopes.split()), expires_at=int(expires_at))


NOBODY: Final = Caller(account="", subject="", scopes=frozenset(), expires_at=0)
"""The caller of a public operation, who can reach no data: no key of the table starts with an empty account."""
