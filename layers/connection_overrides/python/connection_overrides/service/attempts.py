"""Writes that depend on what was seen: looked at again while others change it in between."""

from collections.abc import Callable
from typing import Final

from connection_overrides.backoff import waits
from connection_overrides.errors import ServiceBusyError
from connection_overrides.operation import Operation

_ATTEMPTS: Final = 12


def settle[T](operation: Operation, attempt: Callable[[], T | None]) -> T:
    """Return what the attempt returns, once it is not None: what it saw had changed before it wrote.

    Raises ServiceBusyError when others keep changing it, and whatever the attempt raises: that no time is left, too.
    """
    for wait in waits(_ATTEMPTS):
        result = attempt()
        if result is not None:
            return result
        operation.wait(wait)
    raise ServiceBusyError("What this request depends on keeps changing; nothing was written. Try again.")
