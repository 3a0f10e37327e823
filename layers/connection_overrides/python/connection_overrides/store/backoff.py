"""How long to wait before the next attempt."""

import random
from collections.abc import Iterator
from typing import Final

_SHORTEST: Final = 0.025
_LONGEST: Final = 0.4

# Copies of one SnapStart snapshot share the state of `random`, and would all wait for the same time.
_RANDOM: Final = random.SystemRandom()


def backoff(attempts: int) -> Iterator[float]:
    """Yield the seconds to wait after each attempt: exponential, with full jitter."""
    for attempt in range(attempts):
        yield _RANDOM.uniform(_SHORTEST, min(_LONGEST, _SHORTEST * 2 ** (attempt + 1)))
