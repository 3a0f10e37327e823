"""Clients of the API, synchronous and asynchronous. Both send the operations of `operations`."""

from __future__ import annotations

import random
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from uuid import uuid4

import httpx

from connection_overrides_client.errors import ServiceUnreachable, UnexpectedResponse, to_problem
from connection_overrides_client.operations import ListOperation, Operation
from connection_overrides_client.tokens import BearerToken, require_https

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

T = TypeVar("T")

ATTEMPTS: Final = 4
LONGEST_WAIT_SECONDS: Final = 30.0
"""The longest `Retry-After` that is waited for. A longer one is left to the caller."""

_RETRIED: Final = frozenset({429, 502, 503, 504})
_FIRST_WAIT_SECONDS: Final = 0.2


@dataclass(frozen=True)
class Reply(Generic[T]):
    """The response to an operation. `document` is its JSON, None without a body."""

    status: int
    headers: Mapping[str, str]
    document: Any
    result: str | None

    @property
    def etag(self) -> str:
        """The version of the item, for `if_match`. Empty if it has none."""
        return self.headers.get("ETag", "")

    @property
    def is_not_modified(self) -> bool:
        """Whether the caller has this version already: there is no document."""
        return self.status == httpx.codes.NOT_MODIFIED

    @cached_property
    def value(self) -> T:
        """The document as a model."""
        value: T = parse(self.result, self.document)
        return value


def parse(result: str | None, document: Any) -> Any:  # noqa: ANN401 - the model of that name
    """Return a JSON document as the model of that name, or as a list of them. Without a name, it is None."""
    if result is None:
        return None
    # Loaded with the first result: the command line shows documents as they are.
    model = getattr(import_module("connection_overrides_client.models"), result)
    if isinstance(document, list):
        return [model.model_validate(one) for one in document]
    return model.model_validate(document)


class _Base:
    """What both clients have in common: how a call is put together, tried again and understood."""

    def __init__(
        self,
        url: str,
        token: str | Callable[[], str] | httpx.Auth | None = None,
        *,
        attempts: int = ATTEMPTS,
        reason: str | None = None,
    ) -> None:
        self._url = require_https(url).rstrip("/")
        self._auth = BearerToken(token) if isinstance(token, str) or (callable(token)) else token
        self._attempts = attempts
        self._headers = {"Accept": "application/json, application/problem+json"}
        self._reason = reason

    def _options(self, http: dict[str, Any]) -> dict[str, Any]:
        """Return the options of the HTTP client."""
        if self._url.startswith("https:") or not (self._auth is None or isinstance(self._auth, BearerToken)):
            return http
        # Nothing is sent with TLS, whose certificates take longer to load than httpx. If anything were, it would fail.
        return {"verify": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), **http}

    def _conversation(
        self, operation: Operation[T]
    ) -> Generator[httpx.Request | float, httpx.Response | httpx.TransportError | None, Reply[T]]:
        """Yield requests, of which a response or an error is sent back, and times to wait in seconds."""
        for attempt in range(1, self._attempts + 1):
            # A retry has the key of the first attempt.
            answer = yield self._request(operation)
            is_last = attempt == self._attempts
            if isinstance(answer, httpx.Response):
                wait = _retry_after(answer)
                if answer.status_code not in _RETRIED or is_last or (wait or 0.0) > LONGEST_WAIT_SECONDS:
                    return _understood(operation, answer)
            elif is_last:
                raise ServiceUnreachable(f"{self._url} cannot be reached: {type(answer).__name__}.") from answer
            else:
                wait = None
            yield _FIRST_WAIT_SECONDS * 2**attempt * random.random() if wait is None else wait  # noqa: S311
        raise AssertionError("there is at least one attempt")

    def _request(self, operation: Operation[Any]) -> httpx.Request:
        content: dict[str, Any] = {}
        if operation.body is not None:
            body = operation.body
            if not isinstance(body, Mapping):
                body = body.model_dump(mode="json", by_alias=True, exclude_none=True)
            content["json"] = body
        if self._reason is not None and operation.writes and "Change-Reason" not in operation.headers:
            operation = operation.because(self._reason)
        headers = {**self._headers, **operation.headers}
        url = self._url + operation.path
        return httpx.Request(operation.method, url, params=operation.query, headers=headers, **content)


def keyed(operation: Operation[T]) -> Operation[T]:
    """Return a write with an idempotency key, so that a retry never applies it twice."""
    if not operation.writes or "Idempotency-Key" in operation.headers or "validateOnly" in operation.query:
        return operation
    return operation.with_key(str(uuid4()))


def preview_of(operation: Operation[T]) -> Operation[T]:
    """Return the write as a preview: the response is the same, and nothing is stored."""
    return operation.with_query({"validateOnly": "true"})


async def _asyncio_sleep(seconds: float) -> None:
    # Loaded by those who use it: it would take a tenth of a command's start.
    from asyncio import sleep  # noqa: PLC0415 - see above

    await sleep(seconds)


def _retry_after(response: httpx.Response) -> float | None:
    seconds = response.headers.get("Retry-After", "")
    return float(seconds) if seconds.isdecimal() else None


