"""Writes that depend on what was seen: looked at again, a few times, while others change it in between."""

from collections.abc import Callable
from typing import Final

from connection_overrides.errors import ServiceBusyError

_ATTEMPTS_MAX: Final = 4


def settle[T](attempt: Callable[[], T | None]) -> T:
    """Return what the attempt returns, once it is not None: what it saw had changed before it wrote.

    Raises ServiceBusyError when others keep changing it, and whatever the attempt raises.
    """
    for _ in range(_ATTEMPTS_MAX):
        result = attempt()
        if result is not None:
            return result
    raise ServiceBusyError("What this request depends on keeps changing; nothing was written. Try again.")
