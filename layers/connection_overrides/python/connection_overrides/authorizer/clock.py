"""The one place that time comes from. Tests pass their own."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Instant:
    """One reading of both clocks. `wall` is in seconds since 1970, `monotonic` in seconds since an unknown moment."""

    wall: float
    monotonic: float

    def seconds_since(self, earlier: "Instant") -> float:
        """Return the time that has passed at least by one of the two clocks.

        The wall clock may leap to the past; the monotonic clock may stand still while an execution environment is
        frozen. Whichever has gone further makes a cache too old rather than too young.
        """
        return max(self.wall - earlier.wall, self.monotonic - earlier.monotonic)


type Clock = Callable[[], Instant]


def system_clock() -> Instant:
    """Read the clocks of this machine."""
    return Instant(wall=time.time(), monotonic=time.monotonic())
