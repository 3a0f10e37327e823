"""Why a token is refused. The reason goes to the log only: the client learns that it is refused, and nothing else."""

from typing import Final, Literal

type RefusalReason = Literal[
    "account",
    "algorithm",
    "audience",
    "authorization-header",
    "claims-malformed",
    "critical-header",
    "embedded-key",
    "expired",
    "internal-error",
    "issuer",
    "key-id",
    "not-an-access-token",
    "not-yet-valid",
    "numeric-date",
    "scope",
    "signature",
    "subject",
    "token-malformed",
    "token-type",
    "unknown-key",
]


class TokenRefusedError(Exception):
    """The token, or the header that should hold it, is refused. Never holds a part of the token.

    `fault` names the type of the exception behind an `internal-error`; its text might quote the token.
    """

    def __init__(self, reason: RefusalReason, fault: str | None = None) -> None:
        self.reason: Final = reason
        self.fault: Final = fault
        super().__init__(reason)
