"""Cache of the issuer's keys, which limits how often they are fetched and how long they are used."""

import math
import time
from collections.abc import Callable
from threading import Lock
from typing import Final, NamedTuple

from connection_overrides.auth.errors import JwksUnavailableError
from connection_overrides.auth.jwk import KeySet, VerificationKey

FRESH_SECONDS: Final = 5 * 60
"""How long a key set is used before it is fetched again, and so how long a removed key is still accepted."""

STALE_SECONDS: Final = 60 * 60
"""How long the last key set is used while the endpoint fails."""

FETCH_INTERVAL_SECONDS: Final = 10
"""Minimum time between two fetches, including failed ones."""


class Instant(NamedTuple):
    """A reading of both clocks: `wall` in seconds since 1970, `monotonic` in seconds since an arbitrary moment."""

    wall: float
    monotonic: float

    def seconds_since(self, earlier: "Instant") -> float:
        """Return the larger of the two elapsed times.

        The wall clock can be set back, and the monotonic clock can stop while an execution environment is frozen. With
        the larger value a cache expires too early rather than too late.
        """
        return max(self.wall - earlier.wall, self.monotonic - earlier.monotonic)


type Clock = Callable[[], Instant]


def system_clock() -> Instant:
    """Read the clocks of this machine."""
    return Instant(wall=time.time(), monotonic=time.monotonic())


class KeyCache:
    """The keys of one issuer. `fetch` returns a key set or raises JwksUnavailableError. Thread-safe."""

    def __init__(self, fetch: Callable[[], KeySet], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = Lock()
        self._keys = KeySet(usable={}, ambiguous=frozenset())
        self._fetched_at: Instant | None = None
        self._attempted_at: Instant | None = None
        self._fault: str | None = None

    def get(self, key_id: str) -> VerificationKey | None:
        """Return the key, fetching the key set first if necessary, or None if the issuer has no such usable key.

        Raises JwksUnavailableError if the key set could not be fetched within `STALE_SECONDS`, if the last fetch failed
        and the previous set lacks the key, or if several usable keys share the `kid`: nothing tells which one is meant.
        """
        key = self._keys.usable.get(key_id)
        if key is not None and self._age(self._fetched_at) < FRESH_SECONDS:
            return key
        return self.refetch(key_id)

    def refetch(self, key_id: str) -> VerificationKey | None:
        """Return the key as `get` does, but fetch the key set first if a fetch is due, however fresh the set is."""
        with self._lock:
            # A thread that waited for the lock uses the result of the fetch that it waited for.
            if self._age(self._attempted_at) >= FETCH_INTERVAL_SECONDS:
                self._refresh()
            return self._look_up(key_id)

    def _age(self, instant: Instant | None) -> float:
        return math.inf if instant is None else self._clock().seconds_since(instant)

    def _refresh(self) -> None:
        now = self._attempted_at = self._clock()
        try:
            keys = self._fetch()
        except JwksUnavailableError as error:
            self._fault = error.reason
        else:
            self._keys, self._fetched_at, self._fault = keys, now, None

    def _look_up(self, key_id: str) -> VerificationKey | None:
        if self._age(self._fetched_at) < STALE_SECONDS:
            if key_id in self._keys.usable:
                return self._keys.usable[key_id]
            if key_id in self._keys.ambiguous:
                raise JwksUnavailableError("ambiguous-key-id")
            if self._fault is None:
                return None
        raise JwksUnavailableError(self._fault or "not-fetched")
