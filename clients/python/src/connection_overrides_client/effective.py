"""Effective connections for pipelines: cached, validated by `ETag`, and available while the service is down."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime, timezone
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from connection_overrides_client.client import AsyncClient, Client, Reply, parse
from connection_overrides_client.errors import ApiError, Problem, ServiceUnreachable, UnexpectedResponse
from connection_overrides_client.operations import Operation, get_effective_connection

if TYPE_CHECKING:
    from connection_overrides_client.models import EffectiveConnection

MAX_AGE_SECONDS: Final = 60.0
STALE_IF_DOWN_SECONDS: Final = 3600.0

_SERVER_ERROR: Final = 500
_TOO_MANY_REQUESTS: Final = 429


@dataclass(frozen=True)
class CachedConnection:
    """An effective connection, and how many seconds ago the service confirmed it.

    `is_stale` means that the service could not be asked, although the answer was older than the cache allows.
    """

    connection: EffectiveConnection
    age: float
    is_stale: bool = False


@dataclass
class _Entry:
    document: dict[str, Any]
    etag: str
    confirmed: float


class _Cache:
    """The rules of the cache. `asking` yields what must be sent, if anything."""

    def __init__(
        self,
        project_id: str,
        environment_name: str,
        *,
        max_age: float,
        stale_if_down: float,
        clock: Callable[[], float],
        now: Callable[[], datetime],
    ) -> None:
        self._project_id = project_id
        self._environment_name = environment_name
        self._max_age = max_age
        self._stale_if_down = stale_if_down
        self._clock = clock
        self._now = now
        self._entries: dict[str, _Entry] = {}
        self._lock = Lock()

    def asking(
        self, connection_name: str
    ) -> Generator[Operation[EffectiveConnection], Reply[EffectiveConnection] | ApiError, CachedConnection]:
        """Yield the request, of which the reply or the error is sent back. Return or raise what the pipeline gets."""
        with self._lock:
            entry = self._entries.get(connection_name)
        if entry is not None and self._has_expired(entry):
            entry = None
        if entry is not None and self._age(entry) < self._max_age:
            return self._answer(entry)
        operation = get_effective_connection(self._project_id, self._environment_name, connection_name)
        asked = self._clock()
        answer = yield operation if entry is None else operation.if_none_match(entry.etag)
        if isinstance(answer, ApiError):
            if entry is not None and _is_down(answer) and self._age(entry) < self._stale_if_down:
                return self._answer(entry, is_stale=True)
            if not _is_down(answer):
                self._forget(connection_name)
            raise answer
        if not answer.is_not_modified:
            entry = _Entry(self._required(connection_name, answer.document), answer.etag, asked)
        assert entry is not None  # noqa: S101 - only a known version is not modified
        entry = _Entry(entry.document, entry.etag, asked)
        with self._lock:
            self._entries[connection_name] = entry
        return self._answer(entry)

    def _required(self, connection_name: str, document: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Return the document, if it is the answer to this question: a proxy might have mixed two up."""
        asked = (self._project_id, self._environment_name, connection_name)
        found = tuple(document.get(name) for name in ("projectId", "environmentName", "name"))
        if found != asked:
            raise UnexpectedResponse(200, f"asked for {asked}, and got the answer for {found}")
        return dict(document)

    def _has_expired(self, entry: _Entry) -> bool:
        """Return whether the override has ended by itself: then the answer is known to be wrong."""
        expires_at = entry.document.get("expiresAt")
        return expires_at is not None and _moment(expires_at) <= self._now()

    def _age(self, entry: _Entry) -> float:
        return self._clock() - entry.confirmed

    def _answer(self, entry: _Entry, *, is_stale: bool = False) -> CachedConnection:
        return CachedConnection(parse("EffectiveConnection", entry.document), self._age(entry), is_stale)

    def _forget(self, connection_name: str) -> None:
        with self._lock:
            self._entries.pop(connection_name, None)


def _is_down(error: ApiError) -> bool:
    """Return whether the service gave no answer, as opposed to one that says no."""
    if isinstance(error, (Problem, UnexpectedResponse)):
        return error.status >= _SERVER_ERROR or error.status == _TOO_MANY_REQUESTS
    return isinstance(error, ServiceUnreachable)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


class EffectiveConnections:
    """What the connections of a project use in one environment, for any number of threads.

    An answer is used for `max_age` seconds, then validated by its `ETag`. While the service is down (unreachable, 429
    or 5xx), an answer is used for up to `stale_if_down` seconds, and says so. It is never used after `expiresAt`, or
    once the service has refused the question. Nothing is shared between environments: another one needs another
    instance.
    """

    def __init__(
        self,
        client: Client,
        project_id: str,
        environment_name: str,
        *,
        max_age: float = MAX_AGE_SECONDS,
        stale_if_down: float = STALE_IF_DOWN_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._client = client
        self._cache = _Cache(
            project_id, environment_name, max_age=max_age, stale_if_down=stale_if_down, clock=clock, now=now
        )

    def get(self, connection_name: str) -> CachedConnection:
        """Return what the connection uses. Raises what `Client.call` does, such as ConnectionNotConfigured."""
        asking = self._cache.asking(connection_name)
        try:
            operation = next(asking)
            try:
                answer: Reply[EffectiveConnection] | ApiError = self._client.send(operation)
            except ApiError as error:
                answer = error
            asking.send(answer)
        except StopIteration as end:
            found: CachedConnection = end.value
            return found
        raise AssertionError("one request is enough")


class AsyncEffectiveConnections:
    """Does as `EffectiveConnections` does, asynchronously."""

    def __init__(
        self,
        client: AsyncClient,
        project_id: str,
        environment_name: str,
        *,
        max_age: float = MAX_AGE_SECONDS,
        stale_if_down: float = STALE_IF_DOWN_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._client = client
        self._cache = _Cache(
            project_id, environment_name, max_age=max_age, stale_if_down=stale_if_down, clock=clock, now=now
        )

    async def get(self, connection_name: str) -> CachedConnection:
        """Return what the connection uses. Raises what `AsyncClient.call` does, such as ConnectionNotConfigured."""
        asking = self._cache.asking(connection_name)
        try:
            operation = next(asking)
            try:
                answer: Reply[EffectiveConnection] | ApiError = await self._client.send(operation)
            except ApiError as error:
                answer = error
            asking.send(answer)
        except StopIteration as end:
            found: CachedConnection = end.value
            return found
        raise AssertionError("one request is enough")
