"""Exit codes, and the exception that ends a command with a sentence."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended."""

    OK = 0
    ERROR = 1
    """Unexpected."""
    CHANGES = 2
    """`plan` or `drift` found changes."""
    REFUSED = 3
    """The service refused the request for another reason than those below."""
    NOT_FOUND = 4
    CONFLICT = 5
    """The item exists already, has dependents, or was changed concurrently (409, 412)."""
    FORBIDDEN = 6
    """No token, one that is not accepted, or one without the scopes (401, 403)."""
    UNAVAILABLE = 7
    """The service cannot be reached, or has no capacity (429, 5xx)."""
    USAGE = 64
    """The command line or the profile is wrong."""
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    """Nobody reads the output any more, as after `| head`. A change may have been made."""


class CommandError(Exception):
    """Ends the command: the message, which is one sentence, is printed to stderr."""

    def __init__(self, message: str, code: Exit = Exit.USAGE) -> None:
        super().__init__(message)
        self.code = code


def exit_of_status(status: int) -> Exit:
    """Return the exit code for a response that is no success."""
    known = {
        401: Exit.FORBIDDEN,
        403: Exit.FORBIDDEN,
        404: Exit.NOT_FOUND,
        409: Exit.CONFLICT,
        412: Exit.CONFLICT,
        429: Exit.UNAVAILABLE,
    }
    return Exit.UNAVAILABLE if status >= 500 else known.get(status, Exit.REFUSED)  # noqa: PLR2004 - all server errors