def _understood(operation: Operation[T], response: httpx.Response) -> Reply[T]:
    document: Any = None
    if response.content:
        try:
            document = response.json()
        except ValueError:
            raise UnexpectedResponse(
                response.status_code, f"{response.url.host} answered {response.status_code} without JSON."
            ) from None
    if response.status_code == httpx.codes.NOT_MODIFIED or response.is_success:
        return Reply(response.status_code, response.headers, document, operation.result)
    if isinstance(document, dict) and "problem+json" in response.headers.get("Content-Type", ""):
        raise to_problem({"status": response.status_code, **document}, _retry_after(response))
    raise UnexpectedResponse(
        response.status_code, f"{response.url.host} answered {response.status_code}, which is not the service's answer."
    )


class Client(_Base):
    """Calls the API at a URL, which contains the stage if there is one.

    A token is text, a function that returns text, or an `httpx.Auth` such as `ClientCredentials`. `reason` is the
    `Change-Reason` of all writes. Reads and writes are tried up to `attempts` times: after `Retry-After`, or with
    growing intervals; writes carry an idempotency key, so they are applied once. `http` are options of `httpx.Client`.

    Calls raise a class of `problems` for what the service refuses, and ServiceUnreachable without a response.
    """

    def __init__(
        self,
        url: str,
        token: str | Callable[[], str] | httpx.Auth | None = None,
        *,
        attempts: int = ATTEMPTS,
        reason: str | None = None,
        sleep: Callable[[float], None] = time.sleep,
        **http: Any,  # noqa: ANN401 - httpx declares them
    ) -> None:
        super().__init__(url, token, attempts=attempts, reason=reason)
        self._sleep = sleep
        self._http = httpx.Client(**self._options(http))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def call(self, operation: Operation[T]) -> T:
        """Return the result of the operation as a model."""
        return self.send(operation).value

    def send(self, operation: Operation[T]) -> Reply[T]:
        """Return the response to the operation."""
        conversation = self._conversation(keyed(operation))
        answer: httpx.Response | httpx.TransportError | None = None
        while True:
            try:
                step = conversation.send(answer)
            except StopIteration as end:
                reply: Reply[T] = end.value
                return reply
            answer = None
            if isinstance(step, float):
                self._sleep(step)
                continue
            try:
                answer = self._http.send(step, auth=self._auth)
            except httpx.TransportError as error:
                answer = error

    def preview(self, operation: Operation[T]) -> Reply[T]:
        """Return the response that the write would get. Nothing is stored."""
        return self.send(preview_of(operation))

    def pages(self, operation: ListOperation[T]) -> Iterator[Reply[Any]]:
        """Yield the pages of a list as responses."""
        following: Operation[T] | None = operation
        while following is not None:
            page = self.send(following)
            yield page
            cursor = page.document.get("nextCursor")
            following = None if cursor is None else operation.with_query({"cursor": cursor})

    def iterate(self, operation: ListOperation[T]) -> Iterator[T]:
        """Yield the results of a list, page by page."""
        for page in self.pages(operation):
            yield from parse(operation.result, page.document["results"])


class AsyncClient(_Base):
    """Does as `Client` does, asynchronously."""

    def __init__(
        self,
        url: str,
        token: str | Callable[[], str] | httpx.Auth | None = None,
        *,
        attempts: int = ATTEMPTS,
        reason: str | None = None,
        sleep: Callable[[float], Awaitable[None]] | None = None,
        **http: Any,  # noqa: ANN401 - httpx declares them
    ) -> None:
        super().__init__(url, token, attempts=attempts, reason=reason)
        self._sleep = sleep or _asyncio_sleep
        self._http = httpx.AsyncClient(**self._options(http))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def call(self, operation: Operation[T]) -> T:
        """Return the result of the operation as a model."""
        return (await self.send(operation)).value

    async def send(self, operation: Operation[T]) -> Reply[T]:
        """Return the response to the operation."""
        conversation = self._conversation(keyed(operation))
        answer: httpx.Response | httpx.TransportError | None = None
        while True:
            try:
                step = conversation.send(answer)
            except StopIteration as end:
                reply: Reply[T] = end.value
                return reply
            answer = None
            if isinstance(step, float):
                await self._sleep(step)
                continue
            try:
                answer = await self._http.send(step, auth=self._auth)
            except httpx.TransportError as error:
                answer = error

    async def preview(self, operation: Operation[T]) -> Reply[T]:
        """Return the response that the write would get. Nothing is stored."""
        return await self.send(preview_of(operation))

    async def pages(self, operation: ListOperation[T]) -> AsyncIterator[Reply[Any]]:
        """Yield the pages of a list as responses."""
        following: Operation[T] | None = operation
        while following is not None:
            page = await self.send(following)
            yield page
            cursor = page.document.get("nextCursor")
            following = None if cursor is None else operation.with_query({"cursor": cursor})

    async def iterate(self, operation: ListOperation[T]) -> AsyncIterator[T]:
        """Yield the results of a list, page by page."""
        async for page in self.pages(operation):
            for result in parse(operation.result, page.document["results"]):
                yield result
