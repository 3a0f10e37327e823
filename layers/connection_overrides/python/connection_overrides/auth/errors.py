"""Errors of token verification. Their reasons are only logged; clients get the same response for all of them."""

from typing import Final


class InvalidTokenError(Exception):
    """The token or its `Authorization` header is rejected. Never contains any part of the token.

    `fault` is the type name of an unexpected exception, whose message might quote the token.
    """

    def __init__(self, reason: str, fault: str | None = None) -> None:
        self.reason: Final = reason
        self.fault: Final = fault
        super().__init__(reason)


class JwksUnavailableError(Exception):
    """The issuer's key is not available, so the token can be neither accepted nor rejected."""

    def __init__(self, reason: str) -> None:
        self.reason: Final = reason
        super().__init__(reason)
