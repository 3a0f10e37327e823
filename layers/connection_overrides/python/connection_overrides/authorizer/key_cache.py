"""The issuer's keys, kept between calls: fetched rarely, and never by two threads at once."""

import math
from collections.abc import Callable
from threading import Lock
from typing import Final

from connection_overrides.authorizer.clock import Clock, Instant
from connection_overrides.authorizer.jwk import KeySet, VerificationKey
from connection_overrides.authorizer.jwks_endpoint import JwksUnavailableError

FRESH_SECONDS: Final = 5 * 60
"""How long a set is used without asking again: a key that the issuer removes is refused after this time."""

STALE_SECONDS: Final = 60 * 60
"""How long the last set is used while the endpoint fails: after it, every call is answered 503."""

FETCH_INTERVAL_SECONDS: Final = 10
"""The least time between two fetches, failed ones included, whatever tokens ask for."""


class KeyCache:
    """Keys by `kid`. `fetch` returns a set or raises JwksUnavailableError. Safe to use from several threads."""

    def __init__(self, fetch: Callable[[], KeySet], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = Lock()
        self._keys = KeySet(usable={}, ambiguous=frozenset())
        self._fetched_at: Instant | None = None
        self._attempted_at: Instant | None = None
        self._last_attempt_failed = False

    def find(self, key_id: str) -> VerificationKey | None:
        """Return the issuer's key with this id, or None when the issuer has no such usable key.

        Raises JwksUnavailableError when that cannot be told: no set could be had within `STALE_SECONDS`, the last fetch
        failed and the key is not in the set before it, or the set gives the id to several keys (RFC 7517, 4.5).
        """
        key = self._keys.usable.get(key_id)
        if key is not None and self._age(self._fetched_at) < FRESH_SECONDS:
            return key
        with self._lock:
            # Whoever waited for the lock finds the fetch that held it just made, and shares its answer or its failure.
            if self._age(self._attempted_at) >= FETCH_INTERVAL_SECONDS:
                self._refresh()
            return self._look_up(key_id)

    def _age(self, instant: Instant | None) -> float:
        return math.inf if instant is None else self._clock().seconds_since(instant)

    def _refresh(self) -> None:
        now = self._attempted_at = self._clock()
        try:
            keys = self._fetch()
        except JwksUnavailableError:
            # The set before goes on, for as long as it may.
            self._last_attempt_failed = True
        else:
            self._keys, self._fetched_at, self._last_attempt_failed = keys, now, False

    def _look_up(self, key_id: str) -> VerificationKey | None:
        if self._age(self._fetched_at) >= STALE_SECONDS:
            raise JwksUnavailableError("not-fetched")
        if key_id in self._keys.usable:
            return self._keys.usable[key_id]
        if key_id in self._keys.ambiguous:
            raise JwksUnavailableError("ambiguous-key-id")
        if self._last_attempt_failed:
            raise JwksUnavailableError("not-fetched")
        return None
