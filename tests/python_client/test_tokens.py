"""Tokens by client credentials: discovered, kept, renewed, and never shown."""

import asyncio
import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, unquote_plus

import httpx
import pytest
from connection_overrides_client import AsyncClient, Client, ClientCredentials, TokenUnavailable, operations, problems
from support.service import URL, Service

ISSUER: Final = "https://issuer.test/tenant/"
SECRET: Final = "s3cret/+ %"


@dataclass
class Issuer(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """An issuer, and the service that accepts its current token."""

    service: Service
    metadata: dict[str, Any] = field(
        default_factory=lambda: {"issuer": ISSUER, "token_endpoint": "https://issuer.test/token"}
    )
    granted: dict[str, Any] = field(default_factory=lambda: {"token_type": "Bearer", "expires_in": 300})
    status: int = 200
    requests: list[str] = field(default_factory=list)
    forms: list[dict[str, list[str]]] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)
    count: int = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        request.read()
        return self._handle(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        await request.aread()
        return self._handle(request)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        if request.url.host != "issuer.test":
            return self.service.handle_request(request)
        self.requests.append(request.url.path)
        if request.method == "GET":
            return httpx.Response(self.status, json=self.metadata)
        self.forms.append(parse_qs(request.content.decode()))
        basic = request.headers.get("Authorization", "").removeprefix("Basic ")
        self.clients.append(base64.b64decode(basic).decode())
        self.count += 1
        token = f"token-{self.count}"
        self.service.tokens = {token: "connections:read"}
        return httpx.Response(self.status, json={"access_token": token, **self.granted})


@pytest.fixture
def issuer(service: Service) -> Issuer:
    return Issuer(service)


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def credentials(clock: Callable[[], float], **options: str) -> ClientCredentials:
    return ClientCredentials(ISSUER, "client:1", SECRET, clock=clock, **options)


@pytest.fixture
def client(issuer: Issuer, clock: Clock) -> Iterator[Client]:
    with Client(URL, credentials(clock), transport=issuer) as client:
        yield client


DISCOVERY: Final = "/tenant/.well-known/openid-configuration"


def test_the_token_endpoint_is_discovered_once_and_a_token_is_kept(
    client: Client, issuer: Issuer, clock: Clock
) -> None:
    list(client.iterate(operations.list_projects()))
    clock.now = 239.0
    list(client.iterate(operations.list_projects()))
    assert issuer.requests == [DISCOVERY, "/token"]

    # It is renewed a minute before it expires.
    clock.now = 240.0
    list(client.iterate(operations.list_projects()))
    assert issuer.requests == [DISCOVERY, "/token", "/token"]
    assert [unquote_plus(one) for one in issuer.clients] == [f"client:1:{SECRET}"] * 2
    assert issuer.forms[0] == {"grant_type": ["client_credentials"]}


def test_scope_and_audience_are_sent_if_the_issuer_needs_them(issuer: Issuer, clock: Clock) -> None:
    auth = credentials(clock, scope="connections:read connections:write", audience="https://api")
    with Client(URL, auth, transport=issuer) as client:
        list(client.iterate(operations.list_projects()))

    assert issuer.forms[0]["scope"] == ["connections:read connections:write"]
    assert issuer.forms[0]["audience"] == ["https://api"]


def test_the_secret_is_in_the_form_if_the_issuer_wants_it_there(client: Client, issuer: Issuer) -> None:
    issuer.metadata["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    list(client.iterate(operations.list_projects()))

    assert issuer.clients == [""]
    assert (issuer.forms[0]["client_id"], issuer.forms[0]["client_secret"]) == (["client:1"], [SECRET])


def test_a_refused_token_is_renewed_once(client: Client, issuer: Issuer, service: Service) -> None:
    list(client.iterate(operations.list_projects()))
    service.tokens = {}

    list(client.iterate(operations.list_projects()))
    assert issuer.count == 2

    service.before_each = lambda _: service.tokens.clear()
    with pytest.raises(problems.Unauthorized):
        list(client.iterate(operations.list_projects()))
    assert issuer.count == 3


def test_a_new_token_that_is_refused_is_not_renewed(client: Client, issuer: Issuer, service: Service) -> None:
    service.before_each = lambda _: service.tokens.clear()

    with pytest.raises(problems.Unauthorized):
        list(client.iterate(operations.list_projects()))
    assert issuer.count == 1


FAULTS: Final[dict[str, Callable[[Issuer], object]]] = {
    "the issuer is down": lambda issuer: setattr(issuer, "status", 503),
    "another issuer": lambda issuer: issuer.metadata.update(issuer="https://other.test/"),
    "an endpoint in the clear": lambda issuer: issuer.metadata.update(token_endpoint="http://issuer.test/token"),
    "no endpoint": lambda issuer: issuer.metadata.pop("token_endpoint"),
    "no token": lambda issuer: issuer.granted.update(access_token=None),
    "another type": lambda issuer: issuer.granted.update(token_type="mac"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_without_a_token_nothing_is_sent_to_the_service(
    client: Client, issuer: Issuer, service: Service, fault: str
) -> None:
    FAULTS[fault](issuer)

    with pytest.raises(TokenUnavailable) as caught:
        list(client.iterate(operations.list_projects()))
    assert service.requests == []
    assert SECRET not in str(caught.value)
    assert "token-1" not in str(caught.value)


def test_a_token_without_a_lifetime_is_used_once(client: Client, issuer: Issuer) -> None:
    issuer.granted = {"token_type": "bearer"}
    for _ in range(2):
        list(client.iterate(operations.list_projects()))
    assert issuer.count == 2


def test_the_issuer_must_have_https() -> None:
    with pytest.raises(ValueError, match="must be an https URL"):
        ClientCredentials("http://issuer.test", "client", SECRET)


def test_asynchronous_clients_use_the_same_credentials(issuer: Issuer, clock: Clock) -> None:
    async def count() -> int:
        async with AsyncClient(URL, credentials(clock), transport=issuer) as client:
            return len([one async for one in client.iterate(operations.list_projects())])

    assert asyncio.run(count()) == 0
    assert issuer.requests == [DISCOVERY, "/token"]


def test_the_token_can_come_from_a_function(service: Service) -> None:
    tokens = iter(["all", "another"])
    with Client(URL, lambda: next(tokens), transport=service) as client:
        list(client.iterate(operations.list_projects()))
        with pytest.raises(problems.Unauthorized):
            list(client.iterate(operations.list_projects()))


def test_no_representation_contains_a_credential(client: Client, clock: Clock) -> None:
    list(client.iterate(operations.list_projects()))
    for one in (credentials(clock), client):
        assert SECRET not in repr(one)
        assert "token-1" not in repr(one)
